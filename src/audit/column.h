/* Columns of lists: their checks, and searches in their values. */
#ifndef MMSPAN_AUDIT_COLUMN_H
#define MMSPAN_AUDIT_COLUMN_H

#include "../../include/mmspan/audit.h"

#include <stdbool.h>

/* Do the offsets fit the values? The message says `name` and the sequence. */
mmspan_status ma_check_column(const mmspan_column *column, size_t n_sequences, const char *name,
                              mmspan_error *error);

static inline bool ma_is_null(const mmspan_column *column, size_t sequence) {
    const int64_t bit = column->validity_offset + (int64_t)sequence;
    return column->validity && !(column->validity[bit / 8] >> (bit % 8) & 1);
}

static inline int64_t ma_length(const mmspan_column *column, size_t sequence) {
    return column->offsets[sequence + 1] - column->offsets[sequence];
}

/* Value number `at` of the whole column; of uint64 there is none. */
int64_t ma_value(const mmspan_column *column, int64_t at);

/* The first of the values [first, end) that is not `value`, or that is; `end` when there is
 * none. */
int64_t ma_find_other(const mmspan_column *column, int64_t first, int64_t end, int64_t value);
int64_t ma_find_equal(const mmspan_column *column, int64_t first, int64_t end, int64_t value);

#endif
