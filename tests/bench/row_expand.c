/* The row about expanding placeholders, against a memcpy of the expanded prompt. */
#include "bench.h"
#include "prompts.h"
#include "report.h"
#include "work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N_OUT = 128 * 1024 };

/* A prompt with blocks, the same with a placeholder for each, and what expand needs. */
struct expand_work {
    struct scan_work scan; /* of the placeholders */
    mmspan_media *media;
    size_t n_media;
    int32_t *out;
    size_t n_out;
};

static void run_expand(void *context) {
    struct expand_work *work = context;
    const struct scan_work *scan = &work->scan;
    mmspan_error error;
    expect_ok(mmspan_expand(scan->result, scan->ids, scan->n, work->media, work->n_media, NULL,
                            work->out, N_OUT, &work->n_out, &error),
              &error);
}

/* The placeholders are what collapse makes of the blocks. */
static void collapse(struct expand_work *work, const int32_t *blocks, int32_t *placeholders) {
    struct scan_work *scan = &work->scan;
    mmspan_error error;
    scan->ids = blocks;
    scan->n = N_OUT;
    run_scan(scan);
    const mmspan_view *view = mmspan_result_view(scan->result);
    work->n_media = view->n_items;
    work->media = allocate(view->n_items, sizeof *work->media);
    for (size_t i = 0; i < view->n_items; i++)
        work->media[i] =
            (mmspan_media){.rows = view->items[i].rows, .modality = view->items[i].modality};
    expect_ok(
        mmspan_collapse(scan->result, blocks, N_OUT, placeholders, N_OUT, &scan->n, &error),
        &error);
    scan->ids = placeholders;
    run_scan(scan);
}

void row_expand(const struct bench_options *options) {
    int32_t *blocks = allocate(N_OUT, sizeof *blocks);
    int32_t *placeholders = allocate(N_OUT, sizeof *placeholders);
    struct expand_work work = {.out = allocate(N_OUT, sizeof *work.out)};
    scan_work_open(&work.scan, "gemma-4", options->kernel);
    fill_half_and_half(blocks, N_OUT);
    collapse(&work, blocks, placeholders);
    struct copy_work copy = {blocks, work.out, N_OUT * sizeof *blocks};
    struct subject subjects[] = {{.run = run_copy, .context = &copy},
                                 {.run = run_expand, .context = &work}};
    time_subjects(subjects, 2, options->rounds);
    run_expand(&work);
    if (work.n_out != N_OUT || memcmp(work.out, blocks, copy.bytes) != 0)
        give_up("expanding what was collapsed gives another prompt");
    char note[96];
    snprintf(note, sizeof note, "%.3f ns per token of output, memcpy %.3f",
             pace(&subjects[1], N_OUT), pace(&subjects[0], N_OUT));
    print_figure("expand to half text, half blocks of 256 rows, 128 Ki tokens", 1.5,
                 "× memcpy of its output", median_ratio(&subjects[1], &subjects[0]), note);
    scan_work_close(&work.scan);
    free(work.media);
    free(work.out);
    free(placeholders);
    free(blocks);
}
