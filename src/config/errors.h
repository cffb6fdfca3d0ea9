/* The errors of one config. */
#ifndef MMSPAN_CONFIG_ERRORS_H
#define MMSPAN_CONFIG_ERRORS_H

#include "../match/error.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct mc_errors {
    const char *file;
    mmspan_error *first; /* the caller's, or NULL */
    void (*report)(void *context, const mmspan_error *error);
    void *context;
    size_t n;
    mmspan_status status; /* of the first one */
    /* Nobody wants to hear of more: return as soon as possible. */
    bool stopped;
};

/* Takes in a finished error. */
void mc_add_error(struct mc_errors *errors, const mmspan_error *error);

/* Writes an error and takes it in. Bytes that would upset a terminal become '?'. */
#if defined(__GNUC__)
__attribute__((format(printf, 4, 5)))
#endif
void mc_fail(struct mc_errors *errors, mmspan_status status, const struct mm_place *place,
             const char *format, ...);

#if defined(__GNUC__)
__attribute__((format(printf, 4, 0)))
#endif
void mc_fail_list(struct mc_errors *errors, mmspan_status status, const struct mm_place *place,
                  const char *format, va_list arguments);

/* mc_fail for a failed allocation. Always stops. */
void mc_fail_memory(struct mc_errors *errors);

#endif
