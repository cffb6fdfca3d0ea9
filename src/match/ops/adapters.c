/* Results in the shapes of SGLang, vLLM and TensorRT-LLM. */
#include "../../../include/mmspan/adapters.h"
#include "../error.h"
#include "../scan/result.h"

#include <string.h>

static mmspan_status fail_space(mmspan_error *error, size_t need, const char *what) {
    return mm_fail(error, MMSPAN_E_SPACE, NULL, "room for %zu %s is needed", need, what);
}

mmspan_status mmspan_sglang_offsets(const mmspan_result *result, int32_t modality,
                                    mmspan_pair *pairs, size_t cap, size_t *n_pairs,
                                    mmspan_error *error) {
    if (!result || (!pairs && cap) || !n_pairs)
        return mm_fail_argument(error, "result, pairs or n_pairs");
    if (!result->matcher || !mmspan_matcher_modality_name(result->matcher, modality))
        return mm_fail_argument(error, "modality");
    size_t n = 0;
    for (size_t r = 0; r < result->view.n_runs; r++)
        n += result->view.runs[r].modality == modality;
    *n_pairs = n;
    if (n > cap)
        return fail_space(error, n, "pairs");
    n = 0;
    for (size_t r = 0; r < result->view.n_runs; r++) {
        const mmspan_run *run = &result->view.runs[r];
        if (run->modality == modality)
            pairs[n++] = (mmspan_pair){run->start, run->start + run->length - 1};
    }
    return MMSPAN_OK;
}

/* What vLLM has put in the place of its target: the block where that was a bare form, else
 * what stands between the delimiters. Only an item of no rows is a range as a whole. */
static mmspan_span range_of(const mmspan_result *result, const mmspan_item *item) {
    mmspan_span range = {item->start, item->end};
    if (result->matcher->shapes[item->modality].n_bare || item->rows == 0)
        return range;
    const mmspan_run *first = result->view.runs + item->first_run;
    const mmspan_run *last = first + item->n_runs - 1;
    while (first->modality != item->modality)
        first++;
    while (last->modality != item->modality)
        last--;
    return (mmspan_span){first->start, last->start + last->length};
}

mmspan_status mmspan_vllm_placeholder(const mmspan_result *result, int32_t item,
                                      mmspan_vllm_range *range, uint8_t *is_embed, size_t cap,
                                      mmspan_error *error) {
    if (!result || !range || (!is_embed && cap) || item < 0 ||
        (size_t)item >= result->view.n_items)
        return mm_fail_argument(error, "result, item, range or is_embed");
    const mmspan_item *from = &result->view.items[item];
    mmspan_span span = range_of(result, from);
    int64_t length = span.end - span.start;
    *range = (mmspan_vllm_range){span.start, length, from->modality, from->rows == length};
    if ((uint64_t)length > cap)
        return fail_space(error, (size_t)length, "mask bytes");
    memset(is_embed, 0, (size_t)length);
    for (int64_t r = from->first_run; r < from->first_run + from->n_runs; r++) {
        const mmspan_run *run = &result->view.runs[r];
        if (run->modality == from->modality)
            memset(is_embed + (run->start - span.start), 1, (size_t)run->length);
    }
    return MMSPAN_OK;
}

mmspan_status mmspan_trtllm_runs(const mmspan_result *result, int32_t *item_run_cu_offsets,
                                 size_t cap_items, int32_t *run_positions, int32_t *run_lengths,
                                 size_t cap_runs, mmspan_error *error) {
    if (!result || !item_run_cu_offsets || ((!run_positions || !run_lengths) && cap_runs))
        return mm_fail_argument(error, "result or the output arrays");
    const mmspan_view *view = &result->view;
    if (view->n_tokens > INT32_MAX || view->n_runs > INT32_MAX)
        return mm_fail(error, MMSPAN_E_LIMIT, NULL, "positions do not fit int32");
    if (view->n_items + 1 > cap_items)
        return fail_space(error, view->n_items + 1, "item offsets");
    if (view->n_runs > cap_runs)
        return fail_space(error, view->n_runs, "runs");
    for (size_t i = 0; i < view->n_items; i++)
        item_run_cu_offsets[i] = (int32_t)view->items[i].first_run;
    item_run_cu_offsets[view->n_items] = (int32_t)view->n_runs;
    for (size_t r = 0; r < view->n_runs; r++) {
        run_positions[r] = (int32_t)view->runs[r].start;
        run_lengths[r] = (int32_t)view->runs[r].length;
    }
    return MMSPAN_OK;
}
