/* Placeholders: what is written for an item; and checks that rewriting operations share. */
#ifndef MMSPAN_MATCH_SLOTS_H
#define MMSPAN_MATCH_SLOTS_H

#include "../scan/result.h"

/* The item's first ID that fits the slot, or the slot's own when none does. */
int32_t mm_pick_id(const mmspan_matcher *m, const struct mm_slot *slot, const int32_t *ids,
                   const mmspan_item *item);

/* Are the item's tokens, one by one, such as the slots want? */
bool mm_reads_as(const mmspan_matcher *m, const struct mm_slots *slots, const int32_t *ids,
                 const mmspan_item *item);

/* MMSPAN_E_ARGUMENT unless the result is of a scan, or of a stream that has ended. */
mmspan_status mm_check_result(const mmspan_result *result, mmspan_error *error);

/* MMSPAN_E_MISMATCH unless the result is of `n` tokens. */
mmspan_status mm_check_length(const mmspan_result *result, size_t n, mmspan_error *error);

#endif
