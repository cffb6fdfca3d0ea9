/* A growable piece of output: lines are built whole before any byte is written. */
#ifndef MMSPAN_TOOLS_BUFFER_H
#define MMSPAN_TOOLS_BUFFER_H

#include "fail.h"

#include <stdbool.h>

/*
 * Zeroed is empty. When memory runs out `failed` is set and further additions do
 * nothing, so only the place that writes the buffer has to look.
 */
struct buffer {
    char *data;
    size_t n;
    size_t cap;
    bool failed;
};

/* Where n bytes may be written, which count once they are added to buffer->n; NULL when
 * memory is out. */
char *buffer_room(struct buffer *buffer, size_t n);

void buffer_bytes(struct buffer *buffer, const void *bytes, size_t n);
void buffer_text(struct buffer *buffer, const char *text);
void buffer_repeat(struct buffer *buffer, char c, size_t n);
void buffer_integer(struct buffer *buffer, int64_t value);

/* "1 state", "2 states". */
void buffer_count(struct buffer *buffer, int64_t n, const char *one, const char *many);

/* For rare and short text: what a call adds is cut at 4,095 bytes. */
PRINTF_LIKE(2, 3)
void buffer_format(struct buffer *buffer, const char *format, ...);

/* A JSON string with its quotes. Also what keeps control characters that a config
 * may hold off the terminal. NULL gives null. */
void buffer_json(struct buffer *buffer, const char *text);

/* IDs with `separator` between them. */
void buffer_ids(struct buffer *buffer, const int32_t *ids, size_t n, const char *separator);

void buffer_free(struct buffer *buffer);

#endif
