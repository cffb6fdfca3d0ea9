/* The checks of making int32 IDs of other widths. */
#ifndef MMSPAN_TESTS_KERNEL_NARROW_H
#define MMSPAN_TESTS_KERNEL_NARROW_H

#include <stddef.h>

#include "../../src/kernel/kernel.h"

size_t kernel_check_fits(const struct mm_kernel *kernel);
size_t kernel_check_misfits(const struct mm_kernel *kernel);
size_t kernel_check_extremes(const struct mm_kernel *kernel);
size_t kernel_check_going_on(const struct mm_kernel *kernel);

#endif
