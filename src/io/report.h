/* Error reports that quote files. */
#ifndef MMSPAN_IO_REPORT_H
#define MMSPAN_IO_REPORT_H

#include "../match/error.h"

#include <stdarg.h>

/* mm_fail for messages and paths that quote what nobody has vetted: bytes that would upset a
 * terminal become '?'. */
#if defined(__GNUC__)
__attribute__((format(printf, 4, 5)))
#endif
mmspan_status
mi_fail(mmspan_error *error, mmspan_status status, const struct mm_place *place,
        const char *format, ...);

#if defined(__GNUC__)
__attribute__((format(printf, 4, 0)))
#endif
mmspan_status
mi_fail_list(mmspan_error *error, mmspan_status status, const struct mm_place *place,
             const char *format, va_list arguments);

/* The place of the byte at `offset` in a text of the file. */
struct mm_place mi_place_of(const char *file, const char *text, size_t size, size_t offset);

#endif
