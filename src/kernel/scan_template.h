/*
 * The functions of a vector kernel, made from the primitives of one instruction set.
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
 *   equal(v, w)         the lanes in which they are equal
 *   block_inside(p, offset, extent)   has a lane when that is so for any of the BLOCK IDs at p
 *   join(a, b)          bitwise OR of two masks
 *   any(m)              whether a mask has a lane
 *   both(a, b), all(m)  bitwise AND of two masks; whether a mask has all lanes. Or, where that
 *                       is slow, OWN_BLOCK_EQUAL and block_equal, see below
 *   bits(m)             a mask as bits, lane 0 lowest
 *   block_bits(m)       VECTORS masks as bits, lane 0 of the first one lowest
 */
#include "isa.h"

#include <stdbool.h>

enum { VECTORS = BLOCK / LANES };

/* A filter in registers. x is inside range r when x + offset[r] <= extent[r]. */
struct test {
    vector offset[MM_FILTER_RANGES];
    vector extent[MM_FILTER_RANGES];
};

INLINE void prepare_range(struct test *test, const struct mm_filter *filter, uint32_t r) {
    /* One of three ranges stands in for the fourth. */
    const uint32_t from = r < filter->n ? r : 0;
    test->offset[r] = splat(BIAS - filter->range[from].first);
    test->extent[r] = splat(BIAS + filter->range[from].extent);
}

/* In this and the following functions `ranges` is a constant 1, 2 or 4, so that they become
 * straight code. */
INLINE void prepare(struct test *test, const struct mm_filter *filter, int ranges) {
    prepare_range(test, filter, 0);
    if (ranges >= 2) {
        prepare_range(test, filter, 1);
    }
    if (ranges == 4) {
        prepare_range(test, filter, 2);
        prepare_range(test, filter, 3);
    }
}

/* The lanes of v that are inside the filter. */
INLINE mask hits_of(const struct test *test, int ranges, vector v) {
    mask hit = inside(v, test->offset[0], test->extent[0]);
    if (ranges >= 2) {
        hit = join(hit, inside(v, test->offset[1], test->extent[1]));
    }
    if (ranges == 4) {
        hit = join(hit, join(inside(v, test->offset[2], test->extent[2]),
                             inside(v, test->offset[3], test->extent[3])));
    }
    return hit;
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
    mask hits[VECTORS];
    for (int k = 0; k < VECTORS; k++) {
        hits[k] = hits_of(test, ranges, load(ids + k * LANES));
    }
    return block_bits(hits);
}

#ifndef OWN_BLOCK_EQUAL
/* Whether the BLOCK IDs at ids all equal those of `id`. */
INLINE bool block_equal(const int32_t *ids, vector id) {
    mask same = equal(load(ids), id);
    for (int k = 1; k < VECTORS; k++) {
        same = both(same, equal(load(ids + k * LANES), id));
    }
    return all(same);
}
#endif

INLINE size_t lowest(uint64_t hits) {
    return (unsigned)__builtin_ctzll(hits);
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
INLINE size_t scan(const int32_t *ids, size_t n, const struct mm_filter *filter, int ranges) {
    struct test test;
    prepare(&test, filter, ranges);
    if (n < LANES) {
        /* The bit behind the last ID stands for "none". */
        return n == 0 ? 0 : lowest(bits(hits_of(&test, ranges, partial(ids, n))) | 1u << n);
    }
    uint32_t hits = bits(hits_of(&test, ranges, load(ids)));
    if (hits) {
        return lowest(hits);
    }
    size_t i = to_aligned(ids);
    for (; i + BLOCK <= n; i += BLOCK) {
        if (block_has_hit(&test, ranges, ids + i)) {
            return i + lowest(block_hits(&test, ranges, ids + i));
        }
    }
    for (; i + LANES <= n; i += LANES) {
        hits = bits(hits_of(&test, ranges, load(ids + i)));
        if (hits) {
            return i + lowest(hits);
        }
    }
    hits = bits(hits_of(&test, ranges, load(ids + n - LANES)));
    return hits ? n - LANES + lowest(hits) : n;
}

TARGET static size_t find(const int32_t *ids, size_t n, const struct mm_filter *filter) {
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
    const struct mm_filter others = {1, {{(uint32_t)id + 1, UINT32_MAX - 1}}};
    return scan(ids, n, &others, 1);
}

/* The marks of the BLOCK IDs at ids; in_run says whether a run of `id` comes up to them. */
INLINE uint64_t block_marks(const struct test *test, int ranges, int32_t id, const int32_t *ids,
                            bool in_run) {
    mask equals[VECTORS];
    for (int k = 0; k < VECTORS; k++) {
        equals[k] = equal(load(ids + k * LANES), splat((uint32_t)id));
    }
    const uint64_t same = block_bits(equals);
    const uint64_t edges = same ^ (same << 1 | in_run);
    return ((block_hits(test, ranges, ids) & ~same) | edges) & (~UINT64_C(0) >> (64 - BLOCK));
}

/* How many IDs whole blocks without a hit are at ids. */
INLINE size_t skip_text(const struct test *test, int ranges, const int32_t *ids, size_t n) {
    size_t i = 0;
    while (i + BLOCK <= n && !block_has_hit(test, ranges, ids + i)) {
        i += BLOCK;
    }
    return i;
}

/* How many IDs whole blocks of nothing but `id` are at ids. */
INLINE size_t skip_run(vector id, const int32_t *ids, size_t n) {
    size_t i = 0;
    while (i + BLOCK <= n && block_equal(ids + i, id)) {
        i += BLOCK;
    }
    return i;
}

/* Long texts and long runs have no marks; each is passed over with one comparison and one
 * branch for a block. */
INLINE uint32_t mark_blocks(const int32_t *ids, size_t n, const struct mm_filter *filter,
                            int ranges, int32_t id, uint64_t *marks) {
    struct test test;
    prepare(&test, filter, ranges);
    for (size_t word = 0; word * 64 < n; word++) {
        marks[word] = 0;
    }
    uint32_t words = 0;
    size_t i = 0;
    for (bool in_run = false; i + BLOCK <= n; i += BLOCK) {
        if (in_run) {
            i += skip_run(splat((uint32_t)id), ids + i, n - i);
        } else {
            i += skip_text(&test, ranges, ids + i, n - i);
        }
        if (i + BLOCK > n) {
            break;
        }
        const uint64_t bits = block_marks(&test, ranges, id, ids + i, in_run);
        marks[i / 64] |= bits << i % 64;
        words |= (uint32_t)(bits != 0) << i / 64;
        in_run = ids[i + BLOCK - 1] == id;
    }
    if (i < n) {
        /* The last block ends with the array; what it shares with the one before is marked. */
        const int32_t *last = ids + n - BLOCK;
        const uint64_t bits = block_marks(&test, ranges, id, last, false) >> (i + BLOCK - n);
        marks[i / 64] |= bits << i % 64;
        words |= (uint32_t)(bits != 0) << i / 64;
    }
    return words;
}

TARGET static uint32_t mark(const int32_t *ids, size_t n, const struct mm_filter *filter,
                            int32_t id, uint64_t *marks) {
    switch (filter->n) {
    case 1:
        return mark_blocks(ids, n, filter, 1, id, marks);
    case 2:
        return mark_blocks(ids, n, filter, 2, id, marks);
    default:
        return mark_blocks(ids, n, filter, 4, id, marks);
    }
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
