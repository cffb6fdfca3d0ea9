/* Turns the prefilter's ranges of uint32_t into ranges of token IDs. */
#include "explain.h"

#include <stdlib.h>

static int compare_ranges(const void *left, const void *right) {
    const struct id_range *a = left;
    const struct id_range *b = right;
    return (a->first > b->first) - (a->first < b->first);
}

/* Adds a range of uint32_t as one or two of int32_t: the sign changes in the middle
 * of the unsigned numbers. */
static size_t add_range(struct id_range *ranges, size_t n, uint32_t first, uint32_t last) {
    if (first <= INT32_MAX && last > INT32_MAX) {
        ranges[n++] = (struct id_range){(int32_t)first, INT32_MAX};
        ranges[n++] = (struct id_range){INT32_MIN, (int32_t)last};
    } else {
        ranges[n++] = (struct id_range){(int32_t)first, (int32_t)last};
    }
    return n;
}

/* Joins sorted ranges that touch. */
static size_t join_ranges(struct id_range *ranges, size_t n) {
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (kept && (int64_t)ranges[i].first <= (int64_t)ranges[kept - 1].last + 1) {
            if (ranges[i].last > ranges[kept - 1].last)
                ranges[kept - 1].last = ranges[i].last;
        } else {
            ranges[kept++] = ranges[i];
        }
    }
    return kept;
}

struct id_range *explain_prefilter(const mmspan_matcher *matcher, size_t *n) {
    size_t n_pairs = mmspan_automaton_prefilter(matcher, NULL, 0);
    uint32_t(*pairs)[2] = calloc(n_pairs + 1, sizeof *pairs);
    struct id_range *ranges = calloc(3 * n_pairs + 1, sizeof *ranges);
    *n = n_pairs;
    if (!pairs || !ranges) {
        free(pairs);
        free(ranges);
        return NULL;
    }
    mmspan_automaton_prefilter(matcher, pairs, n_pairs);
    size_t filled = 0;
    for (size_t i = 0; i < n_pairs; i++) {
        /* A pair that wraps around covers -1 and 0, which are neighbours only here. */
        if (pairs[i][0] > pairs[i][1]) {
            filled = add_range(ranges, filled, pairs[i][0], UINT32_MAX);
            filled = add_range(ranges, filled, 0, pairs[i][1]);
        } else {
            filled = add_range(ranges, filled, pairs[i][0], pairs[i][1]);
        }
    }
    free(pairs);
    qsort(ranges, filled, sizeof *ranges, compare_ranges);
    *n = join_ranges(ranges, filled);
    return ranges;
}
