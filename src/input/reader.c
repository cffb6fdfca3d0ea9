/* Buffered reading with look-ahead. */
#define _POSIX_C_SOURCE 200809L

#include "reader.h"

#include "../../tools/output/fail.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_CAP (128 * 1024)

int reader_open(struct reader *reader, int fd, const char *name) {
    *reader = (struct reader){.fd = fd, .name = name};
    reader->data = calloc(1, FIRST_CAP + READER_PADDING);
    if (!reader->data)
        return fail_memory();
    reader->cap = FIRST_CAP;
    return EXIT_CLEAN;
}

void reader_close(struct reader *reader) {
    free(reader->data);
    if (reader->fd > STDIN_FILENO)
        close(reader->fd);
    *reader = (struct reader){.fd = -1};
}

/* Moves the unused bytes to the front; grows when that leaves less than half free,
 * so that a long line is not moved once per read. */
static int make_room(struct reader *reader) {
    size_t unused = reader->end - reader->begin;
    if (reader->begin) {
        memmove(reader->data, reader->data + reader->begin, unused);
        reader->offset += reader->begin;
        reader->begin = 0;
        reader->end = unused;
    }
    if (unused <= reader->cap / 2)
        return EXIT_CLEAN;
    if (reader->cap > SIZE_MAX / 2 - READER_PADDING)
        return fail_memory();
    unsigned char *data = realloc(reader->data, 2 * reader->cap + READER_PADDING);
    if (!data)
        return fail_memory();
    reader->data = data;
    reader->cap *= 2;
    return EXIT_CLEAN;
}

int reader_fill(struct reader *reader) {
    if (reader->done)
        return EXIT_CLEAN;
    int status = make_room(reader);
    if (status != EXIT_CLEAN)
        return status;
    ssize_t n;
    do
        n = read(reader->fd, reader->data + reader->end, reader->cap - reader->end);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return fail_system(reader->name, errno);
    reader->done = n == 0;
    reader->end += (size_t)n;
    memset(reader->data + reader->end, 0, READER_PADDING);
    return EXIT_CLEAN;
}
