/* Results as text for people and as JSON for programs. */
#ifndef MMSPAN_TOOLS_RENDER_H
#define MMSPAN_TOOLS_RENDER_H

#include "../../include/mmspan/mmspan.h"
#include "buffer.h"

/* A rewritten sequence. `positions`: each item's new position is of interest. */
struct new_ids {
    const int32_t *ids;
    size_t n;
    bool positions;
};

/* One sequence as JSON, without the line end. `new_ids` is NULL for a scan, or the
 * rewritten IDs, which then stand under "ids". */
void json_sequence(struct buffer *out, uint64_t index, const mmspan_result *result,
                   const struct new_ids *new_ids);

/* "260 tokens, 2 items, 1 finding". */
void text_summary(struct buffer *out, const mmspan_result *result);

/* The tables of a sequence: items, and findings with the IDs around them. */
void text_sequence(struct buffer *out, const mmspan_result *result, const int32_t *ids,
                   bool colored);

/* mmspan_finding_text. */
void text_finding(struct buffer *out, const mmspan_matcher *matcher,
                  const mmspan_finding *finding);

#endif
