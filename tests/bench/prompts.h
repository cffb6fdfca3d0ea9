/* Prompts of ordinary shape, for Gemma 4 and Pixtral. */
#ifndef MMSPAN_BENCH_PROMPTS_H
#define MMSPAN_BENCH_PROMPTS_H

#include <stddef.h>
#include <stdint.h>

enum { GEMMA_BOI = 255999, GEMMA_IMAGE = 258880, GEMMA_EOI = 258882 };
enum { PIXTRAL_IMG = 10, PIXTRAL_BREAK = 12, PIXTRAL_END = 13 };

/* A generator of random numbers; any state but 0. */
uint32_t next_random(uint32_t *state);

/* n text tokens, none of them declared. */
void fill_text(int32_t *ids, size_t n);

/* Stretches of text and image blocks of 256 rows, equally long, in turn; the rest
 * that holds no whole pair is text. */
void fill_half_and_half(int32_t *ids, size_t n);

/* Pixtral's image blocks of 32 rows of 32 patches, with a break between rows, and few text
 * tokens between the blocks; the rest that holds no whole block is text. */
void fill_grids(int32_t *ids, size_t n);

/* Room for n elements of `size` bytes; ends the program when there is none. */
void *allocate(size_t n, size_t size);

#endif
