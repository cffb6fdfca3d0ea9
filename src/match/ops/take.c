/* One item, or a part of one, takes its media. */
#include "fit.h"

/* Is item number i, or a part of it, to give way to the tokens of the media? */
bool mm_gives_way(struct mm_fit *fit, const mmspan_item *item, size_t i,
                  const mmspan_media *media) {
    const struct mm_queue *queue = &fit->queues[item->modality];
    if (!media || queue->standing || !mm_is_placeholder(fit, queue, item))
        return false;
    if (media->ids)
        return mm_fit_count_standing(fit, item, i, media) == 0;
    /* A block that reads as the placeholder and has the right rows is as good as expanded. */
    return item->form == MMSPAN_FORM_BARE || queue->unexpanded ||
           item->rows != mm_written_rows(queue, media);
}

/* Notes that the item gives way to what is written for the media. */
static size_t rewrite(struct mm_fit *fit, const mmspan_item *item, const mmspan_media *media,
                      int64_t index) {
    const struct mm_queue *queue = &fit->queues[item->modality];
    fit->grown += (int64_t)mm_media_length(queue, media) - (item->end - item->start);
    return ((size_t)index + 1) | MM_REWRITE;
}

/* The item stays and has the media; its rows must agree unless it has none at all. */
static size_t keep(struct mm_fit *fit, const mmspan_item *item, const mmspan_media *media,
                   int64_t index, int64_t first_row) {
    const mmspan_span span = {item->start, item->end};
    if (item->n_runs > 0 && item->rows != media->rows)
        mm_fit_report(fit, MMSPAN_FINDING_MEDIA_ROWS, item->modality, index, span, media->rows,
                      item->rows);
    else if (media->ids && first_row >= 0)
        mm_fit_compare(fit, media, index, span, first_row);
    return (size_t)index + 1;
}

/* Item number i, or a part of it, takes one media, of whose tokens it has what
 * it needs unless it is a placeholder. Returns the note on it. */
static size_t fit_one(struct mm_fit *fit, const mmspan_item *item, size_t i,
                      int64_t first_row) {
    struct mm_queue *queue = &fit->queues[item->modality];
    const mmspan_span span = {item->start, item->end};
    int64_t index = mm_next_index(fit, queue);
    const mmspan_media *media = mm_fit_take(fit, queue, span);
    if (!media)
        return 0;
    bool placeholder = mm_is_placeholder(fit, queue, item);
    if (fit->expands && media->ids && (placeholder || item->rows != media->rows)) {
        int64_t standing = mm_fit_count_standing(fit, item, i, media);
        if (standing) {
            queue->standing = standing - 1;
            return (size_t)index + 1;
        }
        return placeholder ? rewrite(fit, item, media, index)
                           : keep(fit, item, media, index, first_row);
    }
    if (mm_gives_way(fit, item, i, media))
        return rewrite(fit, item, media, index);
    return keep(fit, item, media, index, first_row);
}

void mm_fit_close_shares(struct mm_fit *fit, struct mm_queue *queue) {
    struct mm_shares *shares = &queue->shares;
    if (shares->left == 0)
        return;
    const mmspan_media *media = shares->media;
    int64_t each = media->rows / media->n_items;
    mm_fit_report(fit, MMSPAN_FINDING_MEDIA_ROWS, media->modality, shares->index, shares->span,
                  media->rows, media->rows - shares->left * each);
    shares->left = 0;
}

static size_t fit_share(struct mm_fit *fit, const mmspan_item *item) {
    struct mm_queue *queue = &fit->queues[item->modality];
    struct mm_shares *shares = &queue->shares;
    const mmspan_span span = {item->start, item->end};
    if (shares->left == 0) {
        int64_t index = mm_next_index(fit, queue);
        const mmspan_media *media = mm_fit_take(fit, queue, span);
        *shares = (struct mm_shares){media->n_items, media, index, span};
    }
    shares->left--;
    shares->span.start = span.start < shares->span.start ? span.start : shares->span.start;
    shares->span.end = span.end > shares->span.end ? span.end : shares->span.end;
    if (mm_gives_way(fit, item, 0, shares->media))
        return rewrite(fit, item, shares->media, shares->index);
    return (size_t)shares->index + 1;
}

/* Does the item stand for one of several of a media? */
static bool is_share(const struct mm_fit *fit, const struct mm_queue *queue,
                     const mmspan_item *item) {
    if (!queue->per_item || !mm_is_placeholder(fit, queue, item))
        return false;
    const mmspan_media *media = mm_next_media(fit, queue);
    return queue->shares.left > 0 || (media && !media->ids && media->n_items);
}

size_t mm_fit_lone(struct mm_fit *fit, const mmspan_item *item, size_t i, int64_t first_row) {
    struct mm_queue *queue = &fit->queues[item->modality];
    if (is_share(fit, queue, item))
        return fit_share(fit, item);
    mm_fit_close_shares(fit, queue);
    return fit_one(fit, item, i, first_row);
}

/* A part of a run that stays is judged as a scan would judge it. */
static void judge_part(struct mm_fit *fit, const mmspan_item *part) {
    const struct mm_shape *shape = fit->queues[part->modality].shape;
    bool placeholder = part->rows == 1 && shape->placeholder.n == 1;
    if (!placeholder && !mm_rows_allow(&shape->rows, part->rows))
        mm_fit_report(fit, MMSPAN_FINDING_ROWS, part->modality, -1,
                      (mmspan_span){part->start, part->end}, 0, part->rows);
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

/* A part of a run that is exactly several media. */
static size_t keep_part(struct mm_fit *fit, const mmspan_item *part) {
    struct mm_queue *queue = &fit->queues[part->modality];
    int64_t index = mm_next_index(fit, queue);
    const mmspan_media *media = mm_fit_take(fit, queue, (mmspan_span){part->start, part->end});
    judge_part(fit, part);
    return keep(fit, part, media, index, part->start);
}

void mm_fit_parts(struct mm_fit *fit, size_t i, size_t parts) {
    mmspan_item part = fit->out->items[i];
    struct mm_queue *queue = &fit->queues[part.modality];
    struct mm_output *out = fit->out;
    if (parts - 1 > INT32_MAX - out->n_items - fit->more)
        fit->status = MMSPAN_E_LIMIT;
    else if (!mm_fit_reserve(fit, out->n_items + fit->more + parts - 1))
        fit->status = MMSPAN_E_MEMORY;
    if (fit->status != MMSPAN_OK)
        return;
    fit->more += parts - 1;
    for (size_t k = 0; k < parts; k++) {
        part.rows = queue->unexpanded ? 1 : mm_next_media(fit, queue)->rows;
        if (fit->from_end)
            part.start = part.end - part.rows;
        else
            part.end = part.start + part.rows;
        size_t note =
            queue->unexpanded ? mm_fit_lone(fit, &part, i, part.start) : keep_part(fit, &part);
        mm_fit_note(fit, note | (parts - 1) << MM_PARTS_SHIFT);
        if (fit->from_end)
            part.end = part.start;
        else
            part.start = part.end;
    }
}
