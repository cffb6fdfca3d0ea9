/* The rows about the audit of files, against reading them. */
#define _POSIX_C_SOURCE 200809L

#include "bench.h"
#include "prompts.h"
#include "report.h"
#include "work.h"

#include <mmspan/audit.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { WINDOW = 8192, NPY_HEADER = 128, N_WINDOWS = 8192, N_ROWS = 512, ROW_IDS = 8192 };

struct audit_work {
    struct scan_work tokens;
    char path[32];
    size_t offset; /* of the tokens in the file */
};

static void open_file(struct audit_work *work) {
    memcpy(work->path, "mmspan-bench-XXXXXX", sizeof "mmspan-bench-XXXXXX");
    const int file = mkstemp(work->path);
    if (file < 0)
        give_up("no temporary file here");
    close(file);
}

static void run_audit(void *context) {
    struct audit_work *work = context;
    const mmspan_audit_source source = {.struct_size = sizeof source};
    mmspan_report_totals totals = {.struct_size = sizeof totals};
    mmspan_audit *audit;
    mmspan_error error;
    expect_ok(mmspan_audit_create(work->tokens.matcher, NULL, &audit, &error), &error);
    expect_ok(mmspan_audit_read(audit, work->path, &source, &error), &error);
    mmspan_report_get_totals(mmspan_audit_report(audit), &totals);
    if (totals.tokens != (int64_t)work->tokens.n || totals.unread)
        give_up("the audit did not read all");
    mmspan_audit_destroy(audit);
}

/* Maps the file, reads every token and lets it go. */
static void run_read_mapped(void *context) {
    struct audit_work *work = context;
    const size_t size = work->offset + work->tokens.n * sizeof(int32_t);
    const int file = open(work->path, O_RDONLY);
    char *map = mmap(NULL, size, PROT_READ, MAP_SHARED, file, 0);
    if (file < 0 || map == MAP_FAILED)
        give_up("the file cannot be mapped");
    struct scan_work mapped = work->tokens;
    mapped.ids = (const int32_t *)(const void *)(map + work->offset);
    run_read(&mapped);
    munmap(map, size);
    close(file);
}

static void write_npy(struct audit_work *work, size_t n_windows) {
    int32_t *ids = allocate(WINDOW, sizeof *ids);
    FILE *file = fopen(work->path, "wb");
    char header[NPY_HEADER + 1];
    if (!file)
        give_up("the file cannot be written");
    fill_half_and_half(ids, WINDOW);
    snprintf(header, sizeof header,
             "\x93NUMPY\x01%c\x76%c{'descr': '<i4', 'fortran_order': False, "
             "'shape': (%8zu, %8d), }",
             0, 0, n_windows, WINDOW);
    const size_t used = 10 + strlen(header + 10);
    memset(header + used, ' ', NPY_HEADER - used);
    header[NPY_HEADER - 1] = '\n';
    size_t n = fwrite(header, 1, NPY_HEADER, file);
    for (size_t i = 0; i < n_windows; i++)
        n += fwrite(ids, 1, WINDOW * sizeof *ids, file);
    if (fclose(file) != 0 || n != NPY_HEADER + n_windows * WINDOW * sizeof *ids)
        give_up("the file cannot be written");
    free(ids);
}

static void npy_row(struct audit_work *work, const struct bench_options *options) {
    const size_t n_windows = options->quick ? 16 : N_WINDOWS;
    work->tokens.n = n_windows * WINDOW;
    work->offset = NPY_HEADER;
    write_npy(work, n_windows);
    struct subject subjects[] = {{.run = run_read_mapped, .context = work},
                                 {.run = run_audit, .context = work}};
    time_subjects(subjects, 2, options->rounds < 7 ? options->rounds : 7);
    char what[96];
    char note[96];
    snprintf(what, sizeof what, "audit of .npy, %zu windows of %d tokens, half of them blocks",
             n_windows, WINDOW);
    snprintf(note, sizeof note, "%.3f ns per token, mapping and reading %.3f",
             pace(&subjects[1], work->tokens.n), pace(&subjects[0], work->tokens.n));
    print_figure(what, 1.6, "× reading", median_ratio(&subjects[1], &subjects[0]), note);
}

/* A list under a key: the IDs, or of each the label, or 1. */
static void write_list(FILE *file, const char *key, const int32_t *ids, char kind) {
    fprintf(file, "\"%s\": [", key);
    for (int i = 0; i < ROW_IDS; i++) {
        const bool masked = ids[i] >= GEMMA_BOI;
        const int value = kind == 'i' ? ids[i] : kind == '1' ? 1 : masked ? -100 : ids[i];
        fprintf(file, i ? ", %d" : "%d", value);
    }
    fputc(']', file);
}

static void write_rows(struct audit_work *work, size_t n_rows, bool with_columns) {
    int32_t *ids = allocate(ROW_IDS, sizeof *ids);
    FILE *file = fopen(work->path, "w");
    if (!file)
        give_up("the file cannot be written");
    fill_half_and_half(ids, ROW_IDS);
    for (size_t i = 0; i < n_rows; i++) {
        fputc('{', file);
        write_list(file, "input_ids", ids, 'i');
        if (with_columns) {
            fputs(", ", file);
            write_list(file, "labels", ids, 'l');
            fputs(", ", file);
            write_list(file, "attention_mask", ids, '1');
        }
        fputs("}\n", file);
    }
    if (fclose(file) != 0)
        give_up("the file cannot be written");
    free(ids);
}

static void jsonl_row(struct audit_work *work, const struct bench_options *options,
                      bool with_columns) {
    const size_t n_rows = options->quick ? 2 : N_ROWS;
    work->tokens.n = n_rows * ROW_IDS;
    write_rows(work, n_rows, with_columns);
    struct subject subjects[] = {{.run = run_audit, .context = work}};
    time_subjects(subjects, 1, options->rounds < 7 ? options->rounds : 7);
    const double nanoseconds = pace(&subjects[0], work->tokens.n);
    char note[96];
    snprintf(note, sizeof note, "%.0f million tokens per second", 1e3 / nanoseconds);
    print_figure(with_columns ? "audit of JSON Lines with labels and masks"
                              : "audit of JSON Lines, IDs only",
                 with_columns ? 14.3 : 9.1, "ns per token", nanoseconds, note);
}

void row_audit(const struct bench_options *options) {
    struct audit_work work = {.offset = 0};
    scan_work_open(&work.tokens, "gemma-4", options->kernel);
    open_file(&work);
    npy_row(&work, options);
#ifdef MMSPAN_HAVE_SIMDJSON
    jsonl_row(&work, options, false);
    jsonl_row(&work, options, true);
#else
    (void)jsonl_row;
#endif
    unlink(work.path);
    scan_work_close(&work.tokens);
}
