/* The vector kernels: finding the next interesting tokens and the ends of runs, and making
 * IDs of other widths int32. */
#ifndef MMSPAN_KERNEL_H
#define MMSPAN_KERNEL_H

#include <stddef.h>
#include <stdint.h>

/* More ranges than this are merged by whoever builds the filter. */
#define MM_FILTER_RANGES 4

/* IDs at which a scan must stop: x is inside range r when, as uint32_t,
 * x - r.first <= r.extent. A range may wrap around. n is 0..MM_FILTER_RANGES. */
struct mm_filter {
    uint32_t n;
    struct {
        uint32_t first;
        uint32_t extent;
    } range[MM_FILTER_RANGES];
};

/* IDs that `mark` takes at once: at least, so that it has whole vectors, and at most, so that
 * they are still in the nearest cache when the marks are read. */
enum { MM_MARK_MIN = 64, MM_MARK_MAX = 2048, MM_MARK_WORDS = MM_MARK_MAX / 64 };

/* One instruction set. All functions touch only the n elements of their arrays and need the
 * alignment of an element only. */
struct mm_kernel {
    const char *name;
    /* Index of the first ID inside the filter, or n. */
    size_t (*find)(const int32_t *ids, size_t n, const struct mm_filter *filter);
    /* Length of the longest prefix in which every ID equals `id`. */
    size_t (*run)(const int32_t *ids, size_t n, int32_t id);
    /* Marks where something changes: bit i % 64 of marks[i / 64] is set when ids[i] is inside
     * the filter and not `id`, and where a run of `id` begins or has just ended. All words
     * are written. Returns the words that are not 0, as bits. `id` is inside the filter; n is
     * MM_MARK_MIN..MM_MARK_MAX. */
    uint32_t (*mark)(const int32_t *ids, size_t n, const struct mm_filter *filter, int32_t id,
                     uint64_t *marks);
    /* OR of all IDs: the read pass that the benchmark compares with. */
    int32_t (*read)(const int32_t *ids, size_t n);
    /* Makes IDs of values of other widths. Returns the index of the first value that does not
     * fit an int32, or n; every uint16 fits. All IDs before that index have been written; what
     * the ones from there on hold is left open. To go on behind a misfit costs a few values
     * more, wherever it is. The two arrays do not overlap. */
    size_t (*from_int64)(const int64_t *values, size_t n, int32_t *ids);
    size_t (*from_uint32)(const uint32_t *values, size_t n, int32_t *ids);
    void (*from_uint16)(const uint16_t *values, size_t n, int32_t *ids);
};

/* Kernel number `index` of those that this build and this CPU have, narrowest
 * first, or NULL. */
const struct mm_kernel *mm_kernel_at(size_t index);

/* The kernel of that name; NULL when this build or CPU lacks it or there is none. */
const struct mm_kernel *mm_kernel_by_name(const char *name);

/* The kernel that is fastest here. */
const struct mm_kernel *mm_kernel_best(void);

#endif
