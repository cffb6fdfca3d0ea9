/* Writing the tokens of a placeholder, and checks that rewriting operations share. */
#ifndef MMSPAN_MATCH_SLOTS_H
#define MMSPAN_MATCH_SLOTS_H

#include "../scan/result.h"

/* The item's first ID that fits the slot, or the slot's own when none does. */
int32_t mm_pick_id(const mmspan_matcher *m, const struct mm_slot *slot, const int32_t *ids,
                   const mmspan_item *item);

/* MMSPAN_E_MISMATCH unless the result is of `n` tokens. */
mmspan_status mm_check_length(const mmspan_result *result, size_t n, mmspan_error *error);

#endif
