/* Reads, scans and copies tokens. */
#include "work.h"

#include "report.h"

#include <string.h>

/* Keeps the compiler from leaving the work out. */
static volatile int32_t sink;

void scan_work_open(struct scan_work *work, const char *model, const char *kernel) {
    mmspan_error error = {0};
    *work = (struct scan_work){.matcher = make_matcher(model, kernel)};
    work->kernel = mm_kernel_by_name(mmspan_matcher_kernel(work->matcher));
    expect_ok(mmspan_result_create(NULL, &work->result), &error);
}

void scan_work_close(struct scan_work *work) {
    mmspan_result_destroy(work->result);
    mmspan_matcher_destroy(work->matcher);
}

void run_read(void *context) {
    const struct scan_work *work = context;
    sink = work->kernel->read(work->ids, work->n);
}

void run_scan(void *context) {
    const struct scan_work *work = context;
    mmspan_error error;
    expect_ok(mmspan_scan(work->matcher, work->ids, work->n, NULL, work->result, &error),
              &error);
}

void run_copy(void *context) {
    const struct copy_work *work = context;
    memcpy(work->to, work->from, work->bytes);
    sink = ((const unsigned char *)work->to)[work->bytes - 1];
}

double pace(const struct subject *subject, size_t n_tokens) {
    return 1e9 * median_seconds(subject) / (double)n_tokens;
}
