/* Collects the errors of one config: the first for the caller, all for a report. */
#include "errors.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Past this many, a file is no config with mistakes but something else, and looking up
 * the nearest name each time would take long. */
enum { MAX_ERRORS = 1000 };

/* How many bytes at `at` are one printable character, 0 when they are not. */
static size_t printable(const char *at) {
    unsigned char c = (unsigned char)*at;
    if (c < 0x80)
        return c >= 0x20 && c != 0x7F;
    size_t n = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC2 ? 2 : 0;
    for (size_t i = 1; i < n; i++)
        if (((unsigned char)at[i] & 0xC0) != 0x80)
            return 0;
    bool is_control = c == 0xC2 && (unsigned char)at[1] < 0xA0;
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

void mc_add_error(struct mc_errors *errors, const mmspan_error *error) {
    if (errors->n++ == 0) {
        errors->status = (mmspan_status)error->status;
        if (errors->first)
            *errors->first = *error;
    }
    if (errors->report)
        errors->report(errors->context, error);
    if (!errors->report || error->status == MMSPAN_E_MEMORY)
        errors->stopped = true;
}

void mc_fail(struct mc_errors *errors, mmspan_status status, const struct mm_place *place,
             const char *format, ...) {
    if (errors->stopped)
        return;
    struct mm_place here = place ? *place : (struct mm_place){0};
    char message[sizeof((mmspan_error *)0)->message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    make_printable(message);
    here.file = errors->file;
    mmspan_error error;
    mm_fail(&error, status, &here, "%s", message);
    make_printable(error.path);
    mc_add_error(errors, &error);
    if (errors->n == MAX_ERRORS && !errors->stopped) {
        mm_fail(&error, MMSPAN_E_LIMIT, &here, "more than %d errors; the rest is not shown",
                MAX_ERRORS);
        mc_add_error(errors, &error);
        errors->stopped = true;
    }
}

void mc_fail_memory(struct mc_errors *errors) {
    if (errors->stopped)
        return;
    mmspan_error error;
    mm_fail_memory(&error);
    mc_add_error(errors, &error);
}
