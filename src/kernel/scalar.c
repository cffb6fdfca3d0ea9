/* The kernel in portable C: for CPUs without vectors, and the reference for the others. */
#include "isa.h"

#include <stdbool.h>

#include "widths.h"

/* IDs that are tested with one branch. */
enum { BLOCK = 8 };

static bool hit(int32_t id, const struct mm_filter *filter) {
    bool inside = false;
    for (uint32_t r = 0; r < filter->n; r++) {
        inside |= (uint32_t)id - filter->range[r].first <= filter->range[r].extent;
    }
    return inside;
}

/* As find, for a single range. A block has no early exit, so a compiler may vectorise it. */
static size_t find_one(const int32_t *ids, size_t n, uint32_t first, uint32_t extent) {
    size_t i = 0;
    for (; n - i >= BLOCK; i += BLOCK) {
        bool inside = false;
        for (size_t k = 0; k < BLOCK; k++) {
            inside |= (uint32_t)ids[i + k] - first <= extent;
        }
        if (inside) {
            break;
        }
    }
    while (i < n && (uint32_t)ids[i] - first > extent) {
        i++;
    }
    return i;
}

static size_t find(const int32_t *ids, size_t n, const struct mm_filter *filter) {
    if (filter->n == 0) {
        return n;
    }
    if (filter->n == 1) {
        return find_one(ids, n, filter->range[0].first, filter->range[0].extent);
    }
    size_t i = 0;
    while (i < n && !hit(ids[i], filter)) {
        i++;
    }
    return i;
}

/* A run ends at the first of all the 2^32 - 1 other IDs, which are one circular range. */
static size_t run(const int32_t *ids, size_t n, int32_t id) {
    return find_one(ids, n, (uint32_t)id + 1, UINT32_MAX - 1);
}

static uint32_t set(uint64_t *marks, size_t i) {
    marks[i / 64] |= UINT64_C(1) << i % 64;
    return UINT32_C(1) << i / 64;
}

static uint32_t mark(const int32_t *ids, size_t n, const struct mm_filter *filter, int32_t id,
                     uint64_t *marks) {
    uint32_t words = 0;
    for (size_t word = 0; word * 64 < n; word++) {
        marks[word] = 0;
    }
    for (size_t i = find(ids, n, filter); i < n; i += find(ids + i, n - i, filter)) {
        words |= set(marks, i);
        const size_t length = run(ids + i, n - i, id);
        i += length ? length : 1;
        if (length && i < n) {
            words |= set(marks, i);
        }
    }
    return words;
}

static int32_t read(const int32_t *ids, size_t n) {
    int32_t all = 0;
    for (size_t i = 0; i < n; i++) {
        all |= ids[i];
    }
    return all;
}

static size_t from_int64(const int64_t *values, size_t n, int32_t *ids) {
    return mm_narrow_singly(values, n, ids, MM_INT64);
}

static size_t from_uint32(const uint32_t *values, size_t n, int32_t *ids) {
    return mm_narrow_singly(values, n, ids, MM_UINT32);
}

static void from_uint16(const uint16_t *values, size_t n, int32_t *ids) {
    mm_narrow_singly(values, n, ids, MM_UINT16);
}

const struct mm_kernel mm_kernel_scalar = {"scalar", find,       run,         mark,
                                           read,     from_int64, from_uint32, from_uint16};
