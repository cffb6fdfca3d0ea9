/* Writes error reports of the tokenizer library. */
#include "fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* How many bytes at `at` are one printable character, 0 when they are not. */
static size_t printable(const char *at) {
    const unsigned char c = (unsigned char)*at;
    if (c < 0x80)
        return c >= 0x20 && c != 0x7F;
    size_t n = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC2 ? 2 : 0;
    for (size_t i = 1; i < n; i++)
        if (((unsigned char)at[i] & 0xC0) != 0x80)
            return 0;
    return c == 0xC2 && (unsigned char)at[1] < 0xA0 ? 0 : n;
}

/* A character that was cut at the end of the buffer becomes question marks, too. */
static void make_printable(char *text) {
    while (*text) {
        size_t n = printable(text);
        if (n == 0)
            *text = '?';
        text += n ? n : 1;
    }
}

mmspan_status mt_fail(mmspan_error *error, mmspan_status status, const struct mt_place *place,
                      const char *format, ...) {
    if (!error)
        return status;
    memset(error, 0, sizeof *error);
    error->status = (int32_t)status;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    make_printable(error->message);
    if (place) {
        error->line = place->line;
        error->column = place->column;
        snprintf(error->file, sizeof error->file, "%s", place->file ? place->file : "");
    }
    return status;
}

mmspan_status mt_fail_memory(mmspan_error *error) {
    return mt_fail(error, MMSPAN_E_MEMORY, NULL, "out of memory");
}

struct mt_place mt_place_of(const char *file, const char *text, size_t size, size_t offset) {
    struct mt_place place = {file, 1, 1};
    for (size_t i = 0; i < offset && i < size; i++) {
        place.column++;
        if (text[i] == '\n') {
            place.line++;
            place.column = 1;
        }
    }
    return place;
}
