/* The checks of from_int64, from_uint32 and from_uint16: against a loop over int64. */
#include "kernel_narrow.h"

#include <stdlib.h>
#include <string.h>

#include "../support/random.h"
#include "kernel_arrays.h"

enum width { INT64, UINT32, UINT16, WIDTHS };

static const char *const names[WIDTHS] = {"from_int64", "from_uint32", "from_uint16"};
static const size_t sizes[WIDTHS] = {8, 4, 2};

/* What stands around the IDs, where nothing may be written, and where they will be. */
enum { UNTOUCHED = 0x5A5A5A5A, AROUND = 16 };

/* Values, the same as they are stored, and the IDs made of them. `from` and `to` are guarded;
 * the arrays lie in them at the places `where_from` and `where_to`. */
struct narrowing {
    const struct mm_kernel *kernel;
    enum width width;
    struct guard from;
    struct guard to;
    size_t where_from;
    size_t where_to;
    int64_t values[CAPACITY];
    size_t failures;
};

static const int64_t misfits_of_int64[] = {
    INT64_C(1) << 31,
    -(INT64_C(1) << 31) - 1,
    UINT32_MAX,
    INT64_C(1) << 32,
    (INT64_C(1) << 32) + 258880,
    -(INT64_C(1) << 32),
    INT64_C(0x7FFFFFFF00000005),
    INT64_MAX - (INT64_C(1) << 31),
    INT64_MAX - (INT64_C(1) << 31) + 1,
    INT64_MAX,
    INT64_MIN,
    INT64_MIN + 7,
};
static const int64_t misfits_of_uint32[] = {INT64_C(1) << 31, (INT64_C(1) << 31) + 1,
                                            UINT32_MAX - 7, UINT32_MAX};

/* How many there are, and number `index` of them, counted round. */
static size_t n_misfits(enum width width) {
    return width == INT64    ? sizeof misfits_of_int64 / sizeof misfits_of_int64[0]
           : width == UINT32 ? sizeof misfits_of_uint32 / sizeof misfits_of_uint32[0]
                             : 0;
}

static int64_t misfit_at(enum width width, size_t index) {
    const int64_t *misfits = width == INT64 ? misfits_of_int64 : misfits_of_uint32;
    return misfits[index % n_misfits(width)];
}

/* A value that fits: an extreme one, or one of many, so that it is known where it came from. */
static int64_t fit_at(enum width width, size_t i) {
    const int64_t extreme[] = {INT32_MIN, INT32_MAX, -1, 0, INT32_MIN + 1, 0xFFFF, 0x8000};
    const uint32_t mixed = (uint32_t)i * 2654435761U;
    const int64_t value = i % 3 == 0 ? extreme[i / 3 % 7] : (int64_t)(int32_t)mixed;
    return width == INT64 ? value : width == UINT32 ? value & INT32_MAX : value & UINT16_MAX;
}

static void put(void *from, size_t i, enum width width, int64_t value) {
    const uint32_t half = (uint32_t)value;
    const uint16_t quarter = (uint16_t)value;
    const void *as[WIDTHS] = {&value, &half, &quarter};
    memcpy((char *)from + i * sizes[width], as[width], sizes[width]);
}

static size_t make_ids(const struct narrowing *job, const void *from, size_t n, int32_t *ids) {
    switch (job->width) {
    case INT64:
        return job->kernel->from_int64(from, n, ids);
    case UINT32:
        return job->kernel->from_uint32(from, n, ids);
    default:
        job->kernel->from_uint16(from, n, ids);
        return n;
    }
}

static void expect(struct narrowing *job, size_t n, int64_t wanted, int64_t got) {
    kernel_expect(&job->failures, names[job->width], job->kernel, n, job->where_to, wanted,
                  got);
}

static size_t first_misfit(const int64_t *values, size_t n) {
    size_t i = 0;
    while (i < n && INT32_MIN <= values[i] && values[i] <= INT32_MAX) {
        i++;
    }
    return i;
}

/* Makes IDs of the first n values, and compares them and what is around them. */
static void try_values(struct narrowing *job, size_t n) {
    const size_t size = sizes[job->width];
    char *from = job->where_from == BACK ? guard_back(&job->from, n * size)
                                         : (char *)job->from.start + job->where_from * size;
    for (size_t i = 0; i < n; i++) {
        put(from, i, job->width, job->values[i]);
    }
    int32_t *all = (int32_t *)(void *)job->to.start;
    int32_t *ids =
        job->where_to == BACK ? guard_back(&job->to, n * sizeof *ids) : all + job->where_to;
    const size_t capacity = job->to.size / sizeof *all;
    const size_t start = (size_t)(ids - all);
    const size_t low = start < AROUND ? 0 : start - AROUND;
    const size_t high = start + n + AROUND > capacity ? capacity : start + n + AROUND;
    kernel_fill(all + low, high - low, UNTOUCHED);
    const size_t fitting = first_misfit(job->values, n);
    expect(job, n, (int64_t)fitting, (int64_t)make_ids(job, from, n, ids));
    for (size_t i = low; i < high; i++) {
        if (i < start || i >= start + n) {
            expect(job, n, UNTOUCHED, all[i]);
        } else if (i < start + fitting) {
            expect(job, n, job->values[i - start], all[i]);
        }
    }
}

static void set_fits(struct narrowing *job) {
    for (size_t i = 0; i < CAPACITY; i++) {
        job->values[i] = fit_at(job->width, i);
    }
}

/* Calls check(job) for all widths, on guarded memory. */
static size_t for_each_width(const struct mm_kernel *kernel,
                             void (*check)(struct narrowing *job)) {
    static struct narrowing job;
    job = (struct narrowing){.kernel = kernel};
    if (!guard_open(&job.from, CAPACITY * sizeof(int64_t))) {
        return 1;
    }
    if (!guard_open(&job.to, CAPACITY * sizeof(int32_t))) {
        guard_close(&job.from);
        return 1;
    }
    for (int width = 0; width < WIDTHS; width++) {
        job.width = (enum width)width;
        set_fits(&job);
        check(&job);
    }
    guard_close(&job.to);
    guard_close(&job.from);
    return job.failures;
}

/* All values fit: every length, every pair of alignments. */
static void check_fits(struct narrowing *job) {
    for (job->where_from = 0; job->where_from < PLACES; job->where_from++) {
        for (job->where_to = 0; job->where_to < PLACES; job->where_to++) {
            const size_t lengths = kernel_lengths(job->where_from ^ job->where_to);
            for (size_t k = 0; k < lengths; k++) {
                try_values(job, kernel_length(k));
            }
        }
    }
}

/* A misfit at every position, alone and with others behind it. */
static void try_misfits(struct narrowing *job, size_t n) {
    for (size_t p = 0; p < n; p++) {
        const int64_t fit = job->values[p];
        job->values[p] = misfit_at(job->width, p + n);
        try_values(job, n);
        job->values[p] = fit;
    }
    for (size_t p = n; p-- > 0;) {
        job->values[p] = misfit_at(job->width, p);
        try_values(job, n);
    }
    set_fits(job);
}

/* One place of IDs for each place of values. */
static void check_misfits(struct narrowing *job) {
    if (n_misfits(job->width) == 0) {
        return;
    }
    for (size_t where = 0; where < PLACES; where++) {
        job->where_from = where;
        job->where_to = where * 5 % PLACES;
        for (size_t k = 0; k < kernel_lengths(where == BACK ? BACK : 1); k++) {
            try_misfits(job, kernel_length(k));
        }
    }
}

/* Every misfit at some positions that different loops reach. */
static void check_extremes(struct narrowing *job) {
    const size_t lengths[] = {1, 5, 17, 33, 150};
    job->where_from = BACK;
    job->where_to = BACK;
    for (size_t m = 0; m < n_misfits(job->width); m++) {
        for (size_t k = 0; k < sizeof lengths / sizeof lengths[0]; k++) {
            for (size_t p = 0; p < lengths[k]; p++) {
                const int64_t fit = job->values[p];
                job->values[p] = misfit_at(job->width, m);
                try_values(job, lengths[k]);
                job->values[p] = fit;
            }
        }
    }
}

/* As a caller goes on behind each misfit, in heap blocks of just the right size, in which
 * AddressSanitizer and valgrind see what guard pages do not. */
static void go_on(struct narrowing *job, size_t n) {
    char *from = malloc(n * sizes[job->width]);
    int32_t *ids = malloc(n * sizeof *ids);
    job->failures += from == NULL || ids == NULL;
    for (size_t i = 0; from && ids && i < n; i++) {
        put(from, i, job->width, job->values[i]);
    }
    for (size_t i = 0; from && ids && i < n; i++) {
        i += make_ids(job, from + i * sizes[job->width], n - i, ids + i);
        if (i < n) {
            ids[i] = UNTOUCHED;
        }
    }
    for (size_t i = 0; from && ids && i < n; i++) {
        const bool fits = first_misfit(&job->values[i], 1) == 1;
        expect(job, n, fits ? job->values[i] : UNTOUCHED, ids[i]);
    }
    free(ids);
    free(from);
}

static void check_going_on(struct narrowing *job) {
    struct random_source source = {20261103};
    for (size_t round = 0; round < 600; round++) {
        const size_t n = 1 + random_below(&source, round % 4 == 0 ? 400 : 70);
        const unsigned share = round % 3 == 0 ? 0 : round % 3 == 1 ? 3 : 60;
        for (size_t i = 0; i < n; i++) {
            const bool fits = n_misfits(job->width) == 0 || !random_chance(&source, share);
            job->values[i] = fits ? fit_at(job->width, random_below(&source, 10000))
                                  : misfit_at(job->width, random_below(&source, 100));
        }
        go_on(job, n);
    }
}

size_t kernel_check_fits(const struct mm_kernel *kernel) {
    return for_each_width(kernel, check_fits);
}

size_t kernel_check_misfits(const struct mm_kernel *kernel) {
    return for_each_width(kernel, check_misfits);
}

size_t kernel_check_extremes(const struct mm_kernel *kernel) {
    return for_each_width(kernel, check_extremes);
}

size_t kernel_check_going_on(const struct mm_kernel *kernel) {
    return for_each_width(kernel, check_going_on);
}
