/* How often each number occurs: exact while there are few, then by powers of two. */
#ifndef MMSPAN_AUDIT_HISTOGRAM_H
#define MMSPAN_AUDIT_HISTOGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* More different numbers than these are kept by powers of two. */
#define MA_MAX_EXACT 256

/* Buckets by powers: the first is for 0, number b for 2^(b-1) to below 2^b. */
#define MA_N_POWERS 65

/*
 * A zeroed one is empty. Which of the two ways it is kept in depends on the set of numbers
 * alone, so merging is associative: a set that is too large for the exact way has no superset
 * that is not.
 *
 *   n, sum, min, max  of all numbers, which are >= 0
 *   values, counts    the n_values different ones, ascending; or by powers counts alone
 *   last              where the last one was found
 */
struct ma_histogram {
    int64_t n;
    int64_t sum;
    int64_t min;
    int64_t max;
    bool by_powers;
    size_t n_values;
    size_t last;
    int64_t values[MA_MAX_EXACT];
    int64_t counts[MA_MAX_EXACT];
};

void ma_histogram_add(struct ma_histogram *histogram, int64_t value, int64_t times);
void ma_histogram_merge(struct ma_histogram *into, const struct ma_histogram *from);

/* The bucket of a number >= 0. */
size_t ma_power_of(int64_t value);

#endif
