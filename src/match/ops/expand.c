/* expand: placeholders become the tokens of their media. */
#include "../error.h"
#include "../scan/values.h"
#include "fit.h"
#include "slots.h"

#include <string.h>

/* Short texts and runs are written in chunks of fixed size, of which the last one overlaps
 * the one before: for so few tokens a call, or a branch for each, would take the longest. */
enum { COPY_CHUNK = 8, MAX_SHORT = 64, FILL_CHUNK = 16 };

static inline void copy_ids(int32_t *to, const int32_t *from, size_t n) {
    if (n >= COPY_CHUNK && n <= MAX_SHORT) {
        int32_t *last = to + n - COPY_CHUNK;
        const int32_t *last_from = from + n - COPY_CHUNK;
        for (; to < last; to += COPY_CHUNK, from += COPY_CHUNK)
            memcpy(to, from, COPY_CHUNK * sizeof *to);
        memcpy(last, last_from, COPY_CHUNK * sizeof *to);
    } else if (n) {
        memcpy(to, from, n * sizeof *to);
    }
}

static inline void fill_chunk(int32_t *to, int32_t id) {
    for (int i = 0; i < FILL_CHUNK; i++)
        to[i] = id;
}

static inline void fill_ids(int32_t *to, int32_t id, size_t n) {
    int32_t *end = to + n;
    if (n < FILL_CHUNK) {
        while (to < end)
            *to++ = id;
        return;
    }
    for (; to < end - FILL_CHUNK; to += FILL_CHUNK)
        fill_chunk(to, id);
    fill_chunk(end - FILL_CHUNK, id);
}

/* Most tokens are one ID, whatever the item. */
static inline int32_t pick_id(const struct mm_fit *fit, const struct mm_slot *slot,
                              const mmspan_item *item) {
    return slot->varies ? mm_pick_id(fit->matcher, slot, fit->ids, item) : slot->id;
}

static int32_t *write_slots(int32_t *to, const struct mm_fit *fit, const struct mm_slots *slots,
                            const mmspan_item *item) {
    for (size_t i = 0; i < slots->n; i++)
        *to++ = pick_id(fit, &slots->slots[i], item);
    return to;
}

/* Most prompts have media of rows alone, side by side by modality, and blocks that are rows
 * between two tokens which never vary. */
struct frame {
    const mmspan_media *media; /* the first one; NULL when it is not so */
    int32_t begin;
    int32_t patch;
    int32_t end;
};

static struct frame make_frame(const struct mm_fit *fit, const struct mm_queue *queue) {
    const struct mm_shape *shape = queue->shape;
    struct frame frame = {0};
    if (fit->given || fit->links || !shape->expandable || shape->begin.n != 1 ||
        shape->end.n != 1 || shape->begin.slots[0].varies || shape->patch.varies ||
        shape->end.slots[0].varies || queue->count == 0)
        return frame;
    frame.media = fit->media + queue->first;
    frame.begin = shape->begin.slots[0].id;
    frame.patch = shape->patch.id;
    frame.end = shape->end.slots[0].id;
    return frame;
}

static inline int32_t *write_frame(int32_t *to, const struct frame *frame, size_t rows) {
    *to++ = frame->begin;
    fill_ids(to, frame->patch, rows);
    to[rows] = frame->end;
    return to + rows + 1;
}

/* A media by its index within the modality; they are asked for in order. */
static const mmspan_media *find_media(const struct mm_fit *fit, struct mm_queue *queue,
                                      int32_t index) {
    if (!fit->links)
        return &fit->media[queue->first + (size_t)index];
    for (; queue->taken < index; queue->taken++)
        queue->next = fit->links[queue->next];
    return &fit->media[queue->next];
}

/* Writes whatever stands for the item's media. */
static int32_t *write_media(int32_t *to, struct mm_fit *fit, const mmspan_item *item) {
    struct mm_queue *queue = &fit->queues[item->modality];
    const struct mm_shape *shape = queue->shape;
    const mmspan_media *media = find_media(fit, queue, item->media);
    if (media->ids) {
        copy_ids(to, media->ids, media->n_ids);
        return to + media->n_ids;
    }
    to = write_slots(to, fit, &shape->begin, item);
    fill_ids(to, pick_id(fit, &shape->patch, item), (size_t)media->rows);
    return write_slots(to + media->rows, fit, &shape->end, item);
}

/* Carries out the notes. */
static void write_prompt(struct mm_fit *fit, int32_t *out) {
    struct frame frames[MMSPAN_MAX_MODALITIES];
    for (uint32_t m = 0; m < fit->matcher->n_modalities; m++)
        frames[m] = make_frame(fit, &fit->queues[m]);
    mm_fit_rewind(fit);
    const int32_t *ids = fit->ids;
    const size_t *notes = fit->notes;
    mmspan_item *items = fit->out->items;
    size_t n_items = fit->out->n_items;
    int64_t from = 0;
    int32_t *to = out;
    for (size_t i = 0; i < n_items; i++) {
        mmspan_item *item = &items[i];
        size_t note = notes[i];
        size_t n = (size_t)(item->start - from);
        copy_ids(to, ids + from, n);
        to += n;
        from = item->start;
        item->position = to - out;
        item->media = mm_noted_media(note);
        if (!(note & MM_REWRITE))
            continue;
        const struct frame *frame = &frames[item->modality];
        to = frame->media ? write_frame(to, frame, (size_t)frame->media[item->media].rows)
                          : write_media(to, fit, item);
        from = item->end;
    }
    copy_ids(to, ids + from, (size_t)(fit->n_tokens - from));
}

mmspan_status mmspan_expand(mmspan_result *result, const int32_t *ids, size_t n,
                            const mmspan_media *media, size_t n_media,
                            const mmspan_expand_options *options, int32_t *out, size_t cap,
                            size_t *n_out, mmspan_error *error) {
    int64_t start = options ? options->start : 0;
    if (!result || !result->matcher || (!ids && n) || (!media && n_media) || (!out && cap) ||
        !n_out)
        return mm_fail_argument(error, "result, ids, media, out or n_out");
    if (start < 0 || (uint64_t)start > n)
        return mm_fail_argument(error, "start is outside the prompt");
    mmspan_status status = mm_check_length(result, n, error);
    if (status != MMSPAN_OK)
        return status;
    static const int32_t nothing;
    struct mm_fit fit = {.matcher = result->matcher,
                         .out = &result->out,
                         .result = result,
                         .media = media,
                         .n_media = n_media,
                         .ids = ids ? ids : &nothing,
                         .start = start,
                         .n_tokens = (int64_t)n};
    status = mm_fit_check(&fit, error);
    if (status == MMSPAN_OK)
        status = mm_fit_check_tokens(&fit, error);
    if (status != MMSPAN_OK)
        return status;
    status = mm_fit_measure(&fit);
    if (status != MMSPAN_OK)
        return mm_fail_scan(error, status);
    *n_out = (size_t)((int64_t)n + fit.grown);
    if (*n_out > cap)
        return mm_fail(error, MMSPAN_E_SPACE, NULL, "the output needs room for %zu IDs",
                       *n_out);
    status = mm_fit_apply(&fit);
    mm_result_refresh(result, (int64_t)n);
    if (status != MMSPAN_OK)
        return mm_fail_scan(error, status);
    if (n)
        write_prompt(&fit, out);
    result->rewritten = (int64_t)*n_out;
    return MMSPAN_OK;
}
