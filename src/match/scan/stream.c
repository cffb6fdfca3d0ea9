/* Streams: the engine of a one-shot scan, fed chunk by chunk. */
#include "../../../include/mmspan/stream.h"
#include "../error.h"
#include "scan.h"

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

/* Brings the view up to date; a failed engine is closed to further input. */
static mmspan_status settle(mmspan_stream *stream, mmspan_status status, mmspan_error *error) {
    mm_result_refresh(stream->result, stream->position);
    if (status == MMSPAN_OK)
        return status;
    stream->finished = true;
    return mm_fail_scan(error, status);
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
    return settle(stream, status, error);
}

mmspan_status mmspan_stream_finish(mmspan_stream *stream, mmspan_error *error) {
    if (!stream || stream->finished)
        return mm_fail_argument(error, "no stream, or it has ended already");
    stream->finished = true;
    return settle(stream, mm_engine_finish(&stream->result->engine), error);
}

mmspan_result *mmspan_stream_result(mmspan_stream *stream) {
    return stream->result;
}

int64_t mmspan_stream_decided(const mmspan_stream *stream) {
    const struct mm_engine *e = &stream->result->engine;
    return mm_engine_idle(e) ? stream->position : e->start;
}

size_t mmspan_stream_retained(const mmspan_stream *stream) {
    const struct mm_engine *e = &stream->result->engine;
    return e->n_stretches * sizeof *e->stretches + e->n_fates * sizeof *e->fates +
           e->memo.n_entries * sizeof *e->memo.entries;
}

void mmspan_stream_forget(mmspan_stream *stream) {
    struct mm_engine *e = &stream->result->engine;
    e->n_items = e->n_runs = e->n_findings = 0;
    mm_result_refresh(stream->result, stream->position);
}

void mmspan_stream_reset(mmspan_stream *stream) {
    stream->position = 0;
    stream->finished = false;
    stream->result->matcher = stream->matcher;
    mm_engine_reset(&stream->result->engine, stream->matcher);
    mm_result_refresh(stream->result, 0);
}

mmspan_status mmspan_stream_copy(const mmspan_stream *stream, mmspan_stream **copy) {
    if (!stream || !copy)
        return MMSPAN_E_ARGUMENT;
    mmspan_stream *made;
    mmspan_status status =
        mmspan_stream_create(stream->matcher, &stream->result->allocator, &made);
    if (status != MMSPAN_OK)
        return status;
    if (!mm_engine_copy(&made->result->engine, &stream->result->engine)) {
        mmspan_stream_destroy(made);
        return MMSPAN_E_MEMORY;
    }
    made->position = stream->position;
    made->finished = stream->finished;
    mm_result_refresh(made->result, made->position);
    *copy = made;
    return MMSPAN_OK;
}
