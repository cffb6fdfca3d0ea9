/* The growing arrays of a result. */
#ifndef MMSPAN_MATCH_RESULT_H
#define MMSPAN_MATCH_RESULT_H

#include "../../../include/mmspan/scan.h"
#include "engine.h"

struct mmspan_result {
    mmspan_allocator allocator;
    const mmspan_matcher *matcher;
    /* The view points to these arrays; it is brought up to date after a scan. */
    mmspan_view view;
    /* Length of the prompt that collapse or expand wrote last. */
    int64_t rewritten;
    struct mm_engine engine;
};

#endif
