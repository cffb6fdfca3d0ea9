/*
 * A compact notation for specs, so that tests can show a config in a few lines and a
 * failing random test can print one that is pasted back into a test.
 *
 * Statements are separated by newlines or ';'. The ones below `modality` belong to it;
 * alternatives are separated by '|'.
 *
 *     token NAME 5 | token NAME ids 5 6 | token NAME any 5 7 | token NAME range 5 9
 *     ... ordinary               at the end of a token
 *     vocab 100
 *     modality image
 *     pattern boi img+ eoi       (or begin / patch / end, each a list: begin a | b c)
 *     bare img | a b
 *     embed img brk              own rows;  embed audio: pad  those of another modality
 *     rows 70 140                rows min 1 max 9 multiple 3 offset 1;  `equal` may follow both
 *     each_run; adjacent split; adjacent by_id; placeholder a b
 *     multi; max_gap 9; equal_rows; divisible
 */
#ifndef MMSPAN_TESTS_NOTATION_H
#define MMSPAN_TESTS_NOTATION_H

#include "mmspan/matcher.h"

#include <stdbool.h>

/* Declarations together with everything that they point to. Not to be copied. */
struct notation {
    mmspan_token_decl tokens[32];
    mmspan_modality_decl modalities[8];
    size_t n_tokens;
    size_t n_modalities;
    int32_t vocab_size;
    char characters[8192];
    const char *strings[256];
    mmspan_embed_decl embeds[32];
    int32_t ids[512];
    int64_t values[32];
    size_t n_characters;
    size_t n_strings;
    size_t n_embeds;
    size_t n_ids;
    size_t n_values;
};

/* Reads the notation; false when it is malformed or too large. */
bool notation_read(struct notation *notation, const char *text);

/* Makes a spec of it. */
mmspan_status notation_spec(const struct notation *notation, const mmspan_allocator *allocator,
                            mmspan_spec **spec, mmspan_error *error);

/* Reads and compiles; MMSPAN_E_ARGUMENT when the notation is malformed. NULL kernel:
 * the default one. */
mmspan_status notation_compile(const char *text, const char *kernel, mmspan_matcher **matcher,
                               mmspan_error *error);

#endif
