/* Measures scan and collapse of ordinary prompts against what memory allows. */
#include "bench.h"
#include "prompts.h"
#include "report.h"
#include "timing.h"

#include "../../src/kernel/kernel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N_LARGE = 128 * 1024, N_SMALL = 8 * 1024 };

/* What the subjects of one table row work on. */
struct job {
    const mmspan_matcher *matcher;
    const struct mm_kernel *kernel;
    mmspan_result *result;
    const int32_t *ids;
    size_t n;
    int32_t *out;
    size_t n_out;
};

/* Keeps the compiler from leaving the work out. */
static volatile int32_t sink;

static void run_read(void *context) {
    const struct job *job = context;
    sink = job->kernel->read(job->ids, job->n);
}

static void run_scan(void *context) {
    const struct job *job = context;
    mmspan_error error;
    expect_ok(mmspan_scan(job->matcher, job->ids, job->n, NULL, job->result, &error), &error);
}

static void run_copy(void *context) {
    const struct job *job = context;
    memcpy(job->out, job->ids, job->n_out * sizeof *job->out);
    sink = job->out[job->n_out - 1];
}

static void run_read_and_copy(void *context) {
    run_read(context);
    run_copy(context);
}

static void run_collapse(void *context) {
    struct job *job = context;
    mmspan_error error;
    expect_ok(
        mmspan_collapse(job->result, job->ids, job->n, job->out, job->n, &job->n_out, &error),
        &error);
}

static void run_scan_and_collapse(void *context) {
    run_scan(context);
    run_collapse(context);
}

/* What a program for one model does by hand: one token at a time, no findings. */
static void run_plain_loop(void *context) {
    const struct job *job = context;
    int32_t blocks = 0;
    int64_t begin = -1;
    for (size_t i = 0; i < job->n; i++) {
        if (job->ids[i] == GEMMA_BOI) {
            begin = (int64_t)i;
        } else if (job->ids[i] == GEMMA_EOI) {
            blocks += begin >= 0;
            begin = -1;
        } else if (job->ids[i] != GEMMA_IMAGE) {
            begin = -1;
        }
    }
    sink = blocks;
}

/* Fills in the cell of the last kernel of the table. */
static void add_cell(struct speed_table *table, const char *work, double target,
                     const struct job *job, const struct subject *subject,
                     const struct subject *reference) {
    struct speed_row *row = speed_table_row(table, work, target);
    size_t k = table->n_kernels - 1;
    row->nanoseconds[k] = 1e9 * median_seconds(subject) / (double)job->n;
    row->ratios[k] = reference ? median_ratio(subject, reference) : 0;
}

/* A scan of these IDs against a read pass over them. */
static void bench_scan(struct speed_table *table, struct job *job, const char *what,
                       double target, unsigned rounds) {
    struct subject subjects[] = {{.run = run_read, .context = job},
                                 {.run = run_scan, .context = job}};
    char work[128];
    time_subjects(subjects, 2, rounds);
    snprintf(work, sizeof work, "read pass, %s", size_text(job->n));
    add_cell(table, work, 0, job, &subjects[0], NULL);
    snprintf(work, sizeof work, "scan, %s, %s", what, size_text(job->n));
    add_cell(table, work, target, job, &subjects[1], &subjects[0]);
}

static void bench_collapse(struct speed_table *table, struct job *job, unsigned rounds) {
    struct subject subjects[] = {{.run = run_read_and_copy, .context = job},
                                 {.run = run_collapse, .context = job},
                                 {.run = run_scan_and_collapse, .context = job}};
    run_scan(job);
    run_collapse(job);
    time_subjects(subjects, 3, rounds);
    add_cell(table, "read pass and memcpy of the collapsed prompt", 0, job, &subjects[0], NULL);
    add_cell(table, "collapse, half text, half blocks", 1.5, job, &subjects[1], &subjects[0]);
    add_cell(table, "scan and collapse, half text, half blocks", 0, job, &subjects[2],
             &subjects[0]);
}

static void bench_kernel(struct speed_table *table, struct job *job, const int32_t *text,
                         size_t n_text, const int32_t *half, unsigned rounds) {
    unsigned few = rounds < 7 ? rounds : 7;
    job->ids = text;
    job->n = n_text;
    bench_scan(table, job, "text only", 1.10, few);
    job->n = N_LARGE;
    bench_scan(table, job, "text only", 1.35, rounds);
    job->n = N_SMALL;
    bench_scan(table, job, "text only", 2.20, rounds);
    job->ids = half;
    job->n = N_LARGE;
    bench_scan(table, job, "half text, half blocks", 2.00, rounds);
    bench_collapse(table, job, rounds);
}

static void print_line(const char *work, const struct subject *subject, size_t n) {
    double nanoseconds = 1e9 * median_seconds(subject) / (double)n;
    printf("| %s | %.3f | %.1f |\n", work, nanoseconds, sizeof(int32_t) / nanoseconds);
}

/* What does not depend on the kernel. */
static void bench_others(struct job *job, const int32_t *text, size_t n_text, unsigned rounds) {
    struct job large = {.ids = text, .n = n_text, .n_out = n_text};
    struct subject loop = {.run = run_plain_loop, .context = job};
    struct subject small_copy = {.run = run_copy, .context = job};
    struct subject large_copy = {.run = run_copy, .context = &large};
    char work[64];
    job->n_out = job->n;
    large.out = allocate(n_text, sizeof *large.out);
    time_subjects(&loop, 1, rounds);
    time_subjects(&small_copy, 1, rounds);
    time_subjects(&large_copy, 1, rounds < 7 ? rounds : 7);
    printf("\n| for comparison | ns/token | GB/s |\n|---|---:|---:|\n");
    print_line("plain C loop, half text, half blocks, 128 Ki tokens", &loop, job->n);
    print_line("memcpy, 128 Ki tokens", &small_copy, job->n);
    snprintf(work, sizeof work, "memcpy, %s", size_text(n_text));
    print_line(work, &large_copy, n_text);
    free(large.out);
}

void bench_speed(const struct bench_options *options) {
    size_t n_text = options->max_mib * 1024 * 1024 / sizeof(int32_t);
    int32_t *text = allocate(n_text, sizeof *text);
    int32_t *half = allocate(N_LARGE, sizeof *half);
    struct job job = {.out = allocate(N_LARGE, sizeof *job.out)};
    struct speed_table table = {.n_rows = 0};
    mmspan_error error = {0};
    fill_text(text, n_text);
    fill_half_and_half(half, N_LARGE);
    expect_ok(mmspan_result_create(NULL, &job.result), &error);
    for (size_t i = 0; i < MAX_COLUMNS && mm_kernel_at(i); i++) {
        job.kernel = mm_kernel_at(i);
        table.kernels[table.n_kernels++] = job.kernel->name;
        mmspan_matcher *matcher = make_matcher("gemma-4", job.kernel->name);
        job.matcher = matcher;
        bench_kernel(&table, &job, text, n_text, half, options->rounds);
        mmspan_matcher_destroy(matcher);
    }
    printf(
        "\nGemma 4, ns per token by kernel. In brackets the ratio to a read pass over the "
        "same\n"
        "tokens with the same kernel; for collapse, to read pass and memcpy. Blocks have 256\n"
        "rows; half-and-half prompts have 128 Ki tokens.\n");
    speed_table_print(&table);
    bench_others(&job, text, n_text, options->rounds);
    mmspan_result_destroy(job.result);
    free(job.out);
    free(half);
    free(text);
}
