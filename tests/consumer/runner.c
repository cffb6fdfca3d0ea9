/*
 * The part of a model runner that deals with images: tokens come in, embeddings go to the
 * model chunk by chunk. What the library assembles is compared with a naive merge.
 */
#include <mmspan/mmspan.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HIDDEN = 8, MAX_TOKENS = 2048, CHUNK = 300 };

typedef float embedding[HIDDEN];

/* What a runner knows of one request. */
struct request {
    int32_t ids[MAX_TOKENS];
    int64_t n;
    mmspan_media media[2]; /* the images, in order */
    embedding rows[512];   /* of all of them, from the vision encoder */
    int64_t n_rows;
};

/* Stand-ins for the model: a token's own embedding, and a forward pass over a chunk. */
static void embed_text(int32_t id, embedding out) {
    for (int i = 0; i < HIDDEN; i++)
        out[i] = (float)(id % 1000) + (float)i / HIDDEN;
}

static embedding seen[MAX_TOKENS];

static void run_model(int64_t start, int64_t end, embedding *chunk) {
    memcpy(seen[start], chunk, (size_t)(end - start) * sizeof *chunk);
}

/* Prefills one request. The heart of a runner: scan, assign, then window, cut and splice
 * for each chunk. */
static mmspan_status prefill(const mmspan_matcher *matcher, const struct request *request,
                             mmspan_result *result, mmspan_error *error) {
    static embedding chunk[CHUNK];
    mmspan_status status =
        mmspan_scan(matcher, request->ids, (size_t)request->n, NULL, result, error);
    if (status == MMSPAN_OK)
        status = mmspan_assign(result, request->media, 2, NULL, error);
    if (status != MMSPAN_OK)
        return status;
    const mmspan_view *view = mmspan_result_view(result);
    if (view->n_findings) {
        const mmspan_finding *f = &view->findings[0];
        fprintf(stderr, "refused: %s at %" PRId64 ": %" PRId64 " expected, %" PRId64 " found\n",
                mmspan_finding_kind_name(f->kind), f->start, f->expected, f->found);
        return MMSPAN_E_MISMATCH; /* this request's HTTP 400; the engine goes on */
    }
    mmspan_source source = {.data = request->rows,
                            .n_rows = request->n_rows,
                            .stride = sizeof(embedding),
                            .modality = mmspan_matcher_find_modality(matcher, "image")};
    for (int64_t start = 0; start < request->n && status == MMSPAN_OK;) {
        /* Attention within an image is bidirectional: no chunk may end inside one. */
        int64_t end = mmspan_cut_before(result, start + CHUNK);
        if (end <= start)
            return MMSPAN_E_LIMIT; /* an image that is longer than a chunk */
        for (int64_t at = start; at < end; at++)
            embed_text(request->ids[at], chunk[at - start]);
        status = mmspan_splice(result, start, end, sizeof(embedding), chunk, sizeof(embedding),
                               &source, 1, error);
        if (status == MMSPAN_OK)
            run_model(start, end, chunk);
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

static void make_request(struct request *request) {
    static const int64_t rows[2] = {256, 130};
    memset(request, 0, sizeof *request);
    for (int i = 0; i < 2; i++) {
        add(request, 100 + i, 70);
        add(request, BOI, 1);
        add(request, PATCH, rows[i]);
        add(request, EOI, 1);
        request->media[i].rows = rows[i];
        request->n_rows += rows[i];
    }
    add(request, 107, 20);
    for (int64_t row = 0; row < request->n_rows; row++)
        for (int i = 0; i < HIDDEN; i++)
            request->rows[row][i] = -(float)(row * HIDDEN + i + 1);
}

/* The naive merge: every patch takes the next row. */
static int is_merged(const struct request *request) {
    int64_t row = 0;
    for (int64_t at = 0; at < request->n; at++) {
        embedding wanted;
        if (request->ids[at] == PATCH)
            memcpy(wanted, request->rows[row++], sizeof wanted);
        else
            embed_text(request->ids[at], wanted);
        if (memcmp(seen[at], wanted, sizeof wanted) != 0)
            return 0;
    }
    return row == request->n_rows;
}

int main(void) {
    static struct request request;
    mmspan_error error = {0};
    mmspan_config *config = NULL;
    mmspan_matcher *matcher = NULL;
    mmspan_result *result = NULL;
    make_request(&request);
    mmspan_status status = mmspan_config_load_builtin("gemma-4", NULL, &config, &error);
    if (status == MMSPAN_OK)
        status = mmspan_config_compile(config, NULL, &matcher, &error);
    if (status == MMSPAN_OK)
        status = mmspan_result_create(NULL, &result);
    if (status == MMSPAN_OK)
        status = prefill(matcher, &request, result, &error);
    int fine = status == MMSPAN_OK && is_merged(&request) &&
               count_rows(result, request.n) == request.n_rows;
    /* An image with a row too few must be refused, not shifted over the others. */
    request.media[1].rows--;
    fine = fine && prefill(matcher, &request, result, &error) == MMSPAN_E_MISMATCH;
    if (!fine)
        fprintf(stderr, "runner: %s: %s\n", mmspan_status_text(status), error.message);
    mmspan_result_destroy(result);
    mmspan_matcher_destroy(matcher);
    mmspan_config_destroy(config);
    return !fine;
}
