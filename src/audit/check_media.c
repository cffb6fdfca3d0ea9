/* Compares the items with the media that columns list. */
#include "audit.h"
#include "sum.h"

#include <string.h>

/* The media of a sequence in one column, as values or inner lists [first, end). */
struct listed {
    const mmspan_media_column *column;
    int64_t first;
    int64_t end;
};

static struct listed listed_at(const mmspan_media_column *column, size_t sequence) {
    return (struct listed){column, column->values.offsets[sequence],
                           column->values.offsets[sequence + 1]};
}

/* More rows than any media has; sums of such numbers do not overflow. */
#define MOST_ROWS ((int64_t)1 << 40)

/* a * b, or INT64_MAX. */
static int64_t product(int64_t a, int64_t b) {
    return a <= 0 || b <= 0 ? 0 : a > INT64_MAX / b ? INT64_MAX : a * b;
}

static int64_t grid_rows(const mmspan_column *values, int64_t at, int64_t merge) {
    const int64_t cells = product(ma_value(values, at),
                                  product(ma_value(values, at + 1), ma_value(values, at + 2)));
    return merge > 0 ? cells / product(merge, merge) : cells;
}

static bool add_media(struct mmspan_audit *audit, size_t *n, int32_t modality, int64_t rows) {
    /* A grid of zeros stands for none in formats that cannot hold an empty list. */
    if (rows <= 0)
        return true;
    if (!mm_reserve(&audit->allocator, &audit->media, &audit->cap_media, *n + 1,
                    sizeof *audit->media))
        return false;
    audit->media[(*n)++] =
        (mmspan_media){.rows = rows < MOST_ROWS ? rows : MOST_ROWS, .modality = modality};
    return true;
}

/* Reads the media of the sequence; *well is false when a grid is none. */
static mmspan_status read_media(struct mmspan_audit *audit, size_t *n, const struct listed *l,
                                bool *well) {
    const mmspan_media_column *column = l->column;
    const int64_t merge = audit->report->identity.merge_size;
    const bool flat = !column->inner_offsets;
    const bool grid = column->form == MMSPAN_MEDIA_GRID;
    const int64_t step = grid && flat ? 3 : 1;
    *well = !(grid && flat) || (l->end - l->first) % 3 == 0;
    for (int64_t i = l->first; *well && i < l->end; i += step) {
        const int64_t at = grid && !flat ? column->inner_offsets[i] : i;
        if (grid && !flat && column->inner_offsets[i + 1] - at != 3) {
            *well = false;
            break;
        }
        const int64_t rows =
            grid ? grid_rows(&column->values, at, merge) : ma_value(&column->values, at);
        if (!add_media(audit, n, column->modality, rows))
            return MMSPAN_E_MEMORY;
    }
    return MMSPAN_OK;
}

/* The column of each modality that is used for this sequence, or -1: the first one that is not
 * null. Another row of the batch may have another one. */
static void choose_columns(const struct mmspan_audit *audit, int *columns) {
    for (int32_t m = 0; m < mmspan_matcher_n_modalities(audit->matcher); m++)
        columns[m] = -1;
    for (size_t c = 0; c < audit->batch->n_media; c++) {
        const mmspan_media_column *column = &audit->batch->media[c];
        if (columns[column->modality] < 0 &&
            !ma_is_null(&column->values, audit->sequence.index))
            columns[column->modality] = (int)c;
    }
}

/* Lists the media of the columns of rows that are used, one column after the other. */
static mmspan_status list_media(struct mmspan_audit *audit, const int *columns, bool *any) {
    const mmspan_audit_batch *batch = audit->batch;
    const size_t sequence = audit->sequence.index;
    size_t n = 0;
    *any = false;
    for (size_t c = 0; c < batch->n_media; c++) {
        const mmspan_media_column *column = &batch->media[c];
        bool well = true;
        audit->media_at[c] = n;
        if (column->form == MMSPAN_MEDIA_COUNT || columns[column->modality] != (int)c)
            continue;
        const struct listed l = listed_at(column, sequence);
        *any = true;
        mmspan_status status = read_media(audit, &n, &l, &well);
        if (status == MMSPAN_OK && !well) {
            n = audit->media_at[c];
            status = ma_find(audit, &(struct ma_found){.slot = MA_LENGTH_MISMATCH,
                                                       .modality = column->modality,
                                                       .end = audit->sequence.n,
                                                       .expected = 3,
                                                       .found = l.end - l.first,
                                                       .column = "a grid"});
        }
        if (status != MMSPAN_OK)
            return status;
        audit->tally.amounts[column->modality].media += (int64_t)(n - audit->media_at[c]);
    }
    audit->media_at[batch->n_media] = n;
    return MMSPAN_OK;
}

/* Where in the list each column stands. */
struct cursor {
    size_t at[MA_MAX_MEDIA_COLUMNS];
};

/* Nearly all sequences are in order, and one pass over the items tells: every item has the rows
 * of the next media of its modality, and takes no rows of another one. */
static bool is_plain(const struct mmspan_audit *audit, const int *columns) {
    const struct ma_sequence *s = &audit->sequence;
    struct cursor cursor;
    memcpy(cursor.at, audit->media_at, sizeof cursor.at);
    for (size_t d = s->first_doc; d < s->end_doc; d++) {
        const struct ma_document document = ma_document(audit, d);
        for (size_t i = 0; i < document.n_items; i++) {
            const mmspan_item *item = &document.items[i];
            const int c = columns[item->modality];
            for (int32_t r = 0; r < item->n_runs; r++)
                if (document.runs[item->first_run + r].modality != item->modality)
                    return false;
            if (c < 0)
                continue;
            if (cursor.at[c] == audit->media_at[c + 1])
                return false;
            const mmspan_media *media = &audit->media[cursor.at[c]++];
            if (item->form == MMSPAN_FORM_BLOCK && item->rows != media->rows)
                return false;
        }
    }
    for (size_t c = 0; c < audit->batch->n_media; c++)
        if (cursor.at[c] != audit->media_at[c + 1] &&
            columns[audit->batch->media[c].modality] == (int)c)
            return false;
    return true;
}

/* How many media of a column belong to a document: as many as make up its rows, or as many as
 * it has items. */
static size_t share_of(const struct mmspan_audit *audit, const struct ma_document *document,
                       size_t from, size_t end, int32_t modality) {
    int64_t rows = 0;
    size_t n_items = 0;
    for (size_t i = 0; i < document->n_items; i++) {
        if (document->items[i].modality != modality)
            continue;
        rows += document->items[i].rows;
        n_items++;
    }
    int64_t sum = 0;
    size_t n = 0;
    while (from + n < end && sum < rows && audit->media[from + n].rows <= rows - sum)
        sum += audit->media[from + n++].rows;
    if (sum == rows)
        return n;
    return n_items < end - from ? n_items : end - from;
}

static const mmspan_item *item_at(const struct ma_document *document, int64_t start,
                                  int64_t end) {
    for (size_t i = 0; i < document->n_items; i++)
        if (document->items[i].start == start && document->items[i].end == end)
            return &document->items[i];
    return NULL;
}

/* Is a number of rows the square of the media's, or the product of two of the column? */
static bool is_double(const struct mmspan_audit *audit, size_t column,
                      const mmspan_finding *finding) {
    if (finding->expected < 2 || finding->found % finding->expected != 0)
        return false;
    const int64_t other = finding->found / finding->expected;
    for (size_t i = audit->media_at[column]; i < audit->media_at[column + 1]; i++)
        if (other == audit->media[i].rows)
            return true;
    return false;
}

/* A finding of mmspan_assign becomes one of the sequence, unless nothing is known of its
 * modality, or it is about a placeholder, which takes other rows rightly. `before` is how many
 * media of the column earlier documents have taken. */
static mmspan_status take_over(struct mmspan_audit *audit, const struct ma_document *document,
                               const mmspan_finding *finding, const int *columns,
                               const size_t *before) {
    const int c = columns[finding->modality];
    if (c < 0)
        return MMSPAN_OK;
    const bool rows = finding->kind == MMSPAN_FINDING_MEDIA_ROWS;
    const mmspan_item *item = item_at(document, finding->start, finding->end);
    if (rows && item && item->form == MMSPAN_FORM_BARE)
        return MMSPAN_OK;
    mmspan_finding scan = *finding;
    scan.start += document->start;
    scan.end += document->start;
    if (scan.media >= 0)
        scan.media += (int32_t)before[c];
    if (!rows) { /* counts are of the whole row, as its columns are */
        scan.expected += (int64_t)before[c];
        scan.found += (int64_t)before[c];
    }
    return ma_find(audit, &(struct ma_found){
                              .slot = rows && is_double(audit, (size_t)c, finding)
                                          ? MA_DOUBLE_EXPANSION
                                          : ma_slot_of(finding->kind),
                              .modality = scan.modality,
                              .start = scan.start,
                              .end = scan.end,
                              .expected = scan.expected,
                              .found = scan.found,
                              .scan = &scan,
                          });
}

/* The media of a document, gathered behind all others in the list. */
static mmspan_status gather(struct mmspan_audit *audit, const struct ma_document *document,
                            bool last, struct cursor *cursor, size_t *n) {
    const size_t n_columns = audit->batch->n_media;
    const size_t end = audit->media_at[n_columns];
    *n = 0;
    for (size_t c = 0; c < n_columns; c++) {
        const size_t stop = audit->media_at[c + 1];
        const size_t from = cursor->at[c];
        size_t share = stop - from;
        if (!last)
            share = share_of(audit, document, from, stop, audit->batch->media[c].modality);
        if (!mm_reserve(&audit->allocator, &audit->media, &audit->cap_media, end + *n + share,
                        sizeof *audit->media))
            return MMSPAN_E_MEMORY;
        if (share)
            memcpy(audit->media + end + *n, audit->media + from, share * sizeof *audit->media);
        *n += share;
        cursor->at[c] += share;
    }
    return MMSPAN_OK;
}

static mmspan_status assign_document(struct mmspan_audit *audit, size_t d, const int *columns,
                                     struct cursor *cursor) {
    const struct ma_document document = ma_document(audit, d);
    const size_t end = audit->media_at[audit->batch->n_media];
    size_t before[MA_MAX_MEDIA_COLUMNS];
    size_t n;
    for (size_t c = 0; c < audit->batch->n_media; c++)
        before[c] = cursor->at[c] - audit->media_at[c];
    mmspan_status status =
        gather(audit, &document, d + 1 == audit->sequence.end_doc, cursor, &n);
    if (status == MMSPAN_OK)
        status = mmspan_batch_get(audit->scan, d, audit->result, NULL);
    if (status == MMSPAN_OK)
        status = mmspan_assign(audit->result, n ? audit->media + end : NULL, n, NULL, NULL);
    const mmspan_view *view = mmspan_result_view(audit->result);
    for (size_t i = 0; status == MMSPAN_OK && i < view->n_findings; i++) {
        const mmspan_finding *finding = &view->findings[i];
        if (finding->kind == MMSPAN_FINDING_MEDIA_COUNT ||
            finding->kind == MMSPAN_FINDING_MEDIA_ROWS)
            status = take_over(audit, &document, finding, columns, before);
    }
    return status;
}

/* A column that says how many there are. Of a modality whose media may have several items, the
 * number of items says nothing. */
static mmspan_status check_count(struct mmspan_audit *audit,
                                 const mmspan_media_column *column) {
    const struct ma_sequence *s = &audit->sequence;
    if (ma_length(&column->values, s->index) != 1 ||
        mmspan_matcher_modality_multi(audit->matcher, column->modality))
        return MMSPAN_OK;
    const int64_t expected = ma_value(&column->values, column->values.offsets[s->index]);
    int64_t found = 0;
    for (size_t d = s->first_doc; d < s->end_doc; d++) {
        const struct ma_document document = ma_document(audit, d);
        for (size_t i = 0; i < document.n_items; i++)
            found += document.items[i].modality == column->modality;
    }
    ma_sum(&audit->tally.amounts[column->modality].media, expected > 0 ? expected : 0);
    if (found == expected)
        return MMSPAN_OK;
    return ma_find(audit, &(struct ma_found){.slot = MA_MEDIA_COUNT,
                                             .modality = column->modality,
                                             .end = s->n,
                                             .expected = expected,
                                             .found = found,
                                             .column = "the row"});
}

static mmspan_status check_counts(struct mmspan_audit *audit, const int *columns, bool *any) {
    const mmspan_audit_batch *batch = audit->batch;
    mmspan_status status = MMSPAN_OK;
    for (size_t c = 0; c < batch->n_media && status == MMSPAN_OK; c++) {
        const mmspan_media_column *column = &batch->media[c];
        if (column->form != MMSPAN_MEDIA_COUNT || columns[column->modality] != (int)c)
            continue;
        *any = true;
        status = check_count(audit, column);
    }
    return status;
}

mmspan_status ma_check_media(struct mmspan_audit *audit) {
    int columns[MMSPAN_MAX_MODALITIES] = {0};
    bool rows = false;
    bool counts = false;
    if (audit->batch->n_media == 0)
        return MMSPAN_OK;
    choose_columns(audit, columns);
    mmspan_status status = list_media(audit, columns, &rows);
    if (status == MMSPAN_OK)
        status = check_counts(audit, columns, &counts);
    audit->report->checked[MA_CHECK_MEDIA_ROWS] += rows;
    audit->report->checked[MA_CHECK_MEDIA_COUNT] += rows || counts;
    if (status != MMSPAN_OK || !rows)
        return status;
    for (int32_t m = 0; m < mmspan_matcher_n_modalities(audit->matcher); m++)
        if (columns[m] >= 0 && audit->batch->media[columns[m]].form == MMSPAN_MEDIA_COUNT)
            columns[m] = -1;
    if (is_plain(audit, columns))
        return MMSPAN_OK;
    struct cursor cursor;
    memcpy(cursor.at, audit->media_at, sizeof cursor.at);
    for (size_t d = audit->sequence.first_doc; d < audit->sequence.end_doc; d++) {
        status = assign_document(audit, d, columns, &cursor);
        if (status != MMSPAN_OK)
            return status;
    }
    return MMSPAN_OK;
}
