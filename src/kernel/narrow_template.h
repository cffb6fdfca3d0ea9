/*
 * The functions of a vector kernel that make int32 IDs of other widths. Included once by each
 * instruction set, after scan_template.h, with these primitives besides the ones of there:
 *
 *   store(p, v)         writes a vector to p, which has the alignment of an ID only
 *   narrow(p, high)     the low halves of the LANES int64 at p, in order; *high gains bits in
 *                       high halves of 64-bit lanes when a value does not fit an int32
 *   has_high(high)      whether a high half of a 64-bit lane has a bit
 *   widen(p)            the LANES uint16 at p
 */
#include "widths.h"

/* Bits of all vectors of a block by which it is known that a value does not fit. */
struct misfits {
    vector high; /* of int64 */
    vector sign; /* of uint32: its sign bits */
};

/* `width` is a constant in this and the following functions. LANES values become IDs, whether
 * they fit or not. */
INLINE void narrow_vector(const char *values, int32_t *ids, enum mm_width width,
                          struct misfits *misfits) {
    switch (width) {
    case MM_INT64:
        store(ids, narrow((const int64_t *)(const void *)values, &misfits->high));
        break;
    case MM_UINT32: {
        const vector v = load((const int32_t *)(const void *)values);
        misfits->sign = either(misfits->sign, v);
        store(ids, v);
        break;
    }
    default:
        store(ids, widen((const uint16_t *)(const void *)values));
    }
}

/* Makes IDs of n values, which are whole vectors; whether all fit. */
INLINE bool narrow_vectors(const char *values, size_t n, int32_t *ids, enum mm_width width) {
    struct misfits misfits = {splat(0), splat(0)};
    for (size_t i = 0; i < n; i += LANES) {
        narrow_vector(values + i * mm_width_size(width), ids + i, width, &misfits);
    }
    if (width == MM_INT64) {
        return !has_high(misfits.high);
    }
    return width == MM_UINT16 ||
           !any(inside(misfits.sign, splat(BIAS - 0x80000000), splat(BIAS + 0x7FFFFFFF)));
}

/*
 * As mm_narrow_singly. The first vector reaches the first aligned one of the IDs or beyond:
 * a store that crosses cache lines costs more than a load that does. Then come blocks, then
 * single vectors; the last vector ends with the array, and writes some IDs twice. Where a
 * block has a misfit, a loop over its values finds it.
 */
INLINE size_t narrow_all(const void *from, size_t n, int32_t *ids, enum mm_width width) {
    const char *values = from;
    const size_t size = mm_width_size(width);
    if (n < LANES) {
        return mm_narrow_singly(from, n, ids, width);
    }
    size_t i = 0;
    if (narrow_vectors(values, LANES, ids, width)) {
        i = to_aligned(ids);
        while (i + BLOCK <= n && narrow_vectors(values + i * size, BLOCK, ids + i, width)) {
            i += BLOCK;
        }
        while (i + LANES <= n && narrow_vectors(values + i * size, LANES, ids + i, width)) {
            i += LANES;
        }
        if (i + LANES > n) {
            i = n - LANES;
            if (narrow_vectors(values + i * size, LANES, ids + i, width)) {
                return n;
            }
        }
    }
    return i + mm_narrow_singly(values + i * size, n - i, ids + i, width);
}

TARGET static size_t from_int64(const int64_t *values, size_t n, int32_t *ids) {
    return narrow_all(values, n, ids, MM_INT64);
}

TARGET static size_t from_uint32(const uint32_t *values, size_t n, int32_t *ids) {
    return narrow_all(values, n, ids, MM_UINT32);
}

TARGET static void from_uint16(const uint16_t *values, size_t n, int32_t *ids) {
    narrow_all(values, n, ids, MM_UINT16);
}
