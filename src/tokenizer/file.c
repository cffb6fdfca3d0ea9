/* Reads files whole, with a limit. */
#define _POSIX_C_SOURCE 200809L

#include "file.h"

#include "../../include/mmspan/tokenizer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static mmspan_status fail_system(const char *path, int number, mmspan_error *error) {
    const struct mt_place place = {path, 0, 0};
    if (number == ENOMEM)
        return mt_fail_memory(error);
    return mt_fail(error, MMSPAN_E_IO, &place, "%s", strerror(number));
}

/* A good guess saves moving the bytes; what is no plain file has no size. */
static size_t guess_size(FILE *stream) {
    struct stat info;
    if (fstat(fileno(stream), &info) != 0 || !S_ISREG(info.st_mode) || info.st_size < 0 ||
        info.st_size > MMSPAN_MAX_TOKENIZER_BYTES)
        return 1 << 16;
    return (size_t)info.st_size + 1;
}

static mmspan_status read_all(FILE *stream, struct mt_file *file, mmspan_error *error) {
    const struct mt_place place = {file->path, 0, 0};
    size_t cap = guess_size(stream);
    for (;;) {
        char *grown = realloc(file->text, cap + MT_FILE_PADDING);
        if (!grown)
            return mt_fail_memory(error);
        file->text = grown;
        errno = 0;
        file->n += fread(file->text + file->n, 1, cap - file->n, stream);
        if (ferror(stream))
            return fail_system(file->path, errno ? errno : EIO, error);
        if (file->n > MMSPAN_MAX_TOKENIZER_BYTES)
            return mt_fail(error, MMSPAN_E_LIMIT, &place,
                           "the file has more than %d MiB, too much for a tokenizer",
                           MMSPAN_MAX_TOKENIZER_BYTES >> 20);
        if (file->n < cap)
            break;
        cap *= 2;
    }
    memset(file->text + file->n, 0, MT_FILE_PADDING);
    return MMSPAN_OK;
}

mmspan_status mt_file_read(const char *path, struct mt_file *file, mmspan_error *error) {
    *file = (struct mt_file){.path = path};
    FILE *stream = fopen(path, "rb");
    if (!stream)
        return fail_system(path, errno, error);
    mmspan_status status = read_all(stream, file, error);
    fclose(stream);
    if (status != MMSPAN_OK)
        mt_file_free(file);
    return status;
}

void mt_file_free(struct mt_file *file) {
    free(file->text);
    file->text = NULL;
    file->n = 0;
}

char *mt_join_path(const char *directory, const char *name) {
    size_t n = strlen(directory);
    size_t size = n + strlen(name) + 2;
    char *path = malloc(size);
    if (path)
        snprintf(path, size, "%s%s%s", directory, n && directory[n - 1] == '/' ? "" : "/",
                 name);
    return path;
}

bool mt_is_directory(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

bool mt_is_file(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && !S_ISDIR(info.st_mode);
}
