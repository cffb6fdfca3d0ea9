/*
 * mmspan/batch.h: scans many sequences at once, on one thread or several.
 *
 *     mmspan_batch *batch;
 *     mmspan_batch_create(NULL, &batch);
 *     mmspan_ids values = {.data = tokens, .n = n, .type = MMSPAN_IDS_INT64};
 *     mmspan_scan_batch(matcher, &values, offsets, n_sequences, NULL, batch, &err);
 *     const mmspan_ragged *view = mmspan_batch_view(batch);
 *
 * The result is one object with flat arrays, laid out as ragged columns are in Arrow, NumPy
 * and PyTorch, so that all of these can read it without a copy.
 */
#ifndef MMSPAN_BATCH_H
#define MMSPAN_BATCH_H

#include "scan.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The results of many sequences together with the working memory of all threads. Once it has
 * grown to the largest batch, a scan allocates nothing. One caller at a time. */
typedef struct mmspan_batch mmspan_batch;

/* Makes an empty batch; NULL allocator: malloc. An allocator of yours is called from the
 * threads of a scan. Fails with MMSPAN_E_MEMORY, MMSPAN_E_ARGUMENT. */
MMSPAN_API mmspan_status mmspan_batch_create(const mmspan_allocator *allocator,
                                             mmspan_batch **batch);

/* Frees a batch; NULL is fine. */
MMSPAN_API void mmspan_batch_destroy(mmspan_batch *batch);

/*
 * What a batch holds. Sequence i has the items item_offsets[i] to before item_offsets[i + 1],
 * and runs and findings in the same way; each array of offsets has n_sequences + 1 elements
 * and begins with 0. Positions, rows, and the indices first_run and item are relative to their
 * sequence, as if it had been scanned alone. The arrays belong to the batch and are valid
 * until it is scanned into again or destroyed. Frozen layout.
 */
typedef struct mmspan_ragged {
    const mmspan_item *items;
    const mmspan_run *runs;
    const mmspan_finding *findings;
    const int64_t *item_offsets;
    const int64_t *run_offsets;
    const int64_t *finding_offsets;
    size_t n_sequences;
    size_t n_items;
    size_t n_runs;
    size_t n_findings;
} mmspan_ragged;

/* The arrays of the last scan; the pointer stays the same for the batch's life. Before the
 * first scan there are no sequences and the arrays are NULL. */
MMSPAN_API const mmspan_ragged *mmspan_batch_view(const mmspan_batch *batch);

/*
 * Options of a batch; NULL for none.
 *
 *   n_threads        0 or 1: the calling thread alone; else at most this many, the calling
 *                    one included. Fewer run when no more can be started
 *   literal          spans of untrusted user text of all sequences, one after the other,
 *                    with positions relative to their sequence, each as for mmspan_scan
 *   literal_offsets  n_sequences + 1 indices into `literal`; NULL when there are none
 */
typedef struct mmspan_batch_options {
    uint32_t struct_size;
    uint32_t n_threads;
    const mmspan_span *literal;
    const int64_t *literal_offsets;
} mmspan_batch_options;

/*
 * Scans many sequences.
 *
 *   values       the tokens of all sequences; any type of mmspan_id_type
 *   offsets      n_sequences + 1 indices into values: sequence i is
 *                values[offsets[i]..offsets[i + 1]); not decreasing, the first >= 0, the last
 *                <= values->n. They need not begin at 0: a slice of an Arrow list is fine
 *
 * The batch is overwritten. Its contents are identical for every number of threads.
 *
 * Fails as mmspan_scan_ids does, with the error of the first sequence that failed (the message
 * names it); the batch is then empty.
 */
MMSPAN_API mmspan_status mmspan_scan_batch(const mmspan_matcher *matcher,
                                           const mmspan_ids *values, const int64_t *offsets,
                                           size_t n_sequences,
                                           const mmspan_batch_options *options,
                                           mmspan_batch *batch, mmspan_error *error);

/*
 * Copies what was found in sequence number `sequence` into a result, so that the operations of
 * mmspan/ops.h work on it. The result is overwritten. Fails with MMSPAN_E_ARGUMENT and
 * MMSPAN_E_MEMORY. Linear in what is copied.
 */
MMSPAN_API mmspan_status mmspan_batch_get(const mmspan_batch *batch, size_t sequence,
                                          mmspan_result *result, mmspan_error *error);

#ifdef __cplusplus
}
#endif

#endif
