/* Files of token IDs, made byte by byte, and what is read of them. */
#ifndef MMSPAN_TEST_INPUT_FILES_H
#define MMSPAN_TEST_INPUT_FILES_H

#include "scratch.h"

#include "../../src/input/input.h"

enum { MAX_FILE = 1 << 16, MAX_READ = 4096 };

/* Bytes on their way to a file. */
struct made {
    unsigned char bytes[MAX_FILE];
    size_t n;
};

void made_bytes(struct made *made, const void *bytes, size_t n);
void made_text(struct made *made, const char *text);

/* The low `width` bytes of a number, the last one first. */
void made_number(struct made *made, uint64_t number, unsigned width);

/* A .npy header for an array of that shape and code, as "<i4". */
void made_npy(struct made *made, const char *code, const char *shape);

/* The index of a Megatron pair; n_documents 0: fairseq's, which has none. */
struct made_index {
    unsigned code;
    unsigned width;
    const int32_t *sizes;
    size_t n;
    size_t n_documents;
    const unsigned char *modes;
};
void made_index(struct made *made, const struct made_index *index);

/* Compressed by itself: stored, without a library. */
void made_gzip(struct made *to, const struct made *from);
void made_zstd(struct made *to, const struct made *from);

const char *made_write(struct scratch *scratch, const char *name, const struct made *made);

/* What was read: the sequences one after the other, and how reading ended. */
struct got {
    int64_t ids[MAX_READ];
    size_t ends[MAX_READ];
    uint64_t numbers[MAX_READ];
    size_t n_ids;
    size_t n;
    mmspan_status status;
    mmspan_error error;
};

void got_read(struct got *got, const char *path, const struct mr_options *options);

/* Fails the test unless the first sequences of `whole` are those of `part`, and no others. */
void got_expect_prefix(const struct got *part, const struct got *whole);
void got_expect_equal(const struct got *got, const struct got *whole);

#endif
