/* Diagnostics on standard error, and the exit status that goes with each. */
#ifndef MMSPAN_TOOLS_FAIL_H
#define MMSPAN_TOOLS_FAIL_H

#include "../../include/mmspan/base.h"

/*
 * The program's exit statuses. Functions of the program that can fail return one:
 * EXIT_CLEAN when they did not, else the status to exit with, and then the message
 * has been printed already.
 */
enum exit_status {
    EXIT_CLEAN = 0,
    EXIT_FINDINGS = 1,
    EXIT_USAGE = 2,
    EXIT_CORRUPT = 3,
    EXIT_TRY_AGAIN = 75
};

/* Where an error is: a NULL file stands for the program; 0 for no line or column. */
struct place {
    const char *file;
    uint64_t line;
    uint64_t column;
};

#if defined(__GNUC__)
#define PRINTF_LIKE(at, first) __attribute__((format(printf, at, first)))
#else
#define PRINTF_LIKE(at, first)
#endif

/* Prints `file:line:column: error: text` and returns `status`. `place` may be NULL. */
PRINTF_LIKE(3, 4)
int fail(int status, const struct place *place, const char *format, ...);

/* Prints the system's reason for a failed call on `file`; EXIT_TRY_AGAIN when the
 * reason may pass (no memory, no descriptors, a full disk), else EXIT_USAGE. */
int fail_system(const char *file, int error_number);

/* Prints "out of memory" and returns EXIT_TRY_AGAIN. */
int fail_memory(void);

/* The exit status that a failure of the library means. */
int status_of(mmspan_status status);

/* Prints the library's report, with its key path, and returns status_of(status). */
int fail_library(mmspan_status status, const mmspan_error *error);

/* fail_library for what a file holds: one that is not what it should be is corrupt input, and
 * no mistake on the command line. */
int fail_input(mmspan_status status, const mmspan_error *error);

/* Prints `file: note: text`, for what is no warning. */
PRINTF_LIKE(2, 3)
void note(const struct place *place, const char *format, ...);

/* Prints `file:line: warning: text`. */
PRINTF_LIKE(2, 3)
void warn(const struct place *place, const char *format, ...);

#endif
