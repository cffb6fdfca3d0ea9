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

/* How many bytes at `at` are one character of UTF-8 beyond ASCII, 0 when they are not. */
static size_t character_at(const unsigned char *at) {
    const size_t n = *at >= 0xF5 ? 0 : *at >= 0xF0 ? 4 : *at >= 0xE0 ? 3 : *at >= 0xC2 ? 2 : 0;
    for (size_t i = 1; i < n; i++)
        if ((at[i] & 0xC0) != 0x80)
            return 0;
    /* Longer than needed, surrogates, beyond the last one. */
    if ((*at == 0xE0 && at[1] < 0xA0) || (*at == 0xED && at[1] > 0x9F) ||
        (*at == 0xF0 && at[1] < 0x90) || (*at == 0xF4 && at[1] > 0x8F))
        return 0;
    return n;
}

void buffer_json(struct buffer *buffer, const char *text) {
    if (!text) {
        buffer_text(buffer, "null");
        return;
    }
    buffer_bytes(buffer, "\"", 1);
    for (const unsigned char *p = (const unsigned char *)text; *p;) {
        const size_t n = *p < 0x80 ? 1 : character_at(p);
        if (*p == '"' || *p == '\\')
            buffer_format(buffer, "\\%c", *p);
        else if (*p == '\n')
            buffer_text(buffer, "\\n");
        else if (*p < 0x20 || *p == 0x7f)
            buffer_format(buffer, "\\u%04x", *p);
        else if (n == 0) /* names of files may be any bytes */
            buffer_text(buffer, "\\ufffd");
        else
            buffer_bytes(buffer, p, n);
        p += n ? n : 1;
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
