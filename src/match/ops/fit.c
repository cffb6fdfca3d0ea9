/* Lets the items of a result take their media, in order. */
#include "fit.h"
#include "slots.h"

#include <string.h>

void mm_fit_report(struct mm_fit *fit, mmspan_finding_kind kind, int32_t modality,
                   int64_t index, mmspan_span span, int64_t expected, int64_t found) {
    struct mm_output *out = fit->out;
    size_t n = out->n_findings + fit->n_findings;
    if (!mm_reserve(&out->allocator, &out->findings, &out->cap_findings, n + 1,
                    sizeof *out->findings)) {
        fit->status = MMSPAN_E_MEMORY;
        return;
    }
    mmspan_finding *f = &out->findings[n];
    *f = mm_finding(kind, span.start, span.end);
    f->expected = expected;
    f->found = found;
    f->modality = modality;
    f->media = (int32_t)index;
    fit->n_findings++;
}

void mm_fit_surplus(const struct mm_fit *fit, struct mm_queue *queue, int64_t n,
                    mmspan_span front) {
    if (queue->surplus == 0 || fit->from_end)
        queue->first_surplus = front;
    queue->surplus += n;
}

const mmspan_media *mm_fit_take(const struct mm_fit *fit, struct mm_queue *queue,
                                mmspan_span span) {
    const mmspan_media *media = mm_next_media(fit, queue);
    if (media)
        queue->taken++;
    else
        mm_fit_surplus(fit, queue, 1, span);
    return media;
}

/* A run without delimiters: several media may stand in it side by side. */
static void fit_run(struct mm_fit *fit, size_t i) {
    const mmspan_item *item = &fit->out->items[i];
    bool unexpanded = fit->queues[item->modality].unexpanded;
    size_t parts = unexpanded ? (size_t)item->rows : mm_fit_count_parts(fit, item);
    if (parts < 2)
        mm_fit_note(fit, mm_fit_lone(fit, item, i, item->start));
    else
        mm_fit_parts(fit, i, parts);
}

/* May the item be one of several of its media? Where blocks are runs, a bare form of rows
 * alone is a short one: a frame of which little is left. */
static bool may_be_part(const struct mm_queue *queue, const mmspan_item *item) {
    if (!queue->shape->multi || queue->unexpanded || item->n_runs == 0)
        return false;
    return item->form == MMSPAN_FORM_BLOCK ||
           (queue->shape->undelimited && !queue->shape->split && !queue->shape->by_id &&
            item->rows == item->end - item->start);
}

/* Is a placeholder one of the items of its media already, since it has just its share? */
static bool is_ready(const struct mm_fit *fit, const struct mm_queue *queue,
                     const mmspan_item *item) {
    const mmspan_media *media = mm_next_media(fit, queue);
    return media && !queue->per_item && item->form == MMSPAN_FORM_BLOCK && !media->ids &&
           media->n_items > 1 && item->rows == media->rows / media->n_items;
}

/* Does the item belong to a group, as what is there stands now? A placeholder does only where
 * the media of the group lacks something. */
bool mm_is_part(const struct mm_fit *fit, const mmspan_item *item) {
    const struct mm_queue *queue = &fit->queues[item->modality];
    if (!may_be_part(queue, item))
        return false;
    return (queue->group.open && queue->group.media) || !mm_is_placeholder(fit, queue, item) ||
           is_ready(fit, queue, item);
}

/* Takes the item into a group when it is a part of one. */
static bool fit_part(struct mm_fit *fit, size_t i) {
    const mmspan_item *item = &fit->out->items[i];
    struct mm_queue *queue = &fit->queues[item->modality];
    if (!mm_is_part(fit, item))
        return false;
    mm_fit_close_shares(fit, queue);
    mm_fit_group(fit, i);
    return true;
}

/* An item whose media depends on its form, on what is around it or in it. */
static void fit_other(struct mm_fit *fit, size_t i) {
    const mmspan_item *item = &fit->out->items[i];
    struct mm_queue *queue = &fit->queues[item->modality];
    if (may_be_part(queue, item))
        mm_fit_part_group(fit, item);
    if (queue->hosts)
        mm_fit_guests(fit, i);
    if (queue->standing) {
        queue->standing--;
        int64_t last = queue->taken - 1;
        mm_fit_note(fit, (size_t)(fit->from_end ? queue->count - 1 - last : last) + 1);
        return;
    }
    if (fit_part(fit, i))
        return;
    mm_fit_close_group(fit, queue);
    if (item->form == MMSPAN_FORM_BLOCK && queue->shape->divides)
        fit_run(fit, i);
    else
        mm_fit_note(fit, mm_fit_lone(fit, item, i, mm_first_row_of(fit->out, item)));
}

static void fit_item(struct mm_fit *fit, size_t i) {
    const mmspan_item *item = &fit->out->items[i];
    const struct mm_queue *queue = &fit->queues[item->modality];
    if (item->start < fit->start)
        mm_fit_note(fit, 0);
    else if (queue->single && !queue->standing)
        mm_fit_note(fit, mm_fit_lone(fit, item, i, mm_first_row_of(fit->out, item)));
    else
        fit_other(fit, i);
}

/* Notes what bare forms take, one after the other, as long as the media have no tokens of
 * their own; returns how many there are in a row. */
static size_t fit_placeholders(struct mm_fit *fit, const struct mm_queue *queue,
                               const mmspan_item *items, size_t n) {
    const mmspan_media *media = mm_next_media(fit, queue);
    size_t *notes = fit->notes + fit->n_notes;
    size_t note = ((size_t)queue->taken + 1) | MM_REWRITE;
    int32_t modality = items[0].modality;
    int64_t grown = 0;
    size_t i = 0;
    for (; i < n && items[i].modality == modality && items[i].form == MMSPAN_FORM_BARE &&
           !media[i].ids;
         i++) {
        grown += media[i].rows - (items[i].end - items[i].start);
        notes[i] = note + i;
    }
    int64_t delimiters = (int64_t)(queue->shape->begin.n + queue->shape->end.n);
    fit->grown += grown + (int64_t)i * delimiters;
    return i;
}

/* The same for items that have the rows of their media and are no placeholders. */
static size_t fit_blocks(struct mm_fit *fit, const struct mm_queue *queue,
                         const mmspan_item *items, size_t n) {
    const mmspan_media *media = mm_next_media(fit, queue);
    size_t *notes = fit->notes + fit->n_notes;
    size_t note = (size_t)queue->taken + 1;
    int32_t modality = items[0].modality;
    size_t i = 0;
    for (; i < n && items[i].modality == modality && items[i].rows == media[i].rows &&
           !media[i].ids && !mm_is_placeholder(fit, queue, &items[i]);
         i++)
        notes[i] = note + i;
    return i;
}

/* Most items take the next media and are right. Does all that a pass has to do for those
 * in a row from items[0] on, which may be any item, and returns how many they are. */
static size_t fit_usual(struct mm_fit *fit, const mmspan_item *items, size_t n) {
    struct mm_queue *queue = &fit->queues[items[0].modality];
    if (!queue->single || fit->order || items[0].start < fit->start ||
        queue->taken == queue->count || queue->standing)
        return 0;
    size_t left = (size_t)(queue->count - queue->taken);
    size_t limit = n < left ? n : left;
    bool bare = fit->expands && items[0].form == MMSPAN_FORM_BARE;
    size_t done = bare ? fit_placeholders(fit, queue, items, limit)
                       : fit_blocks(fit, queue, items, limit);
    queue->taken += (int64_t)done;
    fit->n_notes += done;
    return done;
}

static void report_count(struct mm_fit *fit, int32_t modality) {
    const struct mm_queue *queue = &fit->queues[modality];
    bool missing = queue->taken < queue->count;
    int64_t border = fit->from_end ? fit->start : fit->n_tokens;
    int64_t media = !missing ? -1 : fit->from_end ? 0 : queue->taken;
    mm_fit_report(fit, MMSPAN_FINDING_MEDIA_COUNT, modality, media,
                  missing ? (mmspan_span){border, border} : queue->first_surplus, queue->count,
                  queue->taken + queue->surplus);
}

mmspan_status mm_fit_run(struct mm_fit *fit) {
    size_t n = fit->out->n_items;
    for (size_t i = 0; i < n && fit->status == MMSPAN_OK;) {
        size_t done = fit->from_end ? 0 : fit_usual(fit, &fit->out->items[i], n - i);
        if (done == 0) {
            fit_item(fit, fit->from_end ? n - 1 - i : i);
            done = 1;
        }
        i += done;
    }
    for (int32_t m = 0; m < (int32_t)fit->matcher->n_modalities; m++) {
        mm_fit_close_group(fit, &fit->queues[m]);
        mm_fit_close_shares(fit, &fit->queues[m]);
    }
    size_t n_placed = fit->n_findings;
    for (int32_t m = 0; m < (int32_t)fit->matcher->n_modalities; m++)
        if (fit->queues[m].taken < fit->queues[m].count || fit->queues[m].surplus)
            report_count(fit, m);
    fit->n_counts = fit->n_findings - n_placed;
    return fit->status;
}
