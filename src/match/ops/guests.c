/* Rows of one modality inside the block of another one: sound in a video. */
#include "fit.h"

/* Whose row each of `n` tokens takes that are written for an item. */
static void count_rows(const struct mm_fit *fit, int32_t modality, int32_t id, int64_t n,
                       int64_t *rows) {
    const mmspan_matcher *m = fit->matcher;
    uint8_t taker = m->embed[(size_t)modality * m->n_classes + mm_class_of(m, id)];
    if (taker)
        rows[taker - 1] += n;
}

/* The rows of each modality that what is written for the item will take. */
static void count_written(const struct mm_fit *fit, const mmspan_item *item,
                          const mmspan_media *media, int64_t *rows) {
    const struct mm_queue *queue = &fit->queues[item->modality];
    const struct mm_slots *around[] = {&queue->shape->begin, &queue->shape->end};
    for (size_t i = 0; i < media->n_ids; i++)
        count_rows(fit, item->modality, media->ids[i], 1, rows);
    for (size_t k = 0; k < 2 && !media->ids; k++)
        for (size_t i = 0; i < around[k]->n; i++)
            count_rows(fit, item->modality,
                       mm_pick_id(fit->matcher, &around[k]->slots[i], fit->ids, item), 1, rows);
    if (!media->ids)
        count_rows(fit, item->modality,
                   mm_pick_id(fit->matcher, &queue->shape->patch, fit->ids, item),
                   mm_written_rows(queue, media), rows);
}

/* The rows that the item takes of each modality, or will take when it is rewritten. */
static void count_taken(struct mm_fit *fit, size_t i, int64_t *rows) {
    const mmspan_item *item = &fit->out->items[i];
    const struct mm_queue *queue = &fit->queues[item->modality];
    const mmspan_run *runs = fit->out->runs + item->first_run;
    const mmspan_media *media =
        queue->shares.left ? queue->shares.media : mm_next_media(fit, queue);
    if (!mm_is_part(fit, item) && mm_gives_way(fit, item, i, media)) {
        count_written(fit, item, media, rows);
        return;
    }
    for (int32_t r = 0; r < item->n_runs; r++)
        rows[runs[r].modality] += runs[r].length;
}

/* Rows that the item takes of other modalities are a media of each of these. */
void mm_fit_guests(struct mm_fit *fit, size_t i) {
    const mmspan_item *item = &fit->out->items[i];
    int64_t rows[MMSPAN_MAX_MODALITIES] = {0};
    count_taken(fit, i, rows);
    const mmspan_span span = {item->start, item->end};
    for (int32_t m = 0; m < (int32_t)fit->matcher->n_modalities; m++) {
        if (m == item->modality || rows[m] == 0)
            continue;
        struct mm_queue *queue = &fit->queues[m];
        mm_fit_close_group(fit, queue);
        mm_fit_close_shares(fit, queue);
        int64_t index = mm_next_index(fit, queue);
        const mmspan_media *media = mm_fit_take(fit, queue, span);
        if (media && media->rows != rows[m])
            mm_fit_report(fit, MMSPAN_FINDING_MEDIA_ROWS, m, index, span, media->rows, rows[m]);
    }
}
