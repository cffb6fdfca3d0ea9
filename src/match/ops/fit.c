/* Lets the items of a result take their media, in order. */
#include "fit.h"
#include "slots.h"

#include <string.h>

/* Does an item stand for media that are still to be expanded? */
static inline bool is_placeholder(const struct mm_fit *fit, const struct mm_queue *queue,
                                  const mmspan_item *item) {
    if (!fit->expands)
        return false;
    if (item->form == MMSPAN_FORM_BARE || queue->unexpanded)
        return true;
    return mm_reads_as(fit->matcher, &queue->shape->placeholder, fit->ids, item);
}

/* Has an earlier expand written the tokens that the media has of its own around the item,
 * which looks like a placeholder because the media has no more rows than one? */
static bool stands_already(const struct mm_fit *fit, const mmspan_item *item,
                           const mmspan_media *media) {
    if (media->rows != item->rows)
        return false;
    int64_t before = 0;
    while (before < (int64_t)media->n_ids && media->ids[before] != fit->ids[item->start])
        before++;
    int64_t start = item->start - before;
    return before < (int64_t)media->n_ids && start >= fit->start &&
           media->n_ids <= (uint64_t)(fit->n_tokens - start) &&
           memcmp(fit->ids + start, media->ids, media->n_ids * sizeof *media->ids) == 0;
}

/* Are the item's tokens to give way to those of the media? */
static inline bool gives_way(const struct mm_fit *fit, const mmspan_item *item,
                             const mmspan_media *media) {
    const struct mm_queue *queue = &fit->queues[item->modality];
    if (!media || !is_placeholder(fit, queue, item))
        return false;
    if (media->ids)
        return !stands_already(fit, item, media);
    /* A block that reads as the placeholder and has the right rows is as good as expanded. */
    return item->form == MMSPAN_FORM_BARE || queue->unexpanded || item->rows != media->rows;
}

void mm_fit_report(struct mm_fit *fit, mmspan_finding_kind kind, int32_t modality,
                   int64_t index, mmspan_span span, int64_t expected, int64_t found) {
    struct mm_output *out = fit->out;
    size_t n = out->n_findings + fit->n_findings;
    if (!mm_reserve(&out->allocator, &out->findings, &out->cap_findings, n + 1,
                    sizeof *out->findings)) {
        fit->status = MMSPAN_E_MEMORY;
        return;
    }
    out->findings[n] = (mmspan_finding){.start = span.start,
                                        .end = span.end,
                                        .expected = expected,
                                        .found = found,
                                        .kind = (int32_t)kind,
                                        .modality = modality,
                                        .token = -1,
                                        .id = -1,
                                        .state = -1,
                                        .media = (int32_t)index};
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

/* An item, or a part of one, that takes one media; its rows must agree unless it is a
 * placeholder, or has none at all. Returns the note on it. */
static size_t fit_one(struct mm_fit *fit, const mmspan_item *item, int64_t first_row) {
    struct mm_queue *queue = &fit->queues[item->modality];
    const mmspan_span span = {item->start, item->end};
    int64_t index = mm_next_index(fit, queue);
    const mmspan_media *media = mm_fit_take(fit, queue, span);
    if (!media)
        return 0;
    size_t note = (size_t)index + 1;
    if (gives_way(fit, item, media)) {
        fit->grown += (int64_t)mm_media_length(queue->shape, media) - (item->end - item->start);
        return note | MM_REWRITE;
    }
    if (item->n_runs > 0 && item->rows != media->rows)
        mm_fit_report(fit, MMSPAN_FINDING_MEDIA_ROWS, item->modality, index, span, media->rows,
                      item->rows);
    else if (media->ids && first_row >= 0)
        mm_fit_compare(fit, media, index, span, first_row);
    return note;
}

size_t mm_fit_count_parts(const struct mm_fit *fit, const mmspan_item *item) {
    struct mm_queue queue = fit->queues[item->modality];
    int64_t rows = 0;
    size_t parts = 0;
    for (; queue.taken < queue.count && rows < item->rows; queue.taken++) {
        rows += mm_next_media(fit, &queue)->rows;
        parts++;
    }
    return rows == item->rows ? parts : 0;
}

void mm_fit_parts(struct mm_fit *fit, const mmspan_item *item, size_t parts) {
    const struct mm_queue *queue = &fit->queues[item->modality];
    struct mm_output *out = fit->out;
    if (parts - 1 > INT32_MAX - out->n_items - fit->more)
        fit->status = MMSPAN_E_LIMIT;
    else if (!mm_fit_reserve(fit, out->n_items + fit->more + parts - 1))
        fit->status = MMSPAN_E_MEMORY;
    if (fit->status != MMSPAN_OK)
        return;
    fit->more += parts - 1;
    mmspan_item part = *item;
    for (size_t i = 0; i < parts; i++) {
        part.rows = queue->unexpanded ? 1 : mm_next_media(fit, queue)->rows;
        if (fit->from_end)
            part.start = part.end - part.rows;
        else
            part.end = part.start + part.rows;
        mm_fit_note(fit, fit_one(fit, &part, part.start) | (parts - 1) << MM_PARTS_SHIFT);
        if (fit->from_end)
            part.end = part.start;
        else
            part.start = part.end;
    }
}

/* A run without delimiters: several media may stand in it side by side. */
static void fit_run(struct mm_fit *fit, const mmspan_item *item) {
    bool unexpanded = fit->queues[item->modality].unexpanded;
    size_t parts = unexpanded ? (size_t)item->rows : mm_fit_count_parts(fit, item);
    if (parts < 2)
        mm_fit_note(fit, fit_one(fit, item, item->start));
    else
        mm_fit_parts(fit, item, parts);
}

/* The rows that the item takes of each modality, or will take when it is rewritten. */
static void count_taken(const struct mm_fit *fit, const mmspan_item *item, int64_t *rows) {
    const mmspan_matcher *m = fit->matcher;
    const uint8_t *embed = m->embed + (size_t)item->modality * m->n_classes;
    const mmspan_run *runs = fit->out->runs + item->first_run;
    const mmspan_media *media = mm_next_media(fit, &fit->queues[item->modality]);
    bool rewrite = gives_way(fit, item, media) && media->ids;
    for (size_t i = 0; rewrite && i < media->n_ids; i++) {
        uint8_t taker = embed[mm_class_of(m, media->ids[i])];
        if (taker)
            rows[taker - 1]++;
    }
    for (int32_t r = 0; !rewrite && r < item->n_runs; r++)
        rows[runs[r].modality] += runs[r].length;
}

/* Rows that the item takes of other modalities are a media of each of these. */
static void fit_guests(struct mm_fit *fit, const mmspan_item *item) {
    int64_t rows[MMSPAN_MAX_MODALITIES] = {0};
    count_taken(fit, item, rows);
    const mmspan_span span = {item->start, item->end};
    for (int32_t m = 0; m < (int32_t)fit->matcher->n_modalities; m++) {
        if (m == item->modality || rows[m] == 0)
            continue;
        struct mm_queue *queue = &fit->queues[m];
        int64_t index = mm_next_index(fit, queue);
        const mmspan_media *media = mm_fit_take(fit, queue, span);
        if (media && media->rows != rows[m])
            mm_fit_report(fit, MMSPAN_FINDING_MEDIA_ROWS, m, index, span, media->rows, rows[m]);
    }
}

/* An item whose media depends on its form, on what is around it or in it. */
static void fit_other(struct mm_fit *fit, size_t i) {
    const mmspan_item *item = &fit->out->items[i];
    struct mm_queue *queue = &fit->queues[item->modality];
    const struct mm_shape *shape = queue->shape;
    bool block = item->form == MMSPAN_FORM_BLOCK && item->n_runs > 0;
    if (queue->hosts)
        fit_guests(fit, item);
    if (block && shape->multi && !queue->unexpanded &&
        (queue->group.open || !is_placeholder(fit, queue, item))) {
        mm_fit_group(fit, i);
        return;
    }
    mm_fit_close_group(fit, queue);
    if (block && shape->divides)
        fit_run(fit, item);
    else
        mm_fit_note(fit, fit_one(fit, item, mm_first_row_of(fit->out, item)));
}

static void fit_item(struct mm_fit *fit, size_t i) {
    const mmspan_item *item = &fit->out->items[i];
    if (item->start < fit->start)
        mm_fit_note(fit, 0);
    else if (fit->queues[item->modality].single)
        mm_fit_note(fit, fit_one(fit, item, mm_first_row_of(fit->out, item)));
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
           !media[i].ids && !is_placeholder(fit, queue, &items[i]);
         i++)
        notes[i] = note + i;
    return i;
}

/* Most items take the next media and are right. Does all that a pass has to do for those
 * in a row from items[0] on, which may be any item, and returns how many they are. */
static size_t fit_usual(struct mm_fit *fit, const mmspan_item *items, size_t n) {
    struct mm_queue *queue = &fit->queues[items[0].modality];
    if (!queue->single || fit->order || items[0].start < fit->start ||
        queue->taken == queue->count)
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
    for (int32_t m = 0; m < (int32_t)fit->matcher->n_modalities; m++)
        mm_fit_close_group(fit, &fit->queues[m]);
    size_t n_placed = fit->n_findings;
    for (int32_t m = 0; m < (int32_t)fit->matcher->n_modalities; m++)
        if (fit->queues[m].taken < fit->queues[m].count || fit->queues[m].surplus)
            report_count(fit, m);
    fit->n_counts = fit->n_findings - n_placed;
    return fit->status;
}
