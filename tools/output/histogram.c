/* Counts numbers and draws what was counted. */
#include "histogram.h"

#include "table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What people are shown, in lines and in characters. */
enum { MAX_LINES = 24, BAR = 40 };

/* The place of the first bar that ends at the number or beyond it. */
static size_t find(const struct histogram *histogram, int64_t number) {
    size_t low = 0;
    size_t high = histogram->n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (histogram->bars[middle].to < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The powers of 2 around a number; 0 is by itself. */
static struct bar range_of(int64_t number) {
    struct bar bar = {0, 0, 0};
    if (number < 1)
        return bar;
    bar.from = 1;
    while (bar.from <= number / 2)
        bar.from *= 2;
    bar.to = bar.from - 1 + bar.from;
    return bar;
}

/* Adds up what is between powers of 2; returns how many bars are left. */
static size_t coarsen(struct bar *bars, size_t n) {
    size_t n_left = 0;
    for (size_t i = 0; i < n; i++) {
        struct bar range = range_of(bars[i].from);
        range.n = bars[i].n;
        if (n_left && bars[n_left - 1].from == range.from)
            bars[n_left - 1].n += range.n;
        else
            bars[n_left++] = range;
    }
    return n_left;
}

static bool make_room(struct histogram *histogram) {
    if (histogram->n < histogram->cap)
        return true;
    const size_t cap = histogram->cap ? 2 * histogram->cap : 64;
    struct bar *bars = realloc(histogram->bars, cap * sizeof *bars);
    if (!bars) {
        histogram->failed = true;
        return false;
    }
    histogram->bars = bars;
    histogram->cap = cap;
    return true;
}

void histogram_add(struct histogram *histogram, int64_t number) {
    size_t at = find(histogram, number);
    if (at < histogram->n && histogram->bars[at].from <= number) {
        histogram->bars[at].n++;
        return;
    }
    if (!histogram->coarse && histogram->n == MAX_BARS) {
        histogram->n = coarsen(histogram->bars, histogram->n);
        histogram->coarse = true;
        histogram_add(histogram, number);
        return;
    }
    if (!make_room(histogram))
        return;
    struct bar *bars = histogram->bars;
    memmove(&bars[at + 1], &bars[at], (histogram->n - at) * sizeof *bars);
    bars[at] = histogram->coarse ? range_of(number) : (struct bar){number, number, 0};
    bars[at].n = 1;
    histogram->n++;
}

void histogram_free(struct histogram *histogram) {
    free(histogram->bars);
    *histogram = (struct histogram){0};
}

static void add_line(struct table *table, const struct bar *bar, uint64_t most) {
    char name[64];
    char line[BAR + 1];
    const size_t n = (size_t)((double)bar->n / (double)most * BAR);
    if (bar->from == bar->to)
        snprintf(name, sizeof name, "%" PRId64, bar->from);
    else
        snprintf(name, sizeof name, "%" PRId64 "..%" PRId64, bar->from, bar->to);
    /* What is there at all is seen. */
    memset(line, '#', sizeof line);
    line[n < 1 ? 1 : n > BAR ? BAR : n] = '\0';
    table_text(table, name);
    table_integer(table, (int64_t)bar->n);
    table_text(table, line);
}

void histogram_text(const struct histogram *histogram, struct buffer *out) {
    struct table table = {.n_columns = 3, .right = 1u | 1u << 1};
    size_t n = histogram->n;
    uint64_t most = 1;
    struct bar *bars = malloc((n ? n : 1) * sizeof *bars);
    if (!bars) {
        out->failed = true;
        return;
    }
    if (n)
        memcpy(bars, histogram->bars, n * sizeof *bars);
    if (n > MAX_LINES)
        n = coarsen(bars, n);
    for (size_t i = 0; i < n; i++)
        most = bars[i].n > most ? bars[i].n : most;
    table_text(&table, "ROWS");
    table_text(&table, "ITEMS");
    table_text(&table, "");
    for (size_t i = 0; i < n; i++)
        add_line(&table, &bars[i], most);
    table_print(&table, "  ", out);
    out->failed = out->failed || histogram->failed;
    free(bars);
}

void histogram_json(const struct histogram *histogram, struct buffer *out) {
    buffer_text(out, "[");
    for (size_t i = 0; i < histogram->n; i++) {
        const struct bar *bar = &histogram->bars[i];
        buffer_text(out, i ? ", {" : "{");
        if (histogram->coarse)
            buffer_format(out, "\"from\": %" PRId64 ", \"to\": %" PRId64, bar->from, bar->to);
        else
            buffer_format(out, "\"rows\": %" PRId64, bar->from);
        buffer_format(out, ", \"items\": %" PRIu64 "}", bar->n);
    }
    buffer_text(out, "]");
    out->failed = out->failed || histogram->failed;
}
