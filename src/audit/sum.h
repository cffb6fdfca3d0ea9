/* Sums of counts that others wrote. */
#ifndef MMSPAN_AUDIT_SUM_H
#define MMSPAN_AUDIT_SUM_H

#include <stdint.h>

/* Adds a count to another, neither negative. Data holds no such numbers, but a report or a
 * column can say so: what is too large stays at the largest, whatever the order of adding. */
static inline void ma_sum(int64_t *into, int64_t n) {
    *into = n > INT64_MAX - *into ? INT64_MAX : *into + n;
}

#endif
