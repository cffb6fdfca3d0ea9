/*
 * mmspan/ops.h: what a model runner does with a result.
 *
 *   before the model   assign (do the media fit the prompt?), expand, collapse
 *   in the model       window, cut, splice
 *   for caches         fill
 *   for masks          mask, type_ids, cumsum, and the maps between positions
 *
 * All work on the result of a scan of one prompt. Those that take `ids` need the
 * very IDs that were scanned. None allocates, unless its description says so.
 */
#ifndef MMSPAN_OPS_H
#define MMSPAN_OPS_H

#include "scan.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * One media that the caller supplies: an image, a video, a clip. Media of one
 * modality are listed in the order in which they stand in the prompt; how media of
 * different modalities are interleaved in the list does not matter.
 *
 *   rows       how many embedding rows it has, 1 or more
 *   ids, n_ids the tokens that stand for it in an expanded prompt, 1 or more; NULL
 *              for begin + rows * patch + end of the modality
 *   modality   index; see mmspan_modality_index
 */
typedef struct mmspan_media {
    int64_t rows;
    const int32_t *ids;
    size_t n_ids;
    int32_t modality;
    int32_t reserved;
} mmspan_media;

/*
 * Gives every item its media and verifies counts and rows.
 *
 * Per modality, items take media in order. A run without delimiters that is the sum
 * of several media is split into that many items. Consecutive items of a modality
 * declared `multi` are grouped until their rows add up to the media's. Rows of a
 * modality that stand inside another one's block (audio in a video) count as one
 * media of that modality for each such block.
 *
 * Sets `media` of the items, may add items, and adds findings to the result:
 *   media-rows    an item, or a group, whose rows are not those of its media:
 *                 `media`, `expected`, `found`, and the span
 *   media-count   more or fewer items than media: `expected` media, `found`; the
 *                 span is that of the first item too many, or the empty one at the
 *                 end of the prompt. `media` is the first one missing, or -1
 * Nothing is found when everything fits. Calling it again replaces the findings.
 *
 * Fails with MMSPAN_E_ARGUMENT (a modality that does not exist, rows below 1, rows
 * whose sum does not fit int64; the message names the media) and MMSPAN_E_MEMORY;
 * the result is then as before. May allocate. Linear in items and media.
 */
MMSPAN_API mmspan_status mmspan_assign(mmspan_result *result, const mmspan_media *media,
                                       size_t n_media, mmspan_error *error);

/*
 * Rewrites a prompt with every item replaced by its modality's placeholder; all
 * other tokens are copied. Where the placeholder names a token that is one of a set
 * or a range, the item's own first such ID is written, so that items that differ by
 * ID (Phi-3.5) keep it. An item of a modality for which no placeholder can be
 * written (its pattern needs `text`, and it has no bare form) is copied. Collapsing a
 * well-formed prompt twice changes nothing; what was broken may come together when the
 * block inside it becomes short, so scan again before you rely on the result.
 *
 *   result     of a scan of exactly these `ids`; `position` of its items is set to
 *              where their placeholders start in the output
 *   out, cap   the caller's buffer, not overlapping `ids`; may be NULL when cap is 0
 *   n_out      receives the length of the output, also when it did not fit
 *
 * Fails with MMSPAN_E_SPACE when cap is too small (nothing is written to `out`; call
 * again with room for *n_out), MMSPAN_E_MISMATCH when `n` is not the scanned length,
 * MMSPAN_E_ARGUMENT. Linear.
 */
MMSPAN_API mmspan_status mmspan_collapse(mmspan_result *result, const int32_t *ids, size_t n,
                                         int32_t *out, size_t cap, size_t *n_out,
                                         mmspan_error *error);

/*
 * The inverse: rewrites a prompt with every item that is a bare form, or that equals
 * the placeholder, replaced by the tokens of its media. An item that already has the
 * media's rows is kept, one with other rows is kept and found (media-rows), so that
 * expanding twice changes nothing. Where one ID is both placeholder and patch and
 * nothing delimits the runs, a modality of which the prompt has exactly as many such
 * tokens as media is taken to be unexpanded.
 *
 *   start      items that begin before this position are history: they are copied
 *              and take no media; 0 for none
 *   media      as for mmspan_assign. One without `ids` needs a modality with begin /
 *              patch / end, or one whose block is a bare run; otherwise the call
 *              fails with MMSPAN_E_ARGUMENT and names the media
 *   out, cap, n_out   as for mmspan_collapse
 *
 * Items get their `media` and their new `position`; findings are as in mmspan_assign.
 * Fails with MMSPAN_E_SPACE (nothing is written; *n_out is the needed size, the
 * result is as before), MMSPAN_E_LIMIT (the output would pass 2^62 tokens) and as
 * mmspan_assign does. One pass over the output; linear.
 */
MMSPAN_API mmspan_status mmspan_expand(mmspan_result *result, const int32_t *ids, size_t n,
                                       int64_t start, const mmspan_media *media, size_t n_media,
                                       int32_t *out, size_t cap, size_t *n_out,
                                       mmspan_error *error);

/*
 * After collapse or expand: where a token of the old prompt stands in the new one,
 * and back. A token of an item that changed its length maps to the first token of what
 * stands for it, in both directions; all others keep their distance from what is
 * around them, and the end of the prompt maps to the end. A position outside the
 * prompt gives -1. After a scan, or after assign has split items, both maps are the
 * identity. O(log items).
 */
MMSPAN_API int64_t mmspan_new_position(const mmspan_result *result, int64_t position);
MMSPAN_API int64_t mmspan_old_position(const mmspan_result *result, int64_t position);

/*
 * The runs that overlap the tokens [start, end), clipped to them: for chunked
 * prefill. `start`, `length` and `row` of each are those of the clipped part, so
 * windows that tile the prompt give exactly all rows once. *n_runs receives their
 * number; when it is larger than cap nothing is written and the call fails with
 * MMSPAN_E_SPACE.
 * Fails with MMSPAN_E_ARGUMENT when [start, end) is not inside the prompt.
 * O(log runs + output).
 */
MMSPAN_API mmspan_status mmspan_window(const mmspan_result *result, int64_t start, int64_t end,
                                       mmspan_run *runs, size_t cap, size_t *n_runs,
                                       mmspan_error *error);

/*
 * The largest position <= `position` at which the prompt can be cut without cutting
 * an item in two (models with bidirectional attention inside a block need that).
 * Between two touching items is such a place. Positions outside the prompt are taken
 * as its nearest end. O(log items).
 */
MMSPAN_API int64_t mmspan_cut(const mmspan_result *result, int64_t position);

/*
 * The embedding rows of one modality, for mmspan_splice.
 *
 *   data      the first row; `n_rows` rows `stride` bytes apart
 *   n_rows    must be the number of rows that the whole prompt takes
 */
typedef struct mmspan_source {
    const void *data;
    int64_t n_rows;
    size_t stride;
    int32_t modality;
    int32_t reserved;
} mmspan_source;

/*
 * Copies embedding rows into the input-embedding matrix of the tokens [start, end):
 * the row for token t goes to matrix + (t - start) * matrix_stride. Rows of other
 * tokens are not touched. Any element type: a row is `row_bytes` bytes.
 *
 * Everything is checked before the first byte is written: MMSPAN_E_MISMATCH when a
 * modality that the window needs has no source, or a source has not exactly as many
 * rows as the prompt takes (message with modality, expected and found);
 * MMSPAN_E_ARGUMENT for a bad window or strides smaller than a row.
 * Costs as much as copying the rows.
 */
MMSPAN_API mmspan_status mmspan_splice(const mmspan_result *result, int64_t start, int64_t end,
                                       size_t row_bytes, void *matrix, size_t matrix_stride,
                                       const mmspan_source *sources, size_t n_sources,
                                       mmspan_error *error);

/*
 * Overwrites the tokens of every run by its item's value: values[i] for item i.
 * For prefix caches that key on token IDs, with a hash of the media's content as
 * value. `ids` has the scanned length `n`; n_values is the number of items. Fails
 * with MMSPAN_E_MISMATCH when either is wrong, and nothing is written.
 */
MMSPAN_API mmspan_status mmspan_fill(const mmspan_result *result, int32_t *ids, size_t n,
                                     const int32_t *values, size_t n_values,
                                     mmspan_error *error);

/*
 * Per-token arrays for the tokens of the prompt, into the caller's buffers of
 * n = view->n_tokens elements; another n gives MMSPAN_E_MISMATCH.
 *
 *   mask       1 where a token takes a row, else 0
 *   type_ids   0 for text, modality + 1 where a token takes a row
 *   cumsum     how many rows all tokens up to and including this one take
 */
MMSPAN_API mmspan_status mmspan_mask(const mmspan_result *result, uint8_t *mask, size_t n,
                                     mmspan_error *error);
MMSPAN_API mmspan_status mmspan_type_ids(const mmspan_result *result, int32_t *type_ids,
                                         size_t n, mmspan_error *error);
MMSPAN_API mmspan_status mmspan_cumsum(const mmspan_result *result, int64_t *cumsum, size_t n,
                                       mmspan_error *error);

#ifdef __cplusplus
}
#endif

#endif
