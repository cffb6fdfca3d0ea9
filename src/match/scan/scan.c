/* Scans one array, and the life of a result. */
#include "scan.h"

#include "../error.h"
#include "ahead.h"
#include "result.h"

#include <string.h>

mmspan_status mmspan_result_create(const mmspan_allocator *allocator, mmspan_result **result) {
    if (!result)
        return MMSPAN_E_ARGUMENT;
    mmspan_allocator memory = mm_allocator(allocator);
    mmspan_result *made = mm_resize(&memory, NULL, 0, sizeof *made);
    if (!made)
        return MMSPAN_E_MEMORY;
    memset(made, 0, sizeof *made);
    made->allocator = memory;
    mm_engine_init(&made->engine, &memory);
    *result = made;
    return MMSPAN_OK;
}

void mmspan_result_destroy(mmspan_result *result) {
    if (!result)
        return;
    mmspan_allocator memory = result->allocator;
    mm_engine_free(&result->engine);
    mm_free(&memory, result, sizeof *result);
}

const mmspan_view *mmspan_result_view(const mmspan_result *result) {
    return &result->view;
}

const mmspan_matcher *mmspan_result_matcher(const mmspan_result *result) {
    return result->matcher;
}

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
    if (i < n && (size_t)(ids + i - e->ahead.ids) >= e->ahead.n)
        mm_look_ahead(e, ids, i, n);
    return i;
}

/* Goes on from ids[i], which may matter to the idle engine, as far as the fast ways lead.
 * Returns i when the general way must be taken. */
static size_t try_fast(struct mm_engine *e, const int32_t *ids, size_t i, size_t n,
                       int64_t base, mmspan_status *status) {
    const mmspan_matcher *m = e->matcher;
    if (m->starts[mm_class_of(m, ids[i])].plain) {
        size_t behind = mm_fast_blocks(e, ids, i, n, base, status);
        if (behind != i || *status != MMSPAN_OK)
            return behind;
    }
    return i + mm_fast_stretches(e, ids + i, n - i, base + (int64_t)i, status);
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
    if (!mm_engine_idle(e) && !literal && status == MMSPAN_OK)
        i = mm_fast_resume(e, ids, n, &status);
    while (i < n && status == MMSPAN_OK) {
        size_t behind = i;
        if (mm_engine_idle(e)) {
            i = find_next(e, ids, i, n);
            if (i == n)
                break;
            behind = literal ? i : try_fast(e, ids, i, n, base, &status);
        } else if (!literal) {
            behind += mm_fast_feed(e, ids + i, n - i, &status);
        }
        if (behind == i && status == MMSPAN_OK)
            behind += push_stretch(e, ids, i, n, base, literal, &status);
        i = behind;
    }
    return status;
}

/* Sorted, apart from each other and inside the sequence? */
static bool spans_fit(const mmspan_span *spans, size_t n_spans, size_t n) {
    int64_t end = 0;
    for (size_t i = 0; i < n_spans; i++) {
        if (spans[i].start < end || spans[i].end < spans[i].start || (uint64_t)spans[i].end > n)
            return false;
        end = spans[i].end;
    }
    return true;
}

static mmspan_status scan_all(struct mm_engine *e, const int32_t *ids, size_t n,
                              const mmspan_scan_options *options) {
    size_t at = 0;
    mmspan_status status = MMSPAN_OK;
    for (size_t i = 0; options && i < options->n_literal && status == MMSPAN_OK; i++) {
        size_t start = (size_t)options->literal[i].start;
        size_t end = (size_t)options->literal[i].end;
        status = mm_scan_part(e, ids + at, start - at, (int64_t)at, false);
        if (status == MMSPAN_OK && end > start)
            status = mm_scan_part(e, ids + start, end - start, (int64_t)start, true);
        at = end;
    }
    if (status == MMSPAN_OK && n > at)
        status = mm_scan_part(e, ids + at, n - at, (int64_t)at, false);
    return status == MMSPAN_OK ? mm_engine_finish(e) : status;
}

void mm_result_refresh(mmspan_result *result, int64_t n_tokens) {
    const struct mm_engine *e = &result->engine;
    result->view = (mmspan_view){.items = e->items,
                                 .runs = e->runs,
                                 .findings = e->findings,
                                 .n_items = e->n_items,
                                 .n_runs = e->n_runs,
                                 .n_findings = e->n_findings,
                                 .n_tokens = n_tokens};
}

mmspan_status mm_fail_scan(mmspan_error *error, mmspan_status status) {
    if (status == MMSPAN_E_LIMIT)
        return mm_fail(error, status, NULL, "more than %d items in one sequence", INT32_MAX);
    return mm_fail_memory(error);
}

static mmspan_status check_arguments(const mmspan_matcher *matcher, const int32_t *ids,
                                     size_t n, const mmspan_scan_options *options,
                                     mmspan_error *error) {
    if (!matcher || (!ids && n) || n > PTRDIFF_MAX / sizeof *ids)
        return mm_fail_argument(error, "matcher, ids or n");
    if (options &&
        (options->struct_size < sizeof *options || (options->n_literal && !options->literal) ||
         !spans_fit(options->literal, options->n_literal, n)))
        return mm_fail_argument(error,
                                "literal spans must be sorted, apart from each other and "
                                "inside the sequence");
    return MMSPAN_OK;
}

mmspan_status mmspan_scan(const mmspan_matcher *matcher, const int32_t *ids, size_t n,
                          const mmspan_scan_options *options, mmspan_result *result,
                          mmspan_error *error) {
    if (!result)
        return mm_fail_argument(error, "result");
    result->matcher = matcher;
    mm_engine_reset(&result->engine, matcher);
    mmspan_status status = check_arguments(matcher, ids, n, options, error);
    if (status == MMSPAN_OK) {
        status = scan_all(&result->engine, ids, n, options);
        if (status != MMSPAN_OK)
            mm_fail_scan(error, status);
    }
    if (status != MMSPAN_OK)
        mm_engine_reset(&result->engine, matcher);
    mm_result_refresh(result, status == MMSPAN_OK ? (int64_t)n : 0);
    result->rewritten = result->view.n_tokens;
    return status;
}
