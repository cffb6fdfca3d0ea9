/*
 * Items that are parts of one media: the frames of a video, the crops of an image.
 *
 * They are grouped until their rows add up to the media's. Where a config says how far apart
 * they may stand, that a rest stands close behind a complete media tells that this one is
 * longer than its rows say: five frames, a gap and four frames are two wrong videos when the
 * media have four and five frames, and not a right one, one of a single frame and four more.
 * A rest that is at least half of another media is taken to be that one, cut short.
 */
#include "fit.h"

/* How many tokens stand between an item and the group, which comes before it in the pass. */
static int64_t gap_to(const struct mm_fit *fit, const struct mm_group *group,
                      const mmspan_item *item) {
    return fit->from_end ? group->span.start - item->end : item->start - group->span.end;
}

static bool is_close(const struct mm_fit *fit, const struct mm_queue *queue,
                     const struct mm_group *group, const mmspan_item *item) {
    int64_t max_gap = queue->shape->max_gap;
    return max_gap == 0 || gap_to(fit, group, item) <= max_gap;
}

/* How many rows each item of the media has, or 0 when that is not known. */
static int64_t rows_of_each(const mmspan_media *media) {
    return media && media->n_items ? media->rows / media->n_items : 0;
}

/* How many items of the media, of `each` rows, the item is. */
static int64_t count_items(const struct mm_queue *queue, const mmspan_item *item,
                           int64_t each) {
    bool several = queue->shape->divides && each;
    return several && item->rows % each == 0 ? item->rows / each : 1;
}

/* The rows of the item, or of each of the items of the media that it is. */
static int64_t rows_of_one(const struct mm_queue *queue, const mmspan_item *item,
                           const mmspan_media *media) {
    int64_t each = rows_of_each(media);
    return count_items(queue, item, each) > 1 ? each : item->rows;
}

/* Joins a rest to the media before it, which is complete without it. */
static void join(struct mm_fit *fit, struct mm_queue *queue) {
    const struct mm_group *rest = &queue->group;
    struct mm_group *done = &queue->done;
    const mmspan_item *items = fit->out->items;
    const int32_t modality = done->media->modality;
    const mmspan_span span = fit->from_end ? (mmspan_span){rest->span.start, done->span.end}
                                           : (mmspan_span){done->span.start, rest->span.end};
    mm_fit_report(fit, MMSPAN_FINDING_MEDIA_ROWS, modality, done->index, span,
                  done->media->rows, done->rows + rest->rows);
    /* The items of other modalities that stand between keep what they have. */
    size_t at = rest->first_note;
    for (size_t i = rest->first_item;;) {
        if (items[i].modality == modality)
            fit->notes[at] = (size_t)done->index + 1;
        if (i == rest->last_item)
            break;
        at += 1 + (fit->notes[at] >> MM_PARTS_SHIFT);
        i = fit->from_end ? i - 1 : i + 1;
    }
}

/* Is what a gap has ended less than half of a media, and close to one that is complete? */
static bool belongs_before(const struct mm_queue *queue) {
    const struct mm_group *rest = &queue->group;
    const mmspan_media *media = rest->media ? rest->media : queue->done.media;
    return rest->follows && rest->rows < media->rows - rest->rows;
}

/* Says what is wrong with a group that has a media, if anything is. */
static bool check_group(struct mm_fit *fit, const struct mm_group *group) {
    const mmspan_media *media = group->media;
    if (group->rows != media->rows) {
        mm_fit_report(fit, MMSPAN_FINDING_MEDIA_ROWS, media->modality, group->index,
                      group->span, media->rows, group->rows);
        return false;
    }
    if (group->uneven_rows >= 0) {
        mm_fit_report(fit, MMSPAN_FINDING_MEDIA_ROWS, media->modality, group->index,
                      group->uneven, rows_of_each(media), group->uneven_rows);
        return false;
    }
    if (media->ids)
        mm_fit_compare(fit, media, group->index, group->span, group->front_row);
    return true;
}

static void close_group(struct mm_fit *fit, struct mm_queue *queue, bool by_gap) {
    struct mm_group *group = &queue->group;
    if (!group->open)
        return;
    group->open = false;
    bool right = false;
    if ((by_gap || !group->media) && belongs_before(queue)) {
        join(fit, queue);
        queue->taken -= group->media != NULL;
    } else if (group->media) {
        right = check_group(fit, group);
    } else {
        mm_fit_surplus(fit, queue, group->n_items, group->front);
    }
    queue->done = *group;
    queue->done.open = right;
}

void mm_fit_close_group(struct mm_fit *fit, struct mm_queue *queue) {
    close_group(fit, queue, false);
    queue->done.open = false;
}

/* The runs of several media that stand side by side in one item. */
static void take_parts(struct mm_fit *fit, size_t i, size_t parts) {
    const mmspan_item *item = &fit->out->items[i];
    struct mm_queue *queue = &fit->queues[item->modality];
    mm_fit_parts(fit, i, parts);
    int64_t index = fit->from_end ? queue->count - queue->taken : queue->taken - 1;
    const mmspan_media *media = mm_media_at(fit, queue, index);
    mmspan_span span = {item->start, item->end};
    if (fit->from_end)
        span.end = span.start + media->rows;
    else
        span.start = span.end - media->rows;
    queue->done = (struct mm_group){.open = true,
                                    .media = media,
                                    .index = index,
                                    .rows = media->rows,
                                    .each = media->rows,
                                    .span = span};
}

/* Begins a group with an item. */
static void open_group(struct mm_fit *fit, struct mm_queue *queue, size_t i) {
    const mmspan_item *item = &fit->out->items[i];
    const mmspan_span span = {item->start, item->end};
    int64_t index = mm_next_index(fit, queue);
    const mmspan_media *media = mm_next_media(fit, queue);
    int64_t each = rows_of_one(queue, item, media);
    const struct mm_group *done = &queue->done;
    bool follows = queue->shape->max_gap && done->open && is_close(fit, queue, done, item) &&
                   (!queue->shape->equal_rows || done->each == each);
    queue->taken += media != NULL;
    queue->group = (struct mm_group){.open = true,
                                     .follows = follows,
                                     .media = media,
                                     .index = index,
                                     .each = each,
                                     .span = span,
                                     .front = span,
                                     .first_item = i,
                                     .first_note = fit->n_notes,
                                     .uneven_rows = -1};
}

static void add_item(struct mm_fit *fit, struct mm_queue *queue, size_t i) {
    const mmspan_item *item = &fit->out->items[i];
    const mmspan_span span = {item->start, item->end};
    struct mm_group *group = &queue->group;
    int64_t each = rows_of_each(group->media);
    int64_t n = count_items(queue, item, each);
    if (fit->from_end || group->n_items == 0) {
        group->front = span;
        group->front_row = mm_first_row_of(fit->out, item);
        group->span.start = span.start;
    }
    if (!fit->from_end)
        group->span.end = span.end;
    if (each && item->rows != n * each && (group->uneven_rows < 0 || fit->from_end)) {
        group->uneven = span;
        group->uneven_rows = item->rows;
    }
    group->rows += item->rows;
    group->n_items += n;
    group->last_item = i;
    mm_fit_note(fit, group->media ? (size_t)group->index + 1 : 0);
}

/* Has the media of the open group all that it needs? */
static bool is_complete(const struct mm_group *group) {
    const mmspan_media *media = group->media;
    return media &&
           (media->n_items ? group->n_items >= media->n_items : group->rows >= media->rows);
}

/* Has the item other rows than those of the open group, where all have equally many? */
static bool differs(const struct mm_queue *queue, const mmspan_item *item) {
    const struct mm_group *group = &queue->group;
    return queue->shape->equal_rows && rows_of_one(queue, item, group->media) != group->each;
}

void mm_fit_part_group(struct mm_fit *fit, const mmspan_item *item) {
    struct mm_queue *queue = &fit->queues[item->modality];
    if (queue->group.open &&
        (!is_close(fit, queue, &queue->group, item) || differs(queue, item)))
        close_group(fit, queue, queue->shape->max_gap != 0);
}

void mm_fit_group(struct mm_fit *fit, size_t i) {
    const mmspan_item *item = &fit->out->items[i];
    struct mm_queue *queue = &fit->queues[item->modality];
    if (!queue->group.open) {
        size_t parts = queue->shape->divides ? mm_fit_count_parts(fit, item) : 0;
        if (parts > 1) {
            take_parts(fit, i, parts);
            return;
        }
        open_group(fit, queue, i);
    }
    add_item(fit, queue, i);
    /* Without a bound on gaps nothing can be told about what finds no media. */
    if (is_complete(&queue->group) || (!queue->group.media && !queue->group.follows))
        close_group(fit, queue, false);
}
