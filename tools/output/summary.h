/* What a whole run has found, added up. */
#ifndef MMSPAN_TOOLS_SUMMARY_H
#define MMSPAN_TOOLS_SUMMARY_H

#include "histogram.h"
#include "render.h"

/* How many broken sequences are named. */
enum { MAX_NAMED = 20 };

/* Of one modality: items by form, the rows of all, and how many rows blocks have. */
struct modality_summary {
    uint64_t n_items[2];
    uint64_t n_rows[2];
    struct histogram blocks;
};

struct kind_summary {
    uint64_t n_findings;
    uint64_t n_sequences;
    bool in_sequence; /* the one at hand has it */
};

/* A place where a sequence stands; the file's name is borrowed, but for those that a summary
 * has kept. */
struct sequence_place {
    uint64_t index;
    const char *file;
    uint64_t line;
};

/*
 * Zero it and set the matcher and `modalities`, one for each of n_modalities.
 *
 *   n_broken   sequences with findings; the first of them are named
 */
struct summary {
    const mmspan_matcher *matcher;
    struct modality_summary *modalities;
    int32_t n_modalities;
    struct kind_summary kinds[MAX_KINDS];
    uint64_t n_sequences;
    uint64_t n_skipped;
    uint64_t n_tokens;
    uint64_t n_items;
    uint64_t n_findings;
    uint64_t n_broken;
    struct sequence_place named[MAX_NAMED];
    size_t n_named;
    bool is_broken; /* the sequence at hand */
    bool failed;    /* memory ran out */
};

/* Adds a result; `last`, when no other one of the sequence, which stands at `place`, follows.
 */
void summary_add(struct summary *summary, const mmspan_result *result,
                 const struct sequence_place *place, bool last);

void summary_text(const struct summary *summary, struct buffer *out);

/* One object on one line. */
void summary_json(const struct summary *summary, struct buffer *out);

void summary_free(struct summary *summary);

#endif
