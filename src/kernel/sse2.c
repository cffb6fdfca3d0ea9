/* The kernel for every x86-64 CPU, with SSE2: 4 IDs per vector. */
#include "isa.h"

#ifdef MMSPAN_ISA_X86

#include <emmintrin.h>
#include <stdbool.h>

#define TARGET __attribute__((target("sse2")))
#define INLINE __attribute__((target("sse2"), always_inline)) static inline
/* SSE2 compares signed only: x < y unsigned is x + 2^31 < y + 2^31 signed. */
#define BIAS UINT32_C(0x80000000)

enum { LANES = 4, BLOCK = 32 };

typedef __m128i vector;
typedef __m128i mask;

INLINE vector load(const int32_t *ids) {
    return _mm_loadu_si128((const __m128i *)(const void *)ids);
}

INLINE vector partial(const int32_t *ids, size_t n) {
    return _mm_setr_epi32(ids[0], n > 1 ? ids[1] : 0, n > 2 ? ids[2] : 0, 0);
}

INLINE vector splat(uint32_t x) {
    return _mm_set1_epi32((int32_t)x);
}

INLINE vector either(vector a, vector b) {
    return _mm_or_si128(a, b);
}

INLINE int32_t fold(vector v) {
    v = _mm_or_si128(v, _mm_shuffle_epi32(v, _MM_SHUFFLE(1, 0, 3, 2)));
    v = _mm_or_si128(v, _mm_shuffle_epi32(v, _MM_SHUFFLE(2, 3, 0, 1)));
    return _mm_cvtsi128_si32(v);
}

INLINE mask opposite(mask m) {
    return _mm_xor_si128(m, _mm_set1_epi32(-1));
}

/* Offset and extent come with the bias. */
INLINE mask outside(vector v, vector offset, vector extent) {
    return _mm_cmpgt_epi32(_mm_add_epi32(v, offset), extent);
}

INLINE mask inside(vector v, vector offset, vector extent) {
    return opposite(outside(v, offset, extent));
}

/* Whether all of 4 vectors are outside, lane by lane. */
INLINE mask outside4(const int32_t *ids, vector offset, vector extent) {
    const mask a = outside(load(ids), offset, extent);
    const mask b = outside(load(ids + LANES), offset, extent);
    const mask c = outside(load(ids + 2 * LANES), offset, extent);
    const mask d = outside(load(ids + 3 * LANES), offset, extent);
    return _mm_and_si128(_mm_and_si128(a, b), _mm_and_si128(c, d));
}

INLINE mask block_inside(const int32_t *ids, vector offset, vector extent) {
    return opposite(_mm_and_si128(outside4(ids, offset, extent),
                                  outside4(ids + 4 * LANES, offset, extent)));
}

INLINE mask equal(vector v, vector w) {
    return _mm_cmpeq_epi32(v, w);
}

/* The lanes of a mask are 0 or -1, which survives any narrowing. */
INLINE uint32_t bits16(const mask m[4]) {
    return (uint32_t)_mm_movemask_epi8(
        _mm_packs_epi16(_mm_packs_epi32(m[0], m[1]), _mm_packs_epi32(m[2], m[3])));
}

INLINE uint64_t block_bits(const mask m[BLOCK / LANES]) {
    return bits16(m) | (uint64_t)bits16(m + 4) << 16;
}

INLINE mask join(mask a, mask b) {
    return _mm_or_si128(a, b);
}

INLINE mask both(mask a, mask b) {
    return _mm_and_si128(a, b);
}

INLINE bool all(mask m) {
    return _mm_movemask_epi8(m) == 0xFFFF;
}

INLINE bool any(mask m) {
    return _mm_movemask_epi8(m) != 0;
}

INLINE uint32_t bits(mask m) {
    return (uint32_t)_mm_movemask_ps(_mm_castsi128_ps(m));
}

INLINE void store(int32_t *ids, vector v) {
    _mm_storeu_si128((__m128i *)(void *)ids, v);
}

/* A value fits when adding 2^31 leaves its high half 0. */
INLINE vector narrow(const int64_t *values, vector *high) {
    const __m128i a = _mm_loadu_si128((const __m128i *)(const void *)values);
    const __m128i b = _mm_loadu_si128((const __m128i *)(const void *)(values + 2));
    const __m128i move = _mm_set1_epi64x(INT64_C(0x80000000));
    *high = _mm_or_si128(*high, _mm_or_si128(_mm_add_epi64(a, move), _mm_add_epi64(b, move)));
    return _mm_castps_si128(
        _mm_shuffle_ps(_mm_castsi128_ps(a), _mm_castsi128_ps(b), _MM_SHUFFLE(2, 0, 2, 0)));
}

INLINE bool has_high(vector high) {
    return !all(_mm_cmpeq_epi32(_mm_srli_epi64(high, 32), _mm_setzero_si128()));
}

INLINE vector widen(const uint16_t *values) {
    return _mm_unpacklo_epi16(_mm_loadl_epi64((const __m128i *)(const void *)values),
                              _mm_setzero_si128());
}

#include "scan_template.h"

#include "narrow_template.h"

/*
 * The sieve, for a filter of all IDs from `first` on. A comparison takes 3 operations a
 * vector: add, compare, and. To shift SHIFT bits out, pack two vectors into one of 16-bit
 * words and take the highest takes 2. Shifted, no ID is negative; packed, one that is too
 * large becomes the largest word: both keep order, so that the sieve misses no hit. It also
 * catches up to 2^SHIFT - 1 of the IDs below `first`; therefore what it catches is scanned.
 */
enum { SHIFT = 4, SIEVED = 64, NEAR = 1024 };

INLINE bool can_sieve(const struct mm_filter *filter) {
    const uint32_t first = filter->range[0].first;
    return filter->n == 1 && filter->range[0].extent == UINT32_MAX - first &&
           first >> SHIFT <= INT16_MAX;
}

/* The halves have names so that compilers load them in order: hardware prefetchers lose track
 * otherwise. */
INLINE __m128i words(const int32_t *ids) {
    const __m128i low = _mm_srli_epi32(load(ids), SHIFT);
    const __m128i high = _mm_srli_epi32(load(ids + LANES), SHIFT);
    return _mm_packs_epi32(low, high);
}

/* Whether one of the SIEVED IDs at ids has a word above `below`. */
INLINE bool catches(const int32_t *ids, __m128i below) {
    __m128i highest = words(ids);
    for (int k = 2 * LANES; k < SIEVED; k += 2 * LANES) {
        highest = _mm_max_epi16(highest, words(ids + k));
    }
    return any(_mm_cmpgt_epi16(highest, below));
}

/* How many IDs whole blocks of which the sieve catches nothing are at ids. */
INLINE size_t sieve(const int32_t *ids, size_t n, uint32_t first) {
    const __m128i below = _mm_set1_epi16((int16_t)((int32_t)(first >> SHIFT) - 1));
    size_t i = 0;
    while (i + SIEVED <= n && !catches(ids + i, below)) {
        i += SIEVED;
    }
    return i;
}

/* As find. Scans of NEAR IDs and sieving take turns: text that is caught again and again takes
 * a fifth longer than with scans alone. */
TARGET static size_t find_far(const int32_t *ids, size_t n, const struct mm_filter *filter) {
    if (n <= NEAR || !can_sieve(filter)) {
        return find(ids, n, filter);
    }
    for (size_t i = 0;;) {
        const size_t near = n - i < NEAR ? n - i : NEAR;
        const size_t passed = find(ids + i, near, filter);
        i += passed;
        if (passed < near || i == n) {
            return i;
        }
        /* Back to an aligned vector; what is seen again is known to be no hit. */
        i -= (uintptr_t)(ids + i) / sizeof *ids % LANES;
        i += sieve(ids + i, n - i, filter->range[0].first);
    }
}

const struct mm_kernel mm_kernel_sse2 = {"sse2", find_far,   run,         mark,
                                         read,   from_int64, from_uint32, from_uint16};

#endif
