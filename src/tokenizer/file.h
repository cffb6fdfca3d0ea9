/* Files read whole into memory. */
#ifndef MMSPAN_TOKENIZER_FILE_H
#define MMSPAN_TOKENIZER_FILE_H

#include "fail.h"

#include <stdbool.h>

/* Zero bytes behind `n`, for parsers that read ahead. */
#define MT_FILE_PADDING 64

struct mt_file {
    const char *path; /* borrowed */
    char *text;
    size_t n;
};

/* Reads a file of at most MMSPAN_MAX_TOKENIZER_BYTES; otherwise fails with MMSPAN_E_IO,
 * MMSPAN_E_LIMIT or MMSPAN_E_MEMORY and holds nothing. */
mmspan_status mt_file_read(const char *path, struct mt_file *file, mmspan_error *error);
void mt_file_free(struct mt_file *file);

/* DIRECTORY/NAME, to be freed; NULL when memory is out. */
char *mt_join_path(const char *directory, const char *name);

/* Does the path lead to a directory, to something else? */
bool mt_is_directory(const char *path);
bool mt_is_file(const char *path);

#endif
