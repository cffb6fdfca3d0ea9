/* An audit at work: one batch, one sequence of it, and what is found there. */
#ifndef MMSPAN_AUDIT_AUDIT_H
#define MMSPAN_AUDIT_AUDIT_H

#include "../../include/mmspan/ops.h"
#include "column.h"
#include "report.h"

/* A placeholder that came before anything expanded, so that nobody knows yet whether it is a
 * finding. */
struct ma_pending {
    int32_t file;
    int32_t modality;
    int64_t sequence;
    int64_t line;
    int64_t start;
    int64_t end;
};

/* What was found in one sequence, in the terms of its modalities. */
struct ma_tally {
    int64_t items; /* of both forms */
    int64_t in_blocks;
    struct ma_amount amounts[MMSPAN_MAX_MODALITIES];
    int64_t kinds[MA_N_KINDS];
};

/*
 * A sequence of the batch.
 *
 *   index                 in the batch
 *   first_id              its first value among those of the batch
 *   first_doc, end_doc    its documents, as sequences of the scan
 */
struct ma_sequence {
    size_t index;
    int64_t number;
    int64_t line;
    int64_t n;
    int64_t first_id;
    size_t first_doc;
    size_t end_doc;
};

/* Of a modality there may be a column of each mmspan_media_form. */
enum { MA_MAX_MEDIA_COLUMNS = 3 * MMSPAN_MAX_MODALITIES };

/*
 *   documents  where each begins among the values of the batch, and where the last one ends
 *   of         of each sequence the first of its documents, and behind the last one the end
 *   fixed      of a modality: does its rule allow single numbers of rows only?
 *   media      of one sequence, for mmspan_assign; those of column c are
 *              [media_at[c], media_at[c + 1])
 */
struct mmspan_audit {
    mmspan_allocator allocator;
    const mmspan_matcher *matcher;
    mmspan_audit_options options;
    mmspan_report *report;
    mmspan_batch *scan;
    mmspan_result *result;
    int64_t *documents;
    size_t n_documents;
    size_t cap_documents;
    size_t *of;
    size_t cap_of;
    bool fixed[MMSPAN_MAX_MODALITIES];
    bool expandable[MMSPAN_MAX_MODALITIES];
    mmspan_media *media;
    size_t cap_media;
    size_t media_at[MA_MAX_MEDIA_COLUMNS + 1];
    struct ma_pending *pending;
    size_t n_pending;
    size_t cap_pending;
    bool expanded; /* something was, or all placeholders are wanted */
    /* The batch and the sequence at hand. */
    const mmspan_audit_batch *batch;
    struct ma_sequence sequence;
    struct ma_tally tally;
};

/* A finding in the present sequence. `column` is the one that is wrong, `scan` the scan's own
 * finding, with positions of the sequence; either may be NULL. */
struct ma_found {
    int slot;
    int32_t modality;
    int64_t start;
    int64_t end;
    int64_t expected;
    int64_t found;
    const char *column;
    const mmspan_finding *scan;
};

/* Counts a finding, keeps it if it is among the first, and hands it out. */
mmspan_status ma_find(struct mmspan_audit *audit, const struct ma_found *found);

/* Hands out what placeholders have been held back. */
void ma_release_pending(struct mmspan_audit *audit);

/* Takes over the placeholders that another audit of this file has held back; false when memory
 * is out. */
bool ma_take_pending(struct mmspan_audit *audit, const struct mmspan_audit *from, int32_t file);

/* The finding as a sentence, cut to fit. */
void ma_sentence(const mmspan_matcher *matcher, const struct ma_found *found, char *text,
                 size_t size);

/* The column that says where the documents of sequence i begin: the first one that is not null
 * there, since what rows are in a batch with this one must not matter. */
enum ma_borders_kind {
    MA_NO_BORDERS,
    MA_BORDERS,
    MA_BORDERS_BY_LENGTH,
    MA_BORDERS_BY_POSITION
};
struct ma_borders {
    enum ma_borders_kind kind;
    const mmspan_column *column;
};
struct ma_borders ma_borders_of(const mmspan_audit_batch *batch, size_t i);

/* Divides the sequences of the batch into documents. */
mmspan_status ma_divide(struct mmspan_audit *audit, mmspan_error *error);

/* A document of the present sequence: what the scan found, and where it begins in the
 * sequence. */
struct ma_document {
    size_t index;
    int64_t start;
    int64_t n;
    const mmspan_item *items;
    size_t n_items;
    const mmspan_run *runs;
    const mmspan_finding *findings;
    size_t n_findings;
};
struct ma_document ma_document(const struct mmspan_audit *audit, size_t index);

/* The checks of one sequence. */
mmspan_status ma_check_lengths(struct mmspan_audit *audit);
mmspan_status ma_check_masks(struct mmspan_audit *audit);
mmspan_status ma_check_media(struct mmspan_audit *audit);
mmspan_status ma_check_items(struct mmspan_audit *audit);

/* Is the column there for the present sequence, and as long as it? */
bool ma_has(const struct mmspan_audit *audit, const mmspan_column *column);

#endif
