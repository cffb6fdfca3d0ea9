/* Chooses a kernel among those that this build and this CPU have. */
#include "kernel.h"

#include <stdbool.h>
#include <string.h>

#include "isa.h"

/* All kernels of this build, narrowest first. */
static const struct mm_kernel *const built[] = {
    &mm_kernel_scalar,
#ifdef MMSPAN_ISA_X86
    &mm_kernel_sse2,   &mm_kernel_avx2, &mm_kernel_avx512,
#endif
#ifdef MMSPAN_ISA_NEON
    &mm_kernel_neon,
#endif
};

enum { BUILT = sizeof built / sizeof built[0] };

/* Whether the CPU has the instructions and the system saves the registers. SSE2 and
 * NEON belong to their architectures. */
static bool cpu_has(const struct mm_kernel *kernel) {
#ifdef MMSPAN_ISA_X86
    if (kernel == &mm_kernel_avx2) {
        return __builtin_cpu_supports("avx2");
    }
    if (kernel == &mm_kernel_avx512) {
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512vl");
    }
#endif
    (void)kernel;
    return true;
}

/* Whether the kernel, which the CPU has, pays. CPUs with AVX-512 but without VBMI2 (before
 * Ice Lake) lower their clock for 512-bit vectors, and that of their neighbours too. */
static bool pays(const struct mm_kernel *kernel) {
#ifdef MMSPAN_ISA_X86
    if (kernel == &mm_kernel_avx512) {
        return __builtin_cpu_supports("avx512vbmi2");
    }
#endif
    (void)kernel;
    return true;
}

const struct mm_kernel *mm_kernel_at(size_t index) {
    for (size_t i = 0; i < BUILT; i++) {
        if (cpu_has(built[i]) && index-- == 0) {
            return built[i];
        }
    }
    return NULL;
}

const struct mm_kernel *mm_kernel_by_name(const char *name) {
    for (size_t i = 0; i < BUILT; i++) {
        if (strcmp(built[i]->name, name) == 0) {
            return cpu_has(built[i]) ? built[i] : NULL;
        }
    }
    return NULL;
}

const struct mm_kernel *mm_kernel_best(void) {
    size_t i = BUILT - 1;
    while (!cpu_has(built[i]) || !pays(built[i])) {
        i--;
    }
    return built[i];
}
