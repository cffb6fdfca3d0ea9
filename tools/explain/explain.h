/* The automaton of a config, in each format of mmspan explain. */
#ifndef MMSPAN_TOOLS_EXPLAIN_H
#define MMSPAN_TOOLS_EXPLAIN_H

#include "../../include/mmspan/automaton.h"
#include "../../include/mmspan/mmspan.h"
#include "../output/buffer.h"

/* The prefilter in signed IDs: inclusive ranges that do not wrap. */
struct id_range {
    int32_t first;
    int32_t last;
};

/* Returns the ranges sorted, *n of them, in memory to be freed; NULL when there is
 * no memory, and also when there are none. */
struct id_range *explain_prefilter(const mmspan_matcher *matcher, size_t *n);

void explain_text(struct buffer *out, const mmspan_matcher *matcher);
void explain_json(struct buffer *out, const mmspan_matcher *matcher);
void explain_dot(struct buffer *out, const mmspan_matcher *matcher);

#endif
