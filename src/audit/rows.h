/* Rows of JSON Lines as a batch of columns. */
#ifndef MMSPAN_AUDIT_ROWS_H
#define MMSPAN_AUDIT_ROWS_H

#include "../../include/mmspan/audit.h"

#include <stdbool.h>

/* A batch has at most so many rows, and ends with the row that brings it to so many IDs. */
enum { MA_MAX_ROWS = 1024, MA_MANY_IDS = 128 * 1024 };

/* How a list is written: numbers, lists of three numbers, or one number. */
enum ma_shape { MA_FLAT, MA_GRIDS, MA_SCALAR };

/* The values of one column. Row i has values[offsets[i]..offsets[i + 1]), if its bit is set. */
struct ma_list {
    int32_t *values;
    size_t n;
    size_t cap;
    bool seen; /* in the present row */
    bool any;  /* in any row of the batch */
    int64_t offsets[MA_MAX_ROWS + 1];
    uint8_t validity[MA_MAX_ROWS / 8];
};

/* Lists by what they are for. */
enum ma_role {
    MA_IDS,
    MA_LABELS,
    MA_ATTENTION_MASK,
    MA_LOSS_MASK,
    MA_TYPE_IDS,
    MA_CU_SEQLENS,
    MA_SEQ_LENS,
    MA_POSITION_IDS,
    MA_MEDIA /* the first of those of media, three for each modality by mmspan_media_form */
};
enum { MA_MAX_LISTS = MA_MEDIA + 3 * MMSPAN_MAX_MODALITIES };

/* A key of the objects, and the list it fills; -1 for `media`, an object of lists. */
struct ma_key {
    const char *name;
    size_t n;
    char *own; /* the name, where it is the key's own */
    enum ma_shape shape;
    int list;
    bool seen; /* in any row, with whatever value */
};

/* `lines` are those of the rows. Lists are made as they are needed. */
struct ma_rows {
    const mmspan_matcher *matcher;
    struct ma_key *keys;
    size_t n_keys;
    struct ma_list *lists[MA_MAX_LISTS];
    size_t n_lists;
    size_t n_rows;
    int64_t lines[MA_MAX_ROWS];
    mmspan_column columns[MA_MAX_LISTS];
    mmspan_media_column media[3 * MMSPAN_MAX_MODALITIES];
};

/* Where and why a row is no good; MA_ROW_MEMORY leaves it alone. */
struct ma_row_error {
    size_t at;
    char message[160];
};
enum ma_row_status { MA_ROW_OK, MA_ROW_MEMORY, MA_ROW_CORRUPT };

/* MMSPAN_E_ARGUMENT for a role that does not exist, MMSPAN_E_MEMORY. Close it in any case. */
mmspan_status ma_rows_open(struct ma_rows *rows, const mmspan_matcher *matcher,
                           const mmspan_audit_name *names, size_t n, mmspan_error *error);
void ma_rows_close(struct ma_rows *rows);

/* Sets to 1 what belongs to names of columns that rows had. */
void ma_rows_note_seen(const struct ma_rows *rows, const mmspan_audit_name *names, size_t n,
                       unsigned char *seen);

/* How many readable bytes must follow a row. */
#define MA_ROW_PADDING 64

/* Adds a row. The text of n bytes must be followed by a line feed or a zero, and by readable
 * bytes. A row that is no good is not added. There must be room. */
enum ma_row_status ma_rows_add(struct ma_rows *rows, const char *text, size_t n, int64_t line,
                               struct ma_row_error *error);

static inline bool ma_rows_full(const struct ma_rows *rows) {
    return rows->n_rows == MA_MAX_ROWS || rows->lists[MA_IDS]->n >= MA_MANY_IDS;
}

/* Fills in the columns of a batch, which borrows them until the rows are emptied. */
void ma_rows_batch(struct ma_rows *rows, mmspan_audit_batch *batch);
void ma_rows_clear(struct ma_rows *rows);

/* For the parser: room for more values. */
bool ma_list_grow(struct ma_list *list);

/* The list of a role, made if need be; NULL when memory is out. */
struct ma_list *ma_rows_list(struct ma_rows *rows, int role);

#endif
