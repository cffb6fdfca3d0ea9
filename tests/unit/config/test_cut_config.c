/*
 * What a cut leaves of the examples of the shipped configs. At each position the part before
 * it and the part behind it are prompts, and what is an item there must be one in the whole
 * prompt already. An item is new when it is not; of a good prompt, one without anything
 * broken, truncated or stray, this must hold:
 *
 *   - A new item lies in one item of the whole, or in a run that the whole cuts into several.
 *     Text never becomes an item.
 *   - An item that is closed, whose first and last token take no rows, leaves none behind,
 *     unless all that is left of it is a lone placeholder (Gemma 3's begin token). A few
 *     models let whole tiles or frames stand for images, or have patches that text parts from
 *     the rest; their configs say so under `leftovers`, and `mmspan check` that it is true.
 *   - An item that is open at an end (a run without delimiters, Pixtral's rows) leaves
 *     shorter items or placeholders of its own modality.
 *   - An item that a token of text parts from the cut is still there.
 *
 * Of every prompt, a good one or not: no item lies in a broken or truncated block, and no
 * lone placeholder touches, however many items stand between, anything broken, truncated or
 * stray.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../support/shipped.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A part [start, end) of a prompt, and what was found in both. Items of the part have the
 * positions of the whole. */
struct part {
    const struct shipped *model;
    const char *example;
    const int32_t *ids;
    int64_t start;
    int64_t end;
    const mmspan_view *whole;
    const mmspan_view *view;
    bool good;
    uint8_t *marks; /* of the part's tokens */
};

static void fail_item(const struct part *part, const mmspan_item *item, const char *what) {
    fail_msg("%s, %s, tokens [%" PRId64 ", %" PRId64 "): %s %s [%" PRId64 ", %" PRId64 ") %s",
             part->model->model, part->example, part->start, part->end,
             mmspan_matcher_modality_name(part->model->matcher, item->modality),
             mmspan_form_name(item->form), item->start, item->end, what);
}

static bool is_wreck(const mmspan_finding *finding) {
    return finding->kind == MMSPAN_FINDING_BROKEN_BLOCK ||
           finding->kind == MMSPAN_FINDING_TRUNCATED_BLOCK ||
           finding->kind == MMSPAN_FINDING_STRAY_TOKEN;
}

static bool is_good(const mmspan_view *view) {
    for (size_t i = 0; i < view->n_findings; i++) {
        if (is_wreck(&view->findings[i]))
            return false;
    }
    return true;
}

static bool is_same(const mmspan_item *a, const mmspan_item *b) {
    return a->start == b->start && a->end == b->end && a->modality == b->modality &&
           a->form == b->form && a->rows == b->rows;
}

static bool has_item(const mmspan_view *view, const mmspan_item *item, int64_t offset) {
    for (size_t i = 0; i < view->n_items; i++) {
        mmspan_item other = view->items[i];
        other.start += offset;
        other.end += offset;
        if (is_same(&other, item))
            return true;
    }
    return false;
}

/* The item of the whole that an item lies in, or NULL. */
static const mmspan_item *host_of(const mmspan_view *whole, const mmspan_item *item) {
    for (size_t i = 0; i < whole->n_items; i++) {
        if (whole->items[i].start <= item->start && item->end <= whole->items[i].end)
            return &whole->items[i];
    }
    return NULL;
}

static bool is_closed(const mmspan_view *whole, const mmspan_item *item) {
    if (item->n_runs == 0)
        return true;
    const mmspan_run *first = &whole->runs[item->first_run];
    const mmspan_run *last = first + item->n_runs - 1;
    return first->start > item->start && last->start + last->length < item->end;
}

/* True when it is all that is left of its host. */
static bool is_the_rest(const struct part *part, const mmspan_item *host,
                        const mmspan_item *item) {
    int64_t start = host->start < part->start ? part->start : host->start;
    int64_t end = host->end > part->end ? part->end : host->end;
    return item->start == start && item->end == end;
}

/* How many tokens of an item are in runs without delimiters of the modality, or are what
 * such a run has left over. */
static int64_t undelimited(const mmspan_view *whole, const mmspan_item *item) {
    int64_t n = 0;
    for (int64_t at = item->start; at < item->end; at++) {
        bool found = false;
        for (size_t i = 0; i < whole->n_items && !found; i++) {
            const mmspan_item *other = &whole->items[i];
            found = other->start <= at && at < other->end &&
                    other->modality == item->modality &&
                    other->rows == other->end - other->start;
        }
        for (size_t i = 0; i < whole->n_findings && !found; i++) {
            const mmspan_finding *finding = &whole->findings[i];
            found = finding->start <= at && at < finding->end &&
                    finding->modality == item->modality &&
                    finding->kind == MMSPAN_FINDING_REMAINDER;
        }
        n += found;
    }
    return n;
}

static void check_new_item(const struct part *part, const mmspan_item *item) {
    const mmspan_item *host = host_of(part->whole, item);
    if (!host) {
        if (undelimited(part->whole, item) < item->end - item->start)
            fail_item(part, item, "is new, where the whole has no item");
    } else if (!is_closed(part->whole, host)) {
        if (item->modality != host->modality)
            fail_item(part, item, "is new, and of another modality than what was cut");
    } else if (item->form != MMSPAN_FORM_BARE || !is_the_rest(part, host, item)) {
        if (!*mmspan_config_leftovers(part->model->config))
            fail_item(part, item, "is new, left of an item with begin and end");
    }
}

static void check_new_items(const struct part *part) {
    for (size_t i = 0; i < part->view->n_items; i++) {
        mmspan_item item = part->view->items[i];
        item.start += part->start;
        item.end += part->start;
        if (!has_item(part->whole, &item, 0))
            check_new_item(part, &item);
    }
}

/* Is there a token of text, in no item, among these? */
static bool has_text(const struct part *part, int64_t from, int64_t to) {
    for (int64_t at = from; at < to; at++) {
        const mmspan_item one = {.start = at, .end = at + 1};
        if (!mmspan_matcher_is_reserved(part->model->matcher, part->ids[at]) &&
            !host_of(part->whole, &one))
            return true;
    }
    return false;
}

static void check_kept_items(const struct part *part) {
    for (size_t i = 0; i < part->whole->n_items; i++) {
        const mmspan_item *item = &part->whole->items[i];
        bool apart = part->start == 0 ? has_text(part, item->end, part->end)
                                      : has_text(part, part->start, item->start);
        if (apart && !has_item(part->view, item, part->start))
            fail_item(part, item, "is lost, though text parts it from the cut");
    }
}

enum { MARK_FULL = 1, MARK_WRECK = 2, MARK_LONE = 4 };

static void mark(uint8_t *marks, int64_t start, int64_t end, int bits) {
    for (int64_t at = start; at < end; at++)
        marks[at] |= (uint8_t)bits;
}

/* No lone placeholder is in one cluster with anything broken, truncated or stray. */
static void check_clusters(const struct part *part) {
    const mmspan_view *view = part->view;
    memset(part->marks, 0, (size_t)view->n_tokens);
    for (size_t i = 0; i < view->n_items; i++) {
        const mmspan_item *item = &view->items[i];
        bool lone = item->form == MMSPAN_FORM_BARE && item->end - item->start == 1;
        mark(part->marks, item->start, item->end, MARK_FULL | (lone ? MARK_LONE : 0));
    }
    for (size_t i = 0; i < view->n_findings; i++) {
        const mmspan_finding *finding = &view->findings[i];
        if (is_wreck(finding))
            mark(part->marks, finding->start, finding->end, MARK_FULL | MARK_WRECK);
    }
    int cluster = 0;
    for (int64_t at = 0; at < view->n_tokens; at++) {
        cluster = part->marks[at] ? cluster | part->marks[at] : 0;
        if ((cluster & MARK_WRECK) && (cluster & MARK_LONE))
            fail_msg("%s, %s, tokens [%" PRId64 ", %" PRId64 "): a lone placeholder among the "
                     "wreckage before token %" PRId64,
                     part->model->model, part->example, part->start, part->end,
                     part->start + at + 1);
    }
}

static void check_broken_blocks(const struct part *part) {
    const mmspan_view *view = part->view;
    for (size_t i = 0; i < view->n_findings; i++) {
        const mmspan_finding *finding = &view->findings[i];
        for (size_t k = 0; k < view->n_items && is_wreck(finding); k++)
            if (finding->start <= view->items[k].start && view->items[k].end <= finding->end)
                fail_item(part, &view->items[k], "lies in what is broken");
    }
}

static void check_part(struct part *part, int64_t start, int64_t end, mmspan_result *result) {
    part->start = start;
    part->end = end;
    part->view = shipped_scan(part->model, part->ids + start, (size_t)(end - start), result);
    check_broken_blocks(part);
    check_clusters(part);
    if (part->good) {
        check_new_items(part);
        check_kept_items(part);
    }
}

static size_t n_cuts;

static void cut_everywhere(const struct shipped *model, const char *name, const int32_t *ids,
                           size_t n, mmspan_result *result) {
    mmspan_result *cut = shipped_result();
    struct part part = {.model = model,
                        .example = name,
                        .ids = ids,
                        .whole = shipped_scan(model, ids, n, result),
                        .marks = malloc(n + 1)};
    assert_non_null(part.marks);
    part.good = is_good(part.whole);
    for (int64_t at = 0; at <= (int64_t)n; at++, n_cuts++) {
        check_part(&part, 0, at, cut);
        check_part(&part, at, (int64_t)n, cut);
    }
    free(part.marks);
    mmspan_result_destroy(cut);
}

static void test_cuts(void **state) {
    (void)state;
    shipped_all_examples(cut_everywhere);
    print_message("%zu cuts\n", n_cuts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cuts),
    };
    return cmocka_run_group_tests(tests, shipped_open_all, shipped_close_all);
}
