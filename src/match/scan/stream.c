/* Streams: the engine of a one-shot scan, fed chunk by chunk. */
#include "../../../include/mmspan/stream.h"
#include "../error.h"
#include "cluster.h"
#include "result.h"
#include "scan.h"
#include "values.h"

#include <string.h>

struct mmspan_stream {
    const mmspan_matcher *matcher;
    mmspan_result *result;
    int64_t position;
    bool finished;
};

mmspan_status mmspan_stream_create(const mmspan_matcher *matcher,
                                   const mmspan_allocator *allocator, mmspan_stream **stream) {
    if (!matcher || !stream)
        return MMSPAN_E_ARGUMENT;
    mmspan_allocator memory = mm_allocator(allocator);
    mmspan_result *result;
    mmspan_status status = mmspan_result_create(&memory, &result);
    if (status != MMSPAN_OK)
        return status;
    mmspan_stream *made = mm_resize(&memory, NULL, 0, sizeof *made);
    if (!made) {
        mmspan_result_destroy(result);
        return MMSPAN_E_MEMORY;
    }
    *made = (mmspan_stream){.matcher = matcher, .result = result};
    mmspan_stream_reset(made);
    *stream = made;
    return MMSPAN_OK;
}

void mmspan_stream_destroy(mmspan_stream *stream) {
    if (!stream)
        return;
    mmspan_allocator memory = stream->result->allocator;
    mmspan_result_destroy(stream->result);
    mm_free(&memory, stream, sizeof *stream);
}

/* Everything before it is decided, but for the open cluster. */
static int64_t front_of(const mmspan_stream *stream) {
    const struct mm_engine *e = &stream->result->engine;
    return mm_engine_idle(e) ? stream->position : e->start;
}

static bool cluster_is_open(const mmspan_stream *stream) {
    return !stream->finished &&
           mm_cluster_is_open(&stream->result->engine.cluster, front_of(stream));
}

/* Brings the view up to date: what belongs to the open cluster is not decided yet. */
static void refresh(mmspan_stream *stream) {
    mmspan_result *result = stream->result;
    const struct mm_cluster *cluster = &result->engine.cluster;
    mm_result_refresh(result, stream->position);
    result->growing = !stream->finished;
    result->rewritten = stream->position;
    if (!cluster_is_open(stream)) {
        if (cluster->n_bare)
            mm_cluster_keep(&result->engine);
        return;
    }
    result->view.n_items = cluster->first_item;
    result->view.n_runs = cluster->first_run;
    result->view.n_findings = cluster->first_finding;
}

/* After a step: a failed engine is closed to further input. */
static mmspan_status end_step(mmspan_stream *stream, mmspan_status status,
                              mmspan_error *error) {
    stream->finished |= status != MMSPAN_OK;
    refresh(stream);
    return status == MMSPAN_OK ? status : mm_fail_scan(error, status);
}

mmspan_status mmspan_stream_push(mmspan_stream *stream, const int32_t *ids, size_t n,
                                 int32_t literal, mmspan_error *error) {
    if (!stream || (!ids && n) || n > PTRDIFF_MAX / sizeof *ids)
        return mm_fail_argument(error, "stream, ids or n");
    if (stream->finished)
        return mm_fail_argument(error, "the stream has ended; reset it first");
    mmspan_status status =
        mm_scan_part(&stream->result->engine, ids, n, stream->position, literal != 0);
    stream->position += (int64_t)n;
    return end_step(stream, status, error);
}

mmspan_status mmspan_stream_finish(mmspan_stream *stream, mmspan_error *error) {
    if (!stream || stream->finished)
        return mm_fail_argument(error, "no stream, or it has ended already");
    stream->finished = true;
    return end_step(stream, mm_engine_finish(&stream->result->engine), error);
}

mmspan_result *mmspan_stream_result(mmspan_stream *stream) {
    return stream->result;
}

int64_t mmspan_stream_decided(const mmspan_stream *stream) {
    int64_t position = front_of(stream);
    int64_t start = stream->result->engine.cluster.start;
    return cluster_is_open(stream) && start < position ? start : position;
}

size_t mmspan_stream_retained(const mmspan_stream *stream) {
    const struct mm_engine *e = &stream->result->engine;
    return e->n_stretches * sizeof *e->stretches + e->n_fates * sizeof *e->fates +
           e->n_crossings * sizeof *e->crossings;
}

void mmspan_stream_forget(mmspan_stream *stream) {
    mmspan_result *result = stream->result;
    struct mm_cluster *cluster = &result->engine.cluster;
    size_t n_items = result->view.n_items;
    mm_output_drop(&result->out, n_items, result->view.n_runs, result->view.n_findings);
    /* What is left is the open cluster. */
    cluster->first_item = cluster->first_run = cluster->first_finding = 0;
    cluster->first_bare -= cluster->n_bare ? n_items : cluster->first_bare;
    refresh(stream);
}

void mmspan_stream_reset(mmspan_stream *stream) {
    stream->position = 0;
    stream->finished = false;
    stream->result->matcher = stream->matcher;
    mm_output_reset(&stream->result->out);
    mm_engine_reset(&stream->result->engine, stream->matcher);
    refresh(stream);
}

mmspan_status mmspan_stream_copy(const mmspan_stream *stream, mmspan_stream **copy) {
    if (!stream || !copy)
        return MMSPAN_E_ARGUMENT;
    mmspan_stream *made;
    mmspan_status status =
        mmspan_stream_create(stream->matcher, &stream->result->allocator, &made);
    if (status != MMSPAN_OK)
        return status;
    if (!mm_engine_copy(&made->result->engine, &stream->result->engine) ||
        !mm_output_copy(&made->result->out, &stream->result->out)) {
        mmspan_stream_destroy(made);
        return MMSPAN_E_MEMORY;
    }
    made->position = stream->position;
    made->finished = stream->finished;
    refresh(made);
    *copy = made;
    return MMSPAN_OK;
}
