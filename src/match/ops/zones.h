/* Which items collapse may replace. */
#ifndef MMSPAN_MATCH_ZONES_H
#define MMSPAN_MATCH_ZONES_H

#include "../scan/result.h"

/* The note on an item. */
enum { MM_COPIED, MM_REPLACED };

/* Leaves a note on every item in result->notes, so that what collapse writes is read as just
 * these items. false when memory is out. */
bool mm_choose_replaced(mmspan_result *result, const int32_t *ids);

#endif
