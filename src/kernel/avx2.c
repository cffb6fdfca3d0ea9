/* The kernel for x86-64 CPUs with AVX2: 8 IDs per vector. */
#include "isa.h"

#ifdef MMSPAN_ISA_X86

#include <immintrin.h>
#include <stdbool.h>

#define TARGET __attribute__((target("avx2")))
#define INLINE __attribute__((target("avx2"), always_inline)) static inline
#define BIAS   UINT32_C(0)

enum { LANES = 8 };

typedef __m256i vector;
typedef __m256i mask;

INLINE vector load(const int32_t *ids) {
    return _mm256_loadu_si256((const __m256i *)(const void *)ids);
}

/* A lane that is masked off is not read: it may lie on a missing page. */
INLINE vector partial(const int32_t *ids, size_t n) {
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_maskload_epi32(ids, _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), lane));
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

/* AVX2 has no unsigned comparison, but minimum and maximum. */
INLINE mask above(vector v, vector first) {
    return _mm256_cmpeq_epi32(_mm256_max_epu32(v, first), v);
}

INLINE mask inside(vector v, vector offset, vector extent) {
    const vector distance = _mm256_add_epi32(v, offset);
    return _mm256_cmpeq_epi32(_mm256_min_epu32(distance, extent), distance);
}

INLINE mask above4(const vector v[4], vector first) {
    return above(_mm256_max_epu32(_mm256_max_epu32(v[0], v[1]), _mm256_max_epu32(v[2], v[3])),
                 first);
}

INLINE mask inside4(const vector v[4], vector offset, vector extent) {
    const vector a = _mm256_add_epi32(v[0], offset);
    const vector b = _mm256_add_epi32(v[1], offset);
    const vector c = _mm256_add_epi32(v[2], offset);
    const vector d = _mm256_add_epi32(v[3], offset);
    const vector nearest = _mm256_min_epu32(_mm256_min_epu32(a, b), _mm256_min_epu32(c, d));
    return _mm256_cmpeq_epi32(_mm256_min_epu32(nearest, extent), nearest);
}

INLINE mask join(mask a, mask b) {
    return _mm256_or_si256(a, b);
}

INLINE bool any(mask m) {
    return _mm256_movemask_epi8(m) != 0;
}

INLINE uint64_t bits(mask m) {
    return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(m));
}

#include "scan_template.h"

const struct mmspan_kernel mmspan_kernel_avx2 = {"avx2", find, run, read};

#endif
