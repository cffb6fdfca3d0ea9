/* A result: what a scan found, and the memory it works in. */
#ifndef MMSPAN_MATCH_RESULT_H
#define MMSPAN_MATCH_RESULT_H

#include "engine.h"

/* A scan of what collapse is about to write, and one of the old prompt beside it. */
struct mm_trial {
    struct mm_output out;
    struct mm_engine engine;
    struct mm_output old_out;
    struct mm_engine old_engine;
};

struct mmspan_result {
    mmspan_allocator allocator;
    const mmspan_matcher *matcher;
    /* Points to the arrays of `out`; it is brought up to date after a scan. */
    mmspan_view view;
    struct mm_output out;
    struct mm_engine engine;
    bool growing; /* of a stream that has not ended */
    /* Length of the prompt that collapse or expand wrote last. */
    int64_t rewritten;
    /* What the last assign or expand has handed out, until the next scan: of each modality
     * the index of what takes first, which is negative when there are too few media for
     * those at the beginning, and how many media there are. */
    bool assigned;
    mmspan_span handed[MMSPAN_MAX_MODALITIES];
    /* The IDs when they had to be narrowed, n_tokens of them, or none. */
    int32_t *ids;
    size_t cap_ids;
    bool narrowed;
    /* For assign, expand and collapse: an order of the media, and notes on items. */
    size_t *notes;
    size_t cap_notes;
    struct mm_trial *trial; /* NULL until it is needed */
};

/* Makes result->trial; false when memory is out. */
bool mm_result_try(mmspan_result *result);

/* Makes what was found visible in the view. */
void mm_result_refresh(mmspan_result *result, int64_t n_tokens);

#endif
