/* Files read whole into memory. */
#ifndef MMSPAN_IO_WHOLE_FILE_H
#define MMSPAN_IO_WHOLE_FILE_H

#include "../match/alloc.h"

/* How many zero bytes stand behind the text, for parsers that read ahead. */
#define MI_FILE_PADDING 64

/* A zeroed one holds nothing. */
struct mi_file {
    const char *path; /* borrowed */
    char *text;
    size_t n;
    size_t cap;
    mmspan_allocator allocator;
};

/*
 * What a file must be.
 *
 *   kind       what it is to be, as in "a config"
 *   max_bytes  how large it may be
 *   regular    nothing but a regular file; else it may be a pipe, too, which is waited for
 */
struct mi_file_rules {
    const char *kind;
    size_t max_bytes;
    bool regular;
};

/* Reads a file into `file`; NULL allocator: malloc. Fails with MMSPAN_E_IO, MMSPAN_E_LIMIT,
 * MMSPAN_E_SYNTAX (of a kind that it cannot be; see file_kind.h) or MMSPAN_E_MEMORY, and then
 * `file` holds nothing. */
mmspan_status mi_file_read(const char *path, const struct mi_file_rules *rules,
                           const mmspan_allocator *allocator, struct mi_file *file,
                           mmspan_error *error);
void mi_file_free(struct mi_file *file);

#endif
