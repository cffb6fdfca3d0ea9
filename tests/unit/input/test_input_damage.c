/* Files of token IDs that are cut, empty, that lie, or go on: no sequence is lost without an
 * error, and none is invented. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../support/input_files.h"
#include "../../support/scratch_fixture.h"

#include <stdio.h>
#include <string.h>

static struct got whole, got;

/* Three sequences, of 3, 0 and 4 IDs. */
static const int32_t ids[] = {5, 151655, 7, 1, 2, 255999, 70000};
static const int32_t sizes[] = {3, 0, 4};

static void set_whole(const int32_t *lengths, size_t n) {
    memset(&whole, 0, sizeof whole);
    for (size_t i = 0; i < n; i++) {
        for (int32_t k = 0; k < lengths[i]; k++, whole.n_ids++)
            whole.ids[whole.n_ids] = ids[whole.n_ids];
        whole.numbers[i] = i;
        whole.ends[whole.n++] = whole.n_ids;
    }
}

static void made_ids(struct made *made, unsigned width) {
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        made_number(made, (uint64_t)ids[i], width);
}

static void read_cut(const char *name, const struct made *made, size_t n,
                     const struct mr_options *options, const char *read_name) {
    struct made cut = *made;
    cut.n = n;
    made_write(&scratch, name, &cut);
    char path[SCRATCH_PATH];
    snprintf(path, sizeof path, "%s", scratch_path(&scratch, read_name));
    got_read(&got, path, options);
}

/* Cut anywhere, and followed by a byte, it is an error, behind sequences that are right. */
static void expect_whole_or_error(const char *name, const struct made *made,
                                  const struct mr_options *options, const char *read_name) {
    for (size_t n = 1; n < made->n; n++) {
        read_cut(name, made, n, options, read_name);
        if (got.status == MMSPAN_OK)
            fail_msg("%s: %zu of %zu bytes are taken for all", name, n, made->n);
        got_expect_prefix(&got, &whole);
    }
    struct made longer = *made;
    made_number(&longer, 1, 1);
    read_cut(name, &longer, longer.n, options, read_name);
    if (got.status == MMSPAN_OK)
        fail_msg("%s: what follows is not noticed", name);
    got_expect_prefix(&got, &whole);
    read_cut(name, made, made->n, options, read_name);
    got_expect_equal(&got, &whole);
}

/* The same compressed, where the library is there. */
static void expect_packed(const char *name, const struct made *made,
                          const struct mr_options *options) {
    static struct made packed;
    char packed_name[64];
    for (int zstd = 0; zstd < 2; zstd++) {
        packed.n = 0;
        (zstd ? made_zstd : made_gzip)(&packed, made);
        snprintf(packed_name, sizeof packed_name, "%s.%s", name, zstd ? "zst" : "gz");
        read_cut(packed_name, &packed, packed.n, options, packed_name);
        if (got.status == MMSPAN_E_UNSUPPORTED)
            continue;
        got_expect_equal(&got, &whole);
        expect_whole_or_error(packed_name, &packed, options, packed_name);
    }
}

static void test_npy(void **state) {
    static const char *const codes[] = {"<i4", "<u4", "<i8", "<u8"};
    static struct made made;
    const int32_t one[] = {7};
    (void)state;
    set_whole(one, 1);
    for (size_t i = 0; i < 4; i++) {
        made.n = 0;
        made_npy(&made, codes[i], "(7,)");
        made_ids(&made, codes[i][2] == '4' ? 4 : 8);
        expect_whole_or_error("a.npy", &made, NULL, "a.npy");
        expect_packed("a.npy", &made, NULL);
    }
}

/* A header that promises more or less than there is. */
static void test_npy_lies(void **state) {
    static const char *const shapes[] = {"(8,)",
                                         "(6,)",
                                         "(0,)",
                                         "(1, 8)",
                                         "(2, 7)",
                                         "(4611686018427387904,)",
                                         "(3, 3074457345618258603)"};
    static struct made made;
    (void)state;
    memset(&whole, 0, sizeof whole);
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        made.n = 0;
        made_npy(&made, "<i4", shapes[i]);
        made_ids(&made, 4);
        read_cut("a.npy", &made, made.n, NULL, "a.npy");
        assert_int_equal(got.status, MMSPAN_E_SYNTAX);
        assert_int_equal(got.n, 0);
    }
}

/* Rows without columns cost no bytes, so a header could promise any number of them. */
static void test_npy_empty_rows(void **state) {
    static struct made made;
    (void)state;
    made.n = 0;
    made_npy(&made, "<i4", "(1048576, 0)");
    static const struct mr_options none;
    struct mr_input *input = NULL;
    mmspan_error error;
    const char *path = made_write(&scratch, "a.npy", &made);
    assert_int_equal(mr_open(path, &none, &input, &error), MMSPAN_OK);
    mr_close(input);
    made.n = 0;
    made_npy(&made, "<i4", "(1048577, 0)");
    read_cut("a.npy", &made, made.n, NULL, "a.npy");
    assert_int_equal(got.status, MMSPAN_E_SYNTAX);
    assert_non_null(strstr(got.error.message, "more than 1,048,576 rows"));
}

/* In Fortran order a row or a column alone lies as it should, and two of each do not. */
static void test_npy_fortran(void **state) {
    static const char *const shapes[] = {"(1, 4)", "(4, 1)", "(2, 2)"};
    static struct made made;
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        made.n = 0;
        made_npy(&made, "<i4", shapes[i]);
        char *order = strstr((char *)made.bytes + 10, "False");
        assert_non_null(order);
        memcpy(order, "True ", 5);
        for (int k = 0; k < 4; k++)
            made_number(&made, 7, 4);
        read_cut("a.npy", &made, made.n, NULL, "a.npy");
        assert_int_equal(got.status == MMSPAN_OK, i < 2);
        assert_int_equal(got.n, i < 2 ? (i ? 4 : 1) : 0);
    }
}

static void write_pair(struct made *idx, struct made *bin, unsigned code, unsigned width,
                       size_t n_documents) {
    const struct made_index index = {
        .code = code, .width = width, .sizes = sizes, .n = 3, .n_documents = n_documents};
    idx->n = bin->n = 0;
    made_index(idx, &index);
    made_ids(bin, width);
    made_write(&scratch, "d.idx", idx);
    made_write(&scratch, "d.bin", bin);
}

static void test_megatron(void **state) {
    static struct made idx, bin;
    (void)state;
    set_whole(sizes, 3);
    for (size_t n_documents = 1; n_documents <= 4; n_documents++) {
        write_pair(&idx, &bin, 4, 4, n_documents);
        if (n_documents == 1) /* documents that end before the last sequence */
            continue;
        expect_whole_or_error("d.idx", &idx, NULL, "d.bin");
        expect_whole_or_error("d.bin", &bin, NULL, "d.idx");
    }
    /* int64; and fairseq's look-alike, with and without a type that only it has. */
    write_pair(&idx, &bin, 5, 8, 2);
    expect_whole_or_error("d.bin", &bin, NULL, "d.bin");
    write_pair(&idx, &bin, 4, 4, 0);
    expect_whole_or_error("d.idx", &idx, NULL, "d.idx");
    write_pair(&idx, &bin, 9, 4, 0);
    expect_whole_or_error("d.bin", &bin, NULL, "d.idx");
    write_pair(&idx, &bin, 9, 4, 2);
    read_cut("d.bin", &bin, bin.n, NULL, "d.bin");
    assert_int_equal(got.status, MMSPAN_E_SYNTAX);
}

static void test_megatron_packed(void **state) {
    static struct made idx, bin, packed_idx, packed_bin;
    (void)state;
    set_whole(sizes, 3);
    write_pair(&idx, &bin, 4, 4, 2);
    scratch_remove(&scratch, "d.idx");
    scratch_remove(&scratch, "d.bin");
    packed_idx.n = packed_bin.n = 0;
    made_gzip(&packed_idx, &idx);
    made_zstd(&packed_bin, &bin);
    made_write(&scratch, "d.idx.gz", &packed_idx);
    read_cut("d.bin.zst", &packed_bin, packed_bin.n, NULL, "d.bin.zst");
    if (got.status != MMSPAN_E_UNSUPPORTED) {
        expect_whole_or_error("d.bin.zst", &packed_bin, NULL, "d.idx.gz");
        expect_whole_or_error("d.idx.gz", &packed_idx, NULL, "d.bin.zst");
    }
    scratch_remove(&scratch, "d.idx.gz");
    scratch_remove(&scratch, "d.bin.zst");
}

/* Each byte of an index says something: another one is an error, or the index of a data set of
 * bytes that are no tokens. */
static void test_megatron_lies(void **state) {
    static struct made idx, bin;
    (void)state;
    set_whole(sizes, 3);
    write_pair(&idx, &bin, 4, 4, 2);
    for (size_t i = 0; i < idx.n; i++) {
        for (int bit = 0; bit < 8; bit++) {
            struct made lie = idx;
            lie.bytes[i] ^= (unsigned char)(1 << bit);
            read_cut("d.idx", &lie, lie.n, NULL, "d.idx");
            if (got.status == MMSPAN_OK)
                fail_msg("bit %d of byte %zu of the index is not needed", bit, i);
        }
    }
}

/* Sequences with a mode are passed over and keep their numbers. */
static void test_megatron_modes(void **state) {
    static struct made idx, bin;
    const unsigned char modes[] = {0, 0, 1, 0, 1};
    const int32_t lengths[] = {1, 2, 1, 1, 2};
    const struct made_index index = {
        .code = 4, .width = 4, .sizes = lengths, .n = 5, .n_documents = 3, .modes = modes};
    const char *what;
    (void)state;
    idx.n = bin.n = 0;
    made_index(&idx, &index);
    made_ids(&bin, 4);
    made_write(&scratch, "m.idx", &idx);
    const char *path = made_write(&scratch, "m.bin", &bin);
    got_read(&got, path, NULL);
    assert_int_equal(got.status, MMSPAN_OK);
    assert_int_equal(got.n, 3);
    assert_int_equal(got.numbers[2], 3);
    assert_int_equal(got.ids[3], ids[4]);
    assert_int_equal(got.n_ids, 4);

    struct mr_input *input = NULL;
    struct mr_sequence sequence;
    mmspan_error error;
    bool more = true;
    const struct mr_options none = {0};
    assert_int_equal(mr_open(path, &none, &input, &error), MMSPAN_OK);
    while (more)
        assert_int_equal(mr_next(input, &sequence, &more, &error), MMSPAN_OK);
    assert_int_equal(mr_n_skipped(input, &what), 2);
    mr_close(input);
}

/* An array without a header can only be cut between elements without anybody knowing. */
static void test_raw(void **state) {
    static struct made made;
    const struct mr_type type = {4, true, false};
    const struct mr_options options = {.type = &type};
    const int32_t one[] = {7};
    (void)state;
    set_whole(one, 1);
    made.n = 0;
    made_ids(&made, 4);
    for (size_t n = 1; n <= made.n; n++) {
        read_cut("a.bin", &made, n, &options, "a.bin");
        assert_int_equal(got.status, n % 4 ? MMSPAN_E_SYNTAX : MMSPAN_OK);
        assert_int_equal(got.n_ids, n % 4 ? 0 : n / 4);
        assert_memory_equal(got.ids, whole.ids, got.n_ids * sizeof *got.ids);
    }
    expect_packed("a.bin", &made, &options);
    /* Nothing but the name says that it is packed: data may begin with any bytes. */
    static const unsigned char like_gzip[] = {0x1f, 0x8b, 8, 0};
    made.n = 0;
    made_bytes(&made, like_gzip, 4);
    read_cut("b.bin", &made, made.n, &options, "b.bin");
    assert_int_equal(got.status, MMSPAN_OK);
    assert_int_equal(got.ids[0], 0x088b1f);
}

/* Text that is compressed, cut: whole lines come before the error, and no part of one. */
static void test_packed_text(void **state) {
    static struct made made;
    (void)state;
    set_whole(sizes, 3);
    made.n = 0;
    made_text(&made, "[5, 151655*1, 7]\n[]\n1 2 255999 70000\n");
    expect_packed("a.txt", &made, NULL);
}

static void test_packed_lines(void **state) {
    static struct made made;
    (void)state;
    set_whole(sizes, 3);
    made.n = 0;
    made_text(&made, "{\"input_ids\": [5, 151655, 7]}\n{\"input_ids\": []}\n"
                     "{\"input_ids\": [1, 2, 255999, 70000]}\n");
#ifdef MMSPAN_HAVE_SIMDJSON
    expect_packed("a.jsonl", &made, NULL);
#endif
}

static void test_empty(void **state) {
    static const char *const names[] = {"a", "a.jsonl", "a.npy", "a.bin", "a.gz", "a.idx"};
    static struct made made;
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        read_cut(names[i], &made, 0, NULL, names[i]);
        assert_int_equal(got.n, 0);
        assert_int_equal(got.status, MMSPAN_OK);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_npy),
        cmocka_unit_test(test_npy_lies),
        cmocka_unit_test(test_npy_empty_rows),
        cmocka_unit_test(test_npy_fortran),
        cmocka_unit_test(test_megatron),
        cmocka_unit_test(test_megatron_packed),
        cmocka_unit_test(test_megatron_lies),
        cmocka_unit_test(test_megatron_modes),
        cmocka_unit_test(test_raw),
        cmocka_unit_test(test_packed_text),
        cmocka_unit_test(test_packed_lines),
        cmocka_unit_test(test_empty),
    };
    return cmocka_run_group_tests(tests, set_up_scratch, tear_down_scratch);
}
