/* Configs of the shapes that published models use, with small IDs, in the notation of
 * the tests. */
#ifndef MMSPAN_TESTS_GALLERY_H
#define MMSPAN_TESTS_GALLERY_H

#include <stddef.h>

/* Image and video share begin and end; every form has a bare fallback. */
extern const char gallery_gemma4[];
/* The begin token alone is the placeholder. */
extern const char gallery_gemma3[];
/* A run without delimiters, joined. */
extern const char gallery_kimi[];
/* No bare form: a lone pad is stray. */
extern const char gallery_qwen[];
/* No begin; rows end in a break, the last one in the end token. */
extern const char gallery_pixtral[];
/* Tiles, then the global tile. */
extern const char gallery_llama4[];
/* Frames with free text between them inside one outer block. */
extern const char gallery_glm_video[];
/* Two modalities interleaved in one block. */
extern const char gallery_qwen_omni[];
/* Runs that share their delimiters. */
extern const char gallery_idefics2[];
/* A run that is cut every four tokens. */
extern const char gallery_llava[];
/* A run that is cut where the ID changes; negative IDs. */
extern const char gallery_phi3[];
/* Begin and end that are several tokens long, and an ordinary newline in the block. */
extern const char gallery_sequences[];
/* Repetitions that make a naive matcher quadratic. */
extern const char gallery_crafted[];

/* All of them: number `index`, NULL when there are no more. */
const char *gallery_config(size_t index);

#endif
