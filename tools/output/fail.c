/* Prints diagnostics in the form that editors and CI systems understand. */
#include "fail.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static void print_place(const struct place *place, const char *severity) {
    fputs(place && place->file && place->file[0] ? place->file : "mmspan", stderr);
    if (place && place->line)
        fprintf(stderr, ":%" PRIu64, place->line);
    if (place && place->line && place->column)
        fprintf(stderr, ":%" PRIu64, place->column);
    fprintf(stderr, ": %s: ", severity);
}

static void print_line(const struct place *place, const char *severity, const char *format,
                       va_list arguments) {
    print_place(place, severity);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

int fail(int status, const struct place *place, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    print_line(place, "error", format, arguments);
    va_end(arguments);
    return status;
}

int fail_system(const char *file, int error_number) {
    const struct place place = {file, 0, 0};
    switch (error_number) {
    case EAGAIN:
    case EINTR:
    case ENOMEM:
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOSPC:
    case EDQUOT:
    case EIO:
    case ESTALE:
    case ETIMEDOUT:
        return fail(EXIT_TRY_AGAIN, &place, "%s", strerror(error_number));
    default:
        return fail(EXIT_USAGE, &place, "%s", strerror(error_number));
    }
}

int fail_memory(void) {
    return fail(EXIT_TRY_AGAIN, NULL, "out of memory");
}

int status_of(mmspan_status status) {
    if (status == MMSPAN_OK)
        return EXIT_CLEAN;
    return status == MMSPAN_E_MEMORY ? EXIT_TRY_AGAIN : EXIT_USAGE;
}

int fail_library(mmspan_status status, const mmspan_error *error) {
    const struct place place = {error->file, error->line, error->column};
    const char *message = error->message[0] ? error->message : mmspan_status_text(status);
    /* A pattern error goes on with the pattern and a caret; the path belongs before. */
    const size_t first_line = strcspn(message, "\n");
    print_place(&place, "error");
    fwrite(message, 1, first_line, stderr);
    if (error->path[0])
        fprintf(stderr, " (in %s)", error->path);
    fprintf(stderr, "%s\n", message + first_line);
    return status_of(status);
}

int fail_input(mmspan_status status, const mmspan_error *error) {
    const int failed = fail_library(status, error);
    const bool corrupt =
        status == MMSPAN_E_SYNTAX || status == MMSPAN_E_LIMIT || status == MMSPAN_E_MISMATCH;
    return corrupt ? EXIT_CORRUPT : failed;
}

void note(const struct place *place, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    print_line(place, "note", format, arguments);
    va_end(arguments);
}

void warn(const struct place *place, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    print_line(place, "warning", format, arguments);
    va_end(arguments);
}
