/* expand: placeholders become the tokens of their media. */
#include "../error.h"
#include "../scan/values.h"
#include "../sized.h"
#include "fit.h"
#include "slots.h"

#include <string.h>

/* Short texts and runs are written in chunks of fixed size, of which the last one overlaps
 * the one before: for so few tokens a call, or a branch for each, would take the longest. */
enum { COPY_CHUNK = 8, MAX_SHORT = 64, FILL_CHUNK = 16 };

static inline void copy_text(int32_t *to, const int32_t *from, size_t n) {
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
    if (fit->given || fit->order || queue->per_item || !shape->expandable ||
        shape->begin.n != 1 || shape->end.n != 1 || shape->begin.slots[0].varies ||
        shape->patch.varies || shape->end.slots[0].varies || queue->count == 0)
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

/* Writes whatever stands for the item's media. */
static int32_t *write_media(int32_t *to, const struct mm_fit *fit, const mmspan_item *item) {
    const struct mm_queue *queue = &fit->queues[item->modality];
    const struct mm_shape *shape = queue->shape;
    const mmspan_media *media = mm_media_at(fit, queue, item->media);
    if (media->ids) {
        copy_text(to, media->ids, media->n_ids);
        return to + media->n_ids;
    }
    int64_t rows = mm_written_rows(queue, media);
    to = write_slots(to, fit, &shape->begin, item);
    fill_ids(to, pick_id(fit, &shape->patch, item), (size_t)rows);
    return write_slots(to + rows, fit, &shape->end, item);
}

/* Carries out the notes. */
static void write_expanded(const struct mm_fit *fit, int32_t *out) {
    struct frame frames[MMSPAN_MAX_MODALITIES];
    for (uint32_t m = 0; m < fit->matcher->n_modalities; m++)
        frames[m] = make_frame(fit, &fit->queues[m]);
    const int32_t *ids = fit->ids;
    mmspan_item *items = fit->out->items;
    size_t n_items = fit->out->n_items;
    int64_t from = 0;
    int32_t *to = out;
    for (size_t i = 0; i < n_items; i++) {
        mmspan_item *item = &items[i];
        size_t note = mm_note_on(fit, i);
        size_t n = (size_t)(item->start - from);
        copy_text(to, ids + from, n);
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
    copy_text(to, ids + from, (size_t)(fit->n_tokens - from));
}

/* The plan in place of the output; items get their media and positions all the same. */
static void write_plan(const struct mm_fit *fit, mmspan_replacement *plan) {
    mmspan_item *items = fit->out->items;
    int64_t grown = 0;
    for (size_t i = 0; i < fit->out->n_items; i++) {
        mmspan_item *item = &items[i];
        const struct mm_queue *queue = &fit->queues[item->modality];
        size_t note = mm_note_on(fit, i);
        int64_t length = item->end - item->start;
        item->media = mm_noted_media(note);
        item->position = item->start + grown;
        plan[i] = (mmspan_replacement){
            .old_span = {item->start, item->end}, .media = -1, .kept = !(note & MM_REWRITE)};
        if (item->media >= 0) {
            const mmspan_media *media = mm_media_at(fit, queue, item->media);
            plan[i].media = media - fit->media;
            length = plan[i].kept ? length : (int64_t)mm_media_length(queue, media);
        }
        plan[i].new_span = (mmspan_span){item->position, item->position + length};
        grown += length - (item->end - item->start);
    }
}

static mmspan_status fail(struct mm_fit *fit, mmspan_status status, mmspan_error *error) {
    mm_fit_leave(fit);
    return mm_fail_scan(error, status);
}

/* Lets the items take their media; `fit` has the prompt and the media. */
static mmspan_status decide(struct mm_fit *fit, mmspan_result *result,
                            const mmspan_expand_options *options, mmspan_error *error) {
    static const int32_t nothing;
    mmspan_expand_options read;
    if ((!fit->ids && fit->n_tokens) || (!fit->media && fit->n_media))
        return mm_fail_argument(error, "ids or media");
    mmspan_status status = mm_check_result(result, error);
    if (status == MMSPAN_OK)
        status = mm_check_length(result, (size_t)fit->n_tokens, error);
    if (status != MMSPAN_OK)
        return status;
    if (!mm_read_struct(&read, sizeof read, options,
                        MM_SIZE_THROUGH(mmspan_expand_options, start)))
        return mm_fail_argument(error, "options");
    if (read.start < 0 || read.start > fit->n_tokens)
        return mm_fail_argument(error, "start is outside the prompt");
    fit->matcher = result->matcher;
    fit->out = &result->out;
    fit->result = result;
    fit->ids = fit->ids ? fit->ids : &nothing;
    fit->expands = true;
    fit->from_end = read.from_end != 0;
    fit->start = read.start;
    status = mm_fit_line_up(fit, error);
    if (status != MMSPAN_OK)
        return status;
    status = mm_fit_run(fit);
    return status == MMSPAN_OK ? status : fail(fit, status, error);
}

mmspan_status mmspan_expand(mmspan_result *result, const int32_t *ids, size_t n,
                            const mmspan_media *media, size_t n_media,
                            const mmspan_expand_options *options, int32_t *out, size_t cap,
                            size_t *n_out, mmspan_error *error) {
    struct mm_fit fit = {
        .ids = ids, .n_tokens = (int64_t)n, .media = media, .n_media = n_media};
    if ((!out && cap) || !n_out)
        return mm_fail_argument(error, "out or n_out");
    mmspan_status status = decide(&fit, result, options, error);
    if (status != MMSPAN_OK)
        return status;
    size_t length = (size_t)(fit.n_tokens + fit.grown);
    if (length > cap) {
        mm_fit_leave(&fit);
        *n_out = length;
        return mm_fail(error, MMSPAN_E_SPACE, NULL, "the output needs room for %zu IDs",
                       length);
    }
    status = mm_fit_apply(&fit);
    if (status != MMSPAN_OK)
        return fail(&fit, status, error);
    *n_out = length;
    if (n)
        write_expanded(&fit, out);
    result->rewritten = (int64_t)length;
    return MMSPAN_OK;
}

mmspan_status mmspan_expand_plan(mmspan_result *result, const int32_t *ids, size_t n,
                                 const mmspan_media *media, size_t n_media,
                                 const mmspan_expand_options *options, mmspan_replacement *plan,
                                 size_t cap, size_t *n_plan, size_t *n_out,
                                 mmspan_error *error) {
    struct mm_fit fit = {
        .ids = ids, .n_tokens = (int64_t)n, .media = media, .n_media = n_media};
    if ((!plan && cap) || !n_plan || !n_out)
        return mm_fail_argument(error, "plan, n_plan or n_out");
    mmspan_status status = decide(&fit, result, options, error);
    if (status != MMSPAN_OK)
        return status;
    size_t n_items = fit.out->n_items + fit.more;
    if (n_items > cap) {
        mm_fit_leave(&fit);
        *n_plan = n_items;
        return mm_fail(error, MMSPAN_E_SPACE, NULL, "the plan needs room for %zu items",
                       n_items);
    }
    status = mm_fit_apply(&fit);
    if (status != MMSPAN_OK)
        return fail(&fit, status, error);
    write_plan(&fit, plan);
    result->rewritten = fit.n_tokens + fit.grown;
    *n_plan = n_items;
    *n_out = (size_t)result->rewritten;
    return MMSPAN_OK;
}
