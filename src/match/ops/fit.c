/* Lets the items of a result take their media, in order. */
#include "fit.h"

#include <string.h>

/* Does the item, which is as long as the placeholder, consist of exactly its tokens? */
static bool equals_placeholder(const struct mm_fit *fit, const struct mm_slots *placeholder,
                               const mmspan_item *item) {
    const mmspan_matcher *m = fit->matcher;
    for (size_t i = 0; i < placeholder->n; i++) {
        const struct mm_slot *slot = &placeholder->slots[i];
        uint16_t class_index = mm_class_of(m, fit->ids[item->start + (int64_t)i]);
        if (slot->atom != MM_OWN && !mm_class_has_atom(&m->classes, class_index, slot->atom))
            return false;
    }
    return true;
}

/* Does an item stand for media that are still to be expanded? Only with `ids`. */
static inline bool is_placeholder(const struct mm_fit *fit, const struct mm_queue *queue,
                                  const mmspan_item *item) {
    if (!fit->ids)
        return false;
    if (item->form == MMSPAN_FORM_BARE || queue->unexpanded)
        return true;
    const struct mm_slots *placeholder = &queue->shape->placeholder;
    return (int64_t)placeholder->n == item->end - item->start &&
           equals_placeholder(fit, placeholder, item);
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
    return media && is_placeholder(fit, &fit->queues[item->modality], item) &&
           !(media->ids && stands_already(fit, item, media));
}

static void report(struct mm_fit *fit, const mmspan_finding *finding) {
    if (fit->dry) {
        fit->n_findings++;
        return;
    }
    struct mm_output *out = fit->out;
    out->findings[out->n_findings++] = *finding;
}

static void report_rows(struct mm_fit *fit, const mmspan_media *media, int64_t index,
                        int64_t found, int64_t start, int64_t end) {
    mmspan_finding finding = {.start = start,
                              .end = end,
                              .expected = media->rows,
                              .found = found,
                              .kind = MMSPAN_FINDING_MEDIA_ROWS,
                              .modality = media->modality,
                              .token = -1,
                              .id = -1,
                              .state = -1,
                              .media = (int32_t)index};
    report(fit, &finding);
}

static void report_count(struct mm_fit *fit, int32_t modality, const struct mm_queue *queue) {
    bool missing = queue->taken < queue->count;
    mmspan_finding finding = {
        .start = missing ? fit->n_tokens : queue->first_surplus.start,
        .end = missing ? fit->n_tokens : queue->first_surplus.end,
        .expected = queue->count,
        .found = queue->taken + queue->surplus,
        .kind = MMSPAN_FINDING_MEDIA_COUNT,
        .modality = modality,
        .token = -1,
        .id = -1,
        .state = -1,
        .media = missing ? (int32_t)queue->taken : -1,
    };
    report(fit, &finding);
}

/* The next media of the modality, not yet taken, or NULL. */
static inline const mmspan_media *peek(const struct mm_fit *fit, const struct mm_queue *queue) {
    return queue->next < queue->end ? &fit->media[queue->next] : NULL;
}

static inline size_t next_of(const struct mm_fit *fit, size_t media) {
    return fit->links ? fit->links[media] : media + 1;
}

/* Takes it; notes the span as surplus when there is none. */
static inline const mmspan_media *take(const struct mm_fit *fit, struct mm_queue *queue,
                                       int64_t start, int64_t end) {
    const mmspan_media *media = peek(fit, queue);
    if (media) {
        queue->next = next_of(fit, queue->next);
        queue->taken++;
    } else if (queue->surplus++ == 0) {
        queue->first_surplus = (mmspan_span){start, end};
    }
    return media;
}

/* Items and runs are read from the end of the arrays and written to their front. */
static void move_item(struct mm_fit *fit, const mmspan_item *item, const mmspan_run *runs) {
    struct mm_output *out = fit->out;
    mmspan_item *to = &out->items[fit->n_items];
    for (int32_t r = 0; r < item->n_runs; r++) {
        mmspan_run *run = &out->runs[fit->n_runs + (size_t)r];
        *run = runs[r];
        run->item = (int32_t)fit->n_items;
    }
    *to = *item;
    to->first_run = (int64_t)fit->n_runs;
    fit->n_runs += (size_t)to->n_runs;
}

static bool moves(const struct mm_fit *fit) {
    return fit->more && !fit->dry;
}

/* Notes what an item takes. A dry pass has one note for all parts of an item, which is of
 * no use: they will be asked again. */
static void write_item(struct mm_fit *fit, const mmspan_item *item, size_t note,
                       const mmspan_run *runs) {
    fit->notes[fit->n_items] = note;
    if (!moves(fit))
        return;
    move_item(fit, item, runs);
    fit->n_items++;
}

/* An item that takes one media; its rows must agree unless it is a placeholder. */
static void fit_one(struct mm_fit *fit, const mmspan_item *item, const mmspan_run *runs) {
    struct mm_queue *queue = &fit->queues[item->modality];
    const mmspan_media *media = take(fit, queue, item->start, item->end);
    size_t note = media ? (size_t)queue->taken : 0;
    bool rewrite = gives_way(fit, item, media);
    if (rewrite)
        fit->grown += (int64_t)mm_media_length(queue->shape, media) - (item->end - item->start);
    else if (media && item->rows != media->rows)
        report_rows(fit, media, queue->taken - 1, item->rows, item->start, item->end);
    write_item(fit, item, rewrite ? note | MM_REWRITE : note, runs);
}

static void close_group(struct mm_fit *fit, struct mm_queue *queue) {
    if (queue->group && queue->group_rows != queue->group->rows)
        report_rows(fit, queue->group, queue->taken - 1, queue->group_rows,
                    queue->group_span.start, queue->group_span.end);
    queue->group = NULL;
}

/* A block of a `multi` modality: the first or a further part of a media. */
static void fit_group(struct mm_fit *fit, const mmspan_item *item, const mmspan_run *runs) {
    struct mm_queue *queue = &fit->queues[item->modality];
    if (!queue->group) {
        queue->group = take(fit, queue, item->start, item->end);
        queue->group_rows = 0;
        queue->group_span.start = item->start;
    }
    queue->group_rows += item->rows;
    queue->group_span.end = item->end;
    bool complete = queue->group && queue->group_rows >= queue->group->rows;
    write_item(fit, item, queue->group ? (size_t)queue->taken : 0, runs);
    if (complete)
        close_group(fit, queue);
}

/* How many of the next media add up to the item's rows exactly; 0 when none do. */
static size_t count_parts(const struct mm_fit *fit, const mmspan_item *item) {
    int64_t rows = 0;
    size_t parts = 0;
    const struct mm_queue *queue = &fit->queues[item->modality];
    size_t at = queue->next;
    for (; at < queue->end && rows < item->rows; at = next_of(fit, at)) {
        rows += fit->media[at].rows;
        parts++;
    }
    return rows == item->rows ? parts : 0;
}

/* A run without delimiters: several media may stand in it side by side. */
static void fit_run(struct mm_fit *fit, const mmspan_item *item, const mmspan_run *runs) {
    const struct mm_queue *queue = &fit->queues[item->modality];
    bool unexpanded = queue->unexpanded;
    size_t parts = unexpanded ? (size_t)item->rows : count_parts(fit, item);
    if (parts < 2) {
        fit_one(fit, item, runs);
        return;
    }
    if (fit->dry)
        fit->more += parts - 1;
    mmspan_item part = *item;
    mmspan_run run = runs[0];
    for (size_t i = 0; i < parts; i++) {
        part.rows = unexpanded ? 1 : peek(fit, queue)->rows;
        part.end = part.start + part.rows;
        part.position = part.start;
        run.start = part.start;
        run.length = part.rows;
        fit_one(fit, &part, &run);
        part.start = part.end;
        run.row += part.rows;
    }
}

/* The rows that the item takes of each modality, or will take when it is rewritten. */
static void count_rows(const struct mm_fit *fit, const mmspan_item *item,
                       const mmspan_run *runs, int64_t *rows) {
    const mmspan_matcher *m = fit->matcher;
    const uint8_t *embed = m->embed + (size_t)item->modality * m->n_classes;
    const mmspan_media *media = peek(fit, &fit->queues[item->modality]);
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
static void fit_guests(struct mm_fit *fit, const mmspan_item *item, const mmspan_run *runs) {
    int64_t rows[MMSPAN_MAX_MODALITIES] = {0};
    count_rows(fit, item, runs, rows);
    for (int32_t m = 0; m < (int32_t)fit->matcher->n_modalities; m++) {
        if (m == item->modality || rows[m] == 0)
            continue;
        const mmspan_media *media = take(fit, &fit->queues[m], item->start, item->end);
        if (media && media->rows != rows[m])
            report_rows(fit, media, fit->queues[m].taken - 1, rows[m], item->start, item->end);
    }
}

/* An item whose media depends on its form, on what is around it or in it. */
static void fit_other(struct mm_fit *fit, const mmspan_item *item, const mmspan_run *runs) {
    struct mm_queue *queue = &fit->queues[item->modality];
    const struct mm_shape *shape = queue->shape;
    bool block = item->form == MMSPAN_FORM_BLOCK;
    if (queue->hosts)
        fit_guests(fit, item, runs);
    if (block && shape->undelimited && shape->plain) {
        fit_run(fit, item, runs);
    } else if (block && shape->multi && (queue->group || !is_placeholder(fit, queue, item))) {
        fit_group(fit, item, runs);
    } else {
        if (queue->group)
            close_group(fit, queue);
        fit_one(fit, item, runs);
    }
}

static void fit_item(struct mm_fit *fit, const mmspan_item *item, const mmspan_run *runs) {
    if (item->start < fit->start)
        write_item(fit, item, 0, runs);
    else if (fit->queues[item->modality].single)
        fit_one(fit, item, runs);
    else
        fit_other(fit, item, runs);
}

/* Notes what bare forms take, one after the other, as long as the media have no tokens of
 * their own; returns how many there are in a row. */
static size_t fit_placeholders(struct mm_fit *fit, const struct mm_queue *queue,
                               const mmspan_item *items, size_t n) {
    const mmspan_media *media = fit->media + queue->next;
    size_t *notes = fit->notes + fit->n_items;
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
    const mmspan_media *media = fit->media + queue->next;
    size_t *notes = fit->notes + fit->n_items;
    size_t note = (size_t)queue->taken + 1;
    int32_t modality = items[0].modality;
    size_t i = 0;
    for (; i < n && items[i].modality == modality && items[i].rows == media[i].rows &&
           !is_placeholder(fit, queue, &items[i]);
         i++)
        notes[i] = note + i;
    return i;
}

/* Most items take the next media and are right. Does all that a pass has to do for those
 * in a row from items[0] on, which may be any item, and returns how many they are. */
static size_t fit_usual(struct mm_fit *fit, const mmspan_item *items, size_t n) {
    struct mm_queue *queue = &fit->queues[items[0].modality];
    if (!queue->single || fit->links || items[0].start < fit->start ||
        queue->next == queue->end)
        return 0;
    size_t left = queue->end - queue->next;
    size_t limit = n < left ? n : left;
    bool bare = fit->ids && items[0].form == MMSPAN_FORM_BARE;
    size_t done = bare ? fit_placeholders(fit, queue, items, limit)
                       : fit_blocks(fit, queue, items, limit);
    queue->taken += (int64_t)done;
    queue->next += done;
    return done;
}

void mm_fit_rewind(struct mm_fit *fit) {
    for (uint32_t m = 0; m < fit->matcher->n_modalities; m++) {
        struct mm_queue *queue = &fit->queues[m];
        queue->next = queue->first;
        queue->taken = queue->surplus = 0;
        queue->group = NULL;
    }
}

/* Closes what is open, and reports media and items that are left over. */
static void settle_queues(struct mm_fit *fit) {
    for (uint32_t m = 0; m < fit->matcher->n_modalities; m++) {
        struct mm_queue *queue = &fit->queues[m];
        close_group(fit, queue);
        if (queue->taken < queue->count || queue->surplus)
            report_count(fit, (int32_t)m, queue);
    }
}

void mm_fit_run(struct mm_fit *fit, const mmspan_item *from, size_t n, const mmspan_run *runs) {
    fit->grown = 0;
    fit->n_items = fit->n_runs = 0;
    mm_fit_rewind(fit);
    for (size_t i = 0; i < n;) {
        size_t done = 0;
        if (!moves(fit)) {
            fit->n_items = i;
            done = fit_usual(fit, &from[i], n - i);
        }
        if (done == 0) {
            fit_item(fit, &from[i], runs + from[i].first_run);
            done = 1;
        }
        i += done;
    }
    settle_queues(fit);
}
