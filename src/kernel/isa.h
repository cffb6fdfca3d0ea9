/* The kernel of each instruction set, and which of them this compiler can build. */
#ifndef MMSPAN_ISA_H
#define MMSPAN_ISA_H

#include "kernel.h"

/* The vector kernels use GNU target attributes and built-ins. */
#if defined(__GNUC__) && defined(__x86_64__)
#define MMSPAN_ISA_X86
#elif defined(__GNUC__) && defined(__aarch64__) && !defined(__AARCH64EB__)
#define MMSPAN_ISA_NEON
#endif

extern const struct mm_kernel mm_kernel_scalar;
#ifdef MMSPAN_ISA_X86
extern const struct mm_kernel mm_kernel_sse2;
extern const struct mm_kernel mm_kernel_avx2;
extern const struct mm_kernel mm_kernel_avx512;
#endif
#ifdef MMSPAN_ISA_NEON
extern const struct mm_kernel mm_kernel_neon;
#endif

#endif
