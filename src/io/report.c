/* Writes error reports that are fit to print, whatever they quote. */
#include "report.h"

#include <stdbool.h>
#include <stdio.h>

/* How many bytes at `at` are one printable character, 0 when they are not. */
static size_t printable(const char *at) {
    const unsigned char c = (unsigned char)*at;
    if (c < 0x80)
        return c >= 0x20 && c != 0x7F;
    size_t n = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC2 ? 2 : 0;
    for (size_t i = 1; i < n; i++)
        if (((unsigned char)at[i] & 0xC0) != 0x80)
            return 0;
    const bool is_control = c == 0xC2 && (unsigned char)at[1] < 0xA0;
    return is_control ? 0 : n;
}

static void make_printable(char *text) {
    while (*text) {
        size_t n = printable(text);
        if (n == 0)
            *text = '?';
        text += n ? n : 1;
    }
}

mmspan_status mi_fail_list(mmspan_error *error, mmspan_status status,
                           const struct mm_place *place, const char *format,
                           va_list arguments) {
    char message[2 * sizeof error->message];
    if (!error)
        return status;
    vsnprintf(message, sizeof message, format, arguments);
    make_printable(message);
    mm_fail(error, status, place, "%s", message);
    make_printable(error->path);
    return status;
}

mmspan_status mi_fail(mmspan_error *error, mmspan_status status, const struct mm_place *place,
                      const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    mi_fail_list(error, status, place, format, arguments);
    va_end(arguments);
    return status;
}

struct mm_place mi_place_of(const char *file, const char *text, size_t size, size_t offset) {
    struct mm_place place = {.file = file, .line = 1, .column = 1};
    for (size_t i = 0; i < offset && i < size; i++) {
        place.column++;
        if (text[i] == '\n') {
            place.line++;
            place.column = 1;
        }
    }
    return place;
}
