/* collapse: every item becomes its modality's placeholder; and the maps back. */
#include "../../../include/mmspan/ops.h"
#include "../error.h"
#include "slots.h"

#include <string.h>

int32_t mm_pick_id(const mmspan_matcher *m, const struct mm_slot *slot, const int32_t *ids,
                   const mmspan_item *item) {
    if (slot->atom == MM_OWN)
        return ids[item->start];
    if (slot->varies)
        for (int64_t i = item->start; i < item->end; i++)
            if (mm_class_has_atom(&m->classes, mm_class_of(m, ids[i]), slot->atom))
                return ids[i];
    return slot->id;
}

mmspan_status mm_check_length(const mmspan_result *result, size_t n, mmspan_error *error) {
    if (result->view.n_tokens == (int64_t)n)
        return MMSPAN_OK;
    return mm_fail(error, MMSPAN_E_MISMATCH, NULL,
                   "the result is of %lld tokens, but %zu are given",
                   (long long)result->view.n_tokens, n);
}

/* Length of what stands for an item; items without a placeholder stay as they are. */
static int64_t collapsed_length(const mmspan_matcher *m, const mmspan_item *item) {
    size_t n = m->shapes[item->modality].placeholder.n;
    return n ? (int64_t)n : item->end - item->start;
}

static void copy_ids(int32_t *to, const int32_t *from, int64_t n) {
    if (n)
        memcpy(to, from, (size_t)n * sizeof *to);
}

static void write_item(const mmspan_matcher *m, const mmspan_item *item, const int32_t *ids,
                       int32_t *out) {
    const struct mm_slots *placeholder = &m->shapes[item->modality].placeholder;
    if (placeholder->n == 0)
        copy_ids(out, ids + item->start, item->end - item->start);
    for (size_t i = 0; i < placeholder->n; i++)
        out[i] = mm_pick_id(m, &placeholder->slots[i], ids, item);
}

mmspan_status mmspan_collapse(mmspan_result *result, const int32_t *ids, size_t n, int32_t *out,
                              size_t cap, size_t *n_out, mmspan_error *error) {
    if (!result || !result->matcher || (!ids && n) || (!out && cap) || !n_out)
        return mm_fail_argument(error, "result, ids, out or n_out");
    mmspan_status status = mm_check_length(result, n, error);
    if (status != MMSPAN_OK)
        return status;
    const mmspan_matcher *m = result->matcher;
    mmspan_item *items = result->out.items;
    size_t n_items = result->view.n_items;
    int64_t length = (int64_t)n;
    for (size_t i = 0; i < n_items; i++)
        length += collapsed_length(m, &items[i]) - (items[i].end - items[i].start);
    *n_out = (size_t)length;
    if ((size_t)length > cap)
        return mm_fail(error, MMSPAN_E_SPACE, NULL, "the output needs room for %lld IDs",
                       (long long)length);
    result->rewritten = length;
    if (n == 0)
        return MMSPAN_OK;
    int64_t from = 0;
    int64_t to = 0;
    for (size_t i = 0; i < n_items; i++) {
        copy_ids(out + to, ids + from, items[i].start - from);
        to += items[i].start - from;
        items[i].position = to;
        write_item(m, &items[i], ids, out + to);
        to += collapsed_length(m, &items[i]);
        from = items[i].end;
    }
    copy_ids(out + to, ids + from, (int64_t)n - from);
    return MMSPAN_OK;
}

/* How many items begin at or before a position, by their old or new place. */
static size_t count_items(const mmspan_result *result, int64_t position, bool rewritten) {
    const mmspan_item *items = result->out.items;
    size_t low = 0;
    size_t n = result->out.n_items;
    while (n > 0) {
        size_t half = n / 2;
        const mmspan_item *item = &items[low + half];
        if ((rewritten ? item->position : item->start) <= position) {
            low += half + 1;
            n -= half + 1;
        } else {
            n = half;
        }
    }
    return low;
}

/* Where what stands for item `i` ends in the new prompt. */
static int64_t new_end(const mmspan_result *result, size_t i) {
    const mmspan_item *items = result->out.items;
    bool last = i + 1 == result->out.n_items;
    int64_t old_next = last ? result->view.n_tokens : items[i + 1].start;
    int64_t new_next = last ? result->rewritten : items[i + 1].position;
    return new_next - (old_next - items[i].end);
}

int64_t mmspan_new_position(const mmspan_result *result, int64_t position) {
    if (!result || position < 0 || position > result->view.n_tokens)
        return -1;
    size_t n = count_items(result, position, false);
    if (n == 0)
        return position;
    const mmspan_item *item = &result->out.items[n - 1];
    int64_t length = new_end(result, n - 1) - item->position;
    if (position >= item->end)
        return item->position + length + (position - item->end);
    bool kept = length == item->end - item->start;
    return item->position + (kept ? position - item->start : 0);
}

int64_t mmspan_old_position(const mmspan_result *result, int64_t position) {
    if (!result || position < 0 || position > result->rewritten)
        return -1;
    size_t n = count_items(result, position, true);
    if (n == 0)
        return position;
    const mmspan_item *item = &result->out.items[n - 1];
    int64_t end = new_end(result, n - 1);
    if (position >= end)
        return item->end + (position - end);
    bool kept = end - item->position == item->end - item->start;
    return item->start + (kept ? position - item->position : 0);
}
