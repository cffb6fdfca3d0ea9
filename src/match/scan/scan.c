/* Finds what matters in an array of IDs, and hands it to whoever reads it best. */
#include "scan.h"

#include "ahead.h"

/* The first token behind `i` that may matter outside an attempt, or n. */
static size_t pass_over(const struct mm_engine *e, const int32_t *ids, size_t i, size_t n) {
    const struct mm_filter *filter = &e->matcher->filter;
    const struct mm_ahead *ahead = &e->ahead;
    size_t begin = (size_t)(ahead->ids - ids);
    for (i++; i - begin < ahead->n; i++) {
        i = begin + mm_next_mark(ahead, i - begin);
        if (i - begin == ahead->n)
            break;
        /* What ends a run is marked, whatever it is. */
        if (mm_filter_has(filter, ids[i]))
            return i;
    }
    return i + e->matcher->kernel->find(ids + i, n - i, filter);
}

/* The next token at or behind `i` that an idle engine must look at, or n. */
static size_t find_next(struct mm_engine *e, const int32_t *ids, size_t i, size_t n) {
    /* Items often touch: a look is cheaper than a search. */
    if (!mm_filter_has(&e->matcher->filter, ids[i]))
        i = pass_over(e, ids, i, n);
    /* Marks pay where blocks can be read off them alone. */
    if (i < n && (size_t)(ids + i - e->ahead.ids) >= e->ahead.n &&
        e->matcher->starts[mm_class_of(e->matcher, ids[i])].plain)
        mm_look_ahead(e, ids, i, n);
    return i;
}

/* Goes on from ids[i], which may matter to the idle engine. */
static size_t read_idle(struct mm_engine *e, const int32_t *ids, size_t i, size_t n,
                        int64_t base, mmspan_status *status) {
    const mmspan_matcher *m = e->matcher;
    if (m->starts[mm_class_of(m, ids[i])].plain) {
        size_t behind = mm_read_blocks(e, ids, i, base, status);
        if (behind != i || *status != MMSPAN_OK)
            return behind;
    }
    return i + mm_read_attempts(e, ids + i, n - i, base + (int64_t)i, status);
}

/* Hands the stretch at ids[i] to the engine; returns its length. */
static size_t push_stretch(struct mm_engine *e, const int32_t *ids, size_t i, size_t n,
                           int64_t base, bool literal, mmspan_status *status) {
    const mmspan_matcher *m = e->matcher;
    int64_t at = base + (int64_t)i;
    int32_t id = ids[i];
    uint16_t class_index = mm_class_of(m, id);
    bool escaped = literal && (m->class_flags[class_index] & MM_RESERVED);
    if (escaped)
        class_index = MM_CLASS_TEXT;
    size_t length = 1;
    if (i + 1 < n && ids[i + 1] == id)
        length += mm_run_length(e, ids + i + 1, n - i - 1, id);
    *status = mm_engine_idle(e) && !(m->class_flags[class_index] & MM_STARTS)
                  ? mm_engine_skip(e, at, (int64_t)length, id, class_index, escaped)
                  : mm_engine_push(e, at, (int64_t)length, id, class_index, escaped);
    return length;
}

mmspan_status mm_scan_part(struct mm_engine *e, const int32_t *ids, size_t n, int64_t base,
                           bool literal) {
    if (n == 0)
        return MMSPAN_OK;
    mmspan_status status = mm_engine_reserve(e) ? MMSPAN_OK : MMSPAN_E_MEMORY;
    size_t i = 0;
    /* Where the part before had blocks, this one is likely to have some. */
    bool dense = e->ahead.n > 0;
    e->ahead.ids = ids;
    e->ahead.n = 0;
    if (dense)
        mm_look_ahead(e, ids, 0, n);
    else if (mm_engine_idle(e))
        i = e->matcher->kernel->find(ids, n, &e->matcher->filter);
    while (i < n && status == MMSPAN_OK) {
        size_t behind = i;
        if (mm_engine_idle(e)) {
            i = find_next(e, ids, i, n);
            if (i == n)
                break;
            behind = literal ? i : read_idle(e, ids, i, n, base, &status);
        } else if (!literal) {
            behind += mm_read_on(e, ids + i, n - i, &status);
        }
        if (behind == i && status == MMSPAN_OK)
            behind += push_stretch(e, ids, i, n, base, literal, &status);
        i = behind;
    }
    return status;
}
