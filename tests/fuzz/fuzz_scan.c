/* Token arrays: a config of the gallery, IDs and literal spans from bytes. One scan, a
 * stream of chunks and, for short prompts, the oracle must agree. */
#include "../../include/mmspan/batch.h"
#include "target.h"

#include "../oracle/agreement.h"
#include "../oracle/gallery.h"
#include "mmspan/stream.h"

#include <stdio.h>
#include <stdlib.h>

enum { MAX_CONFIGS = 32, MAX_IDS = 1 << 16, MAX_FOR_ORACLE = 200, MAX_SPANS = 64 };

static struct setup {
    struct notation notation;
    mmspan_matcher *matcher;
    struct oracle_declarations declared;
    struct oracle *oracle;
} setups[MAX_CONFIGS];

static size_t n_setups;
static mmspan_result *result;

static void set_up(void) {
    if (mmspan_result_create(NULL, &result) != MMSPAN_OK)
        abort();
    for (; gallery_config(n_setups); n_setups++) {
        struct setup *s = &setups[n_setups];
        if (!notation_read(&s->notation, gallery_config(n_setups)) ||
            notation_compile(gallery_config(n_setups), NULL, &s->matcher, NULL) != MMSPAN_OK)
            abort();
        s->declared = agreement_declarations(&s->notation);
        s->oracle = oracle_create(&s->declared);
    }
}

static struct prompt {
    int32_t ids[MAX_IDS];
    size_t n;
    mmspan_span literal[MAX_SPANS];
    size_t n_literal;
} prompt;

/* A byte is an ID, a border of a literal span, or repeats the ID before. */
static void read_prompt(const uint8_t *data, size_t size) {
    static const int32_t odd[] = {-200, -4, -3, -2, -1, 99, 100, INT32_MIN, INT32_MAX};
    bool open = false;
    prompt.n = prompt.n_literal = 0;
    for (size_t i = 0; i < size && prompt.n + 4096 < MAX_IDS; i++) {
        size_t count = data[i] < 224 ? 1 : (size_t)(data[i] - 223) * (data[i] - 223);
        if (data[i] >= 192 && data[i] < 224) {
            mmspan_span *span = &prompt.literal[prompt.n_literal];
            open = !open && prompt.n_literal < MAX_SPANS - 1;
            if (open)
                span->start = (int64_t)prompt.n;
            span->end = (int64_t)prompt.n;
            prompt.n_literal += !open && prompt.n_literal < MAX_SPANS - 1;
            continue;
        }
        int32_t id = data[i] < 128 ? data[i] % 16 : odd[data[i] % 9];
        if (data[i] >= 224)
            id = prompt.n ? prompt.ids[prompt.n - 1] : 1;
        while (count-- > 0)
            prompt.ids[prompt.n++] = id;
    }
}

/* Chunks of `width` tokens, cut once more where a literal span begins or ends. */
static void check_stream(const struct setup *s, size_t width) {
    mmspan_stream *stream;
    if (mmspan_stream_create(s->matcher, NULL, &stream) != MMSPAN_OK)
        abort();
    for (size_t at = 0, span = 0, n; at < prompt.n; at += n) {
        while (span < prompt.n_literal && (size_t)prompt.literal[span].end <= at)
            span++;
        bool literal = span < prompt.n_literal && (size_t)prompt.literal[span].start <= at;
        size_t border = span == prompt.n_literal ? prompt.n
                        : literal                ? (size_t)prompt.literal[span].end
                                                 : (size_t)prompt.literal[span].start;
        n = border - at < width ? border - at : width;
        if (mmspan_stream_push(stream, prompt.ids + at, n, literal, NULL) != MMSPAN_OK)
            abort();
    }
    if (mmspan_stream_finish(stream, NULL) != MMSPAN_OK ||
        !agreement_same_view(mmspan_result_view(mmspan_stream_result(stream)),
                             mmspan_result_view(result)))
        abort();
    mmspan_stream_destroy(stream);
}

static void check_oracle(const struct setup *s) {
    struct oracle_result wanted = {0};
    char difference[4096];
    oracle_scan(s->oracle, prompt.ids, prompt.n, prompt.literal, prompt.n_literal, &wanted);
    if (!wanted.unsure && !agreement_holds(s->matcher, mmspan_result_view(result), &wanted,
                                           difference, sizeof difference)) {
        fprintf(stderr, "%s\n", difference);
        abort();
    }
    oracle_result_free(&wanted);
}

/* The same IDs in 64 bits, alone and as a batch of one. */
static void check_widths(const struct setup *s) {
    static int64_t wide[MAX_IDS];
    static mmspan_result *narrowed;
    static mmspan_batch *batch;
    const mmspan_ids ids = {.data = wide, .n = prompt.n, .type = MMSPAN_IDS_INT64};
    const int64_t offsets[] = {0, (int64_t)prompt.n};
    const int64_t literal_offsets[] = {0, (int64_t)prompt.n_literal};
    const mmspan_scan_options options = {.struct_size = sizeof options,
                                         .literal = prompt.literal,
                                         .n_literal = prompt.n_literal};
    const mmspan_batch_options batch_options = {.struct_size = sizeof batch_options,
                                                .literal = prompt.literal,
                                                .literal_offsets = literal_offsets};
    for (size_t i = 0; i < prompt.n; i++)
        wide[i] = prompt.ids[i];
    if ((!narrowed && mmspan_result_create(NULL, &narrowed) != MMSPAN_OK) ||
        (!batch && mmspan_batch_create(NULL, &batch) != MMSPAN_OK) ||
        mmspan_scan_ids(s->matcher, &ids, &options, narrowed, NULL) != MMSPAN_OK ||
        !agreement_same_view(mmspan_result_view(narrowed), mmspan_result_view(result)) ||
        mmspan_scan_batch(s->matcher, &ids, offsets, 1, &batch_options, batch, NULL) !=
            MMSPAN_OK ||
        mmspan_batch_get(batch, 0, narrowed, NULL) != MMSPAN_OK ||
        !agreement_same_view(mmspan_result_view(narrowed), mmspan_result_view(result)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!result)
        set_up();
    if (size < 2)
        return 0;
    const struct setup *s = &setups[data[0] % n_setups];
    read_prompt(data + 2, size - 2);
    mmspan_scan_options options = {.struct_size = sizeof options,
                                   .literal = prompt.literal,
                                   .n_literal = prompt.n_literal};
    if (mmspan_scan(s->matcher, prompt.ids, prompt.n, &options, result, NULL) != MMSPAN_OK)
        abort();
    check_stream(s, 1 + data[1]);
    check_widths(s);
    if (prompt.n <= MAX_FOR_ORACLE)
        check_oracle(s);
    return 0;
}
