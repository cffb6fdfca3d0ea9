/* The rows about tokens that are stored as int64, as PyTorch does. */
#include "bench.h"
#include "prompts.h"
#include "report.h"
#include "work.h"

#include <stdio.h>
#include <stdlib.h>

enum { N_LARGE = 128 * 1024 };

struct int64_work {
    struct scan_work bytes; /* the same memory, read as int32 */
    const int64_t *values;
    size_t n;
};

static void run_scan_ids(void *context) {
    const struct int64_work *work = context;
    const mmspan_ids ids = {.data = work->values, .n = work->n, .type = MMSPAN_IDS_INT64};
    mmspan_error error;
    expect_ok(mmspan_scan_ids(work->bytes.matcher, &ids, NULL, work->bytes.result, &error),
              &error);
}

static void int64_row(struct int64_work *work, size_t n, unsigned rounds) {
    work->n = n;
    work->bytes.ids = (const int32_t *)(const void *)work->values;
    work->bytes.n = 2 * n;
    struct subject subjects[] = {{.run = run_read, .context = &work->bytes},
                                 {.run = run_scan_ids, .context = work}};
    time_subjects(subjects, 2, rounds);
    char what[96];
    char note[96];
    snprintf(what, sizeof what, "int64 in memory, narrowed and scanned, %s", tokens_text(n));
    snprintf(note, sizeof note, "%.2f × the read pass over all bytes, which takes %.3f",
             median_ratio(&subjects[1], &subjects[0]), pace(&subjects[0], n));
    print_figure(what, 0.45, "ns per token", pace(&subjects[1], n), note);
}

void row_int64(const struct bench_options *options) {
    const size_t n = options->max_mib * 1024 * 1024 / sizeof(int64_t);
    int64_t *values = allocate(n, sizeof *values);
    int32_t *ids = allocate(n, sizeof *ids);
    struct int64_work work = {.values = values};
    scan_work_open(&work.bytes, "gemma-4", options->kernel);
    fill_text(ids, n);
    for (size_t i = 0; i < n; i++)
        values[i] = ids[i];
    free(ids);
    int64_row(&work, N_LARGE, options->rounds);
    int64_row(&work, n, options->rounds < 7 ? options->rounds : 7);
    scan_work_close(&work.bytes);
    free(values);
}
