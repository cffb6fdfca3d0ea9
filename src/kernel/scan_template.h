/*
 * The three functions of a vector kernel, made from the primitives of one instruction set.
 * Included once by each of its files, which define before:
 *
 *   TARGET, INLINE      how a function of this instruction set is declared
 *   LANES               IDs per vector, at most 16
 *   BIAS                2^31 where comparisons are signed, else 0
 *   vector, mask        LANES IDs; the outcome of a comparison of LANES IDs
 *   load(p)             the vector at p, which has the alignment of an ID only
 *   partial(p, n)       a vector whose first n lanes are p[0..n), for 0 < n < LANES; the
 *                       others are 0 or repeat one of these
 *   splat(x)            a vector with x in each lane
 *   either(a, b)        bitwise OR of two vectors
 *   fold(v)             bitwise OR of the lanes of a vector
 *   inside(v, offset, extent)         the lanes for which v + offset is at most extent
 *   block_inside(p, offset, extent)   has a lane when that is so for any of the BLOCK IDs at p
 *   block_bits(p, offset, extent)     for which of them it is, the first one lowest
 *   join(a, b)          bitwise OR of two masks
 *   any(m)              whether a mask has a lane
 *   bits(m)             a mask as bits, lane 0 lowest
 */
#include "isa.h"

#include <stdbool.h>

/* For the first NEAR IDs of a scan, bytes AHEAD of a block are prefetched. Where the next scan
 * begins is known only when the comparison that ends this one is through; meanwhile the
 * cache can fetch for it. A long scan is left to the prefetcher of the hardware, which a
 * second one disturbs. */
enum { AHEAD = 1024, NEAR = 1024 };

/* A filter in registers. x is inside range r when x + offset[r] <= extent[r]. */
struct test {
    vector offset[MMSPAN_FILTER_RANGES];
    vector extent[MMSPAN_FILTER_RANGES];
};

INLINE void prepare_range(struct test *test, const struct mmspan_filter *filter, uint32_t r) {
    /* One of three ranges stands in for the fourth. */
    const uint32_t from = r < filter->n ? r : 0;
    test->offset[r] = splat(BIAS - filter->range[from].first);
    test->extent[r] = splat(BIAS + filter->range[from].extent);
}

/* In this and the following functions `ranges` is a constant 1, 2 or 4, so that they become
 * straight code. */
INLINE void prepare(struct test *test, const struct mmspan_filter *filter, int ranges) {
    prepare_range(test, filter, 0);
    if (ranges >= 2) {
        prepare_range(test, filter, 1);
    }
    if (ranges == 4) {
        prepare_range(test, filter, 2);
        prepare_range(test, filter, 3);
    }
}

/* The lanes of v that are inside the filter, as bits. */
INLINE uint32_t hits_of(const struct test *test, int ranges, vector v) {
    mask hit = inside(v, test->offset[0], test->extent[0]);
    if (ranges >= 2) {
        hit = join(hit, inside(v, test->offset[1], test->extent[1]));
    }
    if (ranges == 4) {
        hit = join(hit, join(inside(v, test->offset[2], test->extent[2]),
                             inside(v, test->offset[3], test->extent[3])));
    }
    return bits(hit);
}

INLINE bool block_has_hit(const struct test *test, int ranges, const int32_t *ids) {
    mask hit = block_inside(ids, test->offset[0], test->extent[0]);
    if (ranges >= 2) {
        hit = join(hit, block_inside(ids, test->offset[1], test->extent[1]));
    }
    if (ranges == 4) {
        hit = join(hit, join(block_inside(ids, test->offset[2], test->extent[2]),
                             block_inside(ids, test->offset[3], test->extent[3])));
    }
    return any(hit);
}

INLINE uint64_t block_hits(const struct test *test, int ranges, const int32_t *ids) {
    uint64_t hits = block_bits(ids, test->offset[0], test->extent[0]);
    if (ranges >= 2) {
        hits |= block_bits(ids, test->offset[1], test->extent[1]);
    }
    if (ranges == 4) {
        hits |= block_bits(ids, test->offset[2], test->extent[2]);
        hits |= block_bits(ids, test->offset[3], test->extent[3]);
    }
    return hits;
}

INLINE size_t lowest(uint64_t hits) {
    return (unsigned)__builtin_ctzll(hits);
}

/* Distance from ids to the next aligned vector: 1..LANES. */
INLINE size_t to_aligned(const int32_t *ids) {
    return LANES - (uintptr_t)ids / sizeof *ids % LANES;
}

/* A prefetch never faults, but a pointer to behind the array would be undefined. */
INLINE void prefetch_block(const int32_t *ids) {
    const uintptr_t address = (uintptr_t)ids + AHEAD;
    __builtin_prefetch((const void *)address);
    __builtin_prefetch((const void *)(address + 64));
    if (BLOCK > 32) {
        __builtin_prefetch((const void *)(address + 128));
        __builtin_prefetch((const void *)(address + 192));
    }
}

/*
 * Index of the first hit, or n. The first vector is tested by itself, as most stretches
 * between hits are short; it reaches the first aligned vector or beyond. Then come blocks,
 * with one branch each, then single vectors. The last vector ends with the array; what it
 * shares with others is known to be no hit. Nothing outside the array is read.
 */
INLINE size_t scan(const int32_t *ids, size_t n, const struct mmspan_filter *filter,
                   int ranges) {
    struct test test;
    prepare(&test, filter, ranges);
    if (n < LANES) {
        /* The bit behind the last ID stands for "none". */
        return n == 0 ? 0 : lowest(hits_of(&test, ranges, partial(ids, n)) | 1u << n);
    }
    uint32_t hits = hits_of(&test, ranges, load(ids));
    if (hits) {
        return lowest(hits);
    }
    size_t i = to_aligned(ids);
    for (; i + BLOCK <= n; i += BLOCK) {
        if (i < NEAR) {
            prefetch_block(ids + i);
        }
        if (block_has_hit(&test, ranges, ids + i)) {
            return i + lowest(block_hits(&test, ranges, ids + i));
        }
    }
    for (; i + LANES <= n; i += LANES) {
        hits = hits_of(&test, ranges, load(ids + i));
        if (hits) {
            return i + lowest(hits);
        }
    }
    hits = hits_of(&test, ranges, load(ids + n - LANES));
    return hits ? n - LANES + lowest(hits) : n;
}

TARGET static size_t find(const int32_t *ids, size_t n, const struct mmspan_filter *filter) {
    switch (filter->n) {
    case 0:
        return n;
    case 1:
        return scan(ids, n, filter, 1);
    case 2:
        return scan(ids, n, filter, 2);
    default:
        return scan(ids, n, filter, 4);
    }
}

/* A run ends at the first of all the 2^32 - 1 other IDs, which are one circular range. */
TARGET static size_t run(const int32_t *ids, size_t n, int32_t id) {
    const struct mmspan_filter others = {1, {{(uint32_t)id + 1, UINT32_MAX - 1}}};
    return scan(ids, n, &others, 1);
}

TARGET static int32_t read(const int32_t *ids, size_t n) {
    if (n < LANES) {
        return n == 0 ? 0 : fold(partial(ids, n));
    }
    vector a = load(ids);
    vector b = load(ids + n - LANES);
    vector c = a;
    vector d = b;
    size_t i = to_aligned(ids);
    for (; i + 4 * LANES <= n; i += 4 * LANES) {
        a = either(a, load(ids + i));
        b = either(b, load(ids + i + LANES));
        c = either(c, load(ids + i + 2 * LANES));
        d = either(d, load(ids + i + 3 * LANES));
    }
    for (; i + LANES <= n; i += LANES) {
        a = either(a, load(ids + i));
    }
    return fold(either(either(a, b), either(c, d)));
}
