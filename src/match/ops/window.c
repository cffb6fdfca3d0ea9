/* Queries on a result: the rows that a prompt takes, and those of a window of it. */
#include "window.h"
#include "../../../include/mmspan/ops.h"
#include "../error.h"

size_t mm_first_run(const mmspan_result *result, int64_t position) {
    const mmspan_run *runs = result->view.runs;
    size_t low = 0;
    size_t n = result->view.n_runs;
    /* Whatever the outcome, the step is as long: nothing for the processor to guess. */
    while (n > 0) {
        size_t half = n - n / 2;
        const mmspan_run *run = &runs[low + half - 1];
        low += run->start + run->length <= position ? half : 0;
        n /= 2;
    }
    return low;
}

mmspan_run mm_clip(const mmspan_run *run, int64_t start, int64_t end) {
    mmspan_run clipped = *run;
    int64_t run_end = run->start + run->length;
    if (start > run->start) {
        clipped.start = start;
        clipped.row += start - run->start;
    }
    clipped.length = (end < run_end ? end : run_end) - clipped.start;
    return clipped;
}

mmspan_status mm_check_window(const mmspan_result *result, int64_t start, int64_t end,
                              mmspan_error *error) {
    if (!result)
        return mm_fail_argument(error, "result");
    if (start >= 0 && start <= end && end <= result->view.n_tokens)
        return MMSPAN_OK;
    return mm_fail(error, MMSPAN_E_ARGUMENT, NULL,
                   "the window [%lld, %lld) is not inside the prompt of %lld tokens",
                   (long long)start, (long long)end, (long long)result->view.n_tokens);
}

mmspan_status mmspan_window(const mmspan_result *result, int64_t start, int64_t end,
                            mmspan_run *runs, size_t cap, size_t *n_runs, mmspan_error *error) {
    mmspan_status status = mm_check_window(result, start, end, error);
    if (status != MMSPAN_OK)
        return status;
    if ((!runs && cap) || !n_runs)
        return mm_fail_argument(error, "runs or n_runs");
    size_t first = mm_first_run(result, start);
    size_t last = first;
    while (start < end && last < result->view.n_runs && result->view.runs[last].start < end)
        last++;
    *n_runs = last - first;
    if (*n_runs > cap)
        return mm_fail(error, MMSPAN_E_SPACE, NULL, "the window has %zu runs", *n_runs);
    for (size_t i = first; i < last; i++)
        runs[i - first] = mm_clip(&result->view.runs[i], start, end);
    return MMSPAN_OK;
}

int64_t mmspan_rows(const mmspan_result *result, int32_t modality) {
    const mmspan_matcher *m = result ? result->matcher : NULL;
    if (!m || modality < 0 || (uint32_t)modality >= m->n_modalities)
        return -1;
    const struct mm_output *out = &result->out;
    int64_t rows = out->rows[modality];
    /* Those of an unfinished stream's last cluster are not decided yet. */
    for (size_t r = result->view.n_runs; r < out->n_runs; r++)
        rows -= out->runs[r].modality == modality ? out->runs[r].length : 0;
    return rows;
}
