/* Results as text for people and as JSON for programs. */
#ifndef MMSPAN_TOOLS_RENDER_H
#define MMSPAN_TOOLS_RENDER_H

#include "../../include/mmspan/mmspan.h"
#include "table.h"

/*
 * Where a result stands in its sequence, of which it may be one document of several; zeroed
 * for all of it.
 *
 *   base          the position of its first token
 *   new_base      the same in the rewritten sequence
 *   rows, media   for each modality, how many rows and media are before it; NULL for none
 */
struct placement {
    int64_t base;
    int64_t new_base;
    const int64_t *rows;
    const int64_t *media;
};

/* A finding as one of the whole sequence. */
mmspan_finding placed_finding(const mmspan_finding *finding, const struct placement *placement);

/* A sequence on its way to be one JSON object; zeroed is an empty one. */
struct json_sequence {
    struct buffer items;
    struct buffer findings;
};

/*
 * What else the object says.
 *
 *   file        NULL: none
 *   line        0: none
 *   ids, n_ids  those of the rewritten sequence; NULL for a scan
 */
struct json_head {
    uint64_t index;
    const char *file;
    uint64_t line;
    int64_t n_tokens;
    const int32_t *ids;
    size_t n_ids;
    bool has_ids;
};

/* Adds a result. `positions`: each item's new position is of interest. */
void json_add(struct json_sequence *sequence, const mmspan_result *result,
              const struct placement *placement, bool positions);

/* Adds the object to `out`, without a line end, and empties the sequence. */
void json_end(struct json_sequence *sequence, const struct json_head *head, struct buffer *out);
void json_free(struct json_sequence *sequence);

/* Items that are one line of a table: alike, or bare ones that touch. */
struct item_group {
    int32_t modality;
    int32_t form;
    int64_t start;
    int64_t end;
    int64_t rows; /* of each */
    int64_t n_runs;
    int64_t n;
};

/* How many kinds of findings there may be. */
enum { MAX_KINDS = 16 };

/*
 * A sequence on its way to be shown; zero it, and set the matcher and how to show it.
 *
 *   full      nothing is grouped and nothing left out
 *   groups    of the items so far
 *   findings  as sentences with excerpts, the first ones; `left_out` counts the others
 */
struct text_sequence {
    const mmspan_matcher *matcher;
    bool colored;
    bool full;
    int64_t n_tokens;
    int64_t n_items;
    int64_t n_findings;
    struct item_group *groups;
    size_t n_groups;
    size_t cap_groups;
    struct buffer findings;
    int64_t left_out[MAX_KINDS];
    int64_t n_left_out;
    bool failed; /* memory ran out */
};

/* Adds a result of a scan of `ids`; NULL when they are not at hand, and no excerpt is shown. */
void text_add(struct text_sequence *sequence, const mmspan_result *result,
              const mmspan_ids *ids, const struct placement *placement);

/* Adds "260 tokens, 2 items, 1 finding", the table of items and the findings to `out`, and
 * empties the sequence for the next one. */
void text_end(struct text_sequence *sequence, struct buffer *out);
void text_free(struct text_sequence *sequence);

/* The table of items; part of text_end. */
void text_items(const struct text_sequence *sequence, struct buffer *out);

/* Adds an item to the groups. */
void text_add_item(struct text_sequence *sequence, const mmspan_item *item, int64_t base);

/* mmspan_finding_text. */
void text_finding(struct buffer *out, const mmspan_matcher *matcher,
                  const mmspan_finding *finding);

#endif
