/* Judges prompts by what a scan finds in them. */
#include "prompt_kinds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

/* Which findings tell a cut or a broken prompt, the surest first. Where one does in what the
 * test has made, one as sure is asked of an example. */
static const int32_t tells[N_KINDS][NOT_AT_ALL] = {
    [CUT_START] = {MMSPAN_FINDING_STRAY_TOKEN, MMSPAN_FINDING_ROWS, MMSPAN_FINDING_REMAINDER,
                   MMSPAN_FINDING_BROKEN_BLOCK},
    [CUT_END] = {MMSPAN_FINDING_TRUNCATED_BLOCK, MMSPAN_FINDING_REMAINDER, MMSPAN_FINDING_ROWS,
                 MMSPAN_FINDING_STRAY_TOKEN},
    [BROKEN] = {MMSPAN_FINDING_BROKEN_BLOCK, MMSPAN_FINDING_ROWS, MMSPAN_FINDING_REMAINDER,
                MMSPAN_FINDING_STRAY_TOKEN},
};

void prompt_add(struct prompt *prompt, const int32_t *ids, size_t n) {
    prompt->ids = realloc(prompt->ids, (prompt->n + n + 1) * sizeof *ids);
    assert_non_null(prompt->ids);
    memcpy(prompt->ids + prompt->n, ids, n * sizeof *ids);
    prompt->n += n;
}

struct prompt prompt_joined(struct prompt a, struct prompt b, struct prompt c) {
    struct prompt all = {0};
    prompt_add(&all, a.ids, a.n);
    prompt_add(&all, b.ids, b.n);
    prompt_add(&all, c.ids, c.n);
    return all;
}

struct prompt prompt_slice(struct prompt prompt, int64_t start, int64_t end) {
    return (struct prompt){prompt.ids + start, (size_t)(end - start)};
}

static bool touches(enum kind kind, const mmspan_finding *finding, size_t n) {
    if (kind == CUT_START)
        return finding->start == 0;
    return kind == CUT_END ? finding->end == (int64_t)n : finding->end < (int64_t)n;
}

/* How surely the findings tell the kind: index in `tells`, the least of all. */
static size_t sureness(const mmspan_view *view, enum kind kind, size_t n) {
    size_t best = NOT_AT_ALL;
    for (size_t i = 0; i < view->n_findings; i++)
        for (size_t k = 0; k < best; k++)
            if (tells[kind][k] == view->findings[i].kind &&
                touches(kind, &view->findings[i], n))
                best = k;
    return best;
}

struct prompt judge_collapsed(const struct judge *judge, struct prompt prompt, bool *is_same) {
    struct prompt out = {0};
    mmspan_error error;
    shipped_scan(judge->model, prompt.ids, prompt.n, judge->other);
    mmspan_collapse(judge->other, prompt.ids, prompt.n, NULL, 0, &out.n, &error);
    out.ids = malloc((out.n + 1) * sizeof *out.ids);
    assert_non_null(out.ids);
    if (mmspan_collapse(judge->other, prompt.ids, prompt.n, out.ids, out.n, &out.n, &error) !=
        MMSPAN_OK)
        fail_msg("%s: %s", judge->model->model, error.message);
    *is_same = out.n == prompt.n && memcmp(out.ids, prompt.ids, out.n * sizeof *out.ids) == 0;
    return out;
}

static bool is_clean_around(const struct judge *judge, struct prompt prompt, int64_t start,
                            int64_t end) {
    const mmspan_view *view = shipped_scan(judge->model, prompt.ids, prompt.n, judge->other);
    for (size_t i = 0; i < view->n_items && view->n_findings == 0; i++) {
        const mmspan_item *item = &view->items[i];
        if (item->start <= start && item->end >= end && item->end - item->start > end - start)
            return true;
    }
    return false;
}

/* With one item taken for a patch, the prompt is clean, and the patch stands in an item. */
static bool is_nested(const struct judge *judge, struct prompt prompt) {
    const mmspan_view *view = shipped_scan(judge->model, prompt.ids, prompt.n, judge->result);
    for (size_t i = 0; i < view->n_items && view->n_findings > 0; i++) {
        const mmspan_item item = view->items[i];
        if (item.form != MMSPAN_FORM_BLOCK || item.n_runs == 0)
            continue;
        struct prompt patch = prompt_slice(prompt, view->runs[item.first_run].start,
                                           view->runs[item.first_run].start + 1);
        struct prompt outer = prompt_joined(prompt_slice(prompt, 0, item.start), patch,
                                            prompt_slice(prompt, item.end, (int64_t)prompt.n));
        const bool clean = is_clean_around(judge, outer, item.start, item.start + 1);
        free(outer.ids);
        if (clean)
            return true;
    }
    return false;
}

/* Is there more to the item than its placeholder? */
static bool is_expanded(const struct judge *judge, struct prompt prompt,
                        const mmspan_item *item) {
    bool is_same = false;
    if (item->form != MMSPAN_FORM_BLOCK)
        return false;
    free(judge_collapsed(judge, prompt_slice(prompt, item->start, item->end), &is_same).ids);
    return !is_same;
}

static bool is_collapsed(const struct judge *judge, struct prompt prompt) {
    const mmspan_view *view = shipped_scan(judge->model, prompt.ids, prompt.n, judge->result);
    return view->n_items > 0 && view->n_findings == 0 &&
           !is_expanded(judge, prompt, &view->items[0]);
}

/* A clean prompt with that many items: 0 when they are expanded, 1 otherwise. */
static size_t judge_clean(const struct judge *judge, struct prompt prompt, size_t least) {
    size_t n = 0;
    const mmspan_view *view = shipped_scan(judge->model, prompt.ids, prompt.n, judge->result);
    if (view->n_findings > 0 || view->n_items < least)
        return NOT_AT_ALL;
    for (size_t i = 0; i < view->n_items && n < least; i++)
        n += is_expanded(judge, prompt, &view->items[i]);
    return n < least;
}

size_t judge_prompt(const struct judge *judge, enum kind kind, struct prompt prompt) {
    if (kind == NESTED)
        return is_nested(judge, prompt) ? 0 : NOT_AT_ALL;
    if (kind == COLLAPSED)
        return is_collapsed(judge, prompt) ? 0 : NOT_AT_ALL;
    if (kind == GOOD || kind == SEVERAL)
        return judge_clean(judge, prompt, kind == GOOD ? 1 : 2);
    return sureness(shipped_scan(judge->model, prompt.ids, prompt.n, judge->result), kind,
                    prompt.n);
}
