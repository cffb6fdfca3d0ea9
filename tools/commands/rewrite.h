/* The work that collapse and expand share: each sequence written anew. */
#ifndef MMSPAN_TOOLS_REWRITE_H
#define MMSPAN_TOOLS_REWRITE_H

#include "../input/sequences.h"

/* Rewrites a part, as mmspan_collapse and mmspan_expand do. */
typedef mmspan_status rewrite_function(const struct run *run, const struct part *part,
                                       int32_t *out, size_t cap, size_t *n_out,
                                       mmspan_error *error);

/* Runs a command that rewrites. `positions`: JSON items have their new position. */
int run_rewrite(const struct options *options, rewrite_function *function, bool positions);

#endif
