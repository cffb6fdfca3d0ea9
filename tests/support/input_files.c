/* Makes files of token IDs and reads them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "input_files.h"

#include <stdio.h>
#include <string.h>

void made_bytes(struct made *made, const void *bytes, size_t n) {
    assert_true(n <= MAX_FILE - made->n);
    memcpy(made->bytes + made->n, bytes, n);
    made->n += n;
}

void made_text(struct made *made, const char *text) {
    made_bytes(made, text, strlen(text));
}

void made_number(struct made *made, uint64_t number, unsigned width) {
    for (unsigned i = 0; i < width; i++) {
        const unsigned char byte = (unsigned char)(number >> 8 * i);
        made_bytes(made, &byte, 1);
    }
}

void made_npy(struct made *made, const char *code, const char *shape) {
    char dict[256];
    const int n =
        snprintf(dict, sizeof dict, "{'descr': '%s', 'fortran_order': False, 'shape': %s, }\n",
                 code, shape);
    made_bytes(made, "\x93NUMPY\1\0", 8);
    made_number(made, (uint64_t)n, 2);
    made_text(made, dict);
}

void made_index(struct made *made, const struct made_index *index) {
    uint64_t pointer = 0;
    made_bytes(made, "MMIDIDX\0\0", 9);
    made_number(made, 1, 8);
    made_number(made, index->code, 1);
    made_number(made, index->n, 8);
    if (index->n_documents)
        made_number(made, index->n_documents, 8);
    for (size_t i = 0; i < index->n; i++)
        made_number(made, (uint64_t)index->sizes[i], 4);
    for (size_t i = 0; i < index->n; i++) {
        made_number(made, pointer, 8);
        pointer += (uint64_t)index->sizes[i] * index->width;
    }
    for (size_t i = 0; i < index->n_documents; i++)
        made_number(made, i + 1 < index->n_documents ? i : index->n, 8);
    if (index->modes)
        made_bytes(made, index->modes, index->n);
}

static uint32_t crc32_of(const unsigned char *bytes, size_t n) {
    uint32_t crc = 0xFFFFFFFF;
    for (size_t i = 0; i < n; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
    }
    return ~crc;
}

/* One stored block; there is room for 65,535 bytes in it. */
void made_gzip(struct made *to, const struct made *from) {
    made_bytes(to, "\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
    made_number(to, 1, 1);
    made_number(to, from->n, 2);
    made_number(to, ~(uint64_t)from->n, 2);
    made_bytes(to, from->bytes, from->n);
    made_number(to, crc32_of(from->bytes, from->n), 4);
    made_number(to, from->n, 4);
}

/* One raw block of a frame that states its size in 8 bytes. */
void made_zstd(struct made *to, const struct made *from) {
    made_bytes(to, "\x28\xb5\x2f\xfd\xe0", 5);
    made_number(to, from->n, 8);
    made_number(to, 1 | (uint64_t)from->n << 3, 3);
    made_bytes(to, from->bytes, from->n);
}

const char *made_write(struct scratch *scratch, const char *name, const struct made *made) {
    return scratch_write(scratch, name, made->bytes, made->n);
}

static void take(struct got *got, const struct mr_sequence *sequence) {
    assert_true(got->n < MAX_READ && sequence->ids.n <= MAX_READ - got->n_ids);
    for (size_t i = 0; i < sequence->ids.n; i++)
        got->ids[got->n_ids++] = mr_id_at(&sequence->ids, i);
    got->numbers[got->n] = sequence->number;
    got->ends[got->n++] = got->n_ids;
}

void got_read(struct got *got, const char *path, const struct mr_options *options) {
    static const struct mr_options none;
    struct mr_input *input = NULL;
    struct mr_sequence sequence;
    bool more = true;
    memset(got, 0, sizeof *got);
    got->status = mr_open(path, options ? options : &none, &input, &got->error);
    while (got->status == MMSPAN_OK && more) {
        got->status = mr_next(input, &sequence, &more, &got->error);
        if (got->status == MMSPAN_OK && more)
            take(got, &sequence);
    }
    if (got->status != MMSPAN_OK && (!got->error.message[0] || !got->error.file[0]))
        fail_msg("%s: status %d without a message", path, got->status);
    mr_close(input);
}

void got_expect_prefix(const struct got *part, const struct got *whole) {
    assert_true(part->n <= whole->n);
    for (size_t i = 0; i < part->n; i++)
        if (part->ends[i] != whole->ends[i] || part->numbers[i] != whole->numbers[i])
            fail_msg("sequence %zu is another one", i);
    assert_memory_equal(part->ids, whole->ids, part->n_ids * sizeof *part->ids);
}

void got_expect_equal(const struct got *got, const struct got *whole) {
    if (got->status != MMSPAN_OK)
        fail_msg("%s: %s", got->error.file, got->error.message);
    assert_int_equal(got->n, whole->n);
    got_expect_prefix(got, whole);
}
