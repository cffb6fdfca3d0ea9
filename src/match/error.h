/* Filling in mmspan_error. */
#ifndef MMSPAN_MATCH_ERROR_H
#define MMSPAN_MATCH_ERROR_H

#include "../../include/mmspan/base.h"

/* Where in a config something was declared; members may be NULL or 0. */
struct mm_place {
    const char *file;
    const char *path;
    uint32_t line;
    uint32_t column;
};

/* Writes the report, unless error is NULL, and returns `status`. `place` may be
 * NULL. */
#if defined(__GNUC__)
__attribute__((format(printf, 4, 5)))
#endif
mmspan_status
mm_fail(mmspan_error *error, mmspan_status status, const struct mm_place *place,
        const char *format, ...);

/* mm_fail for a failed allocation. */
mmspan_status mm_fail_memory(mmspan_error *error);

/* mm_fail for a NULL or senseless argument named `what`. */
mmspan_status mm_fail_argument(mmspan_error *error, const char *what);

#endif
