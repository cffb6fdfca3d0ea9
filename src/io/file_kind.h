/* What kind of file it is that begins with some bytes, and what to do with one that nobody
 * meant to name. */
#ifndef MMSPAN_IO_FILE_KIND_H
#define MMSPAN_IO_FILE_KIND_H

#include <stdbool.h>
#include <stddef.h>

/* How many bytes tell all kinds. */
enum { MI_KIND_BYTES = 264 };

/* What begins the files that are read; that of the index holds a NUL. */
#define MI_NPY_MAGIC        "\x93NUMPY"
#define MI_NPY_MAGIC_SIZE   6
#define MI_INDEX_MAGIC      "MMIDIDX\0\0"
#define MI_INDEX_MAGIC_SIZE 9

enum mi_kind_name {
    MI_KIND_GZIP,
    MI_KIND_ZSTD,
    MI_KIND_NPY,
    MI_KIND_INDEX, /* of a Megatron pair */
    MI_KIND_OTHER
};

/*
 *   what       "a Parquet file"
 *   for_data   what to do where token IDs are wanted: "turn it into JSON Lines first, ...";
 * NULL for a kind that is read for_text   the same where a config or a tokenizer is wanted;
 * NULL where such a file may well begin with these bytes
 */
struct mi_kind {
    enum mi_kind_name name;
    const char *what;
    const char *for_data;
    const char *for_text;
};

/* The kind of a file that begins with these n bytes, or NULL: none that is known. *more is set,
 * unless it is NULL, when there is none but more bytes might show one. */
const struct mi_kind *mi_kind_of(const void *bytes, size_t n, bool *more);

#endif
