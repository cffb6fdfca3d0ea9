/* Matching media to items: the common part of assign and expand. */
#ifndef MMSPAN_MATCH_FIT_H
#define MMSPAN_MATCH_FIT_H

#include "../../include/mmspan/ops.h"
#include "result.h"

/* The media of one modality as the items take them. */
struct mm_queue {
    size_t first;    /* in the list; n_media when there is none */
    size_t next;     /* the next to be taken */
    int64_t count;   /* how many there are */
    int64_t taken;   /* how many items have taken */
    int64_t surplus; /* items that found none */
    mmspan_span first_surplus;
    bool unexpanded; /* every token of its runs is a placeholder */
    bool hosts;      /* its blocks may take rows of other modalities */
    /* The open group of a `multi` modality. */
    const mmspan_media *group;
    int64_t group_rows;
    mmspan_span group_span;
};

struct mm_fit {
    struct mm_engine *engine;
    const mmspan_media *media;
    size_t n_media;
    /* For expand: the prompt, so that placeholders can be recognised; or NULL. */
    const int32_t *ids;
    int64_t start; /* items before are history */
    int64_t n_tokens;
    struct mm_queue queues[MMSPAN_MAX_MODALITIES];
    /* First a dry pass counts and measures, then a second one writes. */
    bool dry;
    bool moves;     /* there will be more items than before */
    size_t n_items; /* written, or to be written */
    size_t n_runs;
    size_t n_findings; /* to be added */
    int64_t grown;     /* by how much expand makes the prompt longer */
};

/* How many tokens stand for a media when it is expanded. */
static inline uint64_t mm_media_length(const mmspan_matcher *m, const mmspan_media *media) {
    const struct mm_shape *shape = &m->shapes[media->modality];
    return media->ids ? media->n_ids : (uint64_t)media->rows + shape->begin.n + shape->end.n;
}

/* Checks the modalities and rows of the media. */
mmspan_status mm_fit_check(const mmspan_matcher *m, const mmspan_media *media, size_t n_media,
                           mmspan_error *error);

/* Checks that for each it is known which tokens stand for it, and that a prompt of `n`
 * tokens with all of them put in is not too long. */
mmspan_status mm_fit_check_tokens(const mmspan_matcher *m, const mmspan_media *media,
                                  size_t n_media, size_t n, mmspan_error *error);

/* The dry pass: leaves the result alone. Fails with MMSPAN_E_MEMORY only. */
mmspan_status mm_fit_measure(struct mm_fit *fit);

/* The second pass: makes room, sets media, splits items and adds findings. Items that are
 * to be rewritten have 1 + the index of their media in `reserved`. When it fails, the
 * arrays hold what they held before, but may have moved. */
mmspan_status mm_fit_apply(struct mm_fit *fit);

#endif
