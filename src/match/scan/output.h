/*
 * What a scan writes and the operations read: items, runs, findings and rows.
 *
 * The arrays grow and are kept from scan to scan. In a batch the sequences follow each other
 * in the same arrays, so the present one begins at first_item, first_run and first_finding;
 * what items and runs say of each other is relative to that.
 */
#ifndef MMSPAN_MATCH_OUTPUT_H
#define MMSPAN_MATCH_OUTPUT_H

#include "../../../include/mmspan/scan.h"
#include "../alloc.h"

struct mm_output {
    mmspan_allocator allocator;
    mmspan_item *items;
    size_t n_items, cap_items, first_item;
    mmspan_run *runs;
    size_t n_runs, cap_runs, first_run;
    mmspan_finding *findings;
    size_t n_findings, cap_findings, first_finding;
    int64_t rows[MMSPAN_MAX_MODALITIES]; /* of the present sequence so far, by modality */
};

/* Makes an output empty, for good or for another first sequence. Memory is kept. */
void mm_output_init(struct mm_output *out, const mmspan_allocator *allocator);
void mm_output_reset(struct mm_output *out);
void mm_output_free(struct mm_output *out);

/* Ends the present sequence; what is added from now on belongs to another one. */
void mm_output_next(struct mm_output *out);

/* Gives `to`, which is empty, what `from` holds; false when memory is out, and `to` is then
 * as empty as before. */
bool mm_output_copy(struct mm_output *to, const struct mm_output *from);

/* Drops the first items, runs and findings of the only sequence. */
void mm_output_drop(struct mm_output *out, size_t n_items, size_t n_runs, size_t n_findings);

/* A finding about [start, end) whose other members stand for "unused". */
static inline mmspan_finding mm_finding(mmspan_finding_kind kind, int64_t start, int64_t end) {
    return (mmspan_finding){.start = start,
                            .end = end,
                            .kind = (int32_t)kind,
                            .modality = -1,
                            .token = -1,
                            .id = -1,
                            .state = -1,
                            .media = -1};
}

/* The order of findings. */
int mm_compare_findings(const void *left, const void *right);

/* Brings findings from number `middle` on, which are in order, among those from number
 * `first` on, which are so as well. false when memory is out, and nothing is changed. */
bool mm_output_merge(struct mm_output *out, size_t first, size_t middle);

/* mm_output_report when the finding may belong before others. */
mmspan_finding *mm_output_insert(struct mm_output *out, const mmspan_finding *finding);

/* Adds a finding in its place; NULL when memory is out. */
static inline mmspan_finding *mm_output_report(struct mm_output *out, mmspan_finding_kind kind,
                                               int64_t start, int64_t end) {
    if (!mm_reserve(&out->allocator, &out->findings, &out->cap_findings, out->n_findings + 1,
                    sizeof *out->findings))
        return NULL;
    mmspan_finding *f = &out->findings[out->n_findings];
    if (out->n_findings > out->first_finding && f[-1].start >= start) {
        const mmspan_finding finding = mm_finding(kind, start, end);
        return mm_output_insert(out, &finding);
    }
    out->n_findings++;
    *f = mm_finding(kind, start, end);
    return f;
}

/* Makes room for one more item and `n_runs` more runs. */
static inline mmspan_status mm_output_reserve(struct mm_output *out, size_t n_runs) {
    if (out->n_items - out->first_item == INT32_MAX)
        return MMSPAN_E_LIMIT;
    if (!mm_reserve(&out->allocator, &out->items, &out->cap_items, out->n_items + 1,
                    sizeof *out->items) ||
        !mm_reserve(&out->allocator, &out->runs, &out->cap_runs, out->n_runs + n_runs,
                    sizeof *out->runs))
        return MMSPAN_E_MEMORY;
    return MMSPAN_OK;
}

/* Appends an item without runs; there is room. Members are stored one by one: a
 * struct copied as a whole would be stored in parts and loaded in larger ones, which
 * stalls the processor for longer than the rest takes. */
static inline mmspan_item *mm_output_item(struct mm_output *out, int32_t modality, int32_t form,
                                          int64_t start, int64_t end) {
    mmspan_item *item = &out->items[out->n_items++];
    item->start = start;
    item->end = end;
    item->rows = 0;
    item->position = start;
    item->first_run = (int64_t)(out->n_runs - out->first_run);
    item->n_runs = 0;
    item->modality = modality;
    item->form = form;
    item->media = -1;
    item->reserved = 0;
    return item;
}

/* Appends a run of the last item; there is room. */
static inline mmspan_run *mm_output_run(struct mm_output *out, int32_t modality, int64_t start,
                                        int64_t length) {
    mmspan_run *run = &out->runs[out->n_runs++];
    run->start = start;
    run->length = length;
    run->row = out->rows[modality];
    run->modality = modality;
    run->item = (int32_t)(out->n_items - out->first_item - 1);
    out->rows[modality] += length;
    return run;
}

#endif
