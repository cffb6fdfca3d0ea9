/* Matching media to items: the common part of assign and expand. */
#ifndef MMSPAN_MATCH_FIT_H
#define MMSPAN_MATCH_FIT_H

#include "../../../include/mmspan/ops.h"
#include "../scan/result.h"

/* The media of one modality as the items take them. */
struct mm_queue {
    const struct mm_shape *shape;
    /* Where they are in the list: side by side from `first` to before `end`, unless the
     * fit has links. */
    size_t first;
    size_t end;
    int64_t count;   /* how many there are */
    bool unexpanded; /* every token of its runs is a placeholder */
    bool hosts;      /* its blocks may take rows of other modalities */
    bool single;     /* an item takes one media, whatever stands around and in it */
    /* How far a pass is. */
    size_t next;     /* the next to be taken */
    int64_t taken;   /* how many items have taken */
    int64_t surplus; /* items that found none */
    mmspan_span first_surplus;
    /* The open group of a `multi` modality. */
    const mmspan_media *group;
    int64_t group_rows;
    mmspan_span group_span;
};

struct mm_fit {
    const mmspan_matcher *matcher;
    struct mm_output *out;
    mmspan_result *result;
    const mmspan_media *media;
    size_t n_media;
    /* For expand: the prompt, so that placeholders can be recognised; or NULL. */
    const int32_t *ids;
    int64_t start; /* items before are history */
    int64_t n_tokens;
    struct mm_queue queues[MMSPAN_MAX_MODALITIES];
    int64_t rows;        /* of all media */
    bool given;          /* some media have tokens of their own */
    bool scattered;      /* those of a modality do not stand side by side */
    const size_t *links; /* then of each, the next of its modality; else NULL */
    size_t *notes;       /* one for each item */
    /* First a dry pass counts and measures, then a second one writes what it must. */
    bool dry;
    size_t more; /* items, and runs as well, that come from splitting others */
    /* How many items and runs a pass has written; they keep their places unless there
     * are more. */
    size_t n_items;
    size_t n_runs;
    size_t n_findings; /* to be added */
    int64_t grown;     /* by how much expand makes the prompt longer */
};

/* What a pass has decided about an item: 1 + the index of its media within the modality,
 * or 0 for none; with MM_REWRITE when the item gives way to the tokens of its media. */
#define MM_REWRITE UINT32_C(0x80000000)

static inline int32_t mm_noted_media(size_t note) {
    return (int32_t)(note & ~MM_REWRITE) - 1;
}

/* How many tokens stand for a media when it is expanded. */
static inline uint64_t mm_media_length(const struct mm_shape *shape,
                                       const mmspan_media *media) {
    return media->ids ? media->n_ids : (uint64_t)media->rows + shape->begin.n + shape->end.n;
}

/* Checks the modalities and rows of the media, and counts them by modality. */
mmspan_status mm_fit_check(struct mm_fit *fit, mmspan_error *error);

/* Checks that for each it is known which tokens stand for it, and that the prompt with
 * all of them put in is not too long. */
mmspan_status mm_fit_check_tokens(const struct mm_fit *fit, mmspan_error *error);

/* Makes the queues of media that have been checked, and room for the notes; false when
 * memory is out. */
bool mm_fit_line_up(struct mm_fit *fit);

/* Makes room for notes on `n_items` items; those that were there are kept. */
bool mm_fit_reserve(struct mm_fit *fit, size_t n_items);

/* Makes all media be taken again from the first on. */
void mm_fit_rewind(struct mm_fit *fit);

/* One pass over `n` items, of which the first stands at `from`. Leaves a note on each; only
 * one that is not dry touches the result. */
void mm_fit_run(struct mm_fit *fit, const mmspan_item *from, size_t n, const mmspan_run *runs);

/* The dry pass: leaves the result alone. Fails with MMSPAN_E_MEMORY only. */
mmspan_status mm_fit_measure(struct mm_fit *fit);

/* Makes room, splits items and adds findings; then there is a note on every item, to be
 * carried out. When it fails, the arrays hold what they held before, but may have moved. */
mmspan_status mm_fit_apply(struct mm_fit *fit);

#endif
