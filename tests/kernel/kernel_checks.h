/* Compares a vector kernel with naive loops, on guard pages; each check counts failures. */
#ifndef MMSPAN_TESTS_KERNEL_CHECKS_H
#define MMSPAN_TESTS_KERNEL_CHECKS_H

#include <stddef.h>

#include "../../src/kernel/kernel.h"

/* One property of a kernel. `failures` says the first failure on stderr and returns how
 * many there were. */
struct kernel_check {
    const char *name;
    size_t (*failures)(const struct mm_kernel *kernel);
};

/* Check number `index`, or NULL. */
const struct kernel_check *kernel_check_at(size_t index);

/* Whether kernels are listed and named as they should: the number of failures. */
size_t kernel_selection_failures(void);

#endif
