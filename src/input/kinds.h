/* What kind of file it is that token IDs are to be read from. */
#ifndef MMSPAN_INPUT_KINDS_H
#define MMSPAN_INPUT_KINDS_H

#include "../io/file_kind.h"
#include "bytes.h"

/* `known` is NULL for text and for arrays without a header, which `is_binary` tells apart where
 * it can. `is_cut`: all that is there is what a known kind begins with, and not all of that. */
struct mr_kind {
    const struct mi_kind *known;
    bool is_binary;
    bool is_cut;
};

/* Is it known, and that one? */
bool mr_is_kind(const struct mr_kind *kind, enum mi_kind_name name);

/* Tells by the next bytes, and reads only as much as that takes: a program that writes a short
 * line and waits for the answer is not kept waiting. */
mmspan_status mr_sniff(struct mr_bytes *bytes, struct mr_kind *kind, mmspan_error *error);

#endif
