/* The kernel for little-endian AArch64 CPUs, with NEON: 4 IDs per vector. */
#include "isa.h"

#ifdef MMSPAN_ISA_NEON

#include <arm_neon.h>
#include <stdbool.h>

#define TARGET
#define INLINE __attribute__((always_inline)) static inline
#define BIAS   UINT32_C(0)

enum { LANES = 4 };

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

INLINE mask above(vector v, vector first) {
    return vcgeq_u32(v, first);
}

INLINE mask inside(vector v, vector offset, vector extent) {
    return vcleq_u32(vaddq_u32(v, offset), extent);
}

INLINE mask above4(const vector v[4], vector first) {
    return above(vmaxq_u32(vmaxq_u32(v[0], v[1]), vmaxq_u32(v[2], v[3])), first);
}

INLINE mask inside4(const vector v[4], vector offset, vector extent) {
    const vector a = vaddq_u32(v[0], offset);
    const vector b = vaddq_u32(v[1], offset);
    const vector c = vaddq_u32(v[2], offset);
    const vector d = vaddq_u32(v[3], offset);
    return vcleq_u32(vminq_u32(vminq_u32(a, b), vminq_u32(c, d)), extent);
}

INLINE mask join(mask a, mask b) {
    return vorrq_u32(a, b);
}

INLINE bool any(mask m) {
    return vmaxvq_u32(m) != 0;
}

INLINE uint64_t bits(mask m) {
    const uint32_t weight[4] = {1, 2, 4, 8};
    return vaddvq_u32(vandq_u32(m, vld1q_u32(weight)));
}

#include "scan_template.h"

const struct mmspan_kernel mmspan_kernel_neon = {"neon", find, run, read};

#endif
