/* Arrays, filters and IDs for the kernel checks. */
#include "kernel_arrays.h"

#include <stdio.h>

/* All lengths up to 4 of the widest vectors, and lengths around blocks of 32 and 64 IDs. */
enum { SHORT = 64 };
static const size_t longer[] = {65,  66,  71,  72,  79,  80,  81,  95,  96,  97,  111,
                                112, 127, 128, 129, 143, 144, 145, 191, 192, 193, 207,
                                208, 209, 255, 256, 257, 271, 272, 300, 336};
enum { LENGTHS = SHORT + 1 + sizeof longer / sizeof longer[0] };

#define MAX UINT32_MAX

const struct mm_filter kernel_filters[KERNEL_FILTERS] = {
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

size_t kernel_length(size_t index) {
    return index <= SHORT ? index : longer[index - SHORT - 1];
}

/* Longer arrays are tried at some of the places only. */
size_t kernel_lengths(size_t where) {
    return where == BACK || where % 5 == 0 ? LENGTHS : SHORT + 1;
}

static int32_t *place(const struct guard *guard, size_t where, size_t n) {
    if (where == BACK) {
        return guard_back(guard, n * sizeof(int32_t));
    }
    return (int32_t *)(void *)guard->start + where;
}

void kernel_fill(int32_t *ids, size_t n, int32_t id) {
    for (size_t i = 0; i < n; i++) {
        ids[i] = id;
    }
}

int32_t *kernel_array(const struct guard *guard, size_t where, size_t n, int32_t around,
                      int32_t id) {
    kernel_fill((int32_t *)(void *)guard->start, guard->size / sizeof(int32_t), around);
    int32_t *ids = place(guard, where, n);
    kernel_fill(ids, n, id);
    return ids;
}

bool kernel_inside(const struct mm_filter *filter, int32_t id) {
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

size_t kernel_notables(const struct mm_filter *filter, int32_t ids[NOTABLE]) {
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

void kernel_expect(size_t *failures, const char *what, const struct mm_kernel *kernel, size_t n,
                   size_t where, int64_t wanted, int64_t got) {
    if (wanted != got && (*failures)++ == 0) {
        fprintf(stderr, "%s of %s: %lld instead of %lld, for %zu IDs at place %zu\n", what,
                kernel->name, (long long)got, (long long)wanted, n, where);
    }
}
