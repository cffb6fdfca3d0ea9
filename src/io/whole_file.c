/* Reads files whole, with a limit. */
#define _POSIX_C_SOURCE 200809L

#include "whole_file.h"

#include "file_kind.h"
#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file on its way into memory. */
struct reading {
    struct mi_file *file;
    const struct mi_file_rules *rules;
    mmspan_error *error;
    int descriptor;
};

static mmspan_status fail(const struct reading *reading, mmspan_status status,
                          const char *what) {
    const struct mm_place place = {.file = reading->file->path};
    return mi_fail(reading->error, status, &place, "%s", what);
}

static mmspan_status fail_system(const struct reading *reading, const char *what, int number) {
    const struct mm_place place = {.file = reading->file->path};
    char reason[128];
    if (number == ENOMEM)
        return mm_fail_memory(reading->error);
    if (strerror_r(number, reason, sizeof reason) != 0)
        strcpy(reason, "unknown reason");
    return mi_fail(reading->error, MMSPAN_E_IO, &place, "%s: %s", what, reason);
}

static mmspan_status fail_kind(const struct reading *reading, const struct mi_kind *kind) {
    const struct mm_place place = {.file = reading->file->path};
    return mi_fail(reading->error, MMSPAN_E_SYNTAX, &place, "not %s but %s; %s",
                   reading->rules->kind, kind->what, kind->for_text);
}

/* The kind of a file that cannot be meant, or NULL. */
static const struct mi_kind *mistaken(const char *bytes, size_t n) {
    const struct mi_kind *kind = mi_kind_of(bytes, n, NULL);
    return kind && kind->for_text ? kind : NULL;
}

/* Weights are far larger than what they stand in for: the kind says more than the size. */
static mmspan_status fail_limit(const struct reading *reading) {
    const struct mm_place place = {.file = reading->file->path};
    char bytes[MI_KIND_BYTES];
    const ssize_t n = pread(reading->descriptor, bytes, sizeof bytes, 0);
    const struct mi_kind *kind = n > 0 ? mistaken(bytes, (size_t)n) : NULL;
    if (kind)
        return fail_kind(reading, kind);
    return mi_fail(reading->error, MMSPAN_E_LIMIT, &place,
                   "the file has more than %zu MiB, too much for %s",
                   reading->rules->max_bytes >> 20, reading->rules->kind);
}

/* Looks at the kind and the size before anything is read, or even waited for. The size is
 * a good guess, which saves moving the bytes. */
static mmspan_status check_kind(const struct reading *reading, size_t *size) {
    struct stat info;
    *size = 1 << 16;
    if (fstat(reading->descriptor, &info) != 0)
        return fail_system(reading, "cannot read the file", errno);
    if (S_ISDIR(info.st_mode))
        return fail(reading, MMSPAN_E_IO, "is a directory, not a file");
    if (!S_ISREG(info.st_mode))
        return reading->rules->regular ? fail(reading, MMSPAN_E_IO, "is not a regular file")
                                       : MMSPAN_OK;
    if (info.st_size > (intmax_t)reading->rules->max_bytes)
        return fail_limit(reading);
    *size = (size_t)info.st_size;
    return MMSPAN_OK;
}

/* One byte more than the guess tells whether the file ends there. */
static mmspan_status read_all(const struct reading *reading, size_t guess) {
    struct mi_file *file = reading->file;
    for (size_t room = guess + 1;; room = 1) {
        if (!mm_reserve(&file->allocator, &file->text, &file->cap,
                        file->n + room + MI_FILE_PADDING, 1))
            return mm_fail_memory(reading->error);
        ssize_t n = read(reading->descriptor, file->text + file->n, file->cap - file->n);
        if (n < 0 && errno != EINTR)
            return fail_system(reading, "cannot read the file", errno);
        if (n == 0)
            break;
        file->n += n > 0 ? (size_t)n : 0;
        if (file->n > reading->rules->max_bytes)
            return fail_limit(reading);
    }
    memset(file->text + file->n, 0, MI_FILE_PADDING);
    const struct mi_kind *kind = mistaken(file->text, file->n);
    return kind ? fail_kind(reading, kind) : MMSPAN_OK;
}

mmspan_status mi_file_read(const char *path, const struct mi_file_rules *rules,
                           const mmspan_allocator *allocator, struct mi_file *file,
                           mmspan_error *error) {
    struct reading reading = {file, rules, error, -1};
    size_t size = 0;
    *file = (struct mi_file){.path = path, .allocator = mm_allocator(allocator)};
    /* Not blocking: a FIFO without a writer would be waited for. */
    reading.descriptor = open(path, O_RDONLY | O_CLOEXEC | (rules->regular ? O_NONBLOCK : 0));
    if (reading.descriptor < 0)
        return fail_system(&reading, "cannot open the file", errno);
    mmspan_status status = check_kind(&reading, &size);
    if (status == MMSPAN_OK)
        status = read_all(&reading, size);
    close(reading.descriptor);
    if (status != MMSPAN_OK)
        mi_file_free(file);
    return status;
}

void mi_file_free(struct mi_file *file) {
    if (file->text)
        mm_free(&file->allocator, file->text, file->cap);
    *file = (struct mi_file){.path = file->path};
}
