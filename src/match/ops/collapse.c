/* collapse: every item becomes its modality's placeholder, where that can be read back. */
#include "../../../include/mmspan/ops.h"
#include "../error.h"
#include "slots.h"
#include "zones.h"

#include <string.h>

static const struct mm_slots *placeholder_of(const mmspan_result *result, size_t i) {
    return &result->matcher->shapes[result->out.items[i].modality].placeholder;
}

static int64_t length_of_output(const mmspan_result *result) {
    int64_t length = result->view.n_tokens;
    for (size_t i = 0; i < result->out.n_items; i++) {
        const mmspan_item *item = &result->out.items[i];
        if (result->notes[i] == MM_REPLACED)
            length += (int64_t)placeholder_of(result, i)->n - (item->end - item->start);
    }
    return length;
}

static int32_t *copy_ids(int32_t *to, const int32_t *from, int64_t n) {
    if (n)
        memcpy(to, from, (size_t)n * sizeof *to);
    return to + n;
}

/* Carries out the notes. */
static void write_collapsed(mmspan_result *result, const int32_t *ids, int32_t *out) {
    int64_t from = 0;
    int32_t *to = out;
    for (size_t i = 0; i < result->out.n_items; i++) {
        mmspan_item *item = &result->out.items[i];
        item->position = (to - out) + (item->start - from);
        if (result->notes[i] != MM_REPLACED)
            continue;
        const struct mm_slots *placeholder = placeholder_of(result, i);
        to = copy_ids(to, ids + from, item->start - from);
        for (size_t k = 0; k < placeholder->n; k++)
            *to++ = mm_pick_id(result->matcher, &placeholder->slots[k], ids, item);
        from = item->end;
    }
    copy_ids(to, ids + from, result->view.n_tokens - from);
}

mmspan_status mmspan_collapse(mmspan_result *result, const int32_t *ids, size_t n, int32_t *out,
                              size_t cap, size_t *n_out, mmspan_error *error) {
    if ((!ids && n) || (!out && cap) || !n_out)
        return mm_fail_argument(error, "ids, out or n_out");
    mmspan_status status = mm_check_result(result, error);
    if (status == MMSPAN_OK)
        status = mm_check_length(result, n, error);
    if (status != MMSPAN_OK)
        return status;
    if (!mm_choose_replaced(result, ids))
        return mm_fail_memory(error);
    int64_t length = length_of_output(result);
    *n_out = (size_t)length;
    if ((size_t)length > cap)
        return mm_fail(error, MMSPAN_E_SPACE, NULL, "the output needs room for %lld IDs",
                       (long long)length);
    result->rewritten = length;
    if (n)
        write_collapsed(result, ids, out);
    return MMSPAN_OK;
}
