/* Per-token outputs: cache values, masks, type IDs, running counts. */
#include "../../../include/mmspan/ops.h"
#include "../error.h"
#include "slots.h"

#include <string.h>

static void fill_run(int32_t *ids, const mmspan_run *run, int32_t value) {
    for (int64_t i = 0; i < run->length; i++)
        ids[run->start + i] = value;
}

/* Fills with a value for each run, or for each item. */
static mmspan_status fill(const mmspan_result *result, int32_t *ids, size_t n,
                          const int32_t *values, size_t n_values, bool by_run,
                          mmspan_error *error) {
    if (!result || (!ids && n) || (!values && n_values))
        return mm_fail_argument(error, "result, ids or values");
    const mmspan_view *view = &result->view;
    mmspan_status status = mm_check_length(result, n, error);
    if (status != MMSPAN_OK)
        return status;
    size_t n_wanted = by_run ? view->n_runs : view->n_items;
    if (n_values != n_wanted)
        return mm_fail(error, MMSPAN_E_MISMATCH, NULL, "%zu values for %zu %s", n_values,
                       n_wanted, by_run ? "runs" : "items");
    for (size_t r = 0; r < view->n_runs; r++)
        fill_run(ids, &view->runs[r], values[by_run ? r : (size_t)view->runs[r].item]);
    return MMSPAN_OK;
}

mmspan_status mmspan_fill(const mmspan_result *result, int32_t *ids, size_t n,
                          const int32_t *values, size_t n_values, mmspan_error *error) {
    return fill(result, ids, n, values, n_values, false, error);
}

mmspan_status mmspan_fill_runs(const mmspan_result *result, int32_t *ids, size_t n,
                               const int32_t *values, size_t n_values, mmspan_error *error) {
    return fill(result, ids, n, values, n_values, true, error);
}

/* What all per-token arrays check first. */
static mmspan_status check_array(const mmspan_result *result, const void *array, size_t n,
                                 mmspan_error *error) {
    if (!result || (!array && n))
        return mm_fail_argument(error, "result or the output array");
    return mm_check_length(result, n, error);
}

mmspan_status mmspan_mask(const mmspan_result *result, uint8_t *mask, size_t n,
                          mmspan_error *error) {
    mmspan_status status = check_array(result, mask, n, error);
    if (status != MMSPAN_OK || n == 0)
        return status;
    memset(mask, 0, n);
    for (size_t r = 0; r < result->view.n_runs; r++)
        memset(mask + result->view.runs[r].start, 1, (size_t)result->view.runs[r].length);
    return MMSPAN_OK;
}

mmspan_status mmspan_type_ids(const mmspan_result *result, const int32_t *numbers,
                              size_t n_numbers, int32_t *type_ids, size_t n,
                              mmspan_error *error) {
    mmspan_status status = check_array(result, type_ids, n, error);
    if (status != MMSPAN_OK)
        return status;
    size_t n_modalities = result->matcher ? result->matcher->n_modalities : 0;
    if (n_numbers && (!numbers || n_numbers != n_modalities))
        return mm_fail(error, MMSPAN_E_ARGUMENT, NULL, "%zu numbers for %zu modalities",
                       numbers ? n_numbers : 0, n_modalities);
    if (n)
        memset(type_ids, 0, n * sizeof *type_ids);
    for (size_t r = 0; r < result->view.n_runs; r++) {
        const mmspan_run *run = &result->view.runs[r];
        fill_run(type_ids, run, n_numbers ? numbers[run->modality] : run->modality + 1);
    }
    return MMSPAN_OK;
}

mmspan_status mmspan_cumsum(const mmspan_result *result, int64_t *cumsum, size_t n,
                            mmspan_error *error) {
    mmspan_status status = check_array(result, cumsum, n, error);
    if (status != MMSPAN_OK)
        return status;
    int64_t rows = 0;
    int64_t at = 0;
    for (size_t r = 0; r < result->view.n_runs; r++) {
        const mmspan_run *run = &result->view.runs[r];
        for (; at < run->start; at++)
            cumsum[at] = rows;
        for (; at < run->start + run->length; at++)
            cumsum[at] = ++rows;
    }
    for (; at < (int64_t)n; at++)
        cumsum[at] = rows;
    return MMSPAN_OK;
}

mmspan_status mmspan_item_index(const mmspan_result *result, int32_t *item_index, size_t n,
                                mmspan_error *error) {
    mmspan_status status = check_array(result, item_index, n, error);
    if (status != MMSPAN_OK)
        return status;
    int64_t at = 0;
    for (size_t i = 0; i < result->view.n_items; i++) {
        const mmspan_item *item = &result->view.items[i];
        for (; at < item->start; at++)
            item_index[at] = -1;
        for (; at < item->end; at++)
            item_index[at] = (int32_t)i;
    }
    for (; at < (int64_t)n; at++)
        item_index[at] = -1;
    return MMSPAN_OK;
}
