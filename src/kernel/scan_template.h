/*
 * The three functions of a vector kernel, made from the primitives of one instruction set.
 * Included once by each of its files, which define before:
 *
 *   TARGET, INLINE      how a function of this instruction set is declared
 *   LANES               IDs per vector, at most 16
 *   BIAS                2^31 where comparisons are signed, else 0
 *   vector, mask        LANES IDs; the outcome of a comparison of LANES IDs
 *   load(p)             the vector at p, which has the alignment of an ID only
 *   partial(p, n)       a vector whose first n lanes are p[0..n), for 0 < n < LANES
 *   splat(x)            a vector with x in each lane
 *   either(a, b)        bitwise OR of two vectors
 *   fold(v)             bitwise OR of the lanes of a vector
 *   above(v, first)     the lanes that are at least those of first, as unsigned
 *   inside(v, offset, extent)   the lanes for which v + offset is at most extent
 *   above4, inside4     the same for v[0..4): the lanes for which one of the four is
 *   join(a, b)          bitwise OR of two masks
 *   any(m)              whether a mask has a lane
 *   bits(m)             a mask as bits, lane 0 lowest
 */
#include "isa.h"

#include <stdbool.h>

enum { BLOCK = 4 * LANES };

/* The shapes of a filter that have code of their own. A shape is a constant wherever it
 * stands, and vanishes when all is inlined. */
enum shape {
    ABOVE, /* one range that ends at UINT32_MAX */
    ONE,   /* one range */
    TWO,   /* two ranges */
    FOUR   /* three or four ranges */
};

/* A filter in registers. x is inside range r when x + offset[r] <= extent[r]. */
struct test {
    vector first; /* shape ABOVE only, which needs nothing else */
    vector offset[4];
    vector extent[4];
};

INLINE void prepare_range(struct test *test, const struct mmspan_filter *filter, uint32_t r) {
    /* Shape FOUR may lack the last range; it is then tested for another one twice. */
    const uint32_t from = r < filter->n ? r : 0;
    test->offset[r] = splat(BIAS - filter->range[from].first);
    test->extent[r] = splat(BIAS + filter->range[from].extent);
}

INLINE void prepare(struct test *test, const struct mmspan_filter *filter, enum shape shape) {
    if (shape == ABOVE) {
        test->first = splat(filter->range[0].first);
        return;
    }
    prepare_range(test, filter, 0);
    if (shape >= TWO) {
        prepare_range(test, filter, 1);
    }
    if (shape == FOUR) {
        prepare_range(test, filter, 2);
        prepare_range(test, filter, 3);
    }
}

/* The lanes of v that are inside the filter, as bits. */
INLINE uint64_t hits_of(const struct test *test, enum shape shape, vector v) {
    if (shape == ABOVE) {
        return bits(above(v, test->first));
    }
    mask hit = inside(v, test->offset[0], test->extent[0]);
    if (shape >= TWO) {
        hit = join(hit, inside(v, test->offset[1], test->extent[1]));
    }
    if (shape == FOUR) {
        hit = join(hit, join(inside(v, test->offset[2], test->extent[2]),
                             inside(v, test->offset[3], test->extent[3])));
    }
    return bits(hit);
}

INLINE uint64_t block_hits_of(const struct test *test, enum shape shape, const vector v[4]) {
    return hits_of(test, shape, v[0]) | hits_of(test, shape, v[1]) << LANES |
           hits_of(test, shape, v[2]) << 2 * LANES | hits_of(test, shape, v[3]) << 3 * LANES;
}

/* Whether a block has a hit: cheaper than where. */
INLINE bool block_has_hit(const struct test *test, enum shape shape, const vector v[4]) {
    if (shape == ABOVE) {
        return any(above4(v, test->first));
    }
    mask hit = inside4(v, test->offset[0], test->extent[0]);
    if (shape >= TWO) {
        hit = join(hit, inside4(v, test->offset[1], test->extent[1]));
    }
    if (shape == FOUR) {
        hit = join(hit, join(inside4(v, test->offset[2], test->extent[2]),
                             inside4(v, test->offset[3], test->extent[3])));
    }
    return any(hit);
}

INLINE size_t lowest(uint64_t hits) {
    return (size_t)__builtin_ctzll(hits);
}

/* Distance from ids to the next aligned vector: 1..LANES. */
INLINE size_t to_aligned(const int32_t *ids) {
    return LANES - (uintptr_t)ids / sizeof *ids % LANES;
}

/*
 * Index of the first hit, or n. The first vector is tested by itself, as most stretches
 * between hits are short; it reaches the first aligned vector or beyond. Then come blocks,
 * with one branch each, then single vectors. The last vector ends with the array; what it
 * shares with others is known to be no hit. Nothing outside the array is read.
 */
INLINE size_t scan(const int32_t *ids, size_t n, const struct mmspan_filter *filter,
                   enum shape shape) {
    struct test test;
    prepare(&test, filter, shape);
    if (n < LANES) {
        /* The bit behind the last ID stands for "none". */
        return n == 0 ? 0 : lowest(hits_of(&test, shape, partial(ids, n)) | UINT64_C(1) << n);
    }
    uint64_t hits = hits_of(&test, shape, load(ids));
    if (hits) {
        return lowest(hits);
    }
    size_t i = to_aligned(ids);
    for (; n - i >= BLOCK; i += BLOCK) {
        const vector v[4] = {load(ids + i), load(ids + i + LANES), load(ids + i + 2 * LANES),
                             load(ids + i + 3 * LANES)};
        if (block_has_hit(&test, shape, v)) {
            return i + lowest(block_hits_of(&test, shape, v));
        }
    }
    for (; n - i >= LANES; i += LANES) {
        hits = hits_of(&test, shape, load(ids + i));
        if (hits) {
            return i + lowest(hits);
        }
    }
    hits = hits_of(&test, shape, load(ids + n - LANES));
    return hits ? n - LANES + lowest(hits) : n;
}

TARGET static size_t find(const int32_t *ids, size_t n, const struct mmspan_filter *filter) {
    switch (filter->n) {
    case 0:
        return n;
    case 1:
        if (filter->range[0].first + filter->range[0].extent == UINT32_MAX) {
            return scan(ids, n, filter, ABOVE);
        }
        return scan(ids, n, filter, ONE);
    case 2:
        return scan(ids, n, filter, TWO);
    default:
        return scan(ids, n, filter, FOUR);
    }
}

/* A run ends at the first of all the 2^32 - 1 other IDs, which are one circular range. */
TARGET static size_t run(const int32_t *ids, size_t n, int32_t id) {
    const struct mmspan_filter others = {1, {{(uint32_t)id + 1, UINT32_MAX - 1}}};
    return scan(ids, n, &others, ONE);
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
    for (; n - i >= BLOCK; i += BLOCK) {
        a = either(a, load(ids + i));
        b = either(b, load(ids + i + LANES));
        c = either(c, load(ids + i + 2 * LANES));
        d = either(d, load(ids + i + 3 * LANES));
    }
    for (; n - i >= LANES; i += LANES) {
        a = either(a, load(ids + i));
    }
    return fold(either(either(a, b), either(c, d)));
}
