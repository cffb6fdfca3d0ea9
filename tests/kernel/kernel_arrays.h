/* What the kernel checks share: arrays in guarded memory, filters, and notable IDs. */
#ifndef MMSPAN_TESTS_KERNEL_ARRAYS_H
#define MMSPAN_TESTS_KERNEL_ARRAYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../src/kernel/kernel.h"
#include "../support/guard.h"

/* An array of n IDs lies 0..15 IDs behind the front of the guarded memory, which is aligned
 * for every vector, or flush with its back. */
enum { BACK = 16, PLACES = 17, CAPACITY = 1024 };

/* Filters with ends in all parts of the circle; only the first one is empty. */
enum { KERNEL_FILTERS = 22 };
extern const struct mm_filter kernel_filters[KERNEL_FILTERS];

/* Lengths of arrays: number `index` of them, and how many of them are tried at a place. */
size_t kernel_length(size_t index);
size_t kernel_lengths(size_t where);

void kernel_fill(int32_t *ids, size_t n, int32_t id);

/* An array of n times `id` at the place, with `around` before and behind it. */
int32_t *kernel_array(const struct guard *guard, size_t where, size_t n, int32_t around,
                      int32_t id);

/* Is the ID inside the filter? Written with 64-bit ends, unlike the kernels. */
bool kernel_inside(const struct mm_filter *filter, int32_t id);

/* IDs next to the ends of the ranges of a filter, and extreme ones: how many. */
enum { NOTABLE = 4 * MM_FILTER_RANGES + 8 };
size_t kernel_notables(const struct mm_filter *filter, int32_t ids[NOTABLE]);

/* Counts one comparison, and says the first that fails. */
void kernel_expect(size_t *failures, const char *what, const struct mm_kernel *kernel, size_t n,
                   size_t where, int64_t wanted, int64_t got);

/* The check of `mark`, which has a file of its own. */
size_t kernel_check_marks(const struct mm_kernel *kernel);
void kernel_expect_marks(size_t *failures, const struct mm_kernel *kernel, const int32_t *ids,
                         size_t n, const struct mm_filter *filter, int32_t id, size_t where);

#endif
