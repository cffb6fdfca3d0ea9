/* Writes to a temporary name and renames. */
#define _POSIX_C_SOURCE 200809L

#include "saved.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LARGE ((size_t)1 << 16)

static bool is_plain(const char *path) {
    struct stat info;
    return stat(path, &info) != 0 || S_ISREG(info.st_mode);
}

bool saved_before(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

int saved_open(struct saved *saved, const char *path) {
    const size_t size = strlen(path) + 32;
    *saved = (struct saved){.path = strdup(path), .fd = -1};
    if (!saved->path)
        return fail_memory();
    const char *name = path;
    if (is_plain(path)) {
        saved->temporary = malloc(size);
        if (!saved->temporary)
            return fail_memory();
        snprintf(saved->temporary, size, "%s.%ld.tmp", path, (long)getpid());
        name = saved->temporary;
    }
    saved->fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (saved->fd >= 0)
        return EXIT_CLEAN;
    const int number = errno;
    free(saved->temporary);
    saved->temporary = NULL;
    return fail_system(path, number);
}

static int write_out(struct saved *saved) {
    struct buffer *out = &saved->out;
    if (out->failed)
        return fail_memory();
    for (size_t done = 0; done < out->n;) {
        ssize_t n = write(saved->fd, out->data + done, out->n - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail_system(saved->path, errno);
        done += (size_t)n;
    }
    out->n = 0;
    return EXIT_CLEAN;
}

int saved_offer(struct saved *saved) {
    return saved->out.failed || saved->out.n >= LARGE ? write_out(saved) : EXIT_CLEAN;
}

/* Some file systems report a full disk only when the data goes there. */
static int sync_file(struct saved *saved) {
    const int synced = fsync(saved->fd);
    int number = synced == 0 || errno == EINVAL || errno == EROFS ? 0 : errno;
    if (close(saved->fd) != 0 && number == 0 && errno != EINTR)
        number = errno;
    saved->fd = -1;
    return number ? fail_system(saved->path, number) : EXIT_CLEAN;
}

int saved_keep(struct saved *saved) {
    int status = write_out(saved);
    if (status == EXIT_CLEAN)
        status = sync_file(saved);
    if (status != EXIT_CLEAN || !saved->temporary)
        return status;
    if (rename(saved->temporary, saved->path) != 0)
        return fail_system(saved->path, errno);
    free(saved->temporary);
    saved->temporary = NULL;
    return EXIT_CLEAN;
}

void saved_close(struct saved *saved) {
    if (saved->path && saved->fd >= 0)
        close(saved->fd);
    if (saved->temporary)
        unlink(saved->temporary);
    free(saved->temporary);
    free(saved->path);
    buffer_free(&saved->out);
    *saved = (struct saved){.fd = -1};
}
