/*
 * The part of a model runner that deals with images: tokens come in, embeddings go to the
 * model chunk by chunk. What the library assembles is compared with a naive merge.
 */
#include <mmspan/mmspan.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HIDDEN = 8, MAX_TOKENS = 2048, MAX_ROWS = 1024, CHUNK = 300 };

typedef float embedding[HIDDEN];

/* What a runner knows of one request. */
struct request {
    int32_t ids[MAX_TOKENS];
    size_t n;
    mmspan_media media[2]; /* the images, in order */
    size_t n_media;
    embedding rows[MAX_ROWS]; /* of all of them, from the vision encoder */
    int64_t n_rows;
};

/* Stand-ins for the model: the embeddings of a chunk's tokens as if all were text, and a
 * forward pass over a chunk. */
static embedding *embed_text(const struct request *request, int64_t start, int64_t end) {
    static embedding chunk[MAX_TOKENS];
    for (int64_t at = start; at < end; at++)
        for (int i = 0; i < HIDDEN; i++)
            chunk[at - start][i] = (float)(request->ids[at] % 1000) + (float)i / HIDDEN;
    return chunk;
}

static embedding seen[MAX_TOKENS];
static int64_t n_seen;

static void run_model(embedding *chunk, int64_t start, int64_t end) {
    if (start != n_seen || end <= start) {
        fprintf(stderr, "runner: a chunk of no tokens at %" PRId64 "\n", start);
        exit(1);
    }
    memcpy(seen[start], chunk, (size_t)(end - start) * sizeof *chunk);
    n_seen = end;
}

/* This request's HTTP 400; the engine goes on. */
static mmspan_status refuse(const mmspan_finding *f) {
    fprintf(stderr, "refused: %s at %" PRId64 ": %" PRId64 " expected, %" PRId64 " found\n",
            mmspan_finding_kind_name(f->kind), f->start, f->expected, f->found);
    return MMSPAN_E_MISMATCH;
}

/* Prefills one request; `source` has the rows of its images. The heart of a runner: scan,
 * assign, then cut and splice for each chunk. */
static mmspan_status prefill(const mmspan_matcher *matcher, const struct request *request,
                             const mmspan_source *source, mmspan_result *result,
                             mmspan_error *error) {
    mmspan_status status = mmspan_scan(matcher, request->ids, request->n, NULL, result, error);
    if (status == MMSPAN_OK)
        status = mmspan_assign(result, request->media, request->n_media, NULL, error);
    if (status != MMSPAN_OK)
        return status;
    const mmspan_view *view = mmspan_result_view(result);
    if (view->n_findings > 0)
        return refuse(&view->findings[0]); /* media, expected, found, where */
    for (int64_t start = 0; start < view->n_tokens && status == MMSPAN_OK;) {
        int64_t end = mmspan_cut_before(result, start + CHUNK); /* never inside an image */
        if (end <= start)
            end = mmspan_cut_after(result, start + CHUNK); /* one that is longer than a chunk */
        embedding *chunk = embed_text(request, start, end);
        status = mmspan_splice(result, start, end, sizeof *chunk, chunk, sizeof *chunk, source,
                               1, error);
        if (status == MMSPAN_OK)
            run_model(chunk, start, end);
        start = end;
    }
    return status;
}

/* How many rows each chunk needs, so that the encoder's output can be fetched in time. */
static int64_t count_rows(const mmspan_result *result, int64_t n) {
    int64_t rows = 0;
    for (int64_t start = 0; start < n; start += CHUNK) {
        mmspan_run runs[8];
        size_t n_runs;
        int64_t end = start + CHUNK < n ? start + CHUNK : n;
        if (mmspan_window(result, start, end, runs, 8, &n_runs, NULL) != MMSPAN_OK)
            return -1;
        for (size_t i = 0; i < n_runs; i++)
            rows += runs[i].length;
    }
    return rows;
}

/* Gemma 4: a begin token, a patch for each row, an end token. */
enum { BOI = 255999, PATCH = 258880, EOI = 258882 };

static void add(struct request *request, int32_t id, int64_t count) {
    while (count-- > 0)
        request->ids[request->n++] = id;
}

/* Two images, of so many rows, among text. */
static void make_request(struct request *request, int64_t first, int64_t second) {
    memset(request, 0, sizeof *request);
    for (int i = 0; i < 2; i++) {
        int64_t rows = i == 0 ? first : second;
        add(request, 100 + i, 70);
        add(request, BOI, 1);
        add(request, PATCH, rows);
        add(request, EOI, 1);
        request->media[i].rows = rows;
        request->n_rows += rows;
    }
    request->n_media = 2;
    add(request, 107, 20);
    for (int64_t row = 0; row < request->n_rows; row++)
        for (int i = 0; i < HIDDEN; i++)
            request->rows[row][i] = -(float)(row * HIDDEN + i + 1);
}

/* The naive merge: every patch takes the next row. */
static int is_merged(const struct request *request) {
    int64_t row = 0;
    for (int64_t at = 0; at < (int64_t)request->n; at++) {
        const float *wanted = request->ids[at] == PATCH ? request->rows[row++]
                                                        : embed_text(request, at, at + 1)[0];
        if (memcmp(seen[at], wanted, sizeof seen[at]) != 0)
            return 0;
    }
    return row == request->n_rows && n_seen == (int64_t)request->n;
}

/* Runs a request, and one that has a row too few: that must be refused, not shifted over
 * the images behind it. */
static int serve(const mmspan_matcher *matcher, int64_t first, int64_t second,
                 mmspan_result *result, mmspan_error *error) {
    static struct request request;
    make_request(&request, first, second);
    mmspan_source source = {.data = request.rows,
                            .n_rows = request.n_rows,
                            .stride = sizeof(embedding),
                            .modality = mmspan_matcher_find_modality(matcher, "image")};
    n_seen = 0;
    if (prefill(matcher, &request, &source, result, error) != MMSPAN_OK ||
        !is_merged(&request) || count_rows(result, (int64_t)request.n) != request.n_rows)
        return 0;
    request.media[1].rows--;
    return prefill(matcher, &request, &source, result, error) == MMSPAN_E_MISMATCH;
}

int main(void) {
    mmspan_error error = {0};
    mmspan_config *config = NULL;
    mmspan_matcher *matcher = NULL;
    mmspan_result *result = NULL;
    mmspan_status status = mmspan_config_load_builtin("gemma-4", NULL, &config, &error);
    if (status == MMSPAN_OK)
        status = mmspan_config_compile(config, NULL, &matcher, &error);
    if (status == MMSPAN_OK)
        status = mmspan_result_create(NULL, &result);
    /* In the second request an image is longer than two chunks. */
    int fine = status == MMSPAN_OK && serve(matcher, 256, 130, result, &error) &&
               serve(matcher, 130, 700, result, &error);
    if (!fine)
        fprintf(stderr, "runner: %s: %s\n", mmspan_status_text(status), error.message);
    mmspan_result_destroy(result);
    mmspan_matcher_destroy(matcher);
    mmspan_config_destroy(config);
    return !fine;
}
