/* Unpacks gzip with zlib. */
#include "unpack.h"

#ifdef MMSPAN_HAVE_ZLIB

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

/* The largest window, and a gzip header. */
enum { WINDOW = 15 + 16 };

static void *create(void) {
    z_stream *stream = calloc(1, sizeof *stream);
    if (stream && inflateInit2(stream, WINDOW) != Z_OK) {
        free(stream);
        return NULL;
    }
    return stream;
}

static uInt clamp(size_t n) {
    return n < UINT_MAX ? (uInt)n : UINT_MAX;
}

static enum mr_step step(void *state, struct mr_block *in, struct mr_block *out,
                         const char **why) {
    z_stream *stream = state;
    const uInt n_in = clamp(in->n - in->at);
    const uInt n_out = clamp(out->n - out->at);
    stream->next_in = in->data + in->at;
    stream->avail_in = n_in;
    stream->next_out = out->data + out->at;
    stream->avail_out = n_out;
    const int code = inflate(stream, Z_NO_FLUSH);
    in->at += n_in - stream->avail_in;
    out->at += n_out - stream->avail_out;
    switch (code) {
    case Z_OK:
    case Z_BUF_ERROR: /* nothing to do with what is there */
        return MR_STEP_ON;
    case Z_STREAM_END:
        return inflateReset(stream) == Z_OK ? MR_STEP_END : MR_STEP_MEMORY;
    case Z_MEM_ERROR:
        return MR_STEP_MEMORY;
    default:
        *why = stream->msg ? stream->msg : "not gzip";
        return MR_STEP_BROKEN;
    }
}

static void destroy(void *state) {
    inflateEnd(state);
    free(state);
}

static const struct mr_codec codec = {"gzip", create, step, destroy};
const struct mr_codec *const mr_gzip = &codec;

#else

const struct mr_codec *const mr_gzip = NULL;

#endif
