/* Files of every format, whole and in shards, good and lying. */
#include "mmspan/audit.h"

#include "input/unpack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../support/audit_case.h"
#include "../../support/fixture.h"
#include "../../support/input_files.h"
#include "../../support/scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct scratch scratch;
static mmspan_matcher *matcher;

static int open_all(void **state) {
    struct fixture f;
    (void)state;
    scratch_open(&scratch);
    fixture_open(&f, FIXTURE_QWEN);
    mmspan_result_destroy(f.result);
    matcher = f.matcher;
    return 0;
}

static int close_all(void **state) {
    (void)state;
    mmspan_matcher_destroy(matcher);
    scratch_close(&scratch);
    return 0;
}

/* Bytes that grow. */
struct bytes {
    unsigned char *data;
    size_t n;
    size_t cap;
};

static void put(struct bytes *b, const void *data, size_t n) {
    if (b->n + n > b->cap) {
        b->cap = 2 * (b->n + n);
        b->data = realloc(b->data, b->cap);
        assert_non_null(b->data);
    }
    if (n)
        memcpy(b->data + b->n, data, n);
    b->n += n;
}

/* Little-endian, as these formats are; the tests of other machines are the readers' own. */
static void put_number(struct bytes *b, uint64_t value, size_t width) {
    unsigned char bytes[8];
    for (size_t i = 0; i < width; i++)
        bytes[i] = (unsigned char)(value >> 8 * i);
    put(b, bytes, width);
}

/* Sequences to write: mostly good ones, some with faults. */
enum { N_SEQUENCES = 997 };
static size_t sequence(size_t i, int32_t *ids) {
    static const char *const shapes[] = {"9 1 3*4 2 9 9",  "9 9 9", "9 1 3*6 2 9 1 3*2 2",
                                         "9 1 3*8 2 9*20", "9 9",   "9 9 9 9 9"};
    struct id_list list;
    ids_read(&list, i % 101 == 50   ? "9 1 3*3"
                    : i % 67 == 20  ? "3 3 2 9"
                    : i % 199 == 70 ? ""
                                    : shapes[i % 6]);
    memcpy(ids, list.ids, list.n * sizeof *ids);
    return list.n;
}

static void write_jsonl(const char *name) {
    struct bytes b = {0};
    for (size_t i = 0; i < N_SEQUENCES; i++) {
        int32_t ids[64];
        char text[32];
        const size_t n = sequence(i, ids);
        if (i % 13 == 0)
            put(&b, " \t\n", 3);
        put(&b, "{\"input_ids\": [", 15);
        for (size_t k = 0; k < n; k++) {
            snprintf(text, sizeof text, "%s%d", k ? ", " : "", (int)ids[k]);
            put(&b, text, strlen(text));
        }
        put(&b, "]}\n", i + 1 < N_SEQUENCES ? 3 : 2);
    }
    scratch_write(&scratch, name, b.data, b.n);
    free(b.data);
}

/* With `modes`, every tenth sequence is the bytes of an image. */
static void write_megatron(const char *stem, size_t n_sequences, bool modes) {
    struct bytes bin = {0}, sizes = {0}, pointers = {0}, tail = {0}, idx = {0};
    char name[64];
    for (size_t i = 0; i < n_sequences; i++) {
        int32_t ids[64];
        const size_t n = sequence(i, ids);
        put_number(&sizes, n, 4);
        put_number(&pointers, bin.n, 8);
        put(&bin, ids, n * sizeof *ids);
    }
    for (size_t i = 0; i <= n_sequences; i++)
        put_number(&tail, i, 8);
    for (size_t i = 0; modes && i < n_sequences; i++)
        put_number(&tail, i % 10 == 3, 1);
    put(&idx, "MMIDIDX\0\0", 9);
    put_number(&idx, 1, 8);
    put_number(&idx, 4, 1);
    put_number(&idx, n_sequences, 8);
    put_number(&idx, n_sequences + 1, 8);
    put(&idx, sizes.data, sizes.n);
    put(&idx, pointers.data, pointers.n);
    put(&idx, tail.data, tail.n);
    snprintf(name, sizeof name, "%s.bin", stem);
    scratch_write(&scratch, name, bin.data, bin.n);
    snprintf(name, sizeof name, "%s.idx", stem);
    scratch_write(&scratch, name, idx.data, idx.n);
    free(bin.data);
    free(sizes.data);
    free(pointers.data);
    free(tail.data);
    free(idx.data);
}

/* Windows of eight tokens. */
static void write_npy(const char *name, const char *type, size_t width) {
    struct bytes b = {0};
    char header[128];
    size_t n_ids = 0;
    static int32_t all[N_SEQUENCES * 64];
    for (size_t i = 0; i < N_SEQUENCES; i++)
        n_ids += sequence(i, all + n_ids);
    snprintf(header, sizeof header,
             "{'descr': '%s', 'fortran_order': False, 'shape': (%zu, 8), }", type, n_ids / 8);
    put(&b, "\x93NUMPY\x01\0", 8);
    put_number(&b, 118, 2);
    put(&b, header, strlen(header));
    while (b.n < 127)
        put(&b, " ", 1);
    put(&b, "\n", 1);
    for (size_t i = 0; i < n_ids / 8 * 8; i++)
        put_number(&b, (uint64_t)all[i], width);
    scratch_write(&scratch, name, b.data, b.n);
    free(b.data);
}

static const mmspan_audit_options options = {
    .struct_size = sizeof options, .n_examples = 4, .max_length = 16};

/* Audits files as one shard of n. */
static mmspan_report *audit_shard(const char *const *names, size_t n_names, uint32_t shard,
                                  uint32_t n, const mmspan_audit_options *how) {
    mmspan_audit *audit;
    mmspan_report *report;
    mmspan_error error;
    assert_int_equal(mmspan_audit_create(matcher, how, &audit, &error), MMSPAN_OK);
    for (uint32_t i = 0; i < n_names; i++) {
        const mmspan_audit_source source = {
            .struct_size = sizeof source, .shard = shard, .n_shards = n, .ordinal = i};
        if (mmspan_audit_read(audit, scratch_path(&scratch, names[i]), &source, &error) !=
            MMSPAN_OK)
            fail_msg("%s: %s", names[i], error.message);
    }
    assert_int_equal(mmspan_report_create(NULL, &report), MMSPAN_OK);
    assert_int_equal(mmspan_report_merge(report, mmspan_audit_report(audit), &error),
                     MMSPAN_OK);
    mmspan_audit_destroy(audit);
    return report;
}

static void expect_shards(const char *const *names, size_t n_names,
                          const mmspan_audit_options *how, const char *part) {
    static const uint32_t numbers[] = {1, 2, 3, 8, 1000};
    mmspan_error error;
    mmspan_report *whole = audit_shard(names, n_names, 0, 0, how);
    char *wanted = audit_case_json(whole);
    if (!strstr(wanted, part))
        fail_msg("no %s in\n%s", part, wanted);
    assert_int_equal(mmspan_report_complete(whole, &error), MMSPAN_OK);
    mmspan_report_destroy(whole);
    for (size_t k = 0; k < 5; k++) {
        mmspan_report *sum;
        assert_int_equal(mmspan_report_create(NULL, &sum), MMSPAN_OK);
        for (uint32_t s = 0; s < numbers[k]; s++) {
            mmspan_report *part_of = audit_shard(names, n_names, s, numbers[k], how);
            if (s == 1)
                assert_int_equal(mmspan_report_complete(sum, &error), MMSPAN_E_MISMATCH);
            if (mmspan_report_merge(sum, part_of, &error) != MMSPAN_OK)
                fail_msg("shard %u of %u: %s", s, numbers[k], error.message);
            mmspan_report_destroy(part_of);
        }
        char *json = audit_case_json(sum);
        assert_string_equal(json, wanted);
        free(json);
        mmspan_report_destroy(sum);
    }
    free(wanted);
}

static void test_formats(void **state) {
    static const char *const names[] = {"a.jsonl", "b.idx", "c.npy", "d.npy", "e.idx"};
    mmspan_audit_options windows = options;
    (void)state;
    windows.window = 16;
    write_jsonl("a.jsonl");
    write_megatron("b", N_SEQUENCES, false);
    write_npy("c.npy", "<i4", 4);
    write_npy("d.npy", "<i8", 8);
    write_megatron("e", N_SEQUENCES, true);
    expect_shards(names, 1, &options, "\"sequences\": 997,");
    expect_shards(names + 1, 1, &options, "\"sequences\": 997,");
    expect_shards(names + 4, 1, &options, "\"sequences\": 897,");
    expect_shards(names + 4, 1, &options, "\"skipped\": 100,");
    expect_shards(names, 5, &options, "\"findings\": [");
    expect_shards(names, 5, &windows, "\"window\": {\"tokens\": 16");
}

/* What the formats have in common is the same in all of them. */
static void test_formats_agree(void **state) {
    static const char *const names[] = {"a.jsonl", "b.idx"};
    char *parts[2];
    (void)state;
    write_jsonl("a.jsonl");
    write_megatron("b", N_SEQUENCES, false);
    for (size_t i = 0; i < 2; i++) {
        mmspan_report *report = audit_shard(names + i, 1, 0, 1, &options);
        parts[i] = audit_case_json(report);
        mmspan_report_destroy(report);
    }
    const char *first = strstr(parts[0], "\"modalities\"");
    const char *second = strstr(parts[1], "\"modalities\"");
    const size_t n = (size_t)(strstr(first, "\"findings\": [") - first);
    assert_memory_equal(first, second, n);
    free(parts[0]);
    free(parts[1]);
}

/* Reads one file and expects an error that a part of its message names, and so many sequences.
 */
static void expect_unread(const char *name, const char *dtype, int64_t sequences, int64_t n,
                          const char *message) {
    mmspan_audit *audit;
    mmspan_error error;
    mmspan_report_totals totals = {.struct_size = sizeof totals};
    const mmspan_audit_source source = {.struct_size = sizeof source, .dtype = dtype};
    const char *path, *why;
    int64_t errors;
    assert_int_equal(mmspan_audit_create(matcher, &options, &audit, &error), MMSPAN_OK);
    assert_int_equal(mmspan_audit_read(audit, scratch_path(&scratch, name), &source, &error),
                     MMSPAN_OK);
    mmspan_report *report = mmspan_audit_report(audit);
    mmspan_report_get_totals(report, &totals);
    assert_int_equal(totals.sequences, sequences);
    assert_int_equal(totals.unread, n);
    assert_int_equal(mmspan_report_complete(report, &error), MMSPAN_OK);
    if (n) {
        assert_true(mmspan_report_unread(report, 0, &path, &errors, &why));
        assert_int_equal(errors, n);
        if (!strstr(why, message))
            fail_msg("%s: %s", name, why);
    }
    mmspan_audit_destroy(audit);
}

/* Cuts a file short. */
static void cut(const char *name, const char *to, size_t by) {
    size_t n;
    char *bytes = scratch_read(scratch_path(&scratch, name), &n);
    scratch_write(&scratch, to, bytes, n - by);
    free(bytes);
}

static void test_damage(void **state) {
    (void)state;
    write_megatron("b", 50, false);
    cut("b.idx", "c.idx", 3);
    cut("b.bin", "c.bin", 0);
    expect_unread("c.idx", NULL, 0, 1, "");
    cut("b.idx", "d.idx", 0);
    cut("b.bin", "d.bin", 4);
    expect_unread("d.idx", NULL, 0, 1, "cut short");
    write_npy("e.npy", "<i4", 4);
    cut("e.npy", "f.npy", 4);
    expect_unread("f.npy", NULL, 0, 1, "cut short");
    expect_unread("missing.npy", NULL, 0, 1, "No such file");
    expect_unread("d.bin", "uint64", 0, 1, "no whole number");
    scratch_write(&scratch, "g.u16", "\1\0\3\0\3\0\2\0", 8);
    expect_unread("g.u16", "uint16", 1, 0, "");
    expect_unread("g.u16", "int16", 1, 0, "");
    scratch_text(&scratch, "h.txt", "1 3 3 2\n9\n1 x 2\n9\n");
    expect_unread("h.txt", NULL, 2, 1, "line 3");
}

/* A row that is no good is one error; the rows around it are read, and keep their numbers, in
 * every shard. */
static void test_bad_rows(void **state) {
    static const char *const names[] = {"a.jsonl"};
    (void)state;
    scratch_text(&scratch, "a.jsonl",
                 "{\"input_ids\": [9]}\n{\"input_ids\": [}\n\n{\"input_ids\": [3]}\n"
                 "{\"input_ids\": [1.5]}\n{\"input_ids\": [1, 3, 3, 2]}\n");
    expect_unread("a.jsonl", NULL, 3, 2, "line 2, column 16: not JSON");
    expect_shards(names, 1, &options, "\"sequence\": 2, \"line\": 4, \"start\": 0");
}

/* Rows that were packed are read by one shard, all of them. */
static void test_packed(void **state) {
    static const char *const names[] = {"rows.jsonl.gz"};
    static struct made rows, packed;
    (void)state;
    if (!mr_gzip)
        skip();
    rows.n = packed.n = 0;
    made_text(&rows, "{\"input_ids\": [9]}\n{\"input_ids\": [3]}\n{\"input_ids\": [1, 3]}\n");
    made_gzip(&packed, &rows);
    made_write(&scratch, names[0], &packed);
    expect_shards(names, 1, &options, "\"sequence\": 2, \"line\": 3, \"start\": 0");
}

/* Every column that a row may have is read and checked: each of these is wrong in one way. */
static void test_columns(void **state) {
    static const struct {
        const char *column;
        int32_t kind;
    } cases[] = {
        {"\"labels\": [1, -100, -100, 5, -100, 1]", MMSPAN_AUDIT_LABEL_ON_MEDIA},
        {"\"loss_mask\": [1, 0, 0, 1, 0, 1]", MMSPAN_AUDIT_LABEL_ON_MEDIA},
        {"\"attention_mask\": [1, 1, 1, 0, 1, 1]", MMSPAN_AUDIT_MASK_OFF_MEDIA},
        {"\"mm_token_type_ids\": [0, 0, 1, 0, 0, 0]", MMSPAN_AUDIT_TYPE_OFF_MEDIA},
        {"\"position_ids\": [0, 1, 2, 3]", MMSPAN_AUDIT_LENGTH_MISMATCH},
        {"\"position_ids\": [0, 1, 2, 0, 1, 2]", MMSPAN_FINDING_TRUNCATED_BLOCK},
        {"\"cu_seqlens\": [0, 3, 6]", MMSPAN_FINDING_TRUNCATED_BLOCK},
        {"\"documents\": [0, 3, 6]", MMSPAN_FINDING_TRUNCATED_BLOCK},
        {"\"seq_lens\": [3, 3]", MMSPAN_FINDING_TRUNCATED_BLOCK},
        {"\"image_grid_thw\": [[1, 4, 4]]", MMSPAN_FINDING_MEDIA_ROWS},
        {"\"image_grid_thw\": [1, 2, 2]", MMSPAN_FINDING_MEDIA_ROWS},
        {"\"image_rows\": [3]", MMSPAN_FINDING_MEDIA_ROWS},
        {"\"media\": {\"image\": [3]}", MMSPAN_FINDING_MEDIA_ROWS},
        {"\"media\": []", MMSPAN_FINDING_MEDIA_COUNT},
        {"\"num_images\": 2", MMSPAN_FINDING_MEDIA_COUNT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static const char *const name = "columns.jsonl";
        char row[128];
        int64_t findings, sequences;
        snprintf(row, sizeof row, "{\"input_ids\": [9, 1, 3, 3, 2, 9], %s}\n", cases[i].column);
        scratch_text(&scratch, name, row);
        mmspan_report *report = audit_shard(&name, 1, 0, 1, &options);
        mmspan_report_count(report, cases[i].kind, &findings, &sequences);
        if (findings != 1 || sequences != 1)
            fail_msg("%s: %d findings of its kind", row, (int)findings);
        mmspan_report_destroy(report);
    }
}

/* Millions of sequences of a token or two cost no memory. */
static void test_tiny_sequences(void **state) {
    enum { N = 2000000 };
    struct bytes b = {0};
    (void)state;
    put(&b, "\x93NUMPY\x01\0", 8);
    put_number(&b, 118, 2);
    const char header[] = "{'descr': '<i4', 'fortran_order': False, 'shape': (2000000, 2), }";
    put(&b, header, strlen(header));
    while (b.n < 127)
        put(&b, " ", 1);
    put(&b, "\n", 1);
    for (size_t i = 0; i < N; i++) {
        put_number(&b, i % 1000 == 7 ? 3 : 9, 4);
        put_number(&b, 9, 4);
    }
    scratch_write(&scratch, "tiny.npy", b.data, b.n);
    free(b.data);
    expect_unread("tiny.npy", NULL, N, 0, "");
}

/* What was stopped covers what it has read and no more. */
static void test_stop(void **state) {
    static const char *const names[] = {"a.jsonl", "b.idx"};
    mmspan_error error;
    (void)state;
    write_jsonl("a.jsonl");
    write_megatron("b", N_SEQUENCES, false);
    const int stop = 15;
    for (size_t i = 0; i < 2; i++) {
        mmspan_audit *audit;
        mmspan_report_totals totals = {.struct_size = sizeof totals};
        const mmspan_audit_source source = {.struct_size = sizeof source, .stop = &stop};
        const char *path = scratch_path(&scratch, names[i]);
        assert_int_equal(mmspan_audit_create(matcher, &options, &audit, &error), MMSPAN_OK);
        assert_int_equal(mmspan_audit_read(audit, path, &source, &error), MMSPAN_OK);
        mmspan_report *report = mmspan_audit_report(audit);
        mmspan_report_get_totals(report, &totals);
        assert_int_equal(totals.sequences, 0);
        assert_int_equal(mmspan_report_complete(report, &error), MMSPAN_E_MISMATCH);
        assert_false(mmspan_audit_is_done(audit, report, path, &source));
        mmspan_audit_destroy(audit);
    }
}

static void test_is_done(void **state) {
    mmspan_audit *audit;
    mmspan_error error;
    mmspan_audit_source source = {.struct_size = sizeof source, .shard = 1, .n_shards = 3};
    (void)state;
    write_jsonl("a.jsonl");
    const char *path = scratch_path(&scratch, "a.jsonl");
    assert_int_equal(mmspan_audit_create(matcher, &options, &audit, &error), MMSPAN_OK);
    mmspan_report *report = mmspan_audit_report(audit);
    assert_false(mmspan_audit_is_done(audit, report, path, &source));
    assert_int_equal(mmspan_audit_read(audit, path, &source, &error), MMSPAN_OK);
    assert_true(mmspan_audit_is_done(audit, report, path, &source));
    source.shard = 2;
    assert_false(mmspan_audit_is_done(audit, report, path, &source));
    source.shard = 1;
    scratch_text(&scratch, "a.jsonl", "{\"input_ids\": []}\n");
    assert_false(mmspan_audit_is_done(audit, report, path, &source));
    mmspan_audit_destroy(audit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_formats, open_all, close_all),
        cmocka_unit_test_setup_teardown(test_formats_agree, open_all, close_all),
        cmocka_unit_test_setup_teardown(test_damage, open_all, close_all),
        cmocka_unit_test_setup_teardown(test_bad_rows, open_all, close_all),
        cmocka_unit_test_setup_teardown(test_packed, open_all, close_all),
        cmocka_unit_test_setup_teardown(test_columns, open_all, close_all),
        cmocka_unit_test_setup_teardown(test_tiny_sequences, open_all, close_all),
        cmocka_unit_test_setup_teardown(test_stop, open_all, close_all),
        cmocka_unit_test_setup_teardown(test_is_done, open_all, close_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
