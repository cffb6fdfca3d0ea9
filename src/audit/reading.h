/* A file on its way into an audit. */
#ifndef MMSPAN_AUDIT_READING_H
#define MMSPAN_AUDIT_READING_H

#include "../input/input.h"
#include "audit.h"

/*
 * One file that is read.
 *
 *   audit   the one that the file goes to: for a file that cannot be divided one of its own, so
 *           that it counts as a whole or not at all
 *   file    its index there
 *   share   what is to be covered of its total
 *   done    up to where it has been
 */
struct ma_reading {
    mmspan_audit *audit;
    const char *path;
    const mmspan_audit_source *source;
    struct mr_input *input;
    int32_t file;
    struct ma_range share;
    int64_t done;
};

/* The part of `total` that a shard reads. The parts of all shards tile it, whatever their
 * number; the remainders of files fall on other shards from file to file. */
struct ma_range ma_share(const mmspan_audit_source *source, int64_t total);

bool ma_stopped(const struct ma_reading *reading);

/* Notes that nothing behind this sequence can be read; fails only for want of memory. */
mmspan_status ma_give_up(struct ma_reading *reading, int64_t sequence, const mmspan_error *why,
                         mmspan_error *error);

/* Reads the share of a file whose sequences are counted, of lines of JSON, of one in text. */
mmspan_status ma_read_array(struct ma_reading *reading, mmspan_error *error);
mmspan_status ma_read_rows(struct ma_reading *reading, mmspan_error *error);
mmspan_status ma_read_text(struct ma_reading *reading, mmspan_error *error);

/* Sequences that follow each other, until there are enough for a batch. */
struct ma_gathered {
    const char *data; /* of the first one, if they lie together in a mapping */
    char *copy;       /* else here */
    size_t cap;
    int32_t type;
    size_t n_ids;
    size_t n;
    int64_t first_sequence;
    int64_t first_token;
    int64_t offsets[1025];
    int64_t lines[1024];
};

/* Adds one, auditing what there is before if it does not go together with it. A sequence that
 * does not follow the last one in number begins a batch. `first_token` is where it begins in
 * the file. */
mmspan_status ma_gather(struct ma_reading *reading, struct ma_gathered *gathered,
                        const struct mr_sequence *sequence, int64_t first_token,
                        mmspan_error *error);
mmspan_status ma_flush(struct ma_reading *reading, struct ma_gathered *gathered,
                       mmspan_error *error);
void ma_gathered_free(struct ma_gathered *gathered);

#endif
