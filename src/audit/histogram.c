/* Histograms that can be merged. */
#include "histogram.h"
#include "sum.h"

#include <string.h>

_Static_assert(MA_N_POWERS <= MA_MAX_EXACT, "the buckets stand where the exact counts do");

size_t ma_power_of(int64_t value) {
    size_t bucket = 0;
    for (uint64_t rest = (uint64_t)value; rest; rest >>= 1)
        bucket++;
    return bucket;
}

static void go_by_powers(struct ma_histogram *h) {
    int64_t counts[MA_N_POWERS] = {0};
    for (size_t i = 0; i < h->n_values; i++)
        ma_sum(&counts[ma_power_of(h->values[i])], h->counts[i]);
    memset(h->values, 0, sizeof h->values);
    memset(h->counts, 0, sizeof h->counts);
    memcpy(h->counts, counts, sizeof counts);
    h->n_values = 0;
    h->by_powers = true;
}

/* Where a number is, or belongs. */
static size_t find(const struct ma_histogram *h, int64_t value) {
    size_t low = 0;
    size_t n = h->n_values;
    while (n > 0) {
        size_t half = n / 2;
        bool below = h->values[low + half] < value;
        low = below ? low + half + 1 : low;
        n = below ? n - half - 1 : half;
    }
    return low;
}

static void count(struct ma_histogram *h, int64_t value, int64_t times) {
    if (h->by_powers) {
        ma_sum(&h->counts[ma_power_of(value)], times);
        return;
    }
    if (h->last < h->n_values && h->values[h->last] == value) {
        ma_sum(&h->counts[h->last], times);
        return;
    }
    size_t at = find(h, value);
    h->last = at;
    if (at < h->n_values && h->values[at] == value) {
        ma_sum(&h->counts[at], times);
        return;
    }
    if (h->n_values == MA_MAX_EXACT) {
        go_by_powers(h);
        ma_sum(&h->counts[ma_power_of(value)], times);
        return;
    }
    size_t behind = h->n_values - at;
    memmove(h->values + at + 1, h->values + at, behind * sizeof *h->values);
    memmove(h->counts + at + 1, h->counts + at, behind * sizeof *h->counts);
    h->values[at] = value;
    h->counts[at] = times;
    h->n_values++;
}

static void note_range(struct ma_histogram *h, int64_t min, int64_t max) {
    h->min = h->n == 0 || min < h->min ? min : h->min;
    h->max = h->n == 0 || max > h->max ? max : h->max;
}

void ma_histogram_add(struct ma_histogram *h, int64_t value, int64_t times) {
    note_range(h, value, value);
    count(h, value, times);
    ma_sum(&h->n, times);
    ma_sum(&h->sum, value * times);
}

void ma_histogram_merge(struct ma_histogram *into, const struct ma_histogram *from) {
    if (from->n == 0)
        return;
    note_range(into, from->min, from->max);
    if (from->by_powers && !into->by_powers)
        go_by_powers(into);
    if (from->by_powers)
        for (size_t b = 0; b < MA_N_POWERS; b++)
            ma_sum(&into->counts[b], from->counts[b]);
    else
        for (size_t i = 0; i < from->n_values; i++)
            count(into, from->values[i], from->counts[i]);
    ma_sum(&into->n, from->n);
    ma_sum(&into->sum, from->sum);
}
