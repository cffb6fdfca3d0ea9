/* Reads columns of any width. */
#include "column.h"

#include "../match/error.h"

#include <string.h>

mmspan_status ma_check_column(const mmspan_column *column, size_t n_sequences, const char *name,
                              mmspan_error *error) {
    if (column->type < MMSPAN_COLUMN_INT32 || column->type > MMSPAN_COLUMN_INT16)
        return mm_fail(error, MMSPAN_E_ARGUMENT, NULL, "%s: no type of a column: %d", name,
                       (int)column->type);
    if (!column->offsets || (!column->data && column->n) || column->validity_offset < 0)
        return mm_fail(error, MMSPAN_E_ARGUMENT, NULL, "%s: no data or no offsets", name);
    bool fits = column->offsets[0] >= 0;
    for (size_t i = 0; i < n_sequences; i++)
        fits &= column->offsets[i + 1] >= column->offsets[i];
    if (fits && (uint64_t)column->offsets[n_sequences] <= column->n)
        return MMSPAN_OK;
    return mm_fail(error, MMSPAN_E_ARGUMENT, NULL,
                   "%s: the offsets go back, or beyond the %zu values", name, column->n);
}

int64_t ma_value(const mmspan_column *column, int64_t at) {
    switch (column->type) {
    case MMSPAN_COLUMN_INT64:
        return ((const int64_t *)column->data)[at];
    case MMSPAN_COLUMN_UINT32:
        return ((const uint32_t *)column->data)[at];
    case MMSPAN_COLUMN_UINT16:
        return ((const uint16_t *)column->data)[at];
    case MMSPAN_COLUMN_INT8:
        return ((const int8_t *)column->data)[at];
    case MMSPAN_COLUMN_INT16:
        return ((const int16_t *)column->data)[at];
    default:
        return ((const int32_t *)column->data)[at];
    }
}

/* The widths that labels and masks have in practice are compared in stretches, which compilers
 * turn into vector code. */
enum { STRETCH = 1024 };

static bool all_equal64(const int64_t *values, int64_t n, int64_t value) {
    uint64_t differ = 0;
    for (int64_t i = 0; i < n; i++)
        differ |= (uint64_t)values[i] ^ (uint64_t)value;
    return !differ;
}

static bool all_equal32(const int32_t *values, int64_t n, int32_t value) {
    uint32_t differ = 0;
    for (int64_t i = 0; i < n; i++)
        differ |= (uint32_t)values[i] ^ (uint32_t)value;
    return !differ;
}

static bool is_plain(const mmspan_column *column, int64_t first, int64_t n, int64_t value) {
    if (column->type == MMSPAN_COLUMN_INT64)
        return all_equal64((const int64_t *)column->data + first, n, value);
    if (column->type == MMSPAN_COLUMN_INT32 && value >= INT32_MIN && value <= INT32_MAX)
        return all_equal32((const int32_t *)column->data + first, n, (int32_t)value);
    return false;
}

int64_t ma_find_other(const mmspan_column *column, int64_t first, int64_t end, int64_t value) {
    while (first < end) {
        int64_t n = end - first < STRETCH ? end - first : STRETCH;
        if (!is_plain(column, first, n, value))
            for (int64_t i = first; i < first + n; i++)
                if (ma_value(column, i) != value)
                    return i;
        first += n;
    }
    return end;
}

static bool has64(const int64_t *values, int64_t n, int64_t value) {
    int64_t found = 0;
    for (int64_t i = 0; i < n; i++)
        found |= values[i] == value;
    return found;
}

static bool has32(const int32_t *values, int64_t n, int32_t value) {
    int32_t found = 0;
    for (int64_t i = 0; i < n; i++)
        found |= values[i] == value;
    return found;
}

static bool may_have(const mmspan_column *column, int64_t first, int64_t n, int64_t value) {
    if (column->type == MMSPAN_COLUMN_INT64)
        return has64((const int64_t *)column->data + first, n, value);
    if (column->type == MMSPAN_COLUMN_INT32 && value >= INT32_MIN && value <= INT32_MAX)
        return has32((const int32_t *)column->data + first, n, (int32_t)value);
    if (column->type == MMSPAN_COLUMN_INT8 && value >= INT8_MIN && value <= INT8_MAX)
        return memchr((const int8_t *)column->data + first, (int)(uint8_t)value, (size_t)n);
    return true;
}

int64_t ma_find_equal(const mmspan_column *column, int64_t first, int64_t end, int64_t value) {
    while (first < end) {
        int64_t n = end - first < STRETCH ? end - first : STRETCH;
        if (may_have(column, first, n, value))
            for (int64_t i = first; i < first + n; i++)
                if (ma_value(column, i) == value)
                    return i;
        first += n;
    }
    return end;
}
