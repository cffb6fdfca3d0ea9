/* Streams: a config of the gallery, IDs, user text, chunks, forks and forgetting from bytes.
 * Whatever is done on the way, a scan of the whole finds the same. */
#include "target.h"

#include "../oracle/agreement.h"
#include "../oracle/gallery.h"
#include "../oracle/notation.h"
#include "mmspan/stream.h"

#include <stdlib.h>

enum { MAX_CONFIGS = 32, MAX_BYTES = 4096, MAX_IDS = 1 << 16 };

static mmspan_matcher *matchers[MAX_CONFIGS];
static mmspan_stream *streams[MAX_CONFIGS];
static size_t n_matchers;
static mmspan_result *result;

static int32_t ids[MAX_IDS];
static mmspan_span literal[MAX_BYTES];

static void check(bool holds) {
    if (!holds)
        abort();
}

static void set_up(void) {
    check(mmspan_result_create(NULL, &result) == MMSPAN_OK);
    for (; gallery_config(n_matchers); n_matchers++) {
        mmspan_matcher **m = &matchers[n_matchers];
        check(notation_compile(gallery_config(n_matchers), NULL, m, NULL) == MMSPAN_OK);
        check(mmspan_stream_create(*m, NULL, &streams[n_matchers]) == MMSPAN_OK);
    }
}

/* Replaces a stream by a copy of itself. */
static void fork_stream(mmspan_stream **stream) {
    mmspan_stream *copy;
    check(mmspan_stream_copy(*stream, &copy) == MMSPAN_OK);
    check(agreement_same_view(mmspan_result_view(mmspan_stream_result(copy)),
                              mmspan_result_view(mmspan_stream_result(*stream))));
    check(mmspan_stream_push(*stream, (const int32_t[]){1, 2, 3}, 3, 0, NULL) == MMSPAN_OK);
    mmspan_stream_destroy(*stream);
    *stream = copy;
}

/* A byte is an ID of a chunk, ends the chunk, or says what to do with the stream. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const int32_t odd[] = {-200, -4, -3, -2, -1, 99, 100, INT32_MIN, INT32_MAX};
    size_t n = 0;
    size_t pushed = 0;
    size_t n_literal = 0;
    int32_t user = 0;
    if (!n_matchers)
        set_up();
    if (size == 0 || size > MAX_BYTES)
        return 0;
    mmspan_stream **stream = &streams[data[0] % n_matchers];
    mmspan_stream_reset(*stream);
    for (size_t i = 1; i <= size; i++) {
        bool last = i == size;
        uint8_t byte = last ? 255 : data[i];
        if (byte < 200) {
            ids[n++] = byte % 10;
        } else if (byte < 220) {
            ids[n++] = odd[byte % 9];
        } else if (byte < 230) {
            for (size_t count = (size_t)(byte - 219) * 30;
                 n && n < MAX_IDS - MAX_BYTES && count; count--, n++)
                ids[n] = ids[n - 1];
        } else {
            check(mmspan_stream_push(*stream, ids + pushed, n - pushed, user, NULL) ==
                  MMSPAN_OK);
            if (user && n > pushed)
                literal[n_literal++] = (mmspan_span){(int64_t)pushed, (int64_t)n};
            pushed = n;
            check(mmspan_stream_decided(*stream) <= (int64_t)n);
            if (!last && byte < 236)
                fork_stream(stream);
            else if (byte < 246)
                user = !user;
        }
    }
    check(mmspan_stream_finish(*stream, NULL) == MMSPAN_OK);
    mmspan_scan_options options = {
        .struct_size = sizeof options, .literal = literal, .n_literal = n_literal};
    const mmspan_matcher *m = matchers[data[0] % n_matchers];
    check(mmspan_scan(m, ids, n, &options, result, NULL) == MMSPAN_OK);
    check(agreement_same_view(mmspan_result_view(mmspan_stream_result(*stream)),
                              mmspan_result_view(result)));
    return 0;
}
