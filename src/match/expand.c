/* expand: placeholders become the tokens of their media. */
#include "error.h"
#include "fit.h"
#include "scan.h"
#include "slots.h"

#include <string.h>

/* One pass over the prompt, writing. */
struct writer {
    const struct mm_fit *fit;
    const int32_t *ids;
    int32_t *out;
    int64_t from; /* read so far */
    int64_t to;   /* written so far */
};

static void copy_until(struct writer *w, int64_t end) {
    size_t n = (size_t)(end - w->from);
    if (n)
        memcpy(w->out + w->to, w->ids + w->from, n * sizeof *w->out);
    w->to += end - w->from;
    w->from = end;
}

/* Most tokens are one ID, whatever the item. */
static inline int32_t pick_id(const struct writer *w, const struct mm_slot *slot,
                              const mmspan_item *item) {
    return slot->varies ? mm_pick_id(w->fit->engine->matcher, slot, w->ids, item) : slot->id;
}

static void write_slots(struct writer *w, const struct mm_slots *slots,
                        const mmspan_item *item) {
    for (size_t i = 0; i < slots->n; i++)
        w->out[w->to++] = pick_id(w, &slots->slots[i], item);
}

static void write_media(struct writer *w, const mmspan_item *item, const mmspan_media *media) {
    const struct mm_shape *shape = &w->fit->engine->matcher->shapes[item->modality];
    if (media->ids) {
        memcpy(w->out + w->to, media->ids, media->n_ids * sizeof *w->out);
        w->to += (int64_t)media->n_ids;
        return;
    }
    write_slots(w, &shape->begin, item);
    int32_t patch = pick_id(w, &shape->patch, item);
    int32_t *out = w->out + w->to;
    for (int64_t i = 0; i < media->rows; i++)
        out[i] = patch;
    w->to += media->rows;
    write_slots(w, &shape->end, item);
}

static void write_prompt(const struct mm_fit *fit, const int32_t *ids, int32_t *out) {
    struct writer w = {.fit = fit, .ids = ids, .out = out};
    const struct mm_engine *e = fit->engine;
    for (size_t i = 0; i < e->n_items; i++) {
        mmspan_item *item = &e->items[i];
        copy_until(&w, item->start);
        item->position = w.to;
        if (!item->reserved)
            continue;
        write_media(&w, item, &fit->media[item->reserved - 1]);
        item->reserved = 0;
        w.from = item->end;
    }
    copy_until(&w, fit->n_tokens);
}

mmspan_status mmspan_expand(mmspan_result *result, const int32_t *ids, size_t n, int64_t start,
                            const mmspan_media *media, size_t n_media, int32_t *out, size_t cap,
                            size_t *n_out, mmspan_error *error) {
    if (!result || !result->matcher || (!ids && n) || (!media && n_media) || (!out && cap) ||
        !n_out)
        return mm_fail_argument(error, "result, ids, media, out or n_out");
    if (start < 0 || (uint64_t)start > n)
        return mm_fail_argument(error, "start is outside the prompt");
    mmspan_status status = mm_check_length(result, n, error);
    if (status == MMSPAN_OK)
        status = mm_fit_check(result->matcher, media, n_media, error);
    if (status == MMSPAN_OK)
        status = mm_fit_check_tokens(result->matcher, media, n_media, n, error);
    if (status != MMSPAN_OK)
        return status;
    static const int32_t nothing;
    struct mm_fit fit = {.engine = &result->engine,
                         .media = media,
                         .n_media = n_media,
                         .ids = ids ? ids : &nothing,
                         .start = start,
                         .n_tokens = (int64_t)n};
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
    write_prompt(&fit, ids, out);
    result->rewritten = (int64_t)*n_out;
    return MMSPAN_OK;
}
