/* Scanning a part of a sequence: what arrays, batches and streams share. */
#ifndef MMSPAN_MATCH_SCAN_H
#define MMSPAN_MATCH_SCAN_H

#include "engine.h"

/* Feeds ids[0..n), which stand at position `base` of the sequence, to the engine. */
mmspan_status mm_scan_part(struct mm_engine *e, const int32_t *ids, size_t n, int64_t base,
                           bool literal);

#endif
