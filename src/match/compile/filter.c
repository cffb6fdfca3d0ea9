/* Chooses the prefilter: few ranges that cover every ID at which a scan must stop. */
#include "../matcher.h"

#include <stdlib.h>
#include <string.h>

/* A gap of IDs between two ranges, as offsets on the circle of uint32_t. */
struct gap {
    uint64_t length;
    size_t after; /* it follows range number `after` */
};

struct range {
    uint32_t first;
    uint32_t last;
};

/* Merging two ranges costs false stops at the IDs in between. Special tokens stand
 * together, and gaps among them are rarely used IDs, so a short gap costs less than
 * a second comparison at every token. */
enum { SHORT_GAP = 4096 };

static int by_length(const void *left, const void *right) {
    const struct gap *a = left;
    const struct gap *b = right;
    if (a->length != b->length)
        return a->length < b->length ? -1 : 1;
    return (a->after > b->after) - (a->after < b->after);
}

/* The segments that matter, in rising order of their signed IDs, which is also a
 * rising order on the circle from INT32_MIN on. */
static size_t collect(const mmspan_matcher *m, struct range *ranges) {
    size_t n = 0;
    for (size_t i = 0; i < m->classes.n_segments; i++) {
        if (!m->class_flags[m->classes.class_at[i]])
            continue;
        int64_t first = m->classes.starts[i];
        int64_t last =
            i + 1 < m->classes.n_segments ? (int64_t)m->classes.starts[i + 1] - 1 : INT32_MAX;
        if (n && ranges[n - 1].last + 1 == (uint32_t)first)
            ranges[n - 1].last = (uint32_t)last;
        else
            ranges[n++] = (struct range){(uint32_t)first, (uint32_t)last};
    }
    return n;
}

/* Marks in `closed` the gaps that are merged away, shortest first. */
static void close_gaps(const struct range *ranges, size_t n, struct gap *gaps, bool *closed) {
    for (size_t i = 0; i < n; i++)
        gaps[i] = (struct gap){ranges[(i + 1) % n].first - ranges[i].last - 1, i};
    qsort(gaps, n, sizeof *gaps, by_length);
    /* n ranges on a circle have n gaps; at least one stays open. */
    for (size_t i = 0; i + 1 < n; i++)
        if (gaps[i].length <= SHORT_GAP || n - i > MM_FILTER_RANGES)
            closed[gaps[i].after] = true;
}

bool mm_make_filter(mmspan_matcher *m) {
    struct mm_arena scratch;
    mm_arena_init(&scratch, &m->arena.allocator);
    size_t most = m->classes.n_segments;
    struct range *ranges = mm_arena_alloc(&scratch, most, sizeof *ranges);
    struct gap *gaps = mm_arena_alloc(&scratch, most, sizeof *gaps);
    bool *closed = mm_arena_alloc(&scratch, most, sizeof *closed);
    bool done = ranges && gaps && closed;
    size_t n = done ? collect(m, ranges) : 0;
    if (n)
        close_gaps(ranges, n, gaps, closed);
    m->filter.n = 0;
    /* Begin behind an open gap, so that every stretch is met from its first range. */
    size_t origin = 0;
    while (n && closed[(origin + n - 1) % n])
        origin++;
    for (size_t k = 0; k < n; k++) {
        size_t i = (origin + k) % n;
        if (!closed[(i + n - 1) % n])
            m->filter.range[m->filter.n++].first = ranges[i].first;
        m->filter.range[m->filter.n - 1].extent =
            ranges[i].last - m->filter.range[m->filter.n - 1].first;
    }
    mm_arena_free(&scratch);
    return done;
}
