/* Compressed files as the bytes that were compressed. */
#ifndef MMSPAN_INPUT_UNPACK_H
#define MMSPAN_INPUT_UNPACK_H

#include "../io/report.h"

#include <stdbool.h>

/* What became of a step; BROKEN has said why. */
enum mr_step { MR_STEP_ON, MR_STEP_END, MR_STEP_BROKEN, MR_STEP_MEMORY };

/* Bytes to take from or to write to: what is before `at` is done. */
struct mr_block {
    unsigned char *data;
    size_t at;
    size_t n;
};

/*
 * A library that unpacks.
 *
 *   name      of the format
 *   create    NULL when memory is out
 *   step      unpacks from `in` to `out` as far as either goes; MR_STEP_END at the end of a
 *             member, behind which another one may follow
 */
struct mr_codec {
    const char *name;
    void *(*create)(void);
    enum mr_step (*step)(void *state, struct mr_block *in, struct mr_block *out,
                         const char **why);
    void (*destroy)(void *state);
};

/* NULL: this build lacks the library. */
extern const struct mr_codec *const mr_gzip;
extern const struct mr_codec *const mr_zstd;

struct mr_unpacker;

/* Unpacks what comes after the n bytes that have been read from the descriptor already, and
 * those. `done`: nothing comes after. The descriptor and the name are borrowed. */
mmspan_status mr_unpacker_create(const struct mr_codec *codec, int fd, const char *name,
                                 const unsigned char *bytes, size_t n, bool done,
                                 struct mr_unpacker **unpacker, mmspan_error *error);
void mr_unpacker_destroy(struct mr_unpacker *unpacker);

/* Reads up to `cap` bytes, at least one; *n is 0 only at the end. */
mmspan_status mr_unpacker_read(struct mr_unpacker *unpacker, unsigned char *bytes, size_t cap,
                               size_t *n, mmspan_error *error);

/* read() that knows which failures may pass. *n is 0 at the end. */
mmspan_status mr_read(int fd, const char *name, unsigned char *bytes, size_t cap, size_t *n,
                      mmspan_error *error);

/* The system's reason for a failure: MMSPAN_E_MEMORY when it may pass, else MMSPAN_E_IO. */
mmspan_status mr_fail_system(mmspan_error *error, const char *name, int number);

/* MMSPAN_E_SYNTAX for an input as a whole. */
mmspan_status mr_corrupt(mmspan_error *error, const char *name, const char *why);

#endif
