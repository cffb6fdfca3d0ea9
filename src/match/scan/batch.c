/* Batches: many sequences into flat arrays, shared out among threads. */
#include "../../../include/mmspan/batch.h"
#include "../error.h"
#include "result.h"

#include <string.h>

struct mmspan_batch {
    mmspan_allocator allocator;
    const mmspan_matcher *matcher;
    mmspan_ragged view;
    mmspan_result *result;
    mmspan_item *items;
    size_t cap_items;
    mmspan_run *runs;
    size_t cap_runs;
    mmspan_finding *findings;
    size_t cap_findings;
    int64_t *offsets;
    size_t cap_offsets;
};

mmspan_status mmspan_batch_create(const mmspan_allocator *allocator, mmspan_batch **batch) {
    if (!batch)
        return MMSPAN_E_ARGUMENT;
    mmspan_allocator memory = mm_allocator(allocator);
    mmspan_batch *made = mm_resize(&memory, NULL, 0, sizeof *made);
    if (!made)
        return MMSPAN_E_MEMORY;
    memset(made, 0, sizeof *made);
    made->allocator = memory;
    if (mmspan_result_create(&memory, &made->result) != MMSPAN_OK) {
        mm_free(&memory, made, sizeof *made);
        return MMSPAN_E_MEMORY;
    }
    *batch = made;
    return MMSPAN_OK;
}

void mmspan_batch_destroy(mmspan_batch *batch) {
    if (!batch)
        return;
    mmspan_allocator memory = batch->allocator;
    mmspan_result_destroy(batch->result);
    mm_free(&memory, batch->items, batch->cap_items * sizeof *batch->items);
    mm_free(&memory, batch->runs, batch->cap_runs * sizeof *batch->runs);
    mm_free(&memory, batch->findings, batch->cap_findings * sizeof *batch->findings);
    mm_free(&memory, batch->offsets, batch->cap_offsets * sizeof *batch->offsets);
    mm_free(&memory, batch, sizeof *batch);
}

const mmspan_ragged *mmspan_batch_view(const mmspan_batch *batch) {
    return &batch->view;
}

static bool append(mmspan_batch *b, void *array, size_t *cap, size_t *n, const void *from,
                   size_t more, size_t size) {
    if (!mm_reserve(&b->allocator, array, cap, *n + more, size))
        return false;
    char *block;
    memcpy(&block, array, sizeof block);
    if (more)
        memcpy(block + *n * size, from, more * size);
    *n += more;
    return true;
}

mmspan_status mmspan_scan_batch(const mmspan_matcher *matcher, const mmspan_ids *values,
                                const int64_t *offsets, size_t n_sequences,
                                const mmspan_batch_options *options, mmspan_batch *batch,
                                mmspan_error *error) {
    (void)options;
    if (!matcher || !values || !batch || values->type != MMSPAN_IDS_INT32)
        return mm_fail_argument(error, "matcher, values or batch");
    batch->view = (mmspan_ragged){0};
    if (!mm_reserve(&batch->allocator, &batch->offsets, &batch->cap_offsets,
                    3 * (n_sequences + 1), sizeof *batch->offsets))
        return mm_fail_memory(error);
    mmspan_ragged v = {.n_sequences = n_sequences};
    int64_t *at = batch->offsets;
    for (size_t i = 0; i <= n_sequences; i++) {
        at[i] = (int64_t)v.n_items;
        at[n_sequences + 1 + i] = (int64_t)v.n_runs;
        at[2 * n_sequences + 2 + i] = (int64_t)v.n_findings;
        if (i == n_sequences)
            break;
        mmspan_status status =
            mmspan_scan(matcher, (const int32_t *)values->data + offsets[i],
                        (size_t)(offsets[i + 1] - offsets[i]), NULL, batch->result, error);
        if (status != MMSPAN_OK)
            return status;
        const mmspan_view *one = mmspan_result_view(batch->result);
        if (!append(batch, &batch->items, &batch->cap_items, &v.n_items, one->items,
                    one->n_items, sizeof *one->items) ||
            !append(batch, &batch->runs, &batch->cap_runs, &v.n_runs, one->runs, one->n_runs,
                    sizeof *one->runs) ||
            !append(batch, &batch->findings, &batch->cap_findings, &v.n_findings, one->findings,
                    one->n_findings, sizeof *one->findings))
            return mm_fail_memory(error);
    }
    v.items = batch->items;
    v.runs = batch->runs;
    v.findings = batch->findings;
    v.item_offsets = at;
    v.run_offsets = at + n_sequences + 1;
    v.finding_offsets = at + 2 * n_sequences + 2;
    batch->view = v;
    return MMSPAN_OK;
}
