/*
 * mmspan/adapters.h: results in the shapes that today's runners store.
 *
 * Each function fills the caller's arrays from a result: `cap` elements at most, the
 * needed number always in the count argument, MMSPAN_E_SPACE (and nothing written)
 * when it is larger. None allocates. Positions that do not fit a runner's int32 give
 * MMSPAN_E_LIMIT.
 */
#ifndef MMSPAN_ADAPTERS_H
#define MMSPAN_ADAPTERS_H

#include "scan.h"

#ifdef __cplusplus
extern "C" {
#endif

/* An inclusive pair [first, last]. */
typedef struct mmspan_pair {
    int64_t first;
    int64_t last;
} mmspan_pair;

/*
 * SGLang: the offsets of one modality, inclusive pairs of its embed tokens in prompt
 * order, as MultimodalDataItem.offsets holds them. An item with several runs (image
 * rows, tiles) gives several pairs. Unlike SGLang's own finder it is not fooled by
 * runs at both ends of the prompt, and touching items stay apart.
 */
MMSPAN_API mmspan_status mmspan_sglang_offsets(const mmspan_result *result, int32_t modality,
                                               mmspan_pair *pairs, size_t cap, size_t *n_pairs,
                                               mmspan_error *error);

/*
 * vLLM: PlaceholderRange(offset, length, is_embed) of item number `item`. A range is what vLLM
 * has put in the place of its target. Where a lone placeholder becomes the whole block (the
 * modality has a bare form: Gemma 4) the range is the item; where only the patch between begin
 * and end is the target (Qwen2.5-VL) it is from the first to the last embed token.
 * An item that takes no rows is a range as a whole.
 * `is_embed` receives `length` bytes, 1 where the token takes a row of the item's own modality;
 * a range of which every token does has all_embed set, and vLLM wants None then. Also
 * when cap is too small, *range is written: `length` is what is needed.
 *
 * Of some models vLLM's ranges reach further (Gemma 3's newlines): compare embed tokens, never
 * ends of ranges.
 */
typedef struct mmspan_vllm_range {
    int64_t offset;
    int64_t length;
    int32_t modality;
    int32_t all_embed;
} mmspan_vllm_range;

MMSPAN_API mmspan_status mmspan_vllm_placeholder(const mmspan_result *result, int32_t item,
                                                 mmspan_vllm_range *range, uint8_t *is_embed,
                                                 size_t cap, mmspan_error *error);

/*
 * TensorRT-LLM: runs of all items in CSR form, for executor::MultimodalInput. Item i
 * has the runs item_run_cu_offsets[i]..item_run_cu_offsets[i + 1]. The first array
 * needs n_items + 1 elements (`cap_items`), the other two n_runs (`cap_runs`).
 * multimodal_embed_mask_cumsum is mmspan_cumsum.
 */
MMSPAN_API mmspan_status mmspan_trtllm_runs(const mmspan_result *result,
                                            int32_t *item_run_cu_offsets, size_t cap_items,
                                            int32_t *run_positions, int32_t *run_lengths,
                                            size_t cap_runs, mmspan_error *error);

#ifdef __cplusplus
}
#endif

#endif
