/* Measures what a model runner does with a result, and batches and streams. */
#include "bench.h"
#include "prompts.h"
#include "report.h"
#include "timing.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_TEXT = 512, WINDOW = 512 };
enum { N_PROMPTS = 1024, PROMPT = 32 * 1024, CHUNK = 512 };

static mmspan_error error;
static volatile int64_t sink;

/* A prompt of items that are alike, as blocks and as placeholders. */
struct job {
    mmspan_matcher *matcher;
    size_t n_items;
    size_t n_blocks;
    size_t n_placeholders;
    mmspan_result *of_blocks;       /* of the prompt with blocks */
    mmspan_result *of_placeholders; /* of the one with placeholders */
    int32_t *blocks;
    int32_t *placeholders;
    int32_t *out;
    mmspan_media *media;
    uint32_t random;
};

/* A cell of the table that has no target or no ratio holds 0. */
static void print_row(const char *work, double seconds, double ratio, double limit,
                      const char *target) {
    static const char *const units[] = {"s", "ms", "us", "ns"};
    int unit = 0;
    for (; unit < 3 && seconds < 1; unit++)
        seconds *= 1000;
    printf("| %s | %.3g %s | ", work, seconds, units[unit]);
    if (ratio > 0)
        printf("%.2f", ratio);
    printf(" | %s", target);
    if (limit > 0)
        printf(" %.4g", limit);
    printf(" |\n");
    fflush(stdout);
}

static void make_job(struct job *job, size_t n_items, size_t n_rows, size_t n_text) {
    static int32_t text[MAX_TEXT];
    fill_text(text, n_text);
    job->n_items = n_items;
    job->n_blocks = n_items * (n_text + n_rows + 2);
    job->n_placeholders = n_items * (n_text + 1);
    job->blocks = allocate(job->n_blocks, sizeof *job->blocks);
    job->placeholders = allocate(job->n_placeholders, sizeof *job->placeholders);
    job->out = allocate(job->n_blocks, sizeof *job->out);
    job->media = allocate(n_items, sizeof *job->media);
    int32_t *block = job->blocks;
    int32_t *placeholder = job->placeholders;
    for (size_t i = 0; i < n_items; i++) {
        memcpy(block, text, n_text * sizeof *text);
        memcpy(placeholder, text, n_text * sizeof *text);
        block += n_text;
        placeholder += n_text;
        *placeholder++ = GEMMA_IMAGE;
        *block++ = GEMMA_BOI;
        for (size_t row = 0; row < n_rows; row++)
            *block++ = GEMMA_IMAGE;
        *block++ = GEMMA_EOI;
        job->media[i] = (mmspan_media){.rows = (int64_t)n_rows};
    }
    expect_ok(mmspan_result_create(NULL, &job->of_blocks), &error);
    expect_ok(mmspan_result_create(NULL, &job->of_placeholders), &error);
}

static void free_job(struct job *job) {
    mmspan_result_destroy(job->of_placeholders);
    mmspan_result_destroy(job->of_blocks);
    free(job->media);
    free(job->out);
    free(job->placeholders);
    free(job->blocks);
}

static void run_scan(void *context) {
    struct job *job = context;
    expect_ok(
        mmspan_scan(job->matcher, job->blocks, job->n_blocks, NULL, job->of_blocks, &error),
        &error);
}

static void run_scan_placeholders(void *context) {
    struct job *job = context;
    expect_ok(mmspan_scan(job->matcher, job->placeholders, job->n_placeholders, NULL,
                          job->of_placeholders, &error),
              &error);
}

static void run_assign(void *context) {
    struct job *job = context;
    expect_ok(mmspan_assign(job->of_blocks, job->media, job->n_items, NULL, &error), &error);
}

static void run_expand(void *context) {
    struct job *job = context;
    size_t n_out;
    expect_ok(mmspan_expand(job->of_placeholders, job->placeholders, job->n_placeholders,
                            job->media, job->n_items, NULL, job->out, job->n_blocks, &n_out,
                            &error),
              &error);
}

static void run_copy(void *context) {
    struct job *job = context;
    memcpy(job->out, job->blocks, job->n_blocks * sizeof *job->out);
    sink = job->out[job->n_blocks - 1];
}

static void run_all(void *context) {
    run_scan_placeholders(context);
    run_expand(context);
    run_scan(context);
    run_assign(context);
}

static void run_window(void *context) {
    struct job *job = context;
    mmspan_run runs[16];
    size_t n;
    int64_t start = next_random(&job->random) % (uint32_t)(job->n_blocks - WINDOW);
    expect_ok(mmspan_window(job->of_blocks, start, start + WINDOW, runs, 16, &n, &error),
              &error);
    sink = (int64_t)n;
}

static void run_cut(void *context) {
    struct job *job = context;
    sink =
        mmspan_cut_before(job->of_blocks, next_random(&job->random) % (uint32_t)job->n_blocks);
}

static void bench_items(struct job *job, unsigned rounds) {
    struct subject s[] = {
        {.run = run_copy, .context = job},   {.run = run_scan, .context = job},
        {.run = run_assign, .context = job}, {.run = run_expand, .context = job},
        {.run = run_all, .context = job},    {.run = run_window, .context = job},
        {.run = run_cut, .context = job}};
    run_scan(job);
    run_scan_placeholders(job);
    time_subjects(s, 7, rounds);
    if (memcmp(job->out, job->blocks, job->n_blocks * sizeof *job->out) != 0)
        abort();
    print_row("memcpy of 1,000,000 tokens", median_seconds(&s[0]), 0, 0, "");
    print_row("scan, 10,000 blocks in 1,000,000 tokens", median_seconds(&s[1]),
              median_ratio(&s[1], &s[0]), 0, "");
    print_row("assign, 10,000 blocks", median_seconds(&s[2]), 0, 0, "");
    print_row("expand of 10,000 placeholders to 1,000,000 tokens", median_seconds(&s[3]),
              median_ratio(&s[3], &s[0]), 1.5, "memcpy x");
    print_row("scan placeholders, expand, scan again, assign", median_seconds(&s[4]), 0, 3,
              "ms");
    print_row("window of 512 tokens", median_seconds(&s[5]), 0, 200, "ns");
    print_row("cut", median_seconds(&s[6]), 0, 0, "");
}

/* Blocks of 256 rows, and rows of an embedding matrix. */
struct splice_job {
    mmspan_result *result;
    int64_t n_tokens;
    size_t row_bytes;
    size_t bytes; /* of all rows */
    char *rows;
    char *matrix;
};

static void run_splice(void *context) {
    struct splice_job *job = context;
    int64_t n_rows = (int64_t)(job->bytes / job->row_bytes);
    mmspan_source source = {job->rows, n_rows, job->row_bytes, 0, 0};
    expect_ok(mmspan_splice(job->result, 0, job->n_tokens, job->row_bytes, job->matrix,
                            job->row_bytes, &source, 1, &error),
              &error);
}

static void run_copy_rows(void *context) {
    struct splice_job *job = context;
    memcpy(job->matrix, job->rows, job->bytes);
    sink = (unsigned char)job->matrix[job->bytes - 1];
}

static void bench_splice(const struct job *job, size_t row_bytes, unsigned rounds) {
    enum { N = 4 * 516 };
    static int32_t ids[N];
    struct splice_job splice = {
        .n_tokens = N, .row_bytes = row_bytes, .result = job->of_blocks};
    char work[96];
    fill_half_and_half(ids, N);
    expect_ok(mmspan_scan(job->matcher, ids, N, NULL, splice.result, &error), &error);
    const mmspan_view *view = mmspan_result_view(splice.result);
    for (size_t i = 0; i < view->n_items; i++)
        splice.bytes += (size_t)view->items[i].rows * row_bytes;
    splice.rows = allocate(splice.bytes, 1);
    splice.matrix = allocate(N, row_bytes);
    memset(splice.rows, 1, splice.bytes);
    struct subject s[] = {{.run = run_copy_rows, .context = &splice},
                          {.run = run_splice, .context = &splice}};
    time_subjects(s, 2, rounds);
    snprintf(work, sizeof work, "splice of %zu rows of %zu KiB", splice.bytes / row_bytes,
             row_bytes / 1024);
    print_row(work, median_seconds(&s[1]), median_ratio(&s[1], &s[0]), 1.1, "memcpy x");
    free(splice.matrix);
    free(splice.rows);
}

struct batch_job {
    const mmspan_matcher *matcher;
    int32_t *values;
    int64_t offsets[N_PROMPTS + 1];
    mmspan_batch *batch;
};

static void run_threads(struct batch_job *job, uint32_t n_threads) {
    const mmspan_ids values = {.data = job->values, .n = (size_t)N_PROMPTS * PROMPT};
    const mmspan_batch_options options = {.struct_size = sizeof options,
                                          .n_threads = n_threads};
    expect_ok(mmspan_scan_batch(job->matcher, &values, job->offsets, N_PROMPTS, &options,
                                job->batch, &error),
              &error);
}

static void run_one_thread(void *context) {
    run_threads(context, 1);
}

static void run_two_threads(void *context) {
    run_threads(context, 2);
}

static void bench_batch(const struct job *job, unsigned rounds) {
    static struct batch_job batch;
    batch.matcher = job->matcher;
    batch.values = allocate((size_t)N_PROMPTS * PROMPT, sizeof *batch.values);
    for (size_t i = 0; i < N_PROMPTS; i++) {
        batch.offsets[i + 1] = (int64_t)(i + 1) * PROMPT;
        fill_half_and_half(batch.values + i * PROMPT, PROMPT);
    }
    expect_ok(mmspan_batch_create(NULL, &batch.batch), &error);
    struct subject s[] = {{.run = run_one_thread, .context = &batch},
                          {.run = run_two_threads, .context = &batch}};
    time_subjects(s, 2, rounds);
    print_row("batch of 1,024 prompts of 32 Ki tokens, 1 thread", median_seconds(&s[0]), 0, 0,
              "");
    print_row("batch of 1,024 prompts of 32 Ki tokens, 2 threads", median_seconds(&s[1]),
              median_ratio(&s[1], &s[0]), 0, "");
    mmspan_batch_destroy(batch.batch);
    free(batch.values);
}

struct stream_job {
    const mmspan_matcher *matcher;
    mmspan_result *result;
    mmspan_stream *stream;
    int32_t *ids;
    size_t n;
};

static void run_one_shot(void *context) {
    struct stream_job *job = context;
    expect_ok(mmspan_scan(job->matcher, job->ids, job->n, NULL, job->result, &error), &error);
}

static void run_stream(void *context) {
    struct stream_job *job = context;
    mmspan_stream_reset(job->stream);
    for (size_t at = 0; at < job->n; at += CHUNK) {
        size_t n = job->n - at < CHUNK ? job->n - at : CHUNK;
        expect_ok(mmspan_stream_push(job->stream, job->ids + at, n, 0, &error), &error);
    }
    expect_ok(mmspan_stream_finish(job->stream, &error), &error);
}

static void bench_stream(const struct job *job, bool half, unsigned rounds) {
    struct stream_job stream = {.matcher = job->matcher, .n = 128 * 1024};
    stream.ids = allocate(stream.n, sizeof *stream.ids);
    if (half)
        fill_half_and_half(stream.ids, stream.n);
    else
        fill_text(stream.ids, stream.n);
    expect_ok(mmspan_result_create(NULL, &stream.result), &error);
    expect_ok(mmspan_stream_create(job->matcher, NULL, &stream.stream), &error);
    struct subject s[] = {{.run = run_one_shot, .context = &stream},
                          {.run = run_stream, .context = &stream}};
    time_subjects(s, 2, rounds);
    print_row(half ? "stream in chunks of 512, half text, half blocks, 128 Ki tokens"
                   : "stream in chunks of 512, text, 128 Ki tokens",
              median_seconds(&s[1]), median_ratio(&s[1], &s[0]), 1.3, "one scan x");
    mmspan_stream_destroy(stream.stream);
    mmspan_result_destroy(stream.result);
    free(stream.ids);
}

void bench_ops(const struct bench_options *options) {
    mmspan_matcher *matcher = make_matcher("gemma-4", NULL);
    struct job large = {.matcher = matcher, .random = 1};
    struct job ordinary = {.matcher = matcher, .random = 1};
    make_job(&large, 10000, 64, 34);
    make_job(&ordinary, 254, 256, 258);
    printf("\nOperations on Gemma 4 prompts, with kernel %s. A ratio is to what its target "
           "names, or\n"
           "to memcpy of the same tokens; that of two threads is to one.\n"
           "\n| work | time | ratio | target |\n|---|---:|---:|---:|\n",
           mmspan_matcher_kernel(matcher));
    bench_items(&large, options->rounds);
    bench_splice(&ordinary, 2048, options->rounds);
    bench_splice(&ordinary, 8192, options->rounds);
    bench_batch(&ordinary, options->rounds);
    bench_stream(&ordinary, false, options->rounds);
    bench_stream(&ordinary, true, options->rounds);
    free_job(&ordinary);
    free_job(&large);
    mmspan_matcher_destroy(matcher);
}
