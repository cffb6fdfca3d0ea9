/*
 * Matching media to items: the common part of assign and expand.
 *
 * One pass over the items decides which media each of them takes and what is wrong with that.
 * It leaves a note on every item, or on every part of one that is to be split, and keeps the
 * findings behind those of the result, so that nothing has changed yet when it fails. Then
 * mm_fit_apply makes the result what was decided.
 */
#ifndef MMSPAN_MATCH_FIT_H
#define MMSPAN_MATCH_FIT_H

#include "../../../include/mmspan/ops.h"
#include "../scan/result.h"
#include "slots.h"

/* Consecutive items of a `multi` modality that are taken to be one media. */
struct mm_group {
    bool open;
    bool follows;              /* a media that is complete stands close before it */
    const mmspan_media *media; /* NULL: there is none left */
    int64_t index;
    int64_t rows;
    int64_t n_items; /* as the media counts them: a run may hold several */
    int64_t each;    /* the rows of the first one */
    mmspan_span span;
    mmspan_span front; /* of the item that comes first in the prompt, */
    int64_t front_row; /* and where its first row is */
    size_t first_item; /* in the order of the pass, */
    size_t last_item;
    size_t first_note; /* and the note on it */
    /* The first item that has not as many rows as the media says. */
    mmspan_span uneven;
    int64_t uneven_rows; /* or -1 */
};

/* Placeholders that stand for the items of one media, where that has several. */
struct mm_shares {
    int64_t left; /* how many are still wanted; 0: none are open */
    const mmspan_media *media;
    int64_t index;
    mmspan_span span;
};

/* The media of one modality as the items take them. */
struct mm_queue {
    const struct mm_shape *shape;
    size_t first;    /* where they begin in the list, or in the order */
    int64_t count;   /* how many there are */
    bool unexpanded; /* every token of its runs is a placeholder */
    bool per_item;   /* a placeholder stands for one of the items that a media says it has */
    bool takes;      /* some of its tokens take rows, */
    bool hosts;      /* or its blocks those of other modalities */
    bool single;     /* an item takes one media, whatever stands around and in it */
    int64_t taken;   /* how many media are taken */
    int64_t surplus; /* items that found none */
    mmspan_span first_surplus;
    struct mm_group group; /* the open one */
    struct mm_group done;  /* the one before, when it is `open` to a rest that belongs to it */
    struct mm_shares shares;
    /* How many of the next items stand in the tokens of the media taken last. */
    int64_t standing;
};

struct mm_fit {
    const mmspan_matcher *matcher;
    struct mm_output *out;
    mmspan_result *result;
    const mmspan_media *media;
    size_t n_media;
    const int32_t *ids; /* the prompt, or NULL when it is not known */
    bool expands;       /* placeholders give way to the tokens of their media */
    bool from_end;      /* the last item takes first */
    int64_t start;      /* items before are history */
    int64_t n_tokens;
    struct mm_queue queues[MMSPAN_MAX_MODALITIES];
    bool given;          /* some media have tokens of their own */
    bool several;        /* some say how many items they have */
    bool scattered;      /* those of a modality do not stand side by side */
    const size_t *order; /* then their indices, ordered by modality; else NULL */
    /* In the order of the pass: a note on each item, or on each of its parts. */
    size_t *notes;
    size_t n_notes;
    size_t more;       /* parts that are additional items, and runs as well */
    size_t n_findings; /* kept behind those of the result */
    size_t n_counts;   /* the last of them, which say that there are too many or too few */
    int64_t grown;     /* by how much expand makes the prompt longer */
    mmspan_status status;
};

/*
 * A note: 1 + the index of the media within the modality, or 0 for none; MM_REWRITE when the
 * item gives way to the tokens of its media; and above MM_PARTS_SHIFT, how many parts the item
 * has besides this one.
 */
#define MM_REWRITE     UINT32_C(0x80000000)
#define MM_PARTS_SHIFT 32

static inline int32_t mm_noted_media(size_t note) {
    return (int32_t)(note & ~MM_REWRITE & UINT32_MAX) - 1;
}

/* The note on item number i, once the items have been split. */
static inline size_t mm_note_on(const struct mm_fit *fit, size_t i) {
    return fit->notes[fit->from_end ? fit->n_notes - 1 - i : i];
}

/* A media by its index within the modality. */
static inline const mmspan_media *mm_media_at(const struct mm_fit *fit,
                                              const struct mm_queue *queue, int64_t index) {
    size_t at = queue->first + (size_t)index;
    return &fit->media[fit->order ? fit->order[at] : at];
}

/* The index of the media that is taken next. */
static inline int64_t mm_next_index(const struct mm_fit *fit, const struct mm_queue *queue) {
    return fit->from_end ? queue->count - 1 - queue->taken : queue->taken;
}

/* The media itself, or NULL when all are taken. */
static inline const mmspan_media *mm_next_media(const struct mm_fit *fit,
                                                const struct mm_queue *queue) {
    return queue->taken < queue->count ? mm_media_at(fit, queue, mm_next_index(fit, queue))
                                       : NULL;
}

/* How many rows are written for a placeholder of a media without tokens of its own. */
static inline int64_t mm_written_rows(const struct mm_queue *queue, const mmspan_media *media) {
    return queue->per_item && media->n_items ? media->rows / media->n_items : media->rows;
}

/* How many tokens stand for such a placeholder when it is expanded, whatever its media. */
static inline uint64_t mm_media_length(const struct mm_queue *queue,
                                       const mmspan_media *media) {
    return media->ids ? media->n_ids
                      : (uint64_t)mm_written_rows(queue, media) + queue->shape->begin.n +
                            queue->shape->end.n;
}

/* Checks the media and lines them up by modality. */
mmspan_status mm_fit_line_up(struct mm_fit *fit, mmspan_error *error);

/* Makes room for `n` notes; those that were there are kept. */
bool mm_fit_reserve(struct mm_fit *fit, size_t n);

/* Lets the items take their media. The result is left alone; only its arrays may have moved,
 * also when it fails. */
mmspan_status mm_fit_run(struct mm_fit *fit);

/* Splits items and adds the findings; then there is a note on every item, to be carried out.
 * When it fails, the result is as before, but its arrays may have moved. */
mmspan_status mm_fit_apply(struct mm_fit *fit);

/* The same without a change, for a call that fails after all: the arrays may have moved. */
void mm_fit_leave(struct mm_fit *fit);

/* For the parts of the pass: */

/* Keeps a finding about the media number `index` of the modality. */
void mm_fit_report(struct mm_fit *fit, mmspan_finding_kind kind, int32_t modality,
                   int64_t index, mmspan_span span, int64_t expected, int64_t found);

/* Counts one media as taken; or the item at `span` as surplus when there is none. */
const mmspan_media *mm_fit_take(const struct mm_fit *fit, struct mm_queue *queue,
                                mmspan_span span);

/* Counts `n` items, of which the first one of the prompt is at `front`, as surplus. */
void mm_fit_surplus(const struct mm_fit *fit, struct mm_queue *queue, int64_t n,
                    mmspan_span front);

/* Leaves a note; there is room. */
static inline void mm_fit_note(struct mm_fit *fit, size_t note) {
    fit->notes[fit->n_notes++] = note;
}

/* The tokens that a media was supplied with, read alone. */
struct mm_supplied {
    int64_t start; /* of its items, or of what stands for them, */
    int64_t end;
    int64_t n_items; /* and how many these are */
};

/* Reads them; all is 0 when memory is out, which fit->status says. */
struct mm_supplied mm_fit_read(struct mm_fit *fit, const mmspan_media *media);

/* The number of the first of its tokens, or of the last one, that takes a row of its own
 * modality; -1 when none does. */
int64_t mm_fit_find_row(const struct mm_fit *fit, const mmspan_media *media, bool last);

/* How many items from `item` on, in the order of the pass, stand in the very tokens that the
 * media was supplied with, because an earlier expand has written them; 0 when they do not. It
 * is item number i, or a part of that. */
int64_t mm_fit_count_standing(struct mm_fit *fit, const mmspan_item *item, size_t i,
                              const mmspan_media *media);

/* Holds the tokens at `span`, which stand for the media and have its rows, the first of them at
 * first_row, against those that it was supplied with. */
void mm_fit_compare(struct mm_fit *fit, const mmspan_media *media, int64_t index,
                    mmspan_span span, int64_t first_row);

/* Does an item stand for media that are still to be expanded? */
static inline bool mm_is_placeholder(const struct mm_fit *fit, const struct mm_queue *queue,
                                     const mmspan_item *item) {
    if (!fit->expands)
        return false;
    if (item->form == MMSPAN_FORM_BARE || queue->unexpanded)
        return true;
    return mm_reads_as(fit->matcher, &queue->shape->placeholder, fit->ids, item);
}

/* Does the item belong to a group, as what is there stands now? A placeholder does only where
 * the media of the group lacks something. */
bool mm_is_part(const struct mm_fit *fit, const mmspan_item *item);

/* Is item number i, or a part of it, to give way to the tokens of the media? */
bool mm_gives_way(struct mm_fit *fit, const mmspan_item *item, size_t i,
                  const mmspan_media *media);

/* Item number i, or a part of it, takes a media, or is one of several of the open one;
 * first_row is where its first row is. Returns the note on it. */
size_t mm_fit_lone(struct mm_fit *fit, const mmspan_item *item, size_t i, int64_t first_row);

/* Ends what several placeholders stand for: what comes next is none of them. */
void mm_fit_close_shares(struct mm_fit *fit, struct mm_queue *queue);

/* Lets the rows that item number i takes, or will take, of other modalities be a media of each
 * of these. */
void mm_fit_guests(struct mm_fit *fit, size_t i);

/* Ends the open group when the item, a block or a short run, cannot belong to it. */
void mm_fit_part_group(struct mm_fit *fit, const mmspan_item *item);

/* A block of a `multi` modality, item number i: the first or a further part of a media. */
void mm_fit_group(struct mm_fit *fit, size_t i);

/* Ends the open group: what comes next does not belong to it. */
void mm_fit_close_group(struct mm_fit *fit, struct mm_queue *queue);

/* How many of the next media add up to the item's rows exactly; 0 when none do. */
size_t mm_fit_count_parts(const struct mm_fit *fit, const mmspan_item *item);

/* Lets the parts of a run, item number i, which are as many media, take them. */
void mm_fit_parts(struct mm_fit *fit, size_t i, size_t parts);

/* Where the first row that an item takes of its own modality is, or -1. */
static inline int64_t mm_first_row_of(const struct mm_output *out, const mmspan_item *item) {
    const mmspan_run *runs = out->runs + item->first_run;
    for (int32_t r = 0; r < item->n_runs; r++)
        if (runs[r].modality == item->modality)
            return runs[r].start;
    return -1;
}

#endif
