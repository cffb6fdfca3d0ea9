/* Sequences as callers have them: IDs of any width, with literal spans. */
#ifndef MMSPAN_MATCH_VALUES_H
#define MMSPAN_MATCH_VALUES_H

#include "engine.h"

/* IDs are narrowed this many at a time, so that they are in a near cache when they are
 * scanned. */
enum { MM_VALUES_CHUNK = 32 * 1024 };

struct mm_values {
    const void *data;
    size_t n;
    int32_t type; /* mmspan_id_type */
    const mmspan_span *literal;
    size_t n_literal;
};

/* The values from index `from` on, `n` of them, without literal spans. */
struct mm_values mm_values_slice(const mmspan_ids *ids, size_t from, size_t n);

/* Can IDs of this type be what the matcher looks for? Checks the array, too. */
mmspan_status mm_values_check(const mmspan_matcher *matcher, const mmspan_ids *ids,
                              mmspan_error *error);

/* Are the literal spans sorted, apart from each other and inside the sequence? */
bool mm_values_spans_fit(const struct mm_values *values);

/*
 * Scans a whole sequence. IDs that are not int32 are narrowed into `ids`: all of them one after
 * the other when `keep`, or one chunk over the other, with room for n or for MM_VALUES_CHUNK.
 * `ids` may be NULL for int32.
 */
mmspan_status mm_values_scan(struct mm_engine *e, const struct mm_values *values, int32_t *ids,
                             bool keep);

/* Explains why a scan failed. */
mmspan_status mm_fail_scan(mmspan_error *error, mmspan_status status);

#endif
