/* Reads config files: regular files of a sensible size only. */
#define _POSIX_C_SOURCE 200809L

#include "reader.h"

#include "../../include/mmspan/config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void fail_system(struct mc_errors *errors, const char *what, int number) {
    char reason[128];
    if (strerror_r(number, reason, sizeof reason) != 0)
        strcpy(reason, "unknown reason");
    mc_fail(errors, MMSPAN_E_IO, NULL, "%s: %s", what, reason);
}

/* The size is looked at before anything is read, or even waited for. */
static bool check_kind(const struct stat *info, struct mc_errors *errors) {
    if (S_ISDIR(info->st_mode))
        mc_fail(errors, MMSPAN_E_IO, NULL, "is a directory, not a file");
    else if (!S_ISREG(info->st_mode))
        mc_fail(errors, MMSPAN_E_IO, NULL, "is not a regular file");
    else if (info->st_size > MMSPAN_MAX_CONFIG_BYTES)
        mc_fail(errors, MMSPAN_E_LIMIT, NULL,
                "the file has %lld bytes; a config may have at most %d",
                (long long)info->st_size, MMSPAN_MAX_CONFIG_BYTES);
    else
        return true;
    return false;
}

/* Reads until the end of the file or of the buffer. */
static bool fill(int file, char *buffer, size_t cap, struct mc_errors *errors, size_t *size) {
    for (*size = 0; *size < cap;) {
        ssize_t n = read(file, buffer + *size, cap - *size);
        if (n == 0)
            return true;
        if (n < 0 && errno != EINTR) {
            fail_system(errors, "cannot read the file", errno);
            return false;
        }
        *size += n > 0 ? (size_t)n : 0;
    }
    mc_fail(errors, MMSPAN_E_IO, NULL, "the file grew while it was read");
    return false;
}

static char *read_open_file(int file, struct mm_arena *arena, struct mc_errors *errors,
                            size_t *size) {
    struct stat info;
    if (fstat(file, &info) != 0) {
        fail_system(errors, "cannot read the file", errno);
        return NULL;
    }
    if (!check_kind(&info, errors))
        return NULL;
    /* One byte more tells that the file has grown. */
    size_t cap = (size_t)info.st_size + 1;
    char *buffer = mm_arena_alloc(arena, cap, 1);
    if (!buffer) {
        mc_fail_memory(errors);
        return NULL;
    }
    return fill(file, buffer, cap, errors, size) ? buffer : NULL;
}

char *mc_read_file(const char *path, struct mm_arena *arena, struct mc_errors *errors,
                   size_t *size) {
    /* Not blocking: a FIFO without a writer would be waited for. */
    int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) {
        fail_system(errors, "cannot open the file", errno);
        return NULL;
    }
    char *text = read_open_file(file, arena, errors, size);
    close(file);
    return text;
}
