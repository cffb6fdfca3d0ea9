/* The checks of vector kernels: find, run and read against naive loops. */
#include "kernel_checks.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guard.h"
#include "random.h"

/* An array of n IDs lies 0..15 IDs behind the front of the guarded memory, which is aligned
 * for every vector, or flush with its back. */
enum { BACK = 16, PLACES = 17, CAPACITY = 1024 };

/* All lengths up to 4 of the widest vectors, and lengths around blocks of 32 and 64 IDs. */
enum { SHORT = 64 };
static const size_t longer[] = {65,  66,  71,  72,  79,  80,  81,  95,  96,  97,  111,
                                112, 127, 128, 129, 143, 144, 145, 191, 192, 193, 207,
                                208, 209, 255, 256, 257, 271, 272, 300, 336};
enum { LENGTHS = SHORT + 1 + sizeof longer / sizeof longer[0] };

#define MAX UINT32_MAX

static const struct mmspan_filter filters[] = {
    {0, {{0, 0}}},
    {1, {{0, 0}}},
    {1, {{7, 0}}},
    {1, {{258880, 4}}},
    {1, {{255999, MAX - 255999}}},
    {1, {{MAX, 0}}},
    {1, {{MAX - 199, 0}}},
    {1, {{MAX - 1, 4}}},
    {1, {{0x7FFFFFFF, 0}}},
    {1, {{0x80000000, 0}}},
    {1, {{0x7FFFFFF0, 0x20}}},
    {1, {{0x80000000, 0x7FFFFFFF}}},
    {1, {{0x80000000, 0x80000000}}},
    {1, {{1, MAX - 1}}},
    {1, {{6, MAX - 1}}},
    {1, {{6, MAX}}},
    {2, {{151643, 20}, {151936, MAX - 151936}}},
    {2, {{MAX - 9, 19}, {0x7FFFFFFF, 1}}},
    {3, {{5, 0}, {1000, 10}, {MAX - 199, 0}}},
    {3, {{32000, 3}, {32064, MAX - 32064}, {1, 1}}},
    {4, {{10, 2}, {12, 0}, {131072, MAX - 131072}, {200, 5}}},
    {4, {{0x80000000, 0}, {0x7FFFFFFF, 0}, {MAX, 0}, {100, 0}}},
};
enum { FILTERS = sizeof filters / sizeof filters[0] };

static size_t length_at(size_t index) {
    return index <= SHORT ? index : longer[index - SHORT - 1];
}

/* Longer arrays are tried at some of the places only. */
static size_t lengths_at(size_t where) {
    return where == BACK || where % 5 == 0 ? LENGTHS : SHORT + 1;
}

static int32_t *place(const struct guard *guard, size_t where, size_t n) {
    if (where == BACK) {
        return guard_back(guard, n * sizeof(int32_t));
    }
    return (int32_t *)(void *)guard->start + where;
}

static void fill(int32_t *ids, size_t n, int32_t id) {
    for (size_t i = 0; i < n; i++) {
        ids[i] = id;
    }
}

static int32_t *prepare(const struct guard *guard, size_t where, size_t n, int32_t around,
                        int32_t id) {
    fill((int32_t *)(void *)guard->start, guard->size / sizeof(int32_t), around);
    int32_t *ids = place(guard, where, n);
    fill(ids, n, id);
    return ids;
}

/* Written with 64-bit ends, unlike the kernels. */
static bool naive_inside(const struct mmspan_filter *filter, int32_t id) {
    const int64_t x = (uint32_t)id;
    const int64_t circle = INT64_C(1) << 32;
    for (uint32_t r = 0; r < filter->n; r++) {
        const int64_t first = filter->range[r].first;
        const int64_t last = first + filter->range[r].extent;
        if ((first <= x && x <= last) || x <= last - circle) {
            return true;
        }
    }
    return false;
}

static size_t naive_find(const int32_t *ids, size_t n, const struct mmspan_filter *filter) {
    size_t i = 0;
    while (i < n && !naive_inside(filter, ids[i])) {
        i++;
    }
    return i;
}

/* IDs next to the ends of the ranges of a filter, and extreme ones: how many. */
enum { NOTABLE = 4 * MMSPAN_FILTER_RANGES + 8 };
static size_t notable_ids(const struct mmspan_filter *filter, int32_t ids[NOTABLE]) {
    const uint32_t extreme[8] = {0, 1, 7, MAX, MAX - 1, 0x7FFFFFFF, 0x80000000, 0x80000001};
    size_t n = 0;
    for (uint32_t r = 0; r < filter->n; r++) {
        const uint32_t first = filter->range[r].first;
        const uint32_t last = first + filter->range[r].extent;
        ids[n++] = (int32_t)(first - 1);
        ids[n++] = (int32_t)first;
        ids[n++] = (int32_t)last;
        ids[n++] = (int32_t)(last + 1);
    }
    for (size_t i = 0; i < 8; i++) {
        ids[n++] = (int32_t)extreme[i];
    }
    return n;
}

/* A notable ID that is inside the filter, or outside; false when there is none. */
static bool notable_id(const struct mmspan_filter *filter, bool inside, int32_t *id) {
    int32_t ids[NOTABLE];
    const size_t n = notable_ids(filter, ids);
    for (size_t i = 0; i < n; i++) {
        if (naive_inside(filter, ids[i]) == inside) {
            *id = ids[i];
            return true;
        }
    }
    return false;
}

/* Counts one comparison, and says the first that fails. */
static void expect(size_t *failures, const char *what, const struct mmspan_kernel *kernel,
                   size_t n, size_t where, int64_t wanted, int64_t got) {
    if (wanted != got && (*failures)++ == 0) {
        fprintf(stderr, "%s of %s: %lld instead of %lld, for %zu IDs at place %zu\n", what,
                kernel->name, (long long)got, (long long)wanted, n, where);
    }
}

static void expect_find(size_t *failures, const struct mmspan_kernel *kernel,
                        const int32_t *ids, size_t n, const struct mmspan_filter *filter,
                        size_t where) {
    expect(failures, "find", kernel, n, where, (int64_t)naive_find(ids, n, filter),
           (int64_t)kernel->find(ids, n, filter));
}

/* A single hit at every position of misses, then hits from every position on. What lies
 * around the array would be hits. */
static void find_positions(size_t *failures, const struct mmspan_kernel *kernel,
                           const struct guard *guard, const struct mmspan_filter *filter,
                           size_t where) {
    int32_t hit = 0;
    int32_t miss = 0;
    *failures += !notable_id(filter, true, &hit) || !notable_id(filter, false, &miss);
    for (size_t k = 0; k < lengths_at(where); k++) {
        const size_t n = length_at(k);
        int32_t *ids = prepare(guard, where, n, hit, miss);
        expect(failures, "find", kernel, n, where, (int64_t)n,
               (int64_t)kernel->find(ids, n, filter));
        for (size_t p = 0; p < n; p++) {
            ids[p] = hit;
            expect(failures, "find", kernel, n, where, (int64_t)p,
                   (int64_t)kernel->find(ids, n, filter));
            ids[p] = miss;
        }
        for (size_t p = n; p-- > 0;) {
            ids[p] = hit;
            expect(failures, "find", kernel, n, where, (int64_t)p,
                   (int64_t)kernel->find(ids, n, filter));
        }
    }
}

static size_t check_find_positions(const struct mmspan_kernel *kernel) {
    const size_t chosen[] = {3, 4, 16, 18, 20};
    size_t failures = 0;
    struct guard guard;
    if (!guard_open(&guard, CAPACITY * sizeof(int32_t))) {
        return 1;
    }
    for (size_t f = 0; f < sizeof chosen / sizeof chosen[0]; f++) {
        for (size_t where = 0; where < PLACES; where++) {
            find_positions(&failures, kernel, &guard, &filters[chosen[f]], where);
        }
    }
    guard_close(&guard);
    return failures;
}

/* Every filter: each notable ID at some positions that different loops reach. */
static size_t check_find_values(const struct mmspan_kernel *kernel) {
    const size_t lengths[] = {1, 3, 11, 33, 150};
    size_t failures = 0;
    struct guard guard;
    if (!guard_open(&guard, CAPACITY * sizeof(int32_t))) {
        return 1;
    }
    for (size_t f = 0; f < FILTERS; f++) {
        const struct mmspan_filter *filter = &filters[f];
        int32_t notable[NOTABLE];
        const size_t n_notable = notable_ids(filter, notable);
        int32_t miss = 0;
        notable_id(filter, false, &miss);
        for (size_t k = 0; k < sizeof lengths / sizeof lengths[0]; k++) {
            const size_t n = lengths[k];
            int32_t *ids = prepare(&guard, BACK, n, miss, miss);
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

static struct mmspan_filter random_filter(struct random_source *source) {
    const uint32_t anchors[] = {0, 13, 32000, 151643, 258880, 0x7FFFFFFF, 0x80000000, MAX};
    struct mmspan_filter filter = {.n = (uint32_t)random_below(source, 5)};
    for (uint32_t r = 0; r < filter.n; r++) {
        const uint32_t anchor = anchors[random_below(source, 8)];
        filter.range[r].first = anchor + (uint32_t)random_below(source, 7) - 3;
        filter.range[r].extent = random_chance(source, 10) ? (uint32_t)random_next(source)
                                                           : (uint32_t)random_below(source, 9);
    }
    return filter;
}

/* Random filters; arrays of misses with a few notable and a few random IDs in them. */
static size_t check_find_random(const struct mmspan_kernel *kernel) {
    struct random_source source = {20240611};
    size_t failures = 0;
    struct guard guard;
    if (!guard_open(&guard, CAPACITY * sizeof(int32_t))) {
        return 1;
    }
    for (int round = 0; round < 2500; round++) {
        const struct mmspan_filter filter = random_filter(&source);
        int32_t notable[NOTABLE];
        const size_t n_notable = notable_ids(&filter, notable);
        int32_t miss = 0;
        notable_id(&filter, false, &miss);
        const size_t n = random_below(&source, random_chance(&source, 50) ? 40 : 400);
        const size_t where = random_below(&source, PLACES);
        int32_t *ids = prepare(&guard, where, n, notable[0], miss);
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
static void run_positions(size_t *failures, const struct mmspan_kernel *kernel,
                          const struct guard *guard, int32_t id, int32_t other, size_t where) {
    for (size_t k = 0; k < lengths_at(where); k++) {
        const size_t n = length_at(k);
        int32_t *ids = prepare(guard, where, n, id, id);
        expect(failures, "run", kernel, n, where, (int64_t)n, (int64_t)kernel->run(ids, n, id));
        for (size_t p = n; p-- > 0;) {
            ids[p] = other;
            expect(failures, "run", kernel, n, where, (int64_t)p,
                   (int64_t)kernel->run(ids, n, id));
            if (p % 3 != 0) {
                ids[p] = id;
            }
        }
    }
}

static size_t check_run(const struct mmspan_kernel *kernel) {
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
static size_t check_read(const struct mmspan_kernel *kernel) {
    size_t failures = 0;
    struct guard guard;
    if (!guard_open(&guard, CAPACITY * sizeof(int32_t))) {
        return 1;
    }
    for (size_t where = 0; where < PLACES; where++) {
        for (size_t k = 0; k < lengths_at(where); k++) {
            const size_t n = length_at(k);
            int32_t *ids = prepare(&guard, where, n, -1, 0);
            expect(&failures, "read", kernel, n, where, 0, kernel->read(ids, n));
            for (size_t p = 0; p < n; p++) {
                ids[p] = (int32_t)(UINT32_C(1) << p % 32);
                expect(&failures, "read", kernel, n, where, ids[p], kernel->read(ids, n));
                ids[p] = 0;
            }
        }
    }
    guard_close(&guard);
    return failures;
}

/* Heap blocks of just the right size, without a hit. A vector that is aligned never crosses
 * into another page, so that only AddressSanitizer or valgrind can see it reach too far. */
static size_t check_heap(const struct mmspan_kernel *kernel) {
    size_t failures = 0;
    for (size_t offset = 0; offset < 16; offset++) {
        for (size_t n = 1; n <= 200; n++) {
            int32_t *block = malloc((offset + n) * sizeof *block);
            if (block == NULL) {
                return failures + 1;
            }
            fill(block, offset + n, 7);
            const int32_t *ids = block + offset;
            expect(&failures, "find", kernel, n, offset, (int64_t)n,
                   (int64_t)kernel->find(ids, n, &filters[3]));
            expect(&failures, "run", kernel, n, offset, (int64_t)n,
                   (int64_t)kernel->run(ids, n, 7));
            expect(&failures, "read", kernel, n, offset, 7, kernel->read(ids, n));
            free(block);
        }
    }
    return failures;
}

static const struct kernel_check checks[] = {
    {"find, every position", check_find_positions},
    {"find, notable IDs", check_find_values},
    {"find, random", check_find_random},
    {"run", check_run},
    {"read", check_read},
    {"heap", check_heap},
};

const struct kernel_check *kernel_check_at(size_t index) {
    return index < sizeof checks / sizeof checks[0] ? &checks[index] : NULL;
}

size_t kernel_selection_failures(void) {
    size_t failures = 0;
    size_t n = 0;
    bool has_best = false;
    for (const struct mmspan_kernel *kernel; (kernel = mmspan_kernel_at(n)) != NULL; n++) {
        failures += mmspan_kernel_by_name(kernel->name) != kernel;
        has_best |= kernel == mmspan_kernel_best();
    }
    failures += n == 0 || strcmp(mmspan_kernel_at(0)->name, "scalar") != 0;
    failures += !has_best || mmspan_kernel_at(n + 1) != NULL;
    /* Any vectors beat none. */
    failures += n > 1 && mmspan_kernel_best() == mmspan_kernel_at(0);
    failures += mmspan_kernel_by_name("") != NULL || mmspan_kernel_by_name("avx") != NULL;
    /* No build has both. */
    failures += mmspan_kernel_by_name("neon") && mmspan_kernel_by_name("sse2");
    return failures;
}
