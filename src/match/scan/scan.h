/* The parts of scanning that batches and streams share with one-shot scans. */
#ifndef MMSPAN_MATCH_SCAN_H
#define MMSPAN_MATCH_SCAN_H

#include "result.h"

/* Feeds ids[0..n), which stand at position `base` of the sequence, to the engine. */
mmspan_status mm_scan_part(struct mm_engine *e, const int32_t *ids, size_t n, int64_t base,
                           bool literal);

/* Makes the engine's arrays visible in the result's view. */
void mm_result_refresh(mmspan_result *result, int64_t n_tokens);

/* Explains why an engine failed. */
mmspan_status mm_fail_scan(mmspan_error *error, mmspan_status status);

#endif
