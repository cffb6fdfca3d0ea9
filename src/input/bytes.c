/* Buffered reading with look-ahead. */
#define _POSIX_C_SOURCE 200809L

#include "bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_CAP (128 * 1024)

mmspan_status mr_bytes_open(struct mr_bytes *bytes, const char *path, mmspan_error *error) {
    const bool standard = strcmp(path, "-") == 0;
    *bytes = (struct mr_bytes){.fd = -1, .name = standard ? "<stdin>" : path};
    bytes->fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (bytes->fd < 0)
        return mr_fail_system(error, path, errno);
    bytes->data = calloc(1, FIRST_CAP + MR_PADDING);
    if (!bytes->data)
        return mm_fail_memory(error);
    bytes->cap = FIRST_CAP;
    return MMSPAN_OK;
}

void mr_bytes_close(struct mr_bytes *bytes) {
    mr_unpacker_destroy(bytes->unpacker);
    free(bytes->data);
    if (bytes->fd > STDIN_FILENO)
        close(bytes->fd);
    *bytes = (struct mr_bytes){.fd = -1};
}

mmspan_status mr_bytes_unpack(struct mr_bytes *bytes, const struct mr_codec *codec,
                              mmspan_error *error) {
    mmspan_status status =
        mr_unpacker_create(codec, bytes->fd, bytes->name, bytes->data + bytes->begin,
                           bytes->end - bytes->begin, bytes->done, &bytes->unpacker, error);
    if (status != MMSPAN_OK)
        return status;
    bytes->begin = 0;
    bytes->end = 0;
    bytes->offset = 0;
    bytes->done = false;
    memset(bytes->data, 0, MR_PADDING);
    return MMSPAN_OK;
}

/* Moves the unused bytes to the front; grows when that leaves less than half free,
 * so that a long line is not moved once per read. */
static mmspan_status make_room(struct mr_bytes *bytes, mmspan_error *error) {
    const size_t unused = bytes->end - bytes->begin;
    if (bytes->begin) {
        memmove(bytes->data, bytes->data + bytes->begin, unused);
        bytes->offset += bytes->begin;
        bytes->begin = 0;
        bytes->end = unused;
    }
    if (unused <= bytes->cap / 2)
        return MMSPAN_OK;
    if (bytes->cap > SIZE_MAX / 2 - MR_PADDING)
        return mm_fail_memory(error);
    unsigned char *data = realloc(bytes->data, 2 * bytes->cap + MR_PADDING);
    if (!data)
        return mm_fail_memory(error);
    bytes->data = data;
    bytes->cap *= 2;
    return MMSPAN_OK;
}

mmspan_status mr_bytes_fill(struct mr_bytes *bytes, mmspan_error *error) {
    if (bytes->done)
        return MMSPAN_OK;
    mmspan_status status = make_room(bytes, error);
    if (status != MMSPAN_OK)
        return status;
    unsigned char *room = bytes->data + bytes->end;
    const size_t cap = bytes->cap - bytes->end;
    size_t n = 0;
    status = bytes->unpacker ? mr_unpacker_read(bytes->unpacker, room, cap, &n, error)
                             : mr_read(bytes->fd, bytes->name, room, cap, &n, error);
    /* What was unpacked before a failure was good, but cannot be told from what was not. */
    if (status != MMSPAN_OK)
        n = 0;
    bytes->done = status == MMSPAN_OK && n == 0;
    bytes->end += n;
    memset(bytes->data + bytes->end, 0, MR_PADDING);
    return status;
}

mmspan_status mr_bytes_need(struct mr_bytes *bytes, size_t n, mmspan_error *error) {
    mmspan_status status = MMSPAN_OK;
    while (status == MMSPAN_OK && !bytes->done && bytes->end - bytes->begin < n)
        status = mr_bytes_fill(bytes, error);
    return status;
}

mmspan_status mr_bytes_line(struct mr_bytes *bytes, size_t *end, mmspan_error *error) {
    size_t searched = 0;
    for (;;) {
        const unsigned char *start = bytes->data + bytes->begin;
        const size_t n = bytes->end - bytes->begin;
        const unsigned char *feed = memchr(start + searched, '\n', n - searched);
        if (feed || bytes->done) {
            *end = feed ? (size_t)(feed - bytes->data) : bytes->end;
            return MMSPAN_OK;
        }
        searched = n;
        mmspan_status status = mr_bytes_fill(bytes, error);
        if (status != MMSPAN_OK)
            return status;
    }
}

bool mr_bytes_are_blank(const struct mr_bytes *bytes, size_t end) {
    for (size_t i = bytes->begin; i < end; i++)
        if (bytes->data[i] != ' ' && bytes->data[i] != '\t' && bytes->data[i] != '\r')
            return false;
    return true;
}
