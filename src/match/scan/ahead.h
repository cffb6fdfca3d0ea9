/*
 * What lies ahead of an idle engine. Where the next search begins is known only when the
 * last one is through, and meanwhile memory waits; so once something was found, the
 * kernel marks two thousand tokens at a time, and blocks are read off the marks.
 */
#ifndef MMSPAN_MATCH_AHEAD_H
#define MMSPAN_MATCH_AHEAD_H

#include "engine.h"

static inline unsigned mm_lowest_bit(uint64_t word) {
#ifdef __GNUC__
    return (unsigned)__builtin_ctzll(word);
#else
    unsigned n = 0;
    for (; !(word & 1); word >>= 1)
        n++;
    return n;
#endif
}

/* The first mark at or behind index `from` of the marked tokens, or their number. */
static inline size_t mm_next_mark(const struct mm_ahead *ahead, size_t from) {
    if (from >= ahead->n)
        return ahead->n;
    size_t word = from / 64;
    uint64_t marks = ahead->marks[word] >> from % 64;
    if (marks)
        return from + mm_lowest_bit(marks);
    uint32_t words = ahead->words & ~UINT32_C(1) << word;
    if (!words)
        return ahead->n;
    word = mm_lowest_bit(words);
    return word * 64 + mm_lowest_bit(ahead->marks[word]);
}

/* The ID that runs from ids[0] on are likely to have: that of a run at hand, or of the patch
 * of a plain block. Otherwise `known`, from before. */
static inline int32_t mm_likely_run(const mmspan_matcher *m, const int32_t *ids,
                                    int32_t known) {
    if (!mm_filter_has(&m->filter, ids[1]))
        return known;
    if (ids[0] == ids[1])
        return ids[0];
    uint16_t begun = mm_next(m, 1, mm_class_of(m, ids[0]));
    uint16_t state = mm_next(m, begun, mm_class_of(m, ids[1]));
    return ids[1] == ids[2] || m->blocks[state].end != MM_NO_BLOCK ? ids[1] : known;
}

/* Marks ids[i..n). */
static inline void mm_look_ahead(struct mm_engine *e, const int32_t *ids, size_t i, size_t n) {
    const mmspan_matcher *m = e->matcher;
    struct mm_ahead *ahead = &e->ahead;
    /* Whole cache lines are read faster than parts of two. */
    size_t before = (uintptr_t)(ids + i) / sizeof *ids % 16;
    size_t start = before < i ? i - before : i;
    ahead->n = 0;
    if (n - start < MM_MARK_MIN)
        return;
    if (!mm_filter_has(&m->filter, ahead->id))
        ahead->id = (int32_t)m->filter.range[0].first;
    ahead->id = mm_likely_run(m, ids + i, ahead->id);
    ahead->ids = ids + start;
    ahead->n = n - start < MM_MARK_MAX ? n - start : MM_MARK_MAX;
    ahead->words = m->kernel->mark(ahead->ids, ahead->n, &m->filter, ahead->id, ahead->marks);
}

/* How many of ids[0..n) go on with a run of `id`, which the token before is. */
static inline size_t mm_run_length(const struct mm_engine *e, const int32_t *ids, size_t n,
                                   int32_t id) {
    const struct mm_ahead *ahead = &e->ahead;
    size_t from = (size_t)(ids - ahead->ids);
    size_t length = 0;
    if (id == ahead->id && from < ahead->n) {
        length = mm_next_mark(ahead, from) - from;
        if (from + length < ahead->n)
            return length;
    }
    return length + e->matcher->kernel->run(ids + length, n - length, id);
}

#endif
