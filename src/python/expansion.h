/* A prompt that was rewritten. */
#ifndef MMSPAN_PYTHON_EXPANSION_H
#define MMSPAN_PYTHON_EXPANSION_H

#include "media.h"

/*
 *   before      the result that was expanded or collapsed
 *   source      a copy of it with the items' media and new positions, and what did not fit
 *   ids, n      the new prompt
 *   collapsed   what it comes from; the next three are for expand only
 *   result, plan   made when they are asked for: a Result, a block of mmspan_replacement
 */
struct pm_expansion {
    PyObject ob_base;
    struct pm_state *state;
    struct pm_result *before;
    struct pm_result *source;
    struct pm_block *ids;
    size_t n;
    bool collapsed;
    struct pm_media media;
    mmspan_expand_options options;
    PyObject *result;
    struct pm_block *plan;
};

#endif
