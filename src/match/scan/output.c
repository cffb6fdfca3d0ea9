/* The arrays of items, runs and findings: growth, copies, and the order of findings. */
#include "output.h"

#include <string.h>

void mm_output_init(struct mm_output *out, const mmspan_allocator *allocator) {
    memset(out, 0, sizeof *out);
    out->allocator = *allocator;
}

void mm_output_reset(struct mm_output *out) {
    out->n_items = out->first_item = 0;
    out->n_runs = out->first_run = 0;
    out->n_findings = out->first_finding = 0;
    memset(out->rows, 0, sizeof out->rows);
}

void mm_output_free(struct mm_output *out) {
    const mmspan_allocator *memory = &out->allocator;
    mm_free(memory, out->items, out->cap_items * sizeof *out->items);
    mm_free(memory, out->runs, out->cap_runs * sizeof *out->runs);
    mm_free(memory, out->findings, out->cap_findings * sizeof *out->findings);
}

void mm_output_next(struct mm_output *out) {
    /* Without runs no rows were counted. */
    if (out->n_runs != out->first_run)
        memset(out->rows, 0, sizeof out->rows);
    out->first_item = out->n_items;
    out->first_run = out->n_runs;
    out->first_finding = out->n_findings;
}

bool mm_output_copy(struct mm_output *to, const struct mm_output *from) {
    if (!mm_reserve(&to->allocator, &to->items, &to->cap_items, from->n_items,
                    sizeof *to->items) ||
        /* Where there are items there is an array of runs, as a scan leaves it, even of none.
         */
        !mm_reserve(&to->allocator, &to->runs, &to->cap_runs, from->n_runs + 1,
                    sizeof *to->runs) ||
        !mm_reserve(&to->allocator, &to->findings, &to->cap_findings, from->n_findings,
                    sizeof *to->findings))
        return false;
    if (from->n_items)
        memcpy(to->items, from->items, from->n_items * sizeof *to->items);
    if (from->n_runs)
        memcpy(to->runs, from->runs, from->n_runs * sizeof *to->runs);
    if (from->n_findings)
        memcpy(to->findings, from->findings, from->n_findings * sizeof *to->findings);
    to->n_items = from->n_items;
    to->n_runs = from->n_runs;
    to->n_findings = from->n_findings;
    memcpy(to->rows, from->rows, sizeof to->rows);
    return true;
}

void mm_output_drop(struct mm_output *out, size_t n_items, size_t n_runs, size_t n_findings) {
    out->n_items -= n_items;
    out->n_runs -= n_runs;
    out->n_findings -= n_findings;
    if (out->n_items && n_items)
        memmove(out->items, out->items + n_items, out->n_items * sizeof *out->items);
    if (out->n_runs && n_runs)
        memmove(out->runs, out->runs + n_runs, out->n_runs * sizeof *out->runs);
    if (out->n_findings && n_findings)
        memmove(out->findings, out->findings + n_findings,
                out->n_findings * sizeof *out->findings);
    for (size_t i = 0; i < out->n_items; i++)
        out->items[i].first_run -= (int64_t)n_runs;
    for (size_t i = 0; i < out->n_runs; i++)
        out->runs[i].item -= (int32_t)n_items;
}

int mm_compare_findings(const void *left, const void *right) {
    const mmspan_finding *a = left;
    const mmspan_finding *b = right;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    if (a->end != b->end)
        return a->end < b->end ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return (a->modality > b->modality) - (a->modality < b->modality);
}

mmspan_finding *mm_output_insert(struct mm_output *out, const mmspan_finding *finding) {
    /* Findings come nearly in order: only those of one place may have to swap. */
    size_t at = out->n_findings++;
    while (at > out->first_finding &&
           mm_compare_findings(&out->findings[at - 1], finding) > 0) {
        out->findings[at] = out->findings[at - 1];
        at--;
    }
    out->findings[at] = *finding;
    return &out->findings[at];
}

bool mm_output_merge(struct mm_output *out, size_t first, size_t middle) {
    size_t n = out->n_findings;
    size_t n_late = n - middle;
    /* Most often they belong where they are. */
    if (n_late == 0 || middle == first ||
        mm_compare_findings(&out->findings[middle - 1], &out->findings[middle]) <= 0)
        return true;
    if (!mm_reserve(&out->allocator, &out->findings, &out->cap_findings, n + n_late,
                    sizeof *out->findings))
        return false;
    mmspan_finding *findings = out->findings;
    mmspan_finding *late = findings + n;
    memcpy(late, findings + middle, n_late * sizeof *late);
    for (size_t to = n; n_late > 0;) {
        bool from_late = middle == first ||
                         mm_compare_findings(&findings[middle - 1], &late[n_late - 1]) <= 0;
        findings[--to] = from_late ? late[--n_late] : findings[--middle];
    }
    return true;
}
