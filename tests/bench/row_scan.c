/* The rows about prompts of ordinary shape, each against a read pass over the same tokens. */
#include "bench.h"
#include "prompts.h"
#include "report.h"
#include "work.h"

#include <stdio.h>
#include <stdlib.h>

enum { N_LARGE = 128 * 1024, N_SMALL = 8 * 1024 };

/* How a scan of the tokens compares with reading them. */
struct comparison {
    double scan; /* ns per token */
    double read;
    double ratio;
};

static struct comparison compare(struct scan_work *work, unsigned rounds) {
    struct subject subjects[] = {{.run = run_read, .context = work},
                                 {.run = run_scan, .context = work}};
    time_subjects(subjects, 2, rounds);
    return (struct comparison){.scan = pace(&subjects[1], work->n),
                               .read = pace(&subjects[0], work->n),
                               .ratio = median_ratio(&subjects[1], &subjects[0])};
}

static void text_row(struct scan_work *work, size_t n, double target, unsigned rounds) {
    char what[64];
    char note[96];
    work->n = n;
    const struct comparison c = compare(work, rounds);
    snprintf(what, sizeof what, "text only, %s", size_text(n));
    snprintf(note, sizeof note, "%.3f ns per token, the read pass %.3f", c.scan, c.read);
    print_figure(what, target, "× the read pass", c.ratio, note);
}

void row_text(const struct bench_options *options) {
    const size_t n_text = options->max_mib * 1024 * 1024 / sizeof(int32_t);
    int32_t *text = allocate(n_text, sizeof *text);
    struct scan_work work;
    scan_work_open(&work, "gemma-4", options->kernel);
    fill_text(text, n_text);
    work.ids = text;
    text_row(&work, n_text, 1.10, options->rounds < 7 ? options->rounds : 7);
    text_row(&work, N_LARGE, 1.35, options->rounds);
    text_row(&work, N_SMALL, 2.20, options->rounds);
    scan_work_close(&work);
    free(text);
}

/* A prompt of N_LARGE tokens that `fill` writes. */
static void block_row(const struct bench_options *options, const char *model,
                      void (*fill)(int32_t *ids, size_t n), const char *what, double target) {
    int32_t *ids = allocate(N_LARGE, sizeof *ids);
    char note[96];
    struct scan_work work;
    scan_work_open(&work, model, options->kernel);
    fill(ids, N_LARGE);
    work.ids = ids;
    work.n = N_LARGE;
    const struct comparison c = compare(&work, options->rounds);
    snprintf(note, sizeof note, "%.2f × the read pass, which takes %.3f", c.ratio, c.read);
    print_figure(what, target, "ns per token", c.scan, note);
    scan_work_close(&work);
    free(ids);
}

void row_half(const struct bench_options *options) {
    block_row(options, "gemma-4", fill_half_and_half,
              "half text, half blocks of 256 rows, 128 Ki tokens", 0.06);
}

void row_grid(const struct bench_options *options) {
    block_row(options, "pixtral", fill_grids,
              "blocks with rows (Pixtral, 32 × 32 with breaks), 128 Ki tokens", 0.40);
}
