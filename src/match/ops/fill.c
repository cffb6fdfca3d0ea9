/* Per-token outputs: cache values, masks, type IDs, running counts. */
#include "../../../include/mmspan/ops.h"
#include "../error.h"
#include "slots.h"

#include <string.h>

mmspan_status mmspan_fill(const mmspan_result *result, int32_t *ids, size_t n,
                          const int32_t *values, size_t n_values, mmspan_error *error) {
    if (!result || (!ids && n) || (!values && n_values))
        return mm_fail_argument(error, "result, ids or values");
    mmspan_status status = mm_check_length(result, n, error);
    if (status != MMSPAN_OK)
        return status;
    if (n_values != result->view.n_items)
        return mm_fail(error, MMSPAN_E_MISMATCH, NULL, "%zu values for %zu items", n_values,
                       result->view.n_items);
    for (size_t r = 0; r < result->view.n_runs; r++) {
        const mmspan_run *run = &result->view.runs[r];
        for (int64_t i = 0; i < run->length; i++)
            ids[run->start + i] = values[run->item];
    }
    return MMSPAN_OK;
}

/* What all three per-token arrays check first. */
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
    if (status != MMSPAN_OK || n == 0)
        return status;
    (void)numbers;
    (void)n_numbers;
    memset(type_ids, 0, n * sizeof *type_ids);
    for (size_t r = 0; r < result->view.n_runs; r++) {
        const mmspan_run *run = &result->view.runs[r];
        for (int64_t i = 0; i < run->length; i++)
            type_ids[run->start + i] = run->modality + 1;
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
