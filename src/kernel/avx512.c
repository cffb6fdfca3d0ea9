/* The kernel for x86-64 CPUs with AVX-512 (F, BW, VL): 16 IDs per vector. */
#include "isa.h"

#ifdef MMSPAN_ISA_X86

#include <immintrin.h>
#include <stdbool.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl")))
#define INLINE __attribute__((target("avx512f,avx512bw,avx512vl"), always_inline)) static inline
#define BIAS   UINT32_C(0)

enum { LANES = 16, BLOCK = 64 };

typedef __m512i vector;
typedef __mmask16 mask;

INLINE vector load(const int32_t *ids) {
    return _mm512_loadu_si512(ids);
}

/* A lane that is masked off is not read: it may lie on a missing page. */
INLINE vector partial(const int32_t *ids, size_t n) {
    return _mm512_maskz_loadu_epi32((__mmask16)((1u << n) - 1), ids);
}

INLINE vector splat(uint32_t x) {
    return _mm512_set1_epi32((int32_t)x);
}

INLINE vector either(vector a, vector b) {
    return _mm512_or_si512(a, b);
}

INLINE int32_t fold(vector v) {
    return _mm512_reduce_or_epi32(v);
}

INLINE mask inside(vector v, vector offset, vector extent) {
    return _mm512_cmple_epu32_mask(_mm512_add_epi32(v, offset), extent);
}

INLINE mask equal(vector v, vector w) {
    return _mm512_cmpeq_epi32_mask(v, w);
}

INLINE mask join(mask a, mask b) {
    return (mask)(a | b);
}

INLINE bool any(mask m) {
    return m != 0;
}

INLINE uint32_t bits(mask m) {
    return m;
}

/* Any of several is at most the extent when the smallest one is. The minimum is taken in
 * order, so that compilers load in order: hardware prefetchers lose track otherwise. */
INLINE mask block_inside(const int32_t *ids, vector offset, vector extent) {
    const vector a = _mm512_add_epi32(load(ids), offset);
    const vector b = _mm512_add_epi32(load(ids + LANES), offset);
    const vector c = _mm512_add_epi32(load(ids + 2 * LANES), offset);
    const vector d = _mm512_add_epi32(load(ids + 3 * LANES), offset);
    const vector nearest = _mm512_min_epu32(_mm512_min_epu32(_mm512_min_epu32(a, b), c), d);
    return _mm512_cmple_epu32_mask(nearest, extent);
}

/* The bits in which v and w differ, besides those of `others`. */
INLINE vector differ(vector others, vector v, vector w) {
    return _mm512_ternarylogic_epi32(others, v, w, 0xF6);
}

/* Masks are combined more slowly than vectors. */
#define OWN_BLOCK_EQUAL
INLINE bool block_equal(const int32_t *ids, vector id) {
    vector apart = _mm512_xor_si512(load(ids), id);
    apart = differ(apart, load(ids + LANES), id);
    apart = differ(apart, load(ids + 2 * LANES), id);
    apart = differ(apart, load(ids + 3 * LANES), id);
    return _mm512_test_epi32_mask(apart, apart) == 0;
}

INLINE uint64_t block_bits(const mask m[BLOCK / LANES]) {
    return m[0] | (uint64_t)m[1] << LANES | (uint64_t)m[2] << 2 * LANES |
           (uint64_t)m[3] << 3 * LANES;
}

INLINE void store(int32_t *ids, vector v) {
    _mm512_storeu_si512(ids, v);
}

/* A value fits when adding 2^31 leaves its high half 0. */
INLINE vector narrow(const int64_t *values, vector *high) {
    const __m512i a = _mm512_loadu_si512(values);
    const __m512i b = _mm512_loadu_si512(values + 8);
    const __m512i move = _mm512_set1_epi64(INT64_C(0x80000000));
    *high = _mm512_or_si512(
        *high, _mm512_or_si512(_mm512_add_epi64(a, move), _mm512_add_epi64(b, move)));
    const __m512i even =
        _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    return _mm512_permutex2var_epi32(a, even, b);
}

INLINE bool has_high(vector high) {
    return _mm512_test_epi64_mask(high, _mm512_set1_epi64((int64_t)(UINT64_MAX << 32))) != 0;
}

INLINE vector widen(const uint16_t *values) {
    return _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)(const void *)values));
}

#include "scan_template.h"

#include "narrow_template.h"

const struct mm_kernel mm_kernel_avx512 = {"avx512", find,       run,         mark,
                                           read,     from_int64, from_uint32, from_uint16};

#endif
