/*
 * mmspan/ops.h: what a model runner does with a result.
 *
 *   before the model   assign (do the media fit the prompt?), expand, collapse, truncate,
 *                      neutralise
 *   in the model       window, cut_before, cut_after, splice, rows
 *   for caches         fill, segments
 *   for masks          mask, type_ids, cumsum, item_index, and the maps between positions
 *
 * All work on the result of a scan of one prompt. Those that take `ids` need the
 * very IDs that were scanned, as int32 (see mmspan_result_ids). None allocates, unless its
 * description says so.
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
 *   ids, n_ids the tokens that stand for it in an expanded prompt, text around the block
 *              included, with exactly `rows` embed tokens of its modality among them (any
 *              number where that has none: cross attention); NULL for begin + rows * patch +
 *              end of the modality. assign compares them with the prompt when it is given the
 *              IDs
 *   modality   index; see mmspan_matcher_find_modality
 *   n_items    of a `multi` modality: how many items the media is made of (frames, crops),
 *              each with rows / n_items rows; 0 when that is not known, and then the items
 *              whose rows add up to its own are its items. Of others it says nothing
 *
 * Frozen layout, 32 bytes.
 */
typedef struct mmspan_media {
    int64_t rows;
    const int32_t *ids;
    size_t n_ids;
    int32_t modality;
    int32_t n_items;
} mmspan_media;

/*
 * Options of mmspan_assign; NULL for none.
 *
 *   from_end   non-zero: items take media from the end, the last item the last media of its
 *              modality. For prompts that were cut at their beginning; media that are left
 *              over are then the first ones, and the lost ones
 *   ids, n     the prompt, to compare supplied tokens with; NULL for no comparison
 */
typedef struct mmspan_assign_options {
    uint32_t struct_size;
    int32_t from_end;
    const int32_t *ids;
    size_t n;
} mmspan_assign_options;

/*
 * Gives every item its media and verifies counts and rows.
 *
 * Per modality, items take media in order. A run without delimiters that begins a media, and is
 * the sum of several, is split into that many items, if any part of any run of the modality
 * would be an item, too; the findings about rows are then those of its parts, which keep its
 * form. Consecutive items of a modality declared `multi` are grouped until their rows add up to
 * the media's, or until they are the `n_items` that it says it has; a run without delimiters
 * may hold several of these, and stays one item. A gap of more than `max_gap` tokens ends a
 * group, and with `equal_rows` an item of other rows does, as does a bare form; but where every
 * token of a block takes a row, a bare form of rows alone is a short block (a frame of which
 * little is left). An item that takes no rows at all (Llama 3.2's cross attention) takes a
 * media whatever its rows. Rows of a modality that stand inside another one's block (audio in a
 * video) count as one media of that modality for each such block, and end a group of it.
 *
 * With `max_gap`, what is left over behind a media that is complete belongs to that one, if it
 * stands no further than max_gap from it and is less than half of a media: when five frames, a
 * gap and four frames meet media of four and of five frames, both are found to have wrong
 * rows, instead of one frame of the first video being taken for the second. What the end of
 * the prompt has cut short is a media of its own as long as there is one left.
 *
 * Sets `media` of the items, may add items, and adds findings to the result:
 *   media-rows    an item, or a group, whose rows are not those of its media:
 *                 `media`, `expected`, `found`, and the span. When only the sum is right, and
 *                 an item of a media with `n_items` has not its part: that item, its part and
 *                 its rows
 *   media-count   more or fewer items than media: `expected` media, `found`; the
 *                 span is that of the first item of the prompt that takes none, or the empty
 *                 one at the end of the prompt (with from_end where the first item that may
 *                 take one could begin). `media` is the first one missing, or -1
 *   media-layout  an item, or a group, that has as many rows as its media but other tokens
 *                 than it was supplied with. From their first tokens on, those of the items
 *                 are compared with those that a scan of the supplied ones alone finds to be
 *                 items, all of them when it finds none; text around these is not compared.
 *                 The span goes from the first difference to the end of the item; `expected`
 *                 is the media's ID there, -1 when its tokens have ended, and `found` the
 *                 prompt's, -1 when the item has ended. When the media's items are followed
 *                 by a reserved token that does not follow in the prompt, the span is empty,
 *                 but not of `each_run`, whose delimiters are not its items'
 * Nothing is found when everything fits. Calling it again replaces the findings.
 *
 * Fails with MMSPAN_E_ARGUMENT (a modality that does not exist, rows below 1, rows
 * whose sum does not fit int64, supplied tokens with other than `rows` embed tokens, rows that
 * `n_items` does not divide; the message names the media; or the result is of a stream that
 * has not ended), MMSPAN_E_LIMIT (2^31 media or items), MMSPAN_E_MISMATCH (options->n is
 * not the scanned length) and MMSPAN_E_MEMORY; the result is then as before. May allocate.
 * Linear in items, media and compared tokens.
 */
MMSPAN_API mmspan_status mmspan_assign(mmspan_result *result, const mmspan_media *media,
                                       size_t n_media, const mmspan_assign_options *options,
                                       mmspan_error *error);

/*
 * Rewrites a prompt with every item replaced by its modality's placeholder; all
 * other tokens are copied. Where the placeholder names a token that is one of a set
 * or a range, the item's own first such ID is written, so that items that differ by
 * ID (Phi-3.5) keep it. An item of a modality for which no placeholder can be
 * written (its pattern needs `text`, and it has no bare form) is copied, and so are items whose
 * placeholders would be read as fewer or other items: those of undelimited runs that touch, a
 * lone placeholder next to something broken. That is tried, by scanning what is about to be
 * written; where other items come out, all that is read together with them is copied: from the
 * place before them to the one behind where everything is decided, whatever follows. So the
 * output, scanned with the literal spans where they are now, always has as many items of each
 * modality, in the same order, and collapsing it again changes nothing. (No literal span goes
 * over a placeholder that has taken the place of an item: of ordinary tokens one can stand in
 * such a span, and be lost there as a reserved one.) Tokens of broken blocks are copied.
 *
 *   result     of a scan of exactly these `ids`; `position` of its items is set to
 *              where their placeholders start in the output
 *   out, cap   the caller's buffer, not overlapping `ids`; may be NULL when cap is 0
 *   n_out      receives the length of the output, also when it did not fit
 *
 * Fails with MMSPAN_E_SPACE when cap is too small (nothing is written to `out`; call
 * again with room for *n_out), MMSPAN_E_MISMATCH when `n` is not the scanned length,
 * MMSPAN_E_ARGUMENT (also when the result is of a stream that has not ended) and
 * MMSPAN_E_MEMORY. May allocate; not once it is warm. Linear.
 */
MMSPAN_API mmspan_status mmspan_collapse(mmspan_result *result, const int32_t *ids, size_t n,
                                         int32_t *out, size_t cap, size_t *n_out,
                                         mmspan_error *error);

/*
 * Options of mmspan_expand and mmspan_expand_plan; NULL for none.
 *
 *   from_end   as in mmspan_assign_options
 *   start      items that begin before this position are history: they are copied
 *              and take no media; 0 for none
 */
typedef struct mmspan_expand_options {
    uint32_t struct_size;
    int32_t from_end;
    int64_t start;
} mmspan_expand_options;

/*
 * The inverse: rewrites a prompt with every item that is a bare form, or that equals
 * the placeholder, replaced by the tokens of its media. An item that already has the
 * media's rows is kept, one with other rows is kept and found (media-rows), and all items that
 * stand in the very tokens that their media was supplied with are kept: expanding twice
 * changes nothing. Where one ID is both placeholder and patch and nothing delimits the runs, a
 * modality of which the prompt has exactly as many such tokens as media is taken to be
 * unexpanded. In a group of a `multi` modality what looks like a placeholder is one of its
 * items as long as the group lacks something.
 *
 * A placeholder takes a media, whatever `n_items` of it is. But where a modality has exactly as
 * many placeholders as its media have items (and not as many as media), each stands for one
 * item and becomes rows / n_items rows: what collapse has made of frames. A media with `ids` is
 * one item there.
 *
 *   media      as for mmspan_assign. One without `ids` needs a modality with begin /
 *              patch / end, or one whose block may be one token any number of times, or
 *              `each_run`: there the first token that takes its rows is written, or the
 *              placeholder itself when it takes one. Otherwise the call fails with
 *              MMSPAN_E_ARGUMENT and names the media
 *   options    NULL for none
 *   out, cap, n_out   as for mmspan_collapse
 *
 * Items get their `media` and their new `position`; findings are as in mmspan_assign, which is
 * given `ids`: tokens that are kept are compared with those of their media.
 * Fails with MMSPAN_E_SPACE (nothing is written; *n_out is the needed size, the
 * result is as before), MMSPAN_E_LIMIT (the output would pass 2^62 tokens, which rows that
 * do not fit int64 do first) and as mmspan_assign does. One pass over the output; linear.
 */
MMSPAN_API mmspan_status mmspan_expand(mmspan_result *result, const int32_t *ids, size_t n,
                                       const mmspan_media *media, size_t n_media,
                                       const mmspan_expand_options *options, int32_t *out,
                                       size_t cap, size_t *n_out, mmspan_error *error);

/*
 * One item of an expanded prompt. Frozen layout, 48 bytes.
 *
 *   old_span   the tokens of the item in the prompt
 *   new_span   the tokens that stand for it in the output
 *   media      index into the caller's list of media, or -1 when it took none
 *   kept       1: the tokens stay as they are; 0: the media's stand in their place
 */
typedef struct mmspan_replacement {
    mmspan_span old_span;
    mmspan_span new_span;
    int64_t media;
    int64_t kept;
} mmspan_replacement;

/*
 * mmspan_expand without writing the output: what becomes of each item, in order, so that a
 * caller with containers of its own (a Python list) builds the prompt from slices of it and
 * from the tokens of the media. Items, positions and findings become those of mmspan_expand.
 *
 *   plan, cap, n_plan   room for the items; *n_plan receives their number, which may be larger
 *                       than before when runs are split
 *   n_out               receives the length of the expanded prompt
 *
 * Fails as mmspan_expand does; with MMSPAN_E_SPACE when cap is too small, and the result is
 * then as before.
 */
MMSPAN_API mmspan_status mmspan_expand_plan(mmspan_result *result, const int32_t *ids, size_t n,
                                            const mmspan_media *media, size_t n_media,
                                            const mmspan_expand_options *options,
                                            mmspan_replacement *plan, size_t cap,
                                            size_t *n_plan, size_t *n_out, mmspan_error *error);

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
 * Where the prompt may be cut near `position` without cutting an item in two, as models with
 * bidirectional attention inside a block need it: the largest such place <= position, and the
 * smallest >= position. Items of a modality declared `atomic: false` may be cut. Between two
 * touching items is such a place. Positions outside the prompt are taken as its nearest end.
 * A loop that cannot get on with cut_before, since an item is longer than its chunk, goes to
 * cut_after:
 *
 *     int64_t end = mmspan_cut_before(result, start + chunk);
 *     if (end <= start)
 *         end = mmspan_cut_after(result, start + chunk);
 *
 * O(log items).
 */
MMSPAN_API int64_t mmspan_cut_before(const mmspan_result *result, int64_t position);
MMSPAN_API int64_t mmspan_cut_after(const mmspan_result *result, int64_t position);

/* Which end of a prompt truncation drops. */
typedef enum mmspan_side {
    MMSPAN_SIDE_RIGHT = 0, /* keeps the beginning */
    MMSPAN_SIDE_LEFT = 1   /* keeps the end */
} mmspan_side;

/*
 * What to keep of a prompt that is too long: the longest span of at most `max_tokens` tokens
 * that begins at the start of the prompt (MMSPAN_SIDE_RIGHT) or ends at its end
 * (MMSPAN_SIDE_LEFT) and splits no item, of whatever modality, and no media of several items
 * when the result has been assigned.
 *
 *   kept       receives the span
 *   media      receives, for each modality, the half-open range of its media that survive:
 *              indices within the modality, sound inside a video counted, or of its items when
 *              nothing was assigned. Tokens and media dropped together leave a prompt that
 *              fits. Room for n_media = mmspan_matcher_n_modalities spans; may be NULL when
 *              n_media is 0
 *
 * Fails with MMSPAN_E_ARGUMENT: a negative max_tokens, an unknown side, another n_media.
 * Linear in items.
 */
MMSPAN_API mmspan_status mmspan_truncate(const mmspan_result *result, int64_t max_tokens,
                                         int32_t side, mmspan_span *kept, mmspan_span *media,
                                         size_t n_media, mmspan_error *error);

/*
 * Makes untrusted text harmless: rewrites a prompt with each reserved token in a literal span
 * replaced by a token sequence of the caller's, for instance what the tokenizer gives for the
 * token's text with a blank in it. All other tokens are copied. What comes out scans without
 * literal spans as the prompt scans with them, but that a pattern which counts `text`, as
 * `text{0,24}` does, counts the replacement's tokens; one of a single token keeps that, too.
 *
 *   literal        spans as for mmspan_scan; on success they are what they have become in the
 *                  output
 *   replacement    the sequence: one token or more, none of which the config declares. An empty
 *                  one would join what the user's token parts, and so complete a block
 *   out, cap, n_out   as for mmspan_collapse
 *
 * Fails with MMSPAN_E_ARGUMENT (bad spans, a bad replacement), MMSPAN_E_SPACE
 * (nothing is written but *n_out) and MMSPAN_E_LIMIT. Linear.
 */
MMSPAN_API mmspan_status mmspan_neutralise(const mmspan_matcher *matcher, const int32_t *ids,
                                           size_t n, mmspan_span *literal, size_t n_literal,
                                           const int32_t *replacement, size_t n_replacement,
                                           int32_t *out, size_t cap, size_t *n_out,
                                           mmspan_error *error);

/* How many rows the whole prompt takes of a modality, or of a stream that has not ended what
 * is decided; -1 when there is no such modality. */
MMSPAN_API int64_t mmspan_rows(const mmspan_result *result, int32_t modality);

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
 * Overwrites the tokens of every run by a value: for mmspan_fill that of its item, values[i]
 * for item i; for mmspan_fill_runs one of its own, values[r] for run r, so that the sound
 * inside a video has a key of its own. For prefix caches that key on token IDs, with a hash of
 * the media's content as value. `ids` has the scanned length `n`; n_values is the number of
 * items, or of runs. Fails with MMSPAN_E_MISMATCH when either is wrong, and nothing is written.
 */
MMSPAN_API mmspan_status mmspan_fill(const mmspan_result *result, int32_t *ids, size_t n,
                                     const int32_t *values, size_t n_values,
                                     mmspan_error *error);
MMSPAN_API mmspan_status mmspan_fill_runs(const mmspan_result *result, int32_t *ids, size_t n,
                                          const int32_t *values, size_t n_values,
                                          mmspan_error *error);

/*
 * Per-token arrays for the tokens of the prompt, into the caller's buffers of
 * n = view->n_tokens elements; another n gives MMSPAN_E_MISMATCH.
 *
 *   mask         1 where a token takes a row, else 0
 *   type_ids     0 for text; where a token takes a row, numbers[m] for modality m, or m + 1
 *                when `numbers` is NULL. transformers wants 1 image, 2 video, 3 audio, which is
 *                not the order of every config. n_numbers is the number of modalities, or 0
 *                for no numbers; MMSPAN_E_ARGUMENT when it is another one
 *   cumsum       how many rows all tokens up to and including this one take
 *   item_index   the index of the item that the token belongs to, delimiters included, or -1:
 *                touching images stay apart
 */
MMSPAN_API mmspan_status mmspan_mask(const mmspan_result *result, uint8_t *mask, size_t n,
                                     mmspan_error *error);
MMSPAN_API mmspan_status mmspan_type_ids(const mmspan_result *result, const int32_t *numbers,
                                         size_t n_numbers, int32_t *type_ids, size_t n,
                                         mmspan_error *error);
MMSPAN_API mmspan_status mmspan_cumsum(const mmspan_result *result, int64_t *cumsum, size_t n,
                                       mmspan_error *error);
MMSPAN_API mmspan_status mmspan_item_index(const mmspan_result *result, int32_t *item_index,
                                           size_t n, mmspan_error *error);

/*
 * The prompt as alternating stretches of text and items, which cover it without gaps: how
 * llama.cpp's batches are built. `item` is the item's index, -1 for text. Text between
 * touching items is left out, so no segment is empty.
 */
typedef struct mmspan_segment {
    int64_t start;
    int64_t end;
    int64_t item;
} mmspan_segment;

/* Fills at most `cap` segments; *n_segments receives their number, and when it is larger than
 * cap nothing is written and the call fails with MMSPAN_E_SPACE. */
MMSPAN_API mmspan_status mmspan_segments(const mmspan_result *result, mmspan_segment *segments,
                                         size_t cap, size_t *n_segments, mmspan_error *error);

#ifdef __cplusplus
}
#endif

#endif
