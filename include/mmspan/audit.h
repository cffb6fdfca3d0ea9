/*
 * mmspan/audit.h: what is wrong with a tokenised data set, and how much of what it holds.
 *
 * An audit takes sequences in batches, scans them, compares them with the columns beside them,
 * and adds up. What it adds up is a report, which costs the same memory for ten sequences and
 * for ten billion. Reports of parts of a data set are merged into that of the whole, in any
 * order and any grouping, with the same bytes as if one process had read everything.
 *
 *     mmspan_audit_options options = {
 *         .struct_size = sizeof options, .config = yaml, .config_size = n_yaml};
 *     mmspan_audit_create(matcher, &options, &audit, &err);
 *     mmspan_audit_source source = {.struct_size = sizeof source};
 *     mmspan_audit_read(audit, "train.jsonl", &source, &err);
 *     mmspan_report_json(mmspan_audit_report(audit), &text, &n);
 *
 * mmspan_audit_read knows the formats that need no other library. Whoever reads Parquet or
 * Arrow passes its buffers to mmspan_audit_add as they are. Several threads have an audit each
 * and merge their reports.
 *
 * These functions are in a library of their own, mmspan-audit. With simdjson it reads JSON
 * Lines, and reports back; without, mmspan_report_read fails with MMSPAN_E_UNSUPPORTED.
 */
#ifndef MMSPAN_AUDIT_H
#define MMSPAN_AUDIT_H

#include "batch.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What is wrong with a sequence: an mmspan_finding_kind, or one of these. Values are pinned;
 * reports use the names.
 *
 *   cut-run           a run without delimiters, of no fixed length, touches an end of its
 *                     sequence or document: nobody can tell whether it is whole
 *   double-expansion  an item has as many rows as the square of its media's, or the product of
 *                     two: what had been expanded was expanded again
 *   label-on-media    a label other than -100, or a loss mask other than 0, inside a block
 *   length-mismatch   a column has more or fewer values than the sequence has tokens, or
 *                     borders that leave it
 *   mask-off-media    an attention mask of 0 inside a block
 *   null-row          the row has no IDs at all, which is not the same as an empty list
 *   placeholder       a placeholder that was not expanded, where others were. Decided when the
 *                     report is written: in data that holds placeholders alone they are right
 *   type-off-media    a token type of 0 where there is a row
 *
 * media-count and media-rows are those of mmspan_assign.
 */
typedef enum mmspan_audit_kind {
    MMSPAN_AUDIT_CUT_RUN = 32,
    MMSPAN_AUDIT_DOUBLE_EXPANSION = 33,
    MMSPAN_AUDIT_LABEL_ON_MEDIA = 34,
    MMSPAN_AUDIT_LENGTH_MISMATCH = 35,
    MMSPAN_AUDIT_MASK_OFF_MEDIA = 36,
    MMSPAN_AUDIT_NULL_ROW = 37,
    MMSPAN_AUDIT_PLACEHOLDER = 38,
    MMSPAN_AUDIT_TYPE_OFF_MEDIA = 39
} mmspan_audit_kind;

/* The name of a kind, of both enumerations; NULL for another value. And the kind by name, or
 * -1. Static text. */
MMSPAN_API const char *mmspan_audit_kind_name(int32_t kind);
MMSPAN_API int32_t mmspan_audit_find_kind(const char *name);

/*
 * A finding with its place, as it is handed out while an audit runs. Valid during the call.
 *
 *   file         as it was given to mmspan_audit_file
 *   sequence     in its file, from 0
 *   line         in its file, from 1; 0 when the format has no lines
 *   start, end   tokens of the sequence, also when it has several documents
 *   expected, found
 *                as in mmspan_finding: media, rows, IDs, lengths; -1 where the kind has none
 *   modality     its name, or NULL
 *   sentence     for people
 */
typedef struct mmspan_audit_finding {
    const char *file;
    int64_t sequence;
    int64_t line;
    int64_t start;
    int64_t end;
    int64_t expected;
    int64_t found;
    int32_t kind;
    int32_t reserved;
    const char *kind_name;
    const char *modality;
    const char *sentence;
} mmspan_audit_finding;

/*
 * Options of an audit. Reports can be merged when all but `allocator`, `found` and what is
 * below it were the same.
 *
 *   n_examples    how many places of each kind a report keeps, the first ones; 0: 10
 *   window        tokens; what would be cut if the sequences of a file were joined and cut into
 *                 windows of so many; 0: do not ask
 *   max_length    tokens; what would be cut if sequences were truncated so; 0: do not ask
 *   merge_size    rows of a grid are t * h * w / merge_size^2; 0: 2
 *   config        the YAML text of the matcher's config; its SHA-256 is the config's identity
 *   found         called for each finding in the order of the sequences; it must not call the
 *                 audit. Placeholders are handed out from the first expanded item on, with
 *                 those that came before it as far as they are remembered (65,536)
 *   all_placeholders
 *                 not 0: they are handed out at once, for a caller that knows that something
 *                 is expanded elsewhere, or will ask the report
 */
typedef struct mmspan_audit_options {
    uint32_t struct_size;
    uint32_t n_examples;
    int64_t window;
    int64_t max_length;
    int64_t merge_size;
    const char *config;
    size_t config_size;
    const mmspan_allocator *allocator;
    void (*found)(void *context, const mmspan_audit_finding *finding);
    void *found_context;
    int32_t all_placeholders;
    int32_t reserved;
} mmspan_audit_options;

/* One thread at a time. */
typedef struct mmspan_audit mmspan_audit;
typedef struct mmspan_report mmspan_report;

/* Makes an audit with an empty report. The matcher is borrowed and must outlive it; `options`
 * may be NULL. Fails with MMSPAN_E_ARGUMENT and MMSPAN_E_MEMORY. */
MMSPAN_API mmspan_status mmspan_audit_create(const mmspan_matcher *matcher,
                                             const mmspan_audit_options *options,
                                             mmspan_audit **audit, mmspan_error *error);

/* Frees an audit and its report; NULL is fine. */
MMSPAN_API void mmspan_audit_destroy(mmspan_audit *audit);

/* What has been added up so far. Owned by the audit; merging others into it is allowed. */
MMSPAN_API mmspan_report *mmspan_audit_report(mmspan_audit *audit);

/*
 * Names a file of the data set. Files are told apart by path and ordered by it, byte by byte,
 * so every shard must name them alike. Naming one again gives the same index.
 *
 *   size    in bytes
 *   total   how much there is to cover: its sequences when the format counts them, else its
 *           bytes, or 1 when it can only be read as a whole
 */
MMSPAN_API mmspan_status mmspan_audit_file(mmspan_audit *audit, const char *path, int64_t size,
                                           int64_t total, int32_t *file, mmspan_error *error);

/* Notes that [first, end) of a file's `total` has been audited. A unit of work is such a range.
 * The report is complete when every file is covered; no part may be covered twice. */
MMSPAN_API mmspan_status mmspan_audit_cover(mmspan_audit *audit, int32_t file, int64_t first,
                                            int64_t end, mmspan_error *error);

/* Notes that `n` sequences of a file were passed over because they hold no tokens. */
MMSPAN_API mmspan_status mmspan_audit_skip(mmspan_audit *audit, int32_t file, int64_t n);

/* Notes that a file, or the sequence `sequence` of it, could not be read, and why. The report
 * keeps the number of such errors and the message of the first. */
MMSPAN_API mmspan_status mmspan_audit_unread(mmspan_audit *audit, int32_t file,
                                             int64_t sequence, const char *message);

/* How the values of a column are stored; the first four are an mmspan_id_type. Booleans of a
 * byte each are MMSPAN_COLUMN_INT8. */
typedef enum mmspan_column_type {
    MMSPAN_COLUMN_INT32 = 0,
    MMSPAN_COLUMN_INT64 = 1,
    MMSPAN_COLUMN_UINT32 = 2,
    MMSPAN_COLUMN_UINT16 = 3,
    MMSPAN_COLUMN_INT8 = 4,
    MMSPAN_COLUMN_INT16 = 5
} mmspan_column_type;

/*
 * A column of lists, as Arrow has it: sequence i has the values offsets[i] to before
 * offsets[i + 1]. Borrowed, never written to. Offsets need not begin at 0: pass the child
 * array whole and the offsets of the slice as they are.
 *
 *   data       n values of a mmspan_column_type, aligned; NULL when n is 0
 *   offsets    n_sequences + 1 of them, not decreasing, the last <= n
 *   validity   a bit for each sequence, lowest first, from bit `validity_offset` on: 0 for a
 *              null list; NULL: none is null. The values of a null list are not looked at
 *
 * Frozen layout.
 */
typedef struct mmspan_column {
    const void *data;
    size_t n;
    const int64_t *offsets;
    const uint8_t *validity;
    int64_t validity_offset;
    int32_t type;
    int32_t reserved;
} mmspan_column;

/* What the values of a column of media are. */
typedef enum mmspan_media_form {
    /* A list of t, h, w for each media. One of 0 is no media. */
    MMSPAN_MEDIA_GRID = 0,
    /* The rows of each media. */
    MMSPAN_MEDIA_ROWS = 1,
    /* One number: how many media there are. Only the count is checked. */
    MMSPAN_MEDIA_COUNT = 2
} mmspan_media_form;

/*
 * The media of one modality that go with each sequence.
 *
 *   values         as above. With `inner_offsets` its offsets count inner lists; without, three
 *                  values that follow each other are a grid, and offsets count values
 *   inner_offsets  of a grid column: inner list j has the values inner_offsets[j] to before
 *                  inner_offsets[j + 1], which must be three. n_inner + 1 of them
 *
 * Frozen layout.
 */
typedef struct mmspan_media_column {
    mmspan_column values;
    const int64_t *inner_offsets;
    size_t n_inner;
    int32_t modality;
    int32_t form;
} mmspan_media_column;

/*
 * Consecutive sequences of one file. Columns that are NULL are not there; what they are needed
 * for is listed in the report as not checked.
 *
 *   file            from mmspan_audit_file
 *   first_sequence  the number of the first one in its file
 *   first_token     how many tokens of the file come before; only `window` wants to know
 *   ids             of an mmspan_id_type
 *   labels          -100 where there is none
 *   attention_mask, loss_mask
 *                   0 for off
 *   type_ids        mm_token_type_ids: 0 for text
 *   cu_seqlens      documents of a packed row: where each begins, and where the last ends
 *   seq_lens        the same as lengths
 *   position_ids    the same by positions that go back to 0. Of one dimension only: those of
 *                   M-RoPE do not count tokens
 *   lines           the line of each sequence; NULL when the format has none
 *
 * When several say where documents begin, the first of the three in this order is used that is
 * not null for the sequence. Media columns of one modality, one of each form at most, likewise:
 * the first in the order in which they are given.
 */
typedef struct mmspan_audit_batch {
    uint32_t struct_size;
    int32_t file;
    int64_t first_sequence;
    int64_t first_token;
    size_t n_sequences;
    const mmspan_column *ids;
    const mmspan_column *labels;
    const mmspan_column *attention_mask;
    const mmspan_column *loss_mask;
    const mmspan_column *type_ids;
    const mmspan_column *cu_seqlens;
    const mmspan_column *seq_lens;
    const mmspan_column *position_ids;
    const mmspan_media_column *media;
    size_t n_media;
    const int64_t *lines;
} mmspan_audit_batch;

/*
 * Audits a batch: scans each document of each sequence, checks it against the columns, and adds
 * it to the report. Batches may come in any order. Allocates nothing once it has seen the
 * largest batch and the first finding of each kind; beside the scan it costs a few nanoseconds
 * for a sequence and an item, and a pass over those parts of the columns that lie in blocks.
 *
 * Fails with MMSPAN_E_ARGUMENT (columns or offsets that contradict each other; the message
 * names the column), MMSPAN_E_MISMATCH (IDs of a type that cannot hold the config's tokens) and
 * MMSPAN_E_MEMORY. Nothing of the batch has been added then, but after MMSPAN_E_MEMORY the
 * audit can only be destroyed.
 */
MMSPAN_API mmspan_status mmspan_audit_add(mmspan_audit *audit, const mmspan_audit_batch *batch,
                                          mmspan_error *error);

/* What a column of a file is for, and the name that it has there. */
typedef struct mmspan_audit_name {
    const char *role;
    const char *name;
} mmspan_audit_name;

/*
 * How mmspan_audit_read reads a file; NULL for the defaults.
 *
 *   shard, n_shards  reads shard number `shard`, from 0, of n_shards; 0 and 0 for all of it.
 *                    Every sequence is in exactly one shard
 *   ordinal          of the file in the data set. Files that cannot be divided are dealt out by
 *                    it
 *   dtype            of an array without a header, as "uint16"; NULL: the file says
 *   names, n_names   names of columns in JSON Lines: the role is a member of
 *                    mmspan_audit_batch ("ids", "labels", ...), or a modality with "_grid",
 *                    "_rows" or "_count" behind it. Without, the usual ones: input_ids, labels,
 *                    attention_mask, loss_mask, mm_token_type_ids, cu_seqlens, seq_lens,
 *                    position_ids, image_grid_thw, video_grid_thw, ..., and media
 *   stop             NULL, or looked at between batches: as soon as it is not 0 the audit ends,
 *                    and the report covers no more than what has been read
 *   seen             NULL, or n_names bytes: set to 1 when a row has the column, be it null
 */
typedef struct mmspan_audit_source {
    uint32_t struct_size;
    uint32_t shard;
    uint32_t n_shards;
    uint32_t ordinal;
    const char *dtype;
    const mmspan_audit_name *names;
    size_t n_names;
    const volatile int *stop;
    unsigned char *seen;
} mmspan_audit_source;

/*
 * Reads a file and audits it: .npy, the .idx or .bin of a Megatron pair, headerless arrays,
 * JSON Lines and lists of IDs in text, each also compressed with gzip or zstd. Of a file that
 * turns out to be corrupt, what precedes that is audited, mmspan_audit_unread is called, and
 * the function succeeds; a line of JSON that is no good is noted so, and the lines behind it
 * are read.
 *
 * Fails with MMSPAN_E_ARGUMENT and MMSPAN_E_MEMORY.
 */
MMSPAN_API mmspan_status mmspan_audit_read(mmspan_audit *audit, const char *path,
                                           const mmspan_audit_source *source,
                                           mmspan_error *error);

/*
 * Does a report, read back, hold the part of a file that mmspan_audit_read would read, of the
 * file as it is now and with the config and options of this audit? Not when it was stopped
 * before its end, or the file has another size now. Opens nothing.
 */
MMSPAN_API int32_t mmspan_audit_is_done(const mmspan_audit *audit, const mmspan_report *report,
                                        const char *path, const mmspan_audit_source *source);

/* An empty report, which takes on the config and the options of the first one that is merged
 * into it. NULL allocator: malloc. */
MMSPAN_API mmspan_status mmspan_report_create(const mmspan_allocator *allocator,
                                              mmspan_report **report);
MMSPAN_API void mmspan_report_destroy(mmspan_report *report);

/*
 * Adds `from` to `into`. Fails with MMSPAN_E_MISMATCH when the two were made with other configs
 * or options, by other versions of the library that count differently, disagree on the size of
 * a file, or both cover a part of one: the message says what. And with MMSPAN_E_MEMORY. `into`
 * is then as before, but for memory: after MMSPAN_E_MEMORY it can only be destroyed.
 */
MMSPAN_API mmspan_status mmspan_report_merge(mmspan_report *into, const mmspan_report *from,
                                             mmspan_error *error);

/* Is every file covered? MMSPAN_E_MISMATCH says what is missing, by the first file that lacks
 * something. */
MMSPAN_API mmspan_status mmspan_report_complete(const mmspan_report *report,
                                                mmspan_error *error);

/* The report as JSON, schema 1 (docs/audit.md). The text belongs to the report and is valid
 * until it is changed or written again. Equal reports give equal bytes. Fails with
 * MMSPAN_E_MEMORY. */
MMSPAN_API mmspan_status mmspan_report_json(mmspan_report *report, const char **text,
                                            size_t *n);

/* Reads a report back; `name` stands for it in messages. Fails with MMSPAN_E_SYNTAX (no JSON,
 * or no report), MMSPAN_E_MISMATCH (of another schema), MMSPAN_E_UNSUPPORTED (this build has no
 * JSON parser) and MMSPAN_E_MEMORY. */
MMSPAN_API mmspan_status mmspan_report_read(const char *text, size_t n, const char *name,
                                            const mmspan_allocator *allocator,
                                            mmspan_report **report, mmspan_error *error);

/*
 * What a report says in total; written up to the caller's struct_size.
 *
 *   unread      errors of files and lines
 *   broken      sequences with findings
 *   findings    of all kinds
 *   in_blocks   tokens inside items
 *   warnings    files, or the whole data set, without an item
 */
typedef struct mmspan_report_totals {
    uint32_t struct_size;
    uint32_t reserved;
    int64_t files;
    int64_t sequences;
    int64_t tokens;
    int64_t skipped;
    int64_t unread;
    int64_t broken;
    int64_t findings;
    int64_t items;
    int64_t in_blocks;
    int64_t warnings;
} mmspan_report_totals;

MMSPAN_API void mmspan_report_get_totals(const mmspan_report *report,
                                         mmspan_report_totals *totals);

/* How many findings of a kind there are, and in how many sequences; 0 for a kind that does not
 * exist. */
MMSPAN_API void mmspan_report_count(const mmspan_report *report, int32_t kind,
                                    int64_t *findings, int64_t *sequences);

/* Example number `index` of a kind, in the order of file, sequence and token; false when there
 * are no more. What it points to belongs to the report. */
MMSPAN_API int32_t mmspan_report_example(const mmspan_report *report, int32_t kind,
                                         size_t index, mmspan_audit_finding *finding);

/* The model's name and the config's SHA-256 in hexadecimal; "" in an empty report. */
MMSPAN_API const char *mmspan_report_model(const mmspan_report *report);
MMSPAN_API const char *mmspan_report_config(const mmspan_report *report);

/*
 * What there is of modality number `index`; written up to the caller's struct_size. Returns
 * false when there is none.
 *
 *   items, rows    in sequences without findings, and what columns say of media there
 *   broken_items   in the others, and the media there
 *   placeholders   items that are not expanded, in all sequences
 */
typedef struct mmspan_report_modality {
    uint32_t struct_size;
    uint32_t reserved;
    const char *name;
    int64_t items;
    int64_t rows;
    int64_t media;
    int64_t broken_items;
    int64_t broken_media;
    int64_t placeholders;
} mmspan_report_modality;

MMSPAN_API int32_t mmspan_report_get_modality(const mmspan_report *report, size_t index,
                                              mmspan_report_modality *modality);

/* Check number `index`: its name, how many sequences it has looked at, and when there are none,
 * why; false when there are no more. */
MMSPAN_API int32_t mmspan_report_check(const mmspan_report *report, size_t index,
                                       const char **name, int64_t *sequences,
                                       const char **skipped);

/* Error number `index` among the files: the path, how many errors it has, and the first
 * message; false when there are no more. */
MMSPAN_API int32_t mmspan_report_unread(const mmspan_report *report, size_t index,
                                        const char **path, int64_t *n, const char **message);

#ifdef __cplusplus
}
#endif

#endif
