/* Lays out tables of text for people. */
#include "table.h"

#include <string.h>

/* Characters, not bytes: continuation bytes of UTF-8 take no room. */
static size_t width_of(const char *text) {
    size_t n = 0;
    for (; *text; text++)
        n += ((unsigned char)*text & 0xC0) != 0x80;
    return n;
}

/* Closes the cell that starts at `start`. */
static void finish_cell(struct table *table, size_t start) {
    buffer_bytes(&table->cells, "", 1);
    if (table->cells.failed)
        return;
    size_t width = width_of(table->cells.data + start);
    size_t column = table->n_cells++ % table->n_columns;
    if (width > table->width[column])
        table->width[column] = width;
}

void table_text(struct table *table, const char *text) {
    size_t start = table->cells.n;
    buffer_text(&table->cells, text);
    finish_cell(table, start);
}

void table_integer(struct table *table, int64_t value) {
    size_t start = table->cells.n;
    buffer_integer(&table->cells, value);
    finish_cell(table, start);
}

/* No line ends in blanks, not even one whose last cell is empty. */
static void end_line(struct buffer *out) {
    while (out->n && out->data[out->n - 1] == ' ')
        out->n--;
    buffer_bytes(out, "\n", 1);
}

static void print_cell(const struct table *table, size_t column, const char *cell,
                       struct buffer *out) {
    size_t padding = table->width[column] - width_of(cell);
    bool right = (table->right >> column & 1) != 0;
    if (right)
        buffer_repeat(out, ' ', padding);
    buffer_text(out, cell);
    if (column + 1 == table->n_columns)
        end_line(out);
    else
        buffer_repeat(out, ' ', (right ? 0 : padding) + 2);
}

void table_print(struct table *table, const char *indent, struct buffer *out) {
    if (table->cells.failed)
        out->failed = true;
    const char *cell = table->cells.data;
    for (size_t i = 0; i < table->n_cells && !out->failed; i++) {
        size_t column = i % table->n_columns;
        if (column == 0)
            buffer_text(out, indent);
        print_cell(table, column, cell, out);
        cell += strlen(cell) + 1;
    }
    buffer_free(&table->cells);
    table->n_cells = 0;
    memset(table->width, 0, sizeof table->width);
}
