/* The check of `mark`: against a loop over whole runs. */
#include <string.h>

#include "../support/random.h"
#include "kernel_arrays.h"

/* Written over whole runs, unlike the kernels. */
static uint32_t naive_mark(const int32_t *ids, size_t n, const struct mm_filter *filter,
                           int32_t id, uint64_t *marks) {
    uint32_t words = 0;
    memset(marks, 0, (n + 63) / 64 * sizeof *marks);
    for (size_t i = 0, length; i < n; i += length) {
        length = 1;
        while (i + length < n && ids[i + length] == ids[i]) {
            length++;
        }
        for (size_t k = i; k < i + length; k++) {
            const bool first = k == i && (ids[k] == id || (i > 0 && ids[i - 1] == id));
            if (first || (ids[k] != id && kernel_inside(filter, ids[k]))) {
                marks[k / 64] |= UINT64_C(1) << (k % 64);
                words |= UINT32_C(1) << (k / 64);
            }
        }
    }
    return words;
}

void kernel_expect_marks(size_t *failures, const struct mm_kernel *kernel, const int32_t *ids,
                         size_t n, const struct mm_filter *filter, int32_t id, size_t where) {
    uint64_t wanted[MM_MARK_WORDS];
    uint64_t got[MM_MARK_WORDS];
    memset(got, 0xA5, sizeof got);
    kernel_expect(failures, "words of marks", kernel, n, where,
                  naive_mark(ids, n, filter, id, wanted),
                  kernel->mark(ids, n, filter, id, got));
    for (size_t word = 0; word < (n + 63) / 64; word++) {
        kernel_expect(failures, "marks", kernel, n, where, (int64_t)wanted[word],
                      (int64_t)got[word]);
    }
}

/* Stretches of text, of the ID and of other IDs inside the filter, of all lengths. */
size_t kernel_check_marks(const struct mm_kernel *kernel) {
    struct random_source source = {20260101};
    size_t failures = 0;
    struct guard guard;
    if (!guard_open(&guard, MM_MARK_MAX * sizeof(int32_t))) {
        return 1;
    }
    for (int round = 0; round < 6000; round++) {
        const struct mm_filter *filter =
            &kernel_filters[1 + random_below(&source, KERNEL_FILTERS - 1)];
        int32_t notable[NOTABLE];
        const size_t n_notable = kernel_notables(filter, notable);
        const int32_t id = (int32_t)filter->range[0].first;
        const bool whole = random_chance(&source, 3);
        const size_t n =
            whole ? MM_MARK_MAX : MM_MARK_MIN + random_below(&source, CAPACITY - 128);
        const size_t most = 1 + random_below(&source, 200);
        const size_t where = whole ? BACK : random_below(&source, PLACES);
        int32_t *ids = kernel_array(&guard, where, n, id, id);
        for (size_t i = 0; i < n;) {
            const int32_t next =
                random_chance(&source, 40) ? id : notable[random_below(&source, n_notable)];
            for (size_t left = 1 + random_below(&source, most); left > 0 && i < n; left--) {
                ids[i++] = next;
            }
        }
        kernel_expect_marks(&failures, kernel, ids, n, filter, id, where);
    }
    guard_close(&guard);
    return failures;
}
