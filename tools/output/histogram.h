/* How often each number of rows occurs. */
#ifndef MMSPAN_TOOLS_HISTOGRAM_H
#define MMSPAN_TOOLS_HISTOGRAM_H

#include "buffer.h"

/* How many different numbers are told apart; beyond, they are counted between powers of 2. */
enum { MAX_BARS = 4096 };

/* The numbers [from, to], as which n items were seen. */
struct bar {
    int64_t from;
    int64_t to;
    uint64_t n;
};

/* Sorted bars; a zeroed one is empty. */
struct histogram {
    struct bar *bars;
    size_t n;
    size_t cap;
    bool coarse;
    bool failed; /* memory ran out */
};

/* Counts a number, 0 or more. */
void histogram_add(struct histogram *histogram, int64_t number);
void histogram_free(struct histogram *histogram);

/* Adds a line with a bar for each number, or when there are many for each power of 2. */
void histogram_text(const struct histogram *histogram, struct buffer *out);

/* Adds a list of {"rows": N, "items": N}, or of {"from": N, "to": N, "items": N}. */
void histogram_json(const struct histogram *histogram, struct buffer *out);

#endif
