/* Filling in mmspan_error without the core library, which this one does not link. */
#ifndef MMSPAN_TOKENIZER_FAIL_H
#define MMSPAN_TOKENIZER_FAIL_H

#include "../../include/mmspan/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Where an error is: `file` may be NULL, line and column 0. */
struct mt_place {
    const char *file;
    uint32_t line;
    uint32_t column;
};

/* Writes the report, unless error is NULL, and returns `status`. Bytes that would upset a
 * terminal become '?': messages quote pieces of files that nobody has vetted. */
#if defined(__GNUC__)
__attribute__((format(printf, 4, 5)))
#endif
mmspan_status
mt_fail(mmspan_error *error, mmspan_status status, const struct mt_place *place,
        const char *format, ...);

mmspan_status mt_fail_memory(mmspan_error *error);

/* The place of the byte at `offset` in a text of the file. */
struct mt_place mt_place_of(const char *file, const char *text, size_t size, size_t offset);

#ifdef __cplusplus
}
#endif

#endif
