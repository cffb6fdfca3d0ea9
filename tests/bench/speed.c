/* Measures scan and collapse of ordinary prompts with every kernel. */
#include "bench.h"
#include "prompts.h"
#include "report.h"
#include "work.h"

#include <stdio.h>
#include <stdlib.h>

enum { N_LARGE = 128 * 1024, N_SMALL = 8 * 1024 };

/* What the subjects of one table row work on. `out` receives the collapsed prompt. */
struct job {
    struct scan_work scan;
    int32_t *out;
    size_t n_out;
};

static volatile int32_t sink;

static void run_read_and_copy(void *context) {
    const struct job *job = context;
    struct copy_work copy = {job->scan.ids, job->out, job->n_out * sizeof *job->out};
    run_read(context);
    run_copy(&copy);
}

static void run_collapse(void *context) {
    struct job *job = context;
    const struct scan_work *scan = &job->scan;
    mmspan_error error;
    expect_ok(mmspan_collapse(scan->result, scan->ids, scan->n, job->out, scan->n, &job->n_out,
                              &error),
              &error);
}

static void run_scan_and_collapse(void *context) {
    run_scan(context);
    run_collapse(context);
}

/* What a program for one model does by hand: one token at a time, no findings. */
static void run_plain_loop(void *context) {
    const struct scan_work *work = context;
    int32_t blocks = 0;
    int64_t begin = -1;
    for (size_t i = 0; i < work->n; i++) {
        if (work->ids[i] == GEMMA_BOI) {
            begin = (int64_t)i;
        } else if (work->ids[i] == GEMMA_EOI) {
            blocks += begin >= 0;
            begin = -1;
        } else if (work->ids[i] != GEMMA_IMAGE) {
            begin = -1;
        }
    }
    sink = blocks;
}

/* Fills in the cell of the last kernel of the table. */
static void add_cell(struct speed_table *table, const char *work, double target, size_t n,
                     const struct subject *subject, const struct subject *reference) {
    struct speed_row *row = speed_table_row(table, work, target);
    size_t k = table->n_kernels - 1;
    row->nanoseconds[k] = pace(subject, n);
    row->ratios[k] = reference ? median_ratio(subject, reference) : 0;
}

/* A scan of these IDs against a read pass over them. */
static void bench_scan(struct speed_table *table, struct scan_work *scan, const char *what,
                       double target, unsigned rounds) {
    struct subject subjects[] = {{.run = run_read, .context = scan},
                                 {.run = run_scan, .context = scan}};
    char work[128];
    time_subjects(subjects, 2, rounds);
    snprintf(work, sizeof work, "read pass, %s", size_text(scan->n));
    add_cell(table, work, 0, scan->n, &subjects[0], NULL);
    snprintf(work, sizeof work, "scan, %s, %s", what, size_text(scan->n));
    add_cell(table, work, target, scan->n, &subjects[1], &subjects[0]);
}

static void bench_collapse(struct speed_table *table, struct job *job, unsigned rounds) {
    struct subject subjects[] = {{.run = run_read_and_copy, .context = job},
                                 {.run = run_collapse, .context = job},
                                 {.run = run_scan_and_collapse, .context = job}};
    const size_t n = job->scan.n;
    run_scan_and_collapse(job);
    time_subjects(subjects, 3, rounds);
    add_cell(table, "read pass and memcpy of the collapsed prompt", 0, n, &subjects[0], NULL);
    add_cell(table, "collapse, half text, half blocks", 1.5, n, &subjects[1], &subjects[0]);
    add_cell(table, "scan and collapse, half text, half blocks", 0, n, &subjects[2],
             &subjects[0]);
}

static void bench_kernel(struct speed_table *table, struct job *job, const int32_t *text,
                         size_t n_text, const int32_t *half, unsigned rounds) {
    struct scan_work *scan = &job->scan;
    scan->ids = text;
    scan->n = n_text;
    bench_scan(table, scan, "text only", 1.10, rounds < 7 ? rounds : 7);
    scan->n = N_LARGE;
    bench_scan(table, scan, "text only", 1.35, rounds);
    scan->n = N_SMALL;
    bench_scan(table, scan, "text only", 2.20, rounds);
    scan->ids = half;
    scan->n = N_LARGE;
    bench_scan(table, scan, "half text, half blocks", 2.00, rounds);
    bench_collapse(table, job, rounds);
}

static void print_line(const char *work, const struct subject *subject, size_t n) {
    double nanoseconds = pace(subject, n);
    printf("| %s | %.3f | %.1f |\n", work, nanoseconds, sizeof(int32_t) / nanoseconds);
}

/* What does not depend on the kernel. */
static void bench_others(const int32_t *half, const int32_t *text, size_t n_text,
                         unsigned rounds) {
    int32_t *out = allocate(n_text, sizeof *out);
    struct scan_work scan = {.ids = half, .n = N_LARGE};
    struct copy_work small = {half, out, N_LARGE * sizeof *half};
    struct copy_work large = {text, out, n_text * sizeof *text};
    struct subject loop = {.run = run_plain_loop, .context = &scan};
    struct subject small_copy = {.run = run_copy, .context = &small};
    struct subject large_copy = {.run = run_copy, .context = &large};
    char work[64];
    time_subjects(&loop, 1, rounds);
    time_subjects(&small_copy, 1, rounds);
    time_subjects(&large_copy, 1, rounds < 7 ? rounds : 7);
    printf("\n| for comparison | ns/token | GB/s |\n|---|---:|---:|\n");
    print_line("plain C loop, half text, half blocks, 128 Ki tokens", &loop, N_LARGE);
    print_line("memcpy, 128 Ki tokens", &small_copy, N_LARGE);
    snprintf(work, sizeof work, "memcpy, %s", size_text(n_text));
    print_line(work, &large_copy, n_text);
    free(out);
}

void bench_speed(const struct bench_options *options) {
    size_t n_text = options->max_mib * 1024 * 1024 / sizeof(int32_t);
    int32_t *text = allocate(n_text, sizeof *text);
    int32_t *half = allocate(N_LARGE, sizeof *half);
    struct job job = {.out = allocate(N_LARGE, sizeof *job.out)};
    struct speed_table table = {.n_rows = 0};
    fill_text(text, n_text);
    fill_half_and_half(half, N_LARGE);
    for (size_t i = 0; i < MAX_COLUMNS && mm_kernel_at(i); i++) {
        table.kernels[table.n_kernels++] = mm_kernel_at(i)->name;
        scan_work_open(&job.scan, "gemma-4", mm_kernel_at(i)->name);
        bench_kernel(&table, &job, text, n_text, half, options->rounds);
        scan_work_close(&job.scan);
    }
    printf(
        "\nGemma 4, ns per token by kernel. In brackets the ratio to a read pass over the "
        "same\n"
        "tokens with the same kernel; for collapse, to read pass and memcpy. Blocks have 256\n"
        "rows; half-and-half prompts have 128 Ki tokens.\n");
    speed_table_print(&table);
    bench_others(half, text, n_text, options->rounds);
    free(job.out);
    free(half);
    free(text);
}
