/* Cells that are printed as aligned columns. */
#ifndef MMSPAN_TOOLS_TABLE_H
#define MMSPAN_TOOLS_TABLE_H

#include "buffer.h"

#define TABLE_MAX_COLUMNS 8

/* Zeroed with `n_columns` set is an empty table. `right` has a bit for each column
 * of numbers, which are aligned to the right. */
struct table {
    struct buffer cells;
    size_t n_columns;
    size_t n_cells;
    unsigned right;
    size_t width[TABLE_MAX_COLUMNS];
};

/* Adds the next cell, row by row from the left. */
void table_text(struct table *table, const char *text);
void table_integer(struct table *table, int64_t value);

/* Adds all lines to `out`, each after `indent`, and empties the table. */
void table_print(struct table *table, const char *indent, struct buffer *out);

#endif
