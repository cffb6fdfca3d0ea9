/* Bytes of a file or a pipe, through one buffer that can look ahead. */
#ifndef MMSPAN_INPUT_READER_H
#define MMSPAN_INPUT_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many readable bytes always follow the valid ones (simdjson wants them), of
 * which the first is 0, so that a parser may run into it instead of counting. */
#define READER_PADDING 64

/*
 * data[begin..end) is read but not used yet; whoever uses bytes advances `begin`.
 * `offset` is the position of data[0] in the input, `done` says that no more bytes
 * will come, `name` stands for the input in messages and is borrowed.
 */
struct reader {
    int fd;
    const char *name;
    unsigned char *data;
    size_t begin;
    size_t end;
    size_t cap;
    uint64_t offset;
    bool done;
};

/* Takes over the descriptor; reader_close closes it unless it is standard input. */
int reader_open(struct reader *reader, int fd, const char *name);
void reader_close(struct reader *reader);

/*
 * Reads more bytes behind data[end), at least one unless the input is at its end
 * (`done`). Unused bytes may move to the front of the buffer, which grows when they
 * fill it, so pointers into it are void afterwards.
 */
int reader_fill(struct reader *reader);

/* The position of data[at] in the input. */
static inline uint64_t reader_position(const struct reader *reader, size_t at) {
    return reader->offset + at;
}

#endif
