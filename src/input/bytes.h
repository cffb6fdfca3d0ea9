/* Bytes of a file or a pipe, unpacked if need be, through one buffer that can look ahead. */
#ifndef MMSPAN_INPUT_BYTES_H
#define MMSPAN_INPUT_BYTES_H

#include "unpack.h"

#include <stddef.h>
#include <stdint.h>

/* How many readable bytes always follow the valid ones (simdjson wants them), of
 * which the first is 0, so that a parser may run into it instead of counting. */
#define MR_PADDING 64

/*
 * data[begin..end) is read but not used yet; whoever uses bytes advances `begin`.
 * `offset` is the position of data[0] in the input, unpacked; `done` says that no more bytes
 * will come, `name` stands for the input in messages and is borrowed. `unpacker` is NULL when
 * the bytes are those of the file.
 */
struct mr_bytes {
    int fd;
    const char *name;
    struct mr_unpacker *unpacker;
    unsigned char *data;
    size_t begin;
    size_t end;
    size_t cap;
    uint64_t offset;
    bool done;
};

/* Opens a file, or standard input for "-". Closing zeroed bytes with fd -1 is fine. */
mmspan_status mr_bytes_open(struct mr_bytes *bytes, const char *path, mmspan_error *error);
void mr_bytes_close(struct mr_bytes *bytes);

/* From here on the bytes are unpacked, those in the buffer first. */
mmspan_status mr_bytes_unpack(struct mr_bytes *bytes, const struct mr_codec *codec,
                              mmspan_error *error);

/*
 * Reads more bytes behind data[end), at least one unless the input is at its end
 * (`done`). Unused bytes may move to the front of the buffer, which grows when they
 * fill it, so pointers into it are void afterwards.
 */
mmspan_status mr_bytes_fill(struct mr_bytes *bytes, mmspan_error *error);

/* Fills until the line that begins at data[begin] is there, and tells where it ends: at its
 * line feed, or at the end of the input. */
mmspan_status mr_bytes_line(struct mr_bytes *bytes, size_t *end, mmspan_error *error);

/* Is there nothing but blanks in data[begin..end)? */
bool mr_bytes_are_blank(const struct mr_bytes *bytes, size_t end);

/* Fills until n unused bytes are there, or all that will come. */
mmspan_status mr_bytes_need(struct mr_bytes *bytes, size_t n, mmspan_error *error);

/* The position of data[at] in the input. */
static inline uint64_t mr_position(const struct mr_bytes *bytes, size_t at) {
    return bytes->offset + at;
}

#endif
