/*
 * mmspan/scan.h: finds the items of a token array, and what is wrong with it.
 *
 * Matching is leftmost, then longest; items never overlap; the scan goes on at the
 * end of a match, or one token further when nothing matched. Time is linear in the
 * number of tokens for every matcher and every input.
 *
 * What a cut has left of an image is not an image. Matches, broken or truncated blocks and
 * stray tokens that touch one another form a cluster. A match inside a broken or truncated
 * block is no item: the block speaks for it. A lone placeholder, a bare form of one token,
 * in a cluster that has anything broken, truncated or stray in it is no item either but a
 * stray token. All other items stay.
 *
 *     mmspan_result *result;
 *     mmspan_result_create(NULL, &result);
 *     if (mmspan_scan(matcher, ids, n, NULL, result, &err) == MMSPAN_OK) {
 *         const mmspan_view *view = mmspan_result_view(result);
 *         for (size_t i = 0; i < view->n_items; i++)
 *             printf("%" PRId64 "\n", view->items[i].start);
 *     }
 *
 * A result is reused from scan to scan: once it has grown to the largest prompt, a
 * scan allocates nothing.
 */
#ifndef MMSPAN_SCAN_H
#define MMSPAN_SCAN_H

#include "matcher.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * One match. Frozen layout, 64 bytes, no padding.
 *
 *   start, end   the tokens it covers
 *   rows         how many embedding rows it takes: its tokens that are embed tokens
 *                of its own modality, in every form
 *   position     where it starts after collapse; before, equal to `start`
 *   first_run    index of its first run in the runs array
 *   n_runs       how many runs it has; runs of other modalities (audio inside a
 *                video block) are counted too
 *   modality     index; see mmspan_matcher_modality_name
 *   form         an mmspan_form
 *   media        index of the media it belongs to within its modality, set by
 *                assign; -1 before
 */
typedef struct mmspan_item {
    int64_t start;
    int64_t end;
    int64_t rows;
    int64_t position;
    int64_t first_run;
    int32_t n_runs;
    int32_t modality;
    int32_t form;
    int32_t media;
    int64_t reserved;
} mmspan_item;

/*
 * A maximal stretch of consecutive embed tokens of one modality inside an item.
 * Frozen layout, 32 bytes. Runs are sorted by start and are a complete splice plan:
 * embedding row `row + k` of `modality` belongs at token `start + k`.
 *
 *   start, length   the tokens
 *   row             the first row, counted per modality over the whole sequence
 *   modality        the modality of the rows, which may differ from the item's
 *   item            index of the item
 */
typedef struct mmspan_run {
    int64_t start;
    int64_t length;
    int64_t row;
    int32_t modality;
    int32_t item;
} mmspan_run;

/* What a finding is about. Values are in the alphabetical order of the names. */
typedef enum mmspan_finding_kind {
    MMSPAN_FINDING_BROKEN_BLOCK = 0,
    MMSPAN_FINDING_LITERAL_TOKEN = 1,
    MMSPAN_FINDING_MEDIA_COUNT = 2,
    MMSPAN_FINDING_MEDIA_LAYOUT = 3,
    MMSPAN_FINDING_MEDIA_ROWS = 4,
    MMSPAN_FINDING_OUT_OF_VOCABULARY = 5,
    MMSPAN_FINDING_REMAINDER = 6,
    MMSPAN_FINDING_ROWS = 7,
    MMSPAN_FINDING_STRAY_TOKEN = 8,
    MMSPAN_FINDING_TRUNCATED_BLOCK = 9
} mmspan_finding_kind;

/* "broken-block", "stray-token", ...; NULL for another value. */
MMSPAN_API const char *mmspan_finding_kind_name(int32_t kind);

/*
 * Something wrong at a place of the prompt. Frozen layout, 64 bytes. Findings are sorted
 * by start, end, kind. Members that a kind does not use are -1 (indices) or 0.
 *
 *   broken-block       [start, end): from the token that began the attempt to the
 *                      token that killed it, exclusive. `found` is that token as it was
 *                      given, `id` the same, or -1 when it does not fit an int32; `state`
 *                      is the state it met: mmspan_finding_expected and
 *                      mmspan_finding_modalities say what was possible there
 *   truncated-block    the same, but the input ended; no `id`
 *   stray-token        a reserved token that belongs to nothing, or a stretch of the
 *                      same ID; `id`, `token`
 *   literal-token      a reserved token in a literal span, matched as text; a
 *                      stretch of the same ID is one finding; `id`, `token`
 *   out-of-vocabulary  an undeclared ID outside the vocabulary, or a stretch of the
 *                      same ID; `found` is the ID as it was given, `id` the same, or -1
 *                      when it does not fit an int32
 *   rows               a block item whose rows break the rule; `modality`, `found`
 *   remainder          the tokens at the end of a run that are too few for another item;
 *                      `modality`, `found` = how many they are
 *   media-count        from assign: `modality`, `expected` media, `found`
 *   media-layout       from assign: the item has other tokens than its media: `modality`,
 *                      `media`; the span begins at the first difference, where the media
 *                      has the ID `expected` and the prompt `found`, -1 for the one whose
 *                      tokens have ended
 *   media-rows         from assign: `modality`, `media`, `expected` rows, `found`
 */
typedef struct mmspan_finding {
    int64_t start;
    int64_t end;
    int64_t expected;
    int64_t found;
    int32_t kind;
    int32_t modality;
    int32_t token;
    int32_t id;
    int32_t state;
    int32_t media;
    int64_t reserved;
} mmspan_finding;

/*
 * What was possible where a broken or truncated block ended: the tokens that would have kept
 * it alive (MMSPAN_TEXT among them for `text`) and the modalities it could still have
 * become, as indices sorted by name. The arrays belong to the matcher, which must be that of
 * the scan. *count is 0 for a finding of another kind.
 */
MMSPAN_API const int32_t *mmspan_finding_expected(const mmspan_matcher *matcher,
                                                  const mmspan_finding *finding, size_t *count);
MMSPAN_API const int32_t *mmspan_finding_modalities(const mmspan_matcher *matcher,
                                                    const mmspan_finding *finding,
                                                    size_t *count);

/*
 * A finding as the sentence that the command prints, with the names of tokens and
 * modalities, as "broken-block [1, 4) image block breaks off: expected eoi or image, found
 * 107". Writes at most `size` bytes, the terminating zero among them, cut at a character
 * border; `text` may be NULL when size is 0. Returns the length of the whole sentence without
 * the zero, as snprintf does; 0 for a NULL matcher or finding, or an unknown kind.
 */
MMSPAN_API size_t mmspan_finding_text(const mmspan_matcher *matcher,
                                      const mmspan_finding *finding, char *text, size_t size);

/* A half-open span of token positions. */
typedef struct mmspan_span {
    int64_t start;
    int64_t end;
} mmspan_span;

/* What a result holds, as plain arrays owned by it: valid until the result is
 * scanned into again or destroyed. `n_tokens` is the length of the sequence. */
typedef struct mmspan_view {
    const mmspan_item *items;
    const mmspan_run *runs;
    const mmspan_finding *findings;
    size_t n_items;
    size_t n_runs;
    size_t n_findings;
    int64_t n_tokens;
} mmspan_view;

/*
 * Options of a scan; NULL for none.
 *
 *   literal   spans of untrusted user text in which reserved tokens must not match:
 *             sorted, not overlapping, inside the sequence; empty ones are allowed.
 *             Reserved tokens there are matched as `text` and reported
 */
typedef struct mmspan_scan_options {
    uint32_t struct_size;
    uint32_t reserved;
    const mmspan_span *literal;
    size_t n_literal;
} mmspan_scan_options;

/* The result of a scan together with its working memory. One thread at a time. */
typedef struct mmspan_result mmspan_result;

/* Makes an empty result; NULL allocator: malloc. Fails with MMSPAN_E_MEMORY. */
MMSPAN_API mmspan_status mmspan_result_create(const mmspan_allocator *allocator,
                                              mmspan_result **result);

/* Frees a result; NULL is fine. */
MMSPAN_API void mmspan_result_destroy(mmspan_result *result);

/* The arrays of the last scan; the pointer stays the same for the result's life,
 * what it points to changes with every scan. Before the first scan all is empty. */
MMSPAN_API const mmspan_view *mmspan_result_view(const mmspan_result *result);

/* The matcher of the last scan, or NULL. */
MMSPAN_API const mmspan_matcher *mmspan_result_matcher(const mmspan_result *result);

/*
 * The IDs of the last scan as int32, n_tokens of them, when mmspan_scan_ids had to narrow
 * them; else NULL. Owned by the result, valid until it is scanned into again. What the
 * operations that take `ids` want after a scan of 64-bit IDs. In place of an ID that does
 * not fit stands one that no config declares.
 */
MMSPAN_API const int32_t *mmspan_result_ids(const mmspan_result *result);

/*
 * Scans `n` token IDs. `ids` may be NULL when n is 0 and needs the alignment of
 * int32_t only; no byte outside it is read. The result is overwritten.
 *
 * Fails with MMSPAN_E_ARGUMENT (a NULL, literal spans that are unsorted, overlap or
 * leave the sequence), MMSPAN_E_LIMIT (more than 2^31-1 items) and MMSPAN_E_MEMORY;
 * the result is then empty. What is wrong with the prompt is never a failure: it is
 * a finding.
 */
MMSPAN_API mmspan_status mmspan_scan(const mmspan_matcher *matcher, const int32_t *ids,
                                     size_t n, const mmspan_scan_options *options,
                                     mmspan_result *result, mmspan_error *error);

/*
 * Makes `copy` hold what `result` holds: items, runs, findings, what assign and expand have
 * handed out, the maps between positions, and the IDs that mmspan_result_ids gives. Operations
 * that change a result (assign, expand, collapse) can so be tried on one and the other be kept.
 * Of a stream that has not ended it is what is decided by now, and does not change any more.
 * What `copy` held before is overwritten; it keeps its allocator. Copying onto itself does
 * nothing.
 *
 * Fails with MMSPAN_E_ARGUMENT and MMSPAN_E_MEMORY; `copy` is then empty. Linear in what is
 * copied.
 */
MMSPAN_API mmspan_status mmspan_result_copy(const mmspan_result *result, mmspan_result *copy,
                                            mmspan_error *error);

/* How token IDs are stored. All in the byte order of the machine. */
typedef enum mmspan_id_type {
    MMSPAN_IDS_INT32 = 0,
    MMSPAN_IDS_INT64 = 1,
    MMSPAN_IDS_UINT32 = 2,
    MMSPAN_IDS_UINT16 = 3
} mmspan_id_type;

/* `n` token IDs of an mmspan_id_type, aligned as that type. Borrowed, never written to.
 * `reserved` is 0. */
typedef struct mmspan_ids {
    const void *data;
    size_t n;
    int32_t type;
    int32_t reserved;
} mmspan_ids;

/*
 * mmspan_scan for IDs of any width: PyTorch's int64, the uint16 and uint32 of data sets. They
 * are narrowed into memory of the result (mmspan_result_ids) unless they are int32 already.
 * A value that does not fit an int32 is matched as text and is an out-of-vocabulary finding,
 * whatever the config says of the vocabulary.
 *
 * Fails as mmspan_scan does, and with MMSPAN_E_MISMATCH when the type cannot hold a reserved
 * ID of the config, as uint16 cannot hold 151655: such data has wrapped around when it was
 * written, and what it held is lost. The message names the token.
 */
MMSPAN_API mmspan_status mmspan_scan_ids(const mmspan_matcher *matcher, const mmspan_ids *ids,
                                         const mmspan_scan_options *options,
                                         mmspan_result *result, mmspan_error *error);

#ifdef __cplusplus
}
#endif

#endif
