/* Work that several parts of the benchmark time: reading, scanning and copying tokens. */
#ifndef MMSPAN_BENCH_WORK_H
#define MMSPAN_BENCH_WORK_H

#include "bench.h"
#include "timing.h"

#include "../../src/kernel/kernel.h"

#include <stdint.h>

/* Tokens, and what they are scanned with and into. */
struct scan_work {
    mmspan_matcher *matcher;
    const struct mm_kernel *kernel; /* of the read pass; the matcher's */
    mmspan_result *result;
    const int32_t *ids;
    size_t n;
};

/* Makes what is needed to scan with a built-in config; NULL kernel: the best one. */
void scan_work_open(struct scan_work *work, const char *model, const char *kernel);
void scan_work_close(struct scan_work *work);

/* A copy of `bytes`. */
struct copy_work {
    const void *from;
    void *to;
    size_t bytes;
};

/* For struct subject: the context is a scan_work, or for run_copy a copy_work. */
void run_read(void *context);
void run_scan(void *context);
void run_copy(void *context);

/* Nanoseconds per token: of the median round. */
double pace(const struct subject *subject, size_t n_tokens);

#endif
