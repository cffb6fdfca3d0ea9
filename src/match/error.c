/* Writes error reports. */
#include "error.h"

#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void copy_text(char *to, size_t size, const char *from) {
    struct mm_text text = {to, size, 0};
    mm_add_text(&text, from ? from : "");
    mm_end_text(&text);
}

mmspan_status mm_fail(mmspan_error *error, mmspan_status status, const struct mm_place *place,
                      const char *format, ...) {
    if (!error)
        return status;
    char message[2 * sizeof error->message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    memset(error, 0, sizeof *error);
    error->status = (int32_t)status;
    copy_text(error->message, sizeof error->message, message);
    if (place) {
        error->line = place->line;
        error->column = place->column;
        copy_text(error->file, sizeof error->file, place->file);
        copy_text(error->path, sizeof error->path, place->path);
    }
    return status;
}

mmspan_status mm_fail_memory(mmspan_error *error) {
    return mm_fail(error, MMSPAN_E_MEMORY, NULL, "out of memory");
}

mmspan_status mm_fail_argument(mmspan_error *error, const char *what) {
    return mm_fail(error, MMSPAN_E_ARGUMENT, NULL, "bad argument: %s", what);
}
