/* Input files: the first byte names a format, the rest is a file of it. Whatever the file
 * holds, reading ends, and every ID that was delivered can be read. */
#define _GNU_SOURCE

#include "target.h"

#include "../../src/input/formats.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MAX_BYTES = 1 << 16 };

/* What a few bytes unpack to may be large; the beginning says it all. */
enum { MAX_SEQUENCES = 1 << 16, MAX_IDS = 1 << 24 };

static void check(bool holds) {
    if (!holds)
        abort();
}

/* Every byte can be read. */
static void touch(const void *data, size_t n) {
    static volatile unsigned char sink;
    unsigned char sum = 0;
    for (size_t i = 0; i < n; i++)
        sum ^= ((const unsigned char *)data)[i];
    sink = sum;
    (void)sink;
}

static void check_sequence(const struct mr_sequence *sequence) {
    static const size_t sizes[] = {4, 8, 4, 2};
    const int64_t n = (int64_t)sequence->ids.n;
    int64_t last = 0;
    check(sequence->ids.type >= 0 && sequence->ids.type <= MMSPAN_IDS_UINT16);
    touch(sequence->ids.data, sequence->ids.n * sizes[sequence->ids.type]);
    for (size_t i = 0; i < sequence->n_literal; i++) {
        const mmspan_span *span = &sequence->literal[i];
        check(span->start >= last && span->end >= span->start && span->end <= n);
        last = span->end;
    }
    last = 0;
    for (size_t i = 0; i < sequence->n_borders; i++) {
        check(sequence->borders[i] > last && sequence->borders[i] < n);
        last = sequence->borders[i];
    }
    for (size_t i = 0; i < sequence->n_media; i++)
        touch(sequence->media[i].modality, sequence->media[i].n_modality);
}

static void read_all(struct mr_input *input) {
    struct mr_sequence sequence;
    mmspan_error error;
    bool more = true;
    size_t n_ids = 0;
    for (int i = 0; i < MAX_SEQUENCES && n_ids < MAX_IDS; i++) {
        memset(&error, 0, sizeof error);
        mmspan_status status = mr_next(input, &sequence, &more, &error);
        check(status == MMSPAN_OK || error.message[0]);
        if (status != MMSPAN_OK || !more)
            return;
        check_sequence(&sequence);
        n_ids += sequence.ids.n;
    }
}

/* The index of a Megatron pair, by itself: all that it says of its sequences can be read. */
static void read_index(const char *path) {
    struct mr_index index;
    mmspan_error error;
    if (mr_index_open(&index, path, &error) != MMSPAN_OK)
        return;
    touch(index.sizes, (size_t)index.n_sequences * 4);
    touch(index.pointers, (size_t)index.n_sequences * 8);
    touch(index.modes, index.modes ? (size_t)index.n_sequences : 0);
    mr_index_close(&index);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static int file = -1;
    char path[64];
    if (size == 0 || size > MAX_BYTES)
        return 0;
    if (file < 0)
        file = memfd_create("input", 0);
    check(file >= 0 && ftruncate(file, 0) == 0);
    check(pwrite(file, data + 1, size - 1, 0) == (ssize_t)(size - 1));
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    const struct mr_type type = {1u << (data[0] >> 3) % 4, (data[0] & 32) != 0,
                                 (data[0] & 64) != 0};
    const struct mr_options options = {.format = (enum mr_format)(data[0] % 4),
                                       .type = data[0] & 4 ? &type : NULL};
    struct mr_input *input = NULL;
    mmspan_error error;
    if (data[0] & 128) {
        read_index(path);
        return 0;
    }
    if (mr_open(path, &options, &input, &error) == MMSPAN_OK)
        read_all(input);
    mr_close(input);
    return 0;
}
