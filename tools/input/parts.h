/* A sequence, scanned document by document. */
#ifndef MMSPAN_TOOLS_PARTS_H
#define MMSPAN_TOOLS_PARTS_H

#include "sequences.h"

/* Working memory, reused from sequence to sequence; zeroed is fine. */
struct parts {
    mmspan_span *literal; /* of the part at hand */
    size_t cap_literal;
    struct media_list line;  /* what the line lists */
    struct media_list dealt; /* what of it goes with the part at hand */
    /* For each modality: how many media a document takes, and what those before it took. */
    mmspan_span *taken;
    int64_t *rows_before;
    int64_t *media_before;
};

void parts_free(struct parts *parts);

/* Scans each document of a sequence, or all of it when it has none, and calls run->each. */
int parts_scan(struct run *run, struct parts *parts, const struct mr_sequence *sequence);

#endif
