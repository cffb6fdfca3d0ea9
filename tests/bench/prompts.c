/* Makes prompts of ordinary shape, the same ones every time. */
#include "prompts.h"

#include <stdio.h>
#include <stdlib.h>

enum { FIRST_TEXT_ID = 1000, N_TEXT_IDS = 249000, ROWS = 256, GRID = 32 };

uint32_t next_random(uint32_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

void fill_text(int32_t *ids, size_t n) {
    uint32_t random = 2463534242U;
    for (size_t i = 0; i < n; i++)
        ids[i] = (int32_t)(FIRST_TEXT_ID + next_random(&random) % N_TEXT_IDS);
}

void fill_half_and_half(int32_t *ids, size_t n) {
    const size_t block = ROWS + 2;
    fill_text(ids, n);
    for (size_t at = block; at + block <= n; at += 2 * block) {
        ids[at] = GEMMA_BOI;
        for (size_t i = 1; i <= ROWS; i++)
            ids[at + i] = GEMMA_IMAGE;
        ids[at + ROWS + 1] = GEMMA_EOI;
    }
}

void fill_grids(int32_t *ids, size_t n) {
    const size_t between = 16;
    const size_t block = (GRID + 1) * GRID;
    fill_text(ids, n);
    for (size_t at = between; at + block <= n; at += block + between) {
        for (size_t i = 0; i < block; i++)
            ids[at + i] = (i + 1) % (GRID + 1) ? PIXTRAL_IMG : PIXTRAL_BREAK;
        ids[at + block - 1] = PIXTRAL_END;
    }
}

void *allocate(size_t n, size_t size) {
    void *memory = calloc(n, size);
    if (!memory) {
        fprintf(stderr, "bench: no memory for %zu times %zu bytes; try --max-mib\n", n, size);
        exit(1);
    }
    return memory;
}
