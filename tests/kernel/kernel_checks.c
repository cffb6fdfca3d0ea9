/* The checks of vector kernels: each function against naive loops. */
#include "kernel_checks.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../support/random.h"
#include "kernel_arrays.h"
#include "kernel_narrow.h"

/* A notable ID that is inside the filter, or outside; false when there is none. */
static bool kernel_notable(const struct mm_filter *filter, bool inside, int32_t *id) {
    int32_t ids[NOTABLE];
    const size_t n = kernel_notables(filter, ids);
    for (size_t i = 0; i < n; i++) {
        if (kernel_inside(filter, ids[i]) == inside) {
            *id = ids[i];
            return true;
        }
    }
    return false;
}

static size_t naive_find(const int32_t *ids, size_t n, const struct mm_filter *filter) {
    size_t i = 0;
    while (i < n && !kernel_inside(filter, ids[i])) {
        i++;
    }
    return i;
}

static void expect_find(size_t *failures, const struct mm_kernel *kernel, const int32_t *ids,
                        size_t n, const struct mm_filter *filter, size_t where) {
    kernel_expect(failures, "find", kernel, n, where, (int64_t)naive_find(ids, n, filter),
                  (int64_t)kernel->find(ids, n, filter));
}

/* A single hit at every position of misses, then hits from every position on. What lies
 * around the array would be hits. */
static void find_positions(size_t *failures, const struct mm_kernel *kernel,
                           const struct guard *guard, const struct mm_filter *filter,
                           size_t where) {
    int32_t hit = 0;
    int32_t miss = 0;
    *failures += !kernel_notable(filter, true, &hit) || !kernel_notable(filter, false, &miss);
    for (size_t k = 0; k < kernel_lengths(where); k++) {
        const size_t n = kernel_length(k);
        int32_t *ids = kernel_array(guard, where, n, hit, miss);
        kernel_expect(failures, "find", kernel, n, where, (int64_t)n,
                      (int64_t)kernel->find(ids, n, filter));
        for (size_t p = 0; p < n; p++) {
            ids[p] = hit;
            kernel_expect(failures, "find", kernel, n, where, (int64_t)p,
                          (int64_t)kernel->find(ids, n, filter));
            ids[p] = miss;
        }
        for (size_t p = n; p-- > 0;) {
            ids[p] = hit;
            kernel_expect(failures, "find", kernel, n, where, (int64_t)p,
                          (int64_t)kernel->find(ids, n, filter));
        }
    }
}

static size_t check_find_positions(const struct mm_kernel *kernel) {
    const size_t chosen[] = {3, 4, 16, 18, 20};
    size_t failures = 0;
    struct guard guard;
    if (!guard_open(&guard, CAPACITY * sizeof(int32_t))) {
        return 1;
    }
    for (size_t f = 0; f < sizeof chosen / sizeof chosen[0]; f++) {
        for (size_t where = 0; where < PLACES; where++) {
            find_positions(&failures, kernel, &guard, &kernel_filters[chosen[f]], where);
        }
    }
    guard_close(&guard);
    return failures;
}

/* Filters that reach up to -1, by which a kernel may pass over long texts in a faster way, and
 * others that only seem to. All leave out FAR_MISS and the ID before their first one. */
enum { FAR_MISS = 100, FAR_LENGTH = 1500 };
static const struct mm_filter far_filters[] = {
    {1, {{32000, UINT32_MAX - 32000}}},
    {1, {{255999, UINT32_MAX - 255999}}},
    {1, {{262144, UINT32_MAX - 262144}}},
    {1, {{0x7FFFF, UINT32_MAX - 0x7FFFF}}},
    {1, {{0x80000, UINT32_MAX - 0x80000}}},
    {1, {{255999, UINT32_MAX - 255999 + 8}}},
    {1, {{255999, 4}}},
    {2, {{255999, UINT32_MAX - 255999}, {5, 3}}},
};

/* Each notable hit at positions among low IDs, or among IDs just below the filter. */
static void find_far(size_t *failures, const struct mm_kernel *kernel,
                     const struct guard *guard, const struct mm_filter *filter, size_t where) {
    const int32_t before = (int32_t)(filter->range[0].first - 1);
    const int32_t misses[] = {FAR_MISS, before};
    int32_t hits[NOTABLE];
    size_t n_hits = 0;
    int32_t notable[NOTABLE];
    const size_t n_notable = kernel_notables(filter, notable);
    for (size_t v = 0; v < n_notable; v++) {
        if (kernel_inside(filter, notable[v])) {
            hits[n_hits++] = notable[v];
        }
    }
    for (size_t m = 0; m < 2; m++) {
        int32_t *ids = kernel_array(guard, where, FAR_LENGTH, hits[0], misses[m]);
        for (size_t p = where; p < FAR_LENGTH; p += 400) {
            ids[p] = before;
        }
        for (size_t p = 0; p < FAR_LENGTH; p++) {
            const int32_t miss = ids[p];
            ids[p] = hits[p % n_hits];
            kernel_expect(failures, "find", kernel, FAR_LENGTH, where, (int64_t)p,
                          (int64_t)kernel->find(ids, FAR_LENGTH, filter));
            ids[p] = miss;
        }
    }
}

/* No hit, then one at the end: all lengths up to two blocks beyond 1024 IDs. More of the same
 * is around, which a scan that goes too far passes over. */
static void find_far_ends(size_t *failures, const struct mm_kernel *kernel,
                          const struct guard *guard, const struct mm_filter *filter) {
    for (size_t n = 1024; n <= 1024 + 160; n++) {
        const size_t where = n % PLACES;
        int32_t *ids = kernel_array(guard, where, n, FAR_MISS, FAR_MISS);
        kernel_expect(failures, "find", kernel, n, where, (int64_t)n,
                      (int64_t)kernel->find(ids, n, filter));
        ids[n - 1] = (int32_t)filter->range[0].first;
        kernel_expect(failures, "find", kernel, n, where, (int64_t)n - 1,
                      (int64_t)kernel->find(ids, n, filter));
    }
}

static size_t check_find_far(const struct mm_kernel *kernel) {
    size_t failures = 0;
    struct guard guard;
    if (!guard_open(&guard, 2 * CAPACITY * sizeof(int32_t))) {
        return 1;
    }
    for (size_t f = 0; f < sizeof far_filters / sizeof far_filters[0]; f++) {
        for (size_t where = 0; where < PLACES; where++) {
            find_far(&failures, kernel, &guard, &far_filters[f], where);
        }
        find_far_ends(&failures, kernel, &guard, &far_filters[f]);
    }
    guard_close(&guard);
    return failures;
}

/* Every filter: each notable ID at some positions that different loops reach. */
static size_t check_find_values(const struct mm_kernel *kernel) {
    const size_t lengths[] = {1, 3, 11, 33, 150};
    size_t failures = 0;
    struct guard guard;
    if (!guard_open(&guard, CAPACITY * sizeof(int32_t))) {
        return 1;
    }
    for (size_t f = 0; f < KERNEL_FILTERS; f++) {
        const struct mm_filter *filter = &kernel_filters[f];
        int32_t notable[NOTABLE];
        const size_t n_notable = kernel_notables(filter, notable);
        int32_t miss = 0;
        kernel_notable(filter, false, &miss);
        for (size_t k = 0; k < sizeof lengths / sizeof lengths[0]; k++) {
            const size_t n = lengths[k];
            int32_t *ids = kernel_array(&guard, BACK, n, miss, miss);
            for (size_t v = 0; v < n_notable; v++) {
                for (size_t p = 0; p < n; p++) {
                    ids[p] = notable[v];
                    expect_find(&failures, kernel, ids, n, filter, BACK);
                    ids[p] = miss;
                }
            }
        }
    }
    guard_close(&guard);
    return failures;
}

static struct mm_filter random_filter(struct random_source *source) {
    const uint32_t anchors[] = {0,      13,         32000,      151643,
                                258880, 0x7FFFFFFF, 0x80000000, UINT32_MAX};
    struct mm_filter filter = {.n = (uint32_t)random_below(source, 5)};
    for (uint32_t r = 0; r < filter.n; r++) {
        const uint32_t anchor = anchors[random_below(source, 8)];
        filter.range[r].first = anchor + (uint32_t)random_below(source, 7) - 3;
        filter.range[r].extent = random_chance(source, 10) ? (uint32_t)random_next(source)
                                                           : (uint32_t)random_below(source, 9);
    }
    return filter;
}

/* Random kernel_filters; arrays of misses with a few notable and a few random IDs in them. */
static size_t check_find_random(const struct mm_kernel *kernel) {
    struct random_source source = {20240611};
    size_t failures = 0;
    struct guard guard;
    if (!guard_open(&guard, CAPACITY * sizeof(int32_t))) {
        return 1;
    }
    for (int round = 0; round < 2500; round++) {
        const struct mm_filter filter = random_filter(&source);
        int32_t notable[NOTABLE];
        const size_t n_notable = kernel_notables(&filter, notable);
        int32_t miss = 0;
        kernel_notable(&filter, false, &miss);
        const size_t n = random_below(&source, random_chance(&source, 50) ? 40 : 400);
        const size_t where = random_below(&source, PLACES);
        int32_t *ids = kernel_array(&guard, where, n, notable[0], miss);
        for (size_t i = 0; i < n; i++) {
            if (random_chance(&source, 3)) {
                ids[i] = random_chance(&source, 50) ? notable[random_below(&source, n_notable)]
                                                    : (int32_t)random_next(&source);
            }
        }
        for (size_t from = 0; from < n; from += 1 + random_below(&source, 20)) {
            expect_find(&failures, kernel, ids + from, n - from, &filter, where);
        }
    }
    guard_close(&guard);
    return failures;
}

/* A run that fills the array, in more of the same, and one other ID at every position. */
static void run_positions(size_t *failures, const struct mm_kernel *kernel,
                          const struct guard *guard, int32_t id, int32_t other, size_t where) {
    for (size_t k = 0; k < kernel_lengths(where); k++) {
        const size_t n = kernel_length(k);
        int32_t *ids = kernel_array(guard, where, n, id, id);
        kernel_expect(failures, "run", kernel, n, where, (int64_t)n,
                      (int64_t)kernel->run(ids, n, id));
        for (size_t p = n; p-- > 0;) {
            ids[p] = other;
            kernel_expect(failures, "run", kernel, n, where, (int64_t)p,
                          (int64_t)kernel->run(ids, n, id));
            if (p % 3 != 0) {
                ids[p] = id;
            }
        }
    }
}

static size_t check_run(const struct mm_kernel *kernel) {
    const int32_t pairs[][2] = {{258880, 258881}, {258880, 258879},          {0, -1},
                                {-1, 0},          {INT32_MAX, INT32_MIN},    {7, 7 + INT32_MIN},
                                {INT32_MIN, 0},   {INT32_MAX, INT32_MAX - 1}};
    size_t failures = 0;
    struct guard guard;
    if (!guard_open(&guard, CAPACITY * sizeof(int32_t))) {
        return 1;
    }
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        for (size_t where = i % 2; where < PLACES; where += 2) {
            run_positions(&failures, kernel, &guard, pairs[i][0], pairs[i][1], where);
        }
    }
    guard_close(&guard);
    return failures;
}

/* One bit, which moves, at every position of zeros, in ones. */
static size_t check_read(const struct mm_kernel *kernel) {
    size_t failures = 0;
    struct guard guard;
    if (!guard_open(&guard, CAPACITY * sizeof(int32_t))) {
        return 1;
    }
    for (size_t where = 0; where < PLACES; where++) {
        for (size_t k = 0; k < kernel_lengths(where); k++) {
            const size_t n = kernel_length(k);
            int32_t *ids = kernel_array(&guard, where, n, -1, 0);
            kernel_expect(&failures, "read", kernel, n, where, 0, kernel->read(ids, n));
            for (size_t p = 0; p < n; p++) {
                ids[p] = (int32_t)(UINT32_C(1) << p % 32);
                kernel_expect(&failures, "read", kernel, n, where, ids[p],
                              kernel->read(ids, n));
                ids[p] = 0;
            }
        }
    }
    guard_close(&guard);
    return failures;
}

/* Heap blocks of just the right size, without a hit. A vector that is aligned never crosses
 * into another page, so that only AddressSanitizer or valgrind can see it reach too far. */
static size_t check_heap(const struct mm_kernel *kernel) {
    size_t failures = 0;
    for (size_t offset = 0; offset < 16; offset++) {
        for (size_t n = 1; n <= 200; n++) {
            int32_t *block = malloc((offset + n) * sizeof *block);
            if (block == NULL) {
                return failures + 1;
            }
            kernel_fill(block, offset + n, 7);
            const int32_t *ids = block + offset;
            kernel_expect(&failures, "find", kernel, n, offset, (int64_t)n,
                          (int64_t)kernel->find(ids, n, &kernel_filters[3]));
            kernel_expect(&failures, "run", kernel, n, offset, (int64_t)n,
                          (int64_t)kernel->run(ids, n, 7));
            kernel_expect(&failures, "read", kernel, n, offset, 7, kernel->read(ids, n));
            if (n >= MM_MARK_MIN) {
                kernel_expect_marks(&failures, kernel, ids, n, &kernel_filters[3], 258880,
                                    offset);
            }
            free(block);
        }
    }
    return failures;
}

static const struct kernel_check checks[] = {
    {"find, every position", check_find_positions},
    {"find, long texts", check_find_far},
    {"find, notable IDs", check_find_values},
    {"find, random", check_find_random},
    {"run", check_run},
    {"mark", kernel_check_marks},
    {"read", check_read},
    {"heap", check_heap},
    {"narrow, all fit", kernel_check_fits},
    {"narrow, every position", kernel_check_misfits},
    {"narrow, extreme values", kernel_check_extremes},
    {"narrow, going on", kernel_check_going_on},
};

const struct kernel_check *kernel_check_at(size_t index) {
    return index < sizeof checks / sizeof checks[0] ? &checks[index] : NULL;
}

size_t kernel_selection_failures(void) {
    size_t failures = 0;
    size_t n = 0;
    bool has_best = false;
    for (const struct mm_kernel *kernel; (kernel = mm_kernel_at(n)) != NULL; n++) {
        failures += mm_kernel_by_name(kernel->name) != kernel;
        has_best |= kernel == mm_kernel_best();
    }
    failures += n == 0 || strcmp(mm_kernel_at(0)->name, "scalar") != 0;
    failures += !has_best || mm_kernel_at(n + 1) != NULL;
    /* Any vectors beat none. */
    failures += n > 1 && mm_kernel_best() == mm_kernel_at(0);
    failures += mm_kernel_by_name("") != NULL || mm_kernel_by_name("avx") != NULL;
    /* No build has both. */
    failures += mm_kernel_by_name("neon") && mm_kernel_by_name("sse2");
    return failures;
}
