/* The row about many short sequences, against a read pass over all of them. */
#include "bench.h"
#include "prompts.h"
#include "report.h"
#include "work.h"

#include <stdio.h>
#include <stdlib.h>

enum { N_SEQUENCES = 100000, N_QUICK = 1000, LENGTH = 1000 };

struct batch_work {
    struct scan_work all; /* the tokens of all sequences, as one */
    int64_t *offsets;
    size_t n_sequences;
    mmspan_batch *batch;
};

static void run_batch(void *context) {
    struct batch_work *work = context;
    const mmspan_ids values = {.data = work->all.ids, .n = work->all.n};
    mmspan_error error;
    expect_ok(mmspan_scan_batch(work->all.matcher, &values, work->offsets, work->n_sequences,
                                NULL, work->batch, &error),
              &error);
}

void row_batch(const struct bench_options *options) {
    struct batch_work work = {.n_sequences = options->quick ? N_QUICK : N_SEQUENCES};
    const size_t n = work.n_sequences * LENGTH;
    int32_t *ids = allocate(n, sizeof *ids);
    mmspan_error error = {0};
    work.offsets = allocate(work.n_sequences + 1, sizeof *work.offsets);
    scan_work_open(&work.all, "gemma-4", options->kernel);
    expect_ok(mmspan_batch_create(NULL, &work.batch), &error);
    fill_text(ids, n);
    for (size_t i = 0; i <= work.n_sequences; i++)
        work.offsets[i] = (int64_t)i * LENGTH;
    work.all.ids = ids;
    work.all.n = n;
    struct subject subjects[] = {{.run = run_read, .context = &work.all},
                                 {.run = run_batch, .context = &work}};
    time_subjects(subjects, 2, options->rounds < 7 ? options->rounds : 7);
    char what[96];
    char note[96];
    snprintf(what, sizeof what, "batch of %zu text sequences of %d tokens", work.n_sequences,
             LENGTH);
    snprintf(note, sizeof note, "%.3f ns per token, the read pass %.3f", pace(&subjects[1], n),
             pace(&subjects[0], n));
    print_figure(what, 1.6, "× the read pass", median_ratio(&subjects[1], &subjects[0]), note);
    mmspan_batch_destroy(work.batch);
    scan_work_close(&work.all);
    free(work.offsets);
    free(ids);
}
