/* Makes a result what was decided: split items, and findings in their places. */
#include "fit.h"

#include <string.h>

static bool is_about_media(const mmspan_finding *finding) {
    return finding->kind == MMSPAN_FINDING_MEDIA_COUNT ||
           finding->kind == MMSPAN_FINDING_MEDIA_LAYOUT ||
           finding->kind == MMSPAN_FINDING_MEDIA_ROWS;
}

/* Are there findings of the scan, and not only of an earlier call? */
static bool has_findings(const struct mm_output *out) {
    size_t i = 0;
    while (i < out->n_findings && is_about_media(&out->findings[i]))
        i++;
    return i < out->n_findings;
}

/* A walk over the items that the findings are about. */
struct walk {
    size_t item;
    size_t note; /* on its first part */
};

static size_t count_parts(const struct mm_fit *fit, const struct walk *at) {
    return 1 + (mm_note_on(fit, at->note) >> MM_PARTS_SHIFT);
}

/* Does it judge the rows of a run that is cut? Those of its parts are judged anew. */
static bool is_stale(const struct mm_fit *fit, const mmspan_finding *finding, struct walk *at) {
    const struct mm_output *out = fit->out;
    if (fit->more == 0)
        return false;
    while (at->item < out->n_items && out->items[at->item].start < finding->start) {
        at->note += count_parts(fit, at);
        at->item++;
    }
    return finding->kind == MMSPAN_FINDING_ROWS && at->item < out->n_items &&
           out->items[at->item].start == finding->start &&
           out->items[at->item].end == finding->end && count_parts(fit, at) > 1;
}

/* Removes the findings of an earlier call, and what does not hold any more; moves those that
 * are kept behind them up. */
static void drop_findings(const struct mm_fit *fit) {
    struct mm_output *out = fit->out;
    struct walk at = {0};
    size_t kept = 0;
    for (size_t i = 0; i < out->n_findings; i++)
        if (!is_about_media(&out->findings[i]) && !is_stale(fit, &out->findings[i], &at))
            out->findings[kept++] = out->findings[i];
    if (kept < out->n_findings && fit->n_findings)
        memmove(out->findings + kept, out->findings + out->n_findings,
                fit->n_findings * sizeof *out->findings);
    out->n_findings = kept;
}

static void turn_round(mmspan_finding *findings, size_t n) {
    for (size_t i = 0; i < n / 2; i++) {
        mmspan_finding finding = findings[i];
        findings[i] = findings[n - 1 - i];
        findings[n - 1 - i] = finding;
    }
}

/* Orders findings that nearly are in order. One is made when its item or group has ended, so
 * all that may have to move before another are those of other modalities in its own span,
 * each of them once for each modality: that takes linear time. */
static void order(mmspan_finding *findings, size_t n) {
    for (size_t i = 1; i < n; i++) {
        if (findings[i - 1].start < findings[i].start ||
            mm_compare_findings(&findings[i - 1], &findings[i]) <= 0)
            continue;
        mmspan_finding finding = findings[i];
        size_t at = i;
        for (; at > 0 && mm_compare_findings(&findings[at - 1], &finding) > 0; at--)
            findings[at] = findings[at - 1];
        findings[at] = finding;
    }
}

/* Adds the findings of the pass, of which the last n_counts say that there are too many or too
 * few media. There is room. */
static void add_findings(struct mm_fit *fit) {
    struct mm_output *out = fit->out;
    size_t n_placed = fit->n_findings - fit->n_counts;
    drop_findings(fit);
    if (fit->n_findings == 0)
        return;
    size_t middle = out->n_findings;
    if (fit->from_end)
        turn_round(out->findings + middle, n_placed);
    order(out->findings + middle, n_placed);
    order(out->findings + middle + n_placed, fit->n_counts);
    mmspan_finding counts[MMSPAN_MAX_MODALITIES];
    memcpy(counts, out->findings + middle + n_placed, fit->n_counts * sizeof *counts);
    out->n_findings = middle + n_placed;
    mm_output_merge(out, 0, middle);
    middle = out->n_findings;
    memcpy(out->findings + middle, counts, fit->n_counts * sizeof *counts);
    out->n_findings += fit->n_counts;
    mm_output_merge(out, 0, middle);
}

/* Writes the parts of an item, which takes rows from its first token to its last, so that the
 * last one is item number `to` and has run number `to_run`. */
static void write_parts(struct mm_fit *fit, const mmspan_item *item, size_t parts, size_t to,
                        size_t to_run) {
    struct mm_output *out = fit->out;
    const struct mm_queue *queue = &fit->queues[item->modality];
    mmspan_run run = out->runs[item->first_run];
    mmspan_item part = *item;
    run.row += item->rows;
    for (size_t i = 0; i < parts; i++) {
        int32_t media = mm_noted_media(mm_note_on(fit, to - i));
        part.rows = queue->unexpanded ? 1 : mm_media_at(fit, queue, media)->rows;
        part.start = part.end - part.rows;
        part.position = part.start;
        part.first_run = (int64_t)(to_run - i);
        run.start = part.start;
        run.length = part.rows;
        run.row -= part.rows;
        run.item = (int32_t)(to - i);
        out->items[to - i] = part;
        out->runs[to_run - i] = run;
        part.end = part.start;
    }
}

/* Moves an item and its runs behind; the last run becomes number `to_run`. */
static void move_item(struct mm_output *out, const mmspan_item *item, size_t to,
                      size_t to_run) {
    size_t first = to_run + 1 - (size_t)item->n_runs;
    for (int32_t r = item->n_runs; r-- > 0;) {
        mmspan_run run = out->runs[item->first_run + r];
        run.item = (int32_t)to;
        out->runs[first + (size_t)r] = run;
    }
    out->items[to] = *item;
    out->items[to].first_run = (int64_t)first;
}

/* From the end on, so that each item is read before its place is written to. */
static void split_items(struct mm_fit *fit) {
    struct mm_output *out = fit->out;
    size_t from = out->n_items;
    size_t to = out->n_items += fit->more;
    size_t to_run = out->n_runs += fit->more;
    while (to > from) {
        mmspan_item item = out->items[--from];
        size_t parts = 1 + (mm_note_on(fit, to - 1) >> MM_PARTS_SHIFT);
        if (parts > 1) {
            write_parts(fit, &item, parts, to - 1, to_run - 1);
            to_run -= parts;
        } else {
            move_item(out, &item, to - 1, to_run - 1);
            to_run -= (size_t)item.n_runs;
        }
        to -= parts;
    }
}

/* For each modality what was handed out, so that truncation knows which media survive. */
static void remember_media(const struct mm_fit *fit) {
    mmspan_result *result = fit->result;
    result->assigned = true;
    for (uint32_t m = 0; m < fit->matcher->n_modalities; m++) {
        const struct mm_queue *queue = &fit->queues[m];
        int64_t before = fit->from_end ? queue->count - queue->taken - queue->surplus : 0;
        result->handed[m] = (mmspan_span){before, queue->count};
    }
}

void mm_fit_leave(struct mm_fit *fit) {
    bool assigned = fit->result->assigned;
    mm_result_refresh(fit->result, fit->n_tokens);
    fit->result->assigned = assigned;
}

mmspan_status mm_fit_apply(struct mm_fit *fit) {
    struct mm_output *out = fit->out;
    /* Merging needs room for a second copy of what is merged into something. */
    size_t copied = has_findings(out) ? fit->n_findings : fit->n_counts;
    if (!mm_reserve(&out->allocator, &out->items, &out->cap_items, out->n_items + fit->more,
                    sizeof *out->items) ||
        !mm_reserve(&out->allocator, &out->runs, &out->cap_runs, out->n_runs + fit->more,
                    sizeof *out->runs) ||
        !mm_reserve(&out->allocator, &out->findings, &out->cap_findings,
                    out->n_findings + fit->n_findings + copied, sizeof *out->findings))
        return MMSPAN_E_MEMORY;
    add_findings(fit);
    split_items(fit);
    mm_result_refresh(fit->result, fit->n_tokens);
    remember_media(fit);
    return MMSPAN_OK;
}
