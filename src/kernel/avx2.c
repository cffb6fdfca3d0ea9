/* The kernel for x86-64 CPUs with AVX2: 8 IDs per vector. */
#include "isa.h"

#ifdef MMSPAN_ISA_X86

#include <immintrin.h>
#include <stdbool.h>

#define TARGET __attribute__((target("avx2")))
#define INLINE __attribute__((target("avx2"), always_inline)) static inline
#define BIAS   UINT32_C(0)

enum { LANES = 8, BLOCK = 32 };

typedef __m256i vector;
typedef __m256i mask;

INLINE vector load(const int32_t *ids) {
    return _mm256_loadu_si256((const __m256i *)(const void *)ids);
}

/* From 4 IDs on, two halves that overlap, of which the second is moved into place; the lanes
 * behind it repeat some. Not a masked load, as emulators read its other lanes too. */
INLINE vector partial(const int32_t *ids, size_t n) {
    if (n < 4) {
        return _mm256_setr_epi32(ids[0], n > 1 ? ids[1] : 0, n > 2 ? ids[2] : 0, 0, 0, 0, 0, 0);
    }
    const __m128i low = _mm_loadu_si128((const __m128i *)(const void *)ids);
    const __m128i high = _mm_loadu_si128((const __m128i *)(const void *)(ids + n - 4));
    const __m256i both = _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
    const int move = (int)(8 - n);
    /* Lane numbers count modulo 8. */
    return _mm256_permutevar8x32_epi32(
        both, _mm256_setr_epi32(0, 1, 2, 3, 4 + move, 5 + move, 6 + move, 7 + move));
}

INLINE vector splat(uint32_t x) {
    return _mm256_set1_epi32((int32_t)x);
}

INLINE vector either(vector a, vector b) {
    return _mm256_or_si256(a, b);
}

INLINE int32_t fold(vector v) {
    __m128i half = _mm_or_si128(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    half = _mm_or_si128(half, _mm_shuffle_epi32(half, _MM_SHUFFLE(1, 0, 3, 2)));
    half = _mm_or_si128(half, _mm_shuffle_epi32(half, _MM_SHUFFLE(2, 3, 0, 1)));
    return _mm_cvtsi128_si32(half);
}

/* AVX2 has no unsigned comparison, but an unsigned minimum. */
INLINE mask at_most(vector v, vector limit) {
    return _mm256_cmpeq_epi32(_mm256_min_epu32(v, limit), v);
}

INLINE mask inside(vector v, vector offset, vector extent) {
    return at_most(_mm256_add_epi32(v, offset), extent);
}

/* Any of several is at most the extent when the smallest one is. The minimum is taken in
 * order, so that compilers load in order: hardware prefetchers lose track otherwise. */
INLINE mask block_inside(const int32_t *ids, vector offset, vector extent) {
    const vector a = _mm256_add_epi32(load(ids), offset);
    const vector b = _mm256_add_epi32(load(ids + LANES), offset);
    const vector c = _mm256_add_epi32(load(ids + 2 * LANES), offset);
    const vector d = _mm256_add_epi32(load(ids + 3 * LANES), offset);
    return at_most(_mm256_min_epu32(_mm256_min_epu32(_mm256_min_epu32(a, b), c), d), extent);
}

INLINE mask equal(vector v, vector w) {
    return _mm256_cmpeq_epi32(v, w);
}

INLINE mask join(mask a, mask b) {
    return _mm256_or_si256(a, b);
}

INLINE mask both(mask a, mask b) {
    return _mm256_and_si256(a, b);
}

INLINE bool all(mask m) {
    return _mm256_movemask_epi8(m) == -1;
}

INLINE bool any(mask m) {
    return _mm256_movemask_epi8(m) != 0;
}

INLINE uint32_t bits(mask m) {
    return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(m));
}

/* The lanes of a mask are 0 or -1, which survives any narrowing. It leaves groups of 4 lanes
 * in the order 0 2 4 6 1 3 5 7. */
INLINE uint64_t block_bits(const mask m[BLOCK / LANES]) {
    const __m256i bytes =
        _mm256_packs_epi16(_mm256_packs_epi32(m[0], m[1]), _mm256_packs_epi32(m[2], m[3]));
    return (uint32_t)_mm256_movemask_epi8(
        _mm256_permutevar8x32_epi32(bytes, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7)));
}

INLINE void store(int32_t *ids, vector v) {
    _mm256_storeu_si256((__m256i *)(void *)ids, v);
}

/* A value fits when adding 2^31 leaves its high half 0. Shuffles work within halves of
 * vectors, so that two int64 of each stand together and a permutation puts them in order. */
INLINE vector narrow(const int64_t *values, vector *high) {
    const __m256i a = _mm256_loadu_si256((const __m256i *)(const void *)values);
    const __m256i b = _mm256_loadu_si256((const __m256i *)(const void *)(values + 4));
    const __m256i move = _mm256_set1_epi64x(INT64_C(0x80000000));
    *high = _mm256_or_si256(
        *high, _mm256_or_si256(_mm256_add_epi64(a, move), _mm256_add_epi64(b, move)));
    const __m256 low = _mm256_shuffle_ps(_mm256_castsi256_ps(a), _mm256_castsi256_ps(b),
                                         _MM_SHUFFLE(2, 0, 2, 0));
    return _mm256_permute4x64_epi64(_mm256_castps_si256(low), _MM_SHUFFLE(3, 1, 2, 0));
}

INLINE bool has_high(vector high) {
    return !_mm256_testz_si256(high, _mm256_set1_epi64x((int64_t)(UINT64_MAX << 32)));
}

INLINE vector widen(const uint16_t *values) {
    return _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)(const void *)values));
}

#include "scan_template.h"

#include "narrow_template.h"

const struct mm_kernel mm_kernel_avx2 = {"avx2", find,       run,         mark,
                                         read,   from_int64, from_uint32, from_uint16};

#endif
