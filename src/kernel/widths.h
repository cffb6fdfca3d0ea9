/* Token IDs of other widths than int32, one at a time: all that the scalar kernel does, and
 * what the vector kernels do with less than a vector. */
#ifndef MMSPAN_WIDTHS_H
#define MMSPAN_WIDTHS_H

#include <stddef.h>
#include <stdint.h>

enum mm_width { MM_INT64, MM_UINT32, MM_UINT16 };

static inline size_t mm_width_size(enum mm_width width) {
    return width == MM_INT64 ? 8 : width == MM_UINT32 ? 4 : 2;
}

static inline int64_t mm_value_at(const void *values, size_t i, enum mm_width width) {
    switch (width) {
    case MM_INT64:
        return ((const int64_t *)values)[i];
    case MM_UINT32:
        return ((const uint32_t *)values)[i];
    default:
        return ((const uint16_t *)values)[i];
    }
}

/* Writes values to ids up to the first one that does not fit; its index, or n. */
static inline size_t mm_narrow_singly(const void *values, size_t n, int32_t *ids,
                                      enum mm_width width) {
    for (size_t i = 0; i < n; i++) {
        const int64_t value = mm_value_at(values, i, width);
        if (value != (int32_t)value) {
            return i;
        }
        ids[i] = (int32_t)value;
    }
    return n;
}

#endif
