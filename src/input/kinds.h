/* What kind of file it is that begins with some bytes. */
#ifndef MMSPAN_INPUT_KINDS_H
#define MMSPAN_INPUT_KINDS_H

#include "bytes.h"

enum mr_kind_name {
    MR_KIND_OPEN, /* none that is known: text, or an array without a header */
    MR_KIND_GZIP,
    MR_KIND_ZSTD,
    MR_KIND_NPY,
    MR_KIND_INDEX,  /* of a Megatron pair */
    MR_KIND_BINARY, /* no text at least */
    MR_KIND_OTHER   /* one that is not read */
};

/* `other` says what it is and how its IDs can be read; NULL but for MR_KIND_OTHER. */
struct mr_kind {
    enum mr_kind_name name;
    const char *other;
};

/* Tells by the next bytes, and reads only as much as that takes: a program that writes a short
 * line and waits for the answer is not kept waiting. */
mmspan_status mr_sniff(struct mr_bytes *bytes, struct mr_kind *kind, mmspan_error *error);

#endif
