/* Builds output in memory: text, numbers and JSON strings. */
#include "buffer.h"

#include "../../src/match/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Makes room for n more bytes. */
static bool reserve(struct buffer *buffer, size_t n) {
    if (buffer->failed)
        return false;
    if (n <= buffer->cap - buffer->n)
        return true;
    size_t cap = buffer->cap < 2048 ? 4096 : 2 * buffer->cap;
    if (cap - buffer->n < n)
        cap = buffer->n + n;
    char *data = cap > buffer->cap && cap >= n ? realloc(buffer->data, cap) : NULL;
    if (!data) {
        buffer->failed = true;
        return false;
    }
    buffer->data = data;
    buffer->cap = cap;
    return true;
}

char *buffer_room(struct buffer *buffer, size_t n) {
    return reserve(buffer, n) ? buffer->data + buffer->n : NULL;
}

void buffer_bytes(struct buffer *buffer, const void *bytes, size_t n) {
    if (n == 0 || !reserve(buffer, n))
        return;
    memcpy(buffer->data + buffer->n, bytes, n);
    buffer->n += n;
}

void buffer_text(struct buffer *buffer, const char *text) {
    buffer_bytes(buffer, text, strlen(text));
}

void buffer_repeat(struct buffer *buffer, char c, size_t n) {
    if (n == 0 || !reserve(buffer, n))
        return;
    memset(buffer->data + buffer->n, c, n);
    buffer->n += n;
}

void buffer_integer(struct buffer *buffer, int64_t value) {
    char digits[24];
    struct mm_text text = {digits, sizeof digits, 0};
    mm_add_integer(&text, value);
    buffer_bytes(buffer, digits, text.n);
}

void buffer_count(struct buffer *buffer, int64_t n, const char *one, const char *many) {
    buffer_integer(buffer, n);
    buffer_text(buffer, " ");
    buffer_text(buffer, n == 1 ? one : many);
}

void buffer_format(struct buffer *buffer, const char *format, ...) {
    char text[4096];
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (n > 0)
        buffer_bytes(buffer, text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
}

void buffer_json(struct buffer *buffer, const char *text) {
    if (!text) {
        buffer_text(buffer, "null");
        return;
    }
    buffer_bytes(buffer, "\"", 1);
    for (const char *p = text; *p; p++) {
        unsigned char c = (unsigned char)*p;
        if (c == '"' || c == '\\')
            buffer_format(buffer, "\\%c", c);
        else if (c == '\n')
            buffer_text(buffer, "\\n");
        else if (c < 0x20 || c == 0x7f)
            buffer_format(buffer, "\\u%04x", c);
        else
            buffer_bytes(buffer, p, 1);
    }
    buffer_bytes(buffer, "\"", 1);
}

void buffer_ids(struct buffer *buffer, const int32_t *ids, size_t n, const char *separator) {
    for (size_t i = 0; i < n; i++) {
        if (i)
            buffer_text(buffer, separator);
        buffer_integer(buffer, ids[i]);
    }
}

void buffer_free(struct buffer *buffer) {
    free(buffer->data);
    *buffer = (struct buffer){0};
}
