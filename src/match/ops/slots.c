/* Placeholders, and what operations check of a result before they rewrite a prompt. */
#include "slots.h"

#include "../error.h"

int32_t mm_pick_id(const mmspan_matcher *m, const struct mm_slot *slot, const int32_t *ids,
                   const mmspan_item *item) {
    if (slot->atom == MM_OWN) {
        /* What stands for a run need not be a token of it. */
        uint16_t class_index = mm_class_of(m, ids[item->start]);
        uint8_t taker = m->embed[(size_t)item->modality * m->n_classes + class_index];
        return taker == item->modality + 1 ? ids[item->start] : slot->id;
    }
    if (slot->varies)
        for (int64_t i = item->start; i < item->end; i++)
            if (mm_class_has_atom(&m->classes, mm_class_of(m, ids[i]), slot->atom))
                return ids[i];
    return slot->id;
}

bool mm_reads_as(const mmspan_matcher *m, const struct mm_slots *slots, const int32_t *ids,
                 const mmspan_item *item) {
    if ((int64_t)slots->n != item->end - item->start)
        return false;
    for (size_t i = 0; i < slots->n; i++) {
        const struct mm_slot *slot = &slots->slots[i];
        uint16_t class_index = mm_class_of(m, ids[item->start + (int64_t)i]);
        if (slot->atom != MM_OWN && !mm_class_has_atom(&m->classes, class_index, slot->atom))
            return false;
    }
    return true;
}

mmspan_status mm_check_result(const mmspan_result *result, mmspan_error *error) {
    if (!result || !result->matcher)
        return mm_fail_argument(error, "result");
    if (result->growing)
        return mm_fail_argument(error, "the stream of the result has not ended");
    return MMSPAN_OK;
}

mmspan_status mm_check_length(const mmspan_result *result, size_t n, mmspan_error *error) {
    if (result->view.n_tokens == (int64_t)n)
        return MMSPAN_OK;
    return mm_fail(error, MMSPAN_E_MISMATCH, NULL,
                   "the result is of %lld tokens, but %zu are given",
                   (long long)result->view.n_tokens, n);
}
