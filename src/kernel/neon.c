/* The kernel for little-endian AArch64 CPUs, with NEON: 4 IDs per vector. */
#include "isa.h"

#ifdef MMSPAN_ISA_NEON

#include <arm_neon.h>
#include <stdbool.h>

#define TARGET
#define INLINE __attribute__((always_inline)) static inline
#define BIAS   UINT32_C(0)

enum { LANES = 4, BLOCK = 32 };

typedef uint32x4_t vector;
typedef uint32x4_t mask;

INLINE vector load(const int32_t *ids) {
    return vreinterpretq_u32_s32(vld1q_s32(ids));
}

INLINE vector partial(const int32_t *ids, size_t n) {
    int32x4_t v = vsetq_lane_s32(ids[0], vdupq_n_s32(0), 0);
    if (n > 1) {
        v = vsetq_lane_s32(ids[1], v, 1);
    }
    if (n > 2) {
        v = vsetq_lane_s32(ids[2], v, 2);
    }
    return vreinterpretq_u32_s32(v);
}

INLINE vector splat(uint32_t x) {
    return vdupq_n_u32(x);
}

INLINE vector either(vector a, vector b) {
    return vorrq_u32(a, b);
}

INLINE int32_t fold(vector v) {
    const uint32x2_t half = vorr_u32(vget_low_u32(v), vget_high_u32(v));
    return (int32_t)(vget_lane_u32(half, 0) | vget_lane_u32(half, 1));
}

INLINE mask inside(vector v, vector offset, vector extent) {
    return vcleq_u32(vaddq_u32(v, offset), extent);
}

/* The smallest of 4 vectors, lane by lane, after the offset. */
INLINE vector nearest4(const int32_t *ids, vector offset) {
    const vector a = vaddq_u32(load(ids), offset);
    const vector b = vaddq_u32(load(ids + LANES), offset);
    const vector c = vaddq_u32(load(ids + 2 * LANES), offset);
    const vector d = vaddq_u32(load(ids + 3 * LANES), offset);
    return vminq_u32(vminq_u32(a, b), vminq_u32(c, d));
}

/* Any of several is at most the extent when the smallest one is. */
INLINE mask block_inside(const int32_t *ids, vector offset, vector extent) {
    return vcleq_u32(vminq_u32(nearest4(ids, offset), nearest4(ids + 4 * LANES, offset)),
                     extent);
}

INLINE mask equal(vector v, vector w) {
    return vceqq_u32(v, w);
}

/* 4 masks with one byte for each lane: 0 or -1, which survives any narrowing. */
INLINE uint8x16_t bytes16(const mask m[4]) {
    const uint16x8_t low = vcombine_u16(vmovn_u32(m[0]), vmovn_u32(m[1]));
    const uint16x8_t high = vcombine_u16(vmovn_u32(m[2]), vmovn_u32(m[3]));
    return vcombine_u8(vmovn_u16(low), vmovn_u16(high));
}

/* Each byte keeps the bit of its place within 8; adding neighbours thrice collects them. */
INLINE uint64_t block_bits(const mask m[BLOCK / LANES]) {
    const uint8x16_t place = vreinterpretq_u8_u64(vdupq_n_u64(UINT64_C(0x8040201008040201)));
    const uint8x16_t low = vandq_u8(bytes16(m), place);
    const uint8x16_t high = vandq_u8(bytes16(m + 4), place);
    uint8x16_t sum = vpaddq_u8(low, high);
    sum = vpaddq_u8(sum, sum);
    sum = vpaddq_u8(sum, sum);
    return vgetq_lane_u32(vreinterpretq_u32_u8(sum), 0);
}

INLINE mask join(mask a, mask b) {
    return vorrq_u32(a, b);
}

INLINE mask both(mask a, mask b) {
    return vandq_u32(a, b);
}

INLINE bool all(mask m) {
    return vminvq_u32(m) != 0;
}

INLINE bool any(mask m) {
    return vmaxvq_u32(m) != 0;
}

INLINE uint32_t bits(mask m) {
    const uint32_t weight[4] = {1, 2, 4, 8};
    return vaddvq_u32(vandq_u32(m, vld1q_u32(weight)));
}

INLINE void store(int32_t *ids, vector v) {
    vst1q_s32(ids, vreinterpretq_s32_u32(v));
}

/* A value fits when adding 2^31 leaves its high half 0. */
INLINE vector narrow(const int64_t *values, vector *high) {
    const uint64x2_t a = vreinterpretq_u64_s64(vld1q_s64(values));
    const uint64x2_t b = vreinterpretq_u64_s64(vld1q_s64(values + 2));
    const uint64x2_t move = vdupq_n_u64(UINT64_C(0x80000000));
    const uint64x2_t either64 = vorrq_u64(vaddq_u64(a, move), vaddq_u64(b, move));
    *high = vorrq_u32(*high, vreinterpretq_u32_u64(either64));
    return vuzp1q_u32(vreinterpretq_u32_u64(a), vreinterpretq_u32_u64(b));
}

INLINE bool has_high(vector high) {
    return any(vreinterpretq_u32_u64(vshrq_n_u64(vreinterpretq_u64_u32(high), 32)));
}

INLINE vector widen(const uint16_t *values) {
    return vmovl_u16(vld1_u16(values));
}

#include "scan_template.h"

#include "narrow_template.h"

const struct mm_kernel mm_kernel_neon = {"neon", find,       run,         mark,
                                         read,   from_int64, from_uint32, from_uint16};

#endif
