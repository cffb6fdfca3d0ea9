/* The checks of an audit, each on columns that were written by hand. */
#include "mmspan/audit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../support/audit_case.h"
#include "../../support/fixture.h"

#include <string.h>

static struct audit_case c;
static struct ragged r[4];

static void open_shape(enum fixture_shape shape) {
    audit_case_open(&c, fixture_config(shape), NULL);
}

static void test_scan_findings(void **state) {
    (void)state;
    open_shape(FIXTURE_QWEN);
    audit_case_ids(&c, MMSPAN_COLUMN_INT32, "9 1 3*4 2 9 | 9 1 3*2 | 3 3 2 9 | 1 3*3 2 |");
    audit_case_expect(&c, "1 truncated-block 1..4 -1 -1\n"
                          "2 stray-token 0..2 -1 3\n"
                          "2 stray-token 2..3 -1 2\n"
                          "3 rows 0..5 -1 3\n");
    audit_case_expect_json(&c, "\"sequences\": 5, \"tokens\": 21, \"tokens_in_blocks\": 11");
    audit_case_expect_json(&c, "{\"clean\": 2, \"unexpanded\": 0, \"broken\": 3}");
    audit_case_close(&c);
}

static void test_every_width(void **state) {
    static const int32_t types[] = {MMSPAN_COLUMN_INT32, MMSPAN_COLUMN_INT64,
                                    MMSPAN_COLUMN_UINT32, MMSPAN_COLUMN_UINT16};
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        open_shape(FIXTURE_QWEN);
        audit_case_ids(&c, types[i], "9 1 3*4 2 9 | 3 9");
        audit_case_expect(&c, "1 stray-token 0..1 -1 3\n");
        audit_case_expect_json(&c, "\"around\": [{\"at\": 0, \"ids\": [3, 9]}]");
        audit_case_close(&c);
    }
}

static void test_labels(void **state) {
    static const int32_t types[] = {MMSPAN_COLUMN_INT32, MMSPAN_COLUMN_INT64,
                                    MMSPAN_COLUMN_INT16, MMSPAN_COLUMN_INT8};
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        open_shape(FIXTURE_QWEN);
        mmspan_audit_batch batch = {
            .labels = ragged_read(&r[0], types[i],
                                  "5 -100*6 7 | -100*4 3 3 -100*2 | 1 1 -100*2 9 | -")};
        audit_case_add(&c, &batch, "9 1 3*4 2 9 | 9 1 3*4 2 9 | 1 3*2 2 9 | 1 3 3 2");
        audit_case_expect(&c, "1 label-on-media 4..6 -100 3\n"
                              "2 label-on-media 0..2 -100 1\n");
        audit_case_expect_json(&c, "{\"name\": \"label-on-media\", \"sequences\": 3}");
        audit_case_close(&c);
    }
}

static void test_masks(void **state) {
    (void)state;
    open_shape(FIXTURE_QWEN);
    mmspan_audit_batch batch = {
        .attention_mask = ragged_read(&r[0], MMSPAN_COLUMN_INT8, "0 1*5 | 1 1 0 0 1 1"),
        .loss_mask = ragged_read(&r[1], MMSPAN_COLUMN_INT8, "0*5 1 | 0 0 0 1 0 0"),
        .type_ids = ragged_read(&r[2], MMSPAN_COLUMN_INT64, "0 0 1 1 0 0 | 0 0 1 0 0 0")};
    audit_case_add(&c, &batch, "9 1 3*2 2 9 | 9 1 3*2 2 9");
    audit_case_expect(&c, "1 label-on-media 3..4 0 1\n"
                          "1 mask-off-media 2..4 -1 0\n"
                          "1 type-off-media 3..4 -1 0\n");
    audit_case_close(&c);
}

static void test_lengths(void **state) {
    (void)state;
    open_shape(FIXTURE_QWEN);
    mmspan_audit_batch batch = {
        .labels = ragged_read(&r[0], MMSPAN_COLUMN_INT64, "7*4 | 7*3 | | -"),
        .attention_mask = ragged_read(&r[1], MMSPAN_COLUMN_INT8, "1*4 | 1*3 | 1 | 1*4")};
    audit_case_add(&c, &batch, "1 3 3 2 | 1 3 3 2 | 9 | 1 3 3 2");
    audit_case_expect(&c, "0 label-on-media 0..4 -100 7\n"
                          "1 length-mismatch 0..4 4 3\n"
                          "1 length-mismatch 0..4 4 3\n"
                          "2 length-mismatch 0..1 1 0\n");
    audit_case_close(&c);
}

static void test_grids(void **state) {
    (void)state;
    open_shape(FIXTURE_QWEN);
    const mmspan_media_column media = {
        .values = *ragged_read(&r[0], MMSPAN_COLUMN_INT64,
                               "1 4 4 1 2 4 | 1 4 4 1 2 4 | 1 4 4 | 0 0 0 | - | 1 4 4 1 4 4")};
    mmspan_audit_batch batch = {.media = &media, .n_media = 1};
    audit_case_add(&c, &batch,
                   "9 1 3*4 2 1 3*2 2 | 1 3*4 2 9 1 3*6 2 | 1 3*4 2 1 3*2 2 | 9 | 1 3*4 2 | "
                   "1 3*4 2 9");
    audit_case_expect(&c, "1 media-rows 7..15 2 6\n"
                          "2 media-count 6..10 1 2\n"
                          "5 media-count 7..7 2 1\n");
    audit_case_expect_json(&c, "{\"name\": \"media-rows\", \"sequences\": 5}");
    audit_case_close(&c);
}

/* Outer offsets count inner lists, inner offsets begin anywhere. */
static void test_nested_grids(void **state) {
    static const int64_t inner[] = {4, 7, 10, 13, 15};
    static const int64_t values[] = {9, 9, 9, 9, 1, 4, 4, 1, 2, 4, 1, 4, 4, 1, 1};
    static const int64_t outer[] = {0, 2, 3, 4};
    (void)state;
    open_shape(FIXTURE_QWEN);
    const mmspan_media_column media = {
        .values = {.data = values, .n = 15, .offsets = outer, .type = MMSPAN_COLUMN_INT64},
        .inner_offsets = inner,
        .n_inner = 4};
    mmspan_audit_batch batch = {.media = &media, .n_media = 1};
    audit_case_add(&c, &batch, "1 3*4 2 9 1 3*2 2 | 1 3*2 2 | 9");
    audit_case_expect(&c, "1 media-rows 0..4 4 2\n"
                          "2 length-mismatch 0..1 3 1\n");
    mmspan_error error;
    mmspan_media_column lying = media;
    lying.n_inner = 3;
    batch.media = &lying;
    assert_int_equal(mmspan_audit_add(c.audit, &batch, &error), MMSPAN_E_ARGUMENT);
    assert_non_null(strstr(error.message, "image"));
    audit_case_close(&c);
}

static void test_rows_and_counts(void **state) {
    (void)state;
    open_shape(FIXTURE_QWEN);
    mmspan_media_column media = {.values = *ragged_read(&r[0], MMSPAN_COLUMN_INT64, "4 2 | 4"),
                                 .form = MMSPAN_MEDIA_ROWS};
    mmspan_audit_batch batch = {.media = &media, .n_media = 1};
    audit_case_add(&c, &batch, "1 3*4 2 1 3*2 2 | 1 3*2 2");
    audit_case_expect(&c, "1 media-rows 0..4 4 2\n");
    media =
        (mmspan_media_column){.values = *ragged_read(&r[0], MMSPAN_COLUMN_INT64, "2 | 1 | 0"),
                              .form = MMSPAN_MEDIA_COUNT};
    audit_case_add(&c, &batch, "1 3*4 2 1 3*2 2 | 1 3*2 2 1 3*2 2 | 9");
    audit_case_expect(&c, "1 media-count 0..8 1 2\n");
    audit_case_close(&c);
}

static void test_double_expansion(void **state) {
    (void)state;
    open_shape(FIXTURE_QWEN);
    const mmspan_media_column media = {
        .values = *ragged_read(&r[0], MMSPAN_COLUMN_INT64, "4 | 4 2 | 6"),
        .form = MMSPAN_MEDIA_ROWS};
    mmspan_audit_batch batch = {.media = &media, .n_media = 1};
    audit_case_add(&c, &batch, "1 3*16 2 | 1 3*8 2 1 3*2 2 | 1 3*12 2");
    audit_case_expect(&c, "0 double-expansion 0..18 4 16\n"
                          "1 double-expansion 0..10 4 8\n"
                          "2 media-rows 0..14 6 12\n");
    audit_case_close(&c);
}

/* A block that is cut in one document and a tail in the next read as one image without borders;
 * the three ways to say where documents meet find the same. */
static void test_documents(void **state) {
    static const char ids[] = "9 1 3 3 3 3 2 9 | 9 1 3 3 2 1 3 3 2";
    static const char found[] = "0 truncated-block 1..4 -1 -1\n"
                                "0 stray-token 4..6 -1 3\n"
                                "0 stray-token 6..7 -1 2\n";
    (void)state;
    open_shape(FIXTURE_QWEN);
    audit_case_ids(&c, MMSPAN_COLUMN_INT32, ids);
    audit_case_expect(&c, "");
    mmspan_audit_batch ends = {
        .cu_seqlens = ragged_read(&r[0], MMSPAN_COLUMN_INT32, "0 4 8 | 0 5 9 -1 -1")};
    audit_case_add(&c, &ends, ids);
    audit_case_expect(&c, found);
    mmspan_audit_batch lengths = {.seq_lens =
                                      ragged_read(&r[0], MMSPAN_COLUMN_INT64, "4 4 | 5 0 4")};
    audit_case_add(&c, &lengths, ids);
    audit_case_expect(&c, found);
    mmspan_audit_batch positions = {
        .position_ids =
            ragged_read(&r[0], MMSPAN_COLUMN_INT64, "0 1 2 3 0 1 2 3 | 0 1 2 3 4 0 1 2 3")};
    audit_case_add(&c, &positions, ids);
    audit_case_expect(&c, found);
    audit_case_close(&c);
}

/* Positions that do not count tokens, and borders that do not fit, divide nothing. */
static void test_no_documents(void **state) {
    (void)state;
    open_shape(FIXTURE_QWEN);
    mmspan_audit_batch zeros = {
        .position_ids = ragged_read(&r[0], MMSPAN_COLUMN_INT64, "0*6 | 1 1 0 1 2 3 | 0 1")};
    audit_case_add(&c, &zeros, "9 1 3 3 2 9 | 9 9 1 3 3 2 | 1 3 3 2");
    audit_case_expect(&c, "2 length-mismatch 0..4 4 2\n");
    mmspan_audit_batch wrong = {
        .cu_seqlens = ragged_read(&r[0], MMSPAN_COLUMN_INT32, "0 2 7 | 0 3 2 6 | 0 6 | -")};
    audit_case_add(&c, &wrong, "9 1 3 3 2 9 | 9 1 3 3 2 9 | 9 1 3 3 2 9 | 9 1 3 3 2 9");
    audit_case_expect(&c, "0 length-mismatch 0..6 6 7\n"
                          "1 length-mismatch 0..6 6 2\n");
    mmspan_audit_batch long_ones = {
        .seq_lens = ragged_read(&r[0], MMSPAN_COLUMN_INT64, "2 9223372036854775807 | 3 3")};
    audit_case_add(&c, &long_ones, "9 1 3 3 2 9 | 9 9 9 1 3 3");
    audit_case_expect(&c, "0 length-mismatch 0..6 6 9223372036854775807\n"
                          "1 truncated-block 3..6 -1 -1\n");
    audit_case_close(&c);
}

/* The media of a packed row are dealt out to its documents, and positions are of the row. */
static void test_media_of_documents(void **state) {
    (void)state;
    open_shape(FIXTURE_QWEN);
    const mmspan_media_column media = {
        .values = *ragged_read(&r[1], MMSPAN_COLUMN_INT64, "2 4 6 | 2 4 6 | 2 4"),
        .form = MMSPAN_MEDIA_ROWS};
    mmspan_audit_batch batch = {
        .cu_seqlens = ragged_read(&r[0], MMSPAN_COLUMN_INT32, "0 5 20 | 0 5 20 | 0 5 20"),
        .media = &media,
        .n_media = 1};
    audit_case_add(&c, &batch,
                   "9 1 3*2 2 1 3*4 2 1 3*6 2 9 | 9 1 3*2 2 1 3*2 2 9 9 1 3*6 2 9 | "
                   "9 1 3*2 2 1 3*4 2 1 3*6 2 9");
    audit_case_expect(&c, "1 media-rows 5..9 4 2\n"
                          "2 media-count 11..19 2 3\n");
    audit_case_close(&c);
}

static void test_null_rows(void **state) {
    (void)state;
    open_shape(FIXTURE_QWEN);
    audit_case_ids(&c, MMSPAN_COLUMN_INT32, "- | | 1 3 3 2");
    audit_case_expect(&c, "0 null-row 0..0 -1 -1\n");
    audit_case_close(&c);
}

/* A run of any length at an end may have been longer; one with text around it may not. */
static void test_cut_run(void **state) {
    (void)state;
    open_shape(FIXTURE_KIMI);
    mmspan_audit_batch batch = {
        .cu_seqlens = ragged_read(&r[0], MMSPAN_COLUMN_INT32, "- | - | - | 0 3 6")};
    audit_case_add(&c, &batch, "9 1 1 9 | 1 1 9 | 9 1 1 | 9 9 1 1 9 9");
    audit_case_expect(&c, "1 cut-run 0..2 -1 -1\n"
                          "2 cut-run 1..3 -1 -1\n"
                          "3 cut-run 2..3 -1 -1\n"
                          "3 cut-run 3..4 -1 -1\n");
    audit_case_close(&c);
    open_shape(FIXTURE_LLAVA); /* four rows an item, so there is nothing to doubt */
    audit_case_ids(&c, MMSPAN_COLUMN_INT32, "-200*4 9 | 9 -200*4");
    audit_case_expect(&c, "");
    audit_case_close(&c);
}

/* Data that holds placeholders alone is right; where others are expanded they are not, those
 * that came before included. */
static void test_placeholders(void **state) {
    (void)state;
    open_shape(FIXTURE_GEMMA);
    audit_case_ids(&c, MMSPAN_COLUMN_INT32, "9 3 9 | 9 7 9 3 9");
    audit_case_expect(&c, "");
    audit_case_expect_json(&c, "\"findings\": 0, \"sequences_with_findings\": 0");
    audit_case_ids(&c, MMSPAN_COLUMN_INT32, "9 1 3*4 2 9 | 9 3 9");
    audit_case_expect(&c, "0 placeholder 1..2 -1 -1\n"
                          "1 placeholder 1..2 -1 -1\n"
                          "1 placeholder 3..4 -1 -1\n"
                          "1 placeholder 1..2 -1 -1\n");
    audit_case_expect_json(&c, "\"findings\": 4, \"sequences_with_findings\": 3");
    audit_case_close(&c);
    open_shape(FIXTURE_BARE_ONLY); /* there is nothing that it could be expanded to */
    audit_case_ids(&c, MMSPAN_COLUMN_INT32, "9 1 9");
    audit_case_expect_json(&c, "\"findings\": []");
    audit_case_close(&c);
}

/* Who asks for all of them gets them where nothing is expanded too; the report is the same. */
static void test_all_placeholders(void **state) {
    mmspan_audit_options options = {.struct_size = sizeof options, .all_placeholders = 1};
    (void)state;
    audit_case_open(&c, fixture_config(FIXTURE_GEMMA), &options);
    audit_case_ids(&c, MMSPAN_COLUMN_INT32, "9 3 9 | 9 7 9");
    audit_case_expect(&c, "0 placeholder 1..2 -1 -1\n"
                          "1 placeholder 1..2 -1 -1\n");
    audit_case_expect_json(&c, "\"findings\": 0, \"sequences_with_findings\": 0");
    audit_case_close(&c);
}

/* A placeholder takes its media whatever the rows. */
static void test_media_of_placeholders(void **state) {
    (void)state;
    open_shape(FIXTURE_GEMMA);
    const mmspan_media_column media = {
        .values = *ragged_read(&r[1], MMSPAN_COLUMN_INT64, "4 4 | 4 4"),
        .form = MMSPAN_MEDIA_ROWS};
    mmspan_audit_batch batch = {.media = &media, .n_media = 1};
    audit_case_add(&c, &batch, "9 3 9 3 9 | 9 3 9");
    audit_case_expect(&c, "1 media-count 3..3 2 1\n");
    audit_case_close(&c);
}

static void test_cuts(void **state) {
    const mmspan_audit_options options = {
        .struct_size = sizeof options, .window = 4, .max_length = 5};
    (void)state;
    audit_case_open(&c, fixture_config(FIXTURE_QWEN), &options);
    audit_case_ids(&c, MMSPAN_COLUMN_INT32, "9 9 1 3 3 2 9 | 1 3*4 2 | 9 9 9 9 9 1 3 3 2");
    /* Borders at 4, 8, ..., 20 of 22 tokens; blocks at 2..6, 7..13 and 18..22. */
    audit_case_expect_json(&c, "\"window\": {\"tokens\": 4, \"borders\": 5, "
                               "\"borders_in_blocks\": 4, \"share\": 0.800000}");
    audit_case_expect_json(&c, "\"max_length\": {\"tokens\": 5, \"sequences_longer\": 3, "
                               "\"sequences_cut_in_blocks\": 2, \"share\": 0.666666}");
    audit_case_expect_json(&c, "\"cut_by_window\": 3, \"cut_by_length\": 2, "
                               "\"lost_by_length\": 1");
    audit_case_close(&c);
}

static void test_arguments(void **state) {
    static const int64_t back[] = {0, 3, 2};
    static const int64_t beyond[] = {0, 3, 9};
    static const int32_t ids[4] = {9, 9, 9, 9};
    mmspan_error error;
    (void)state;
    open_shape(FIXTURE_QWEN);
    mmspan_column column = {.data = ids, .n = 4, .offsets = back};
    mmspan_audit_batch batch = {.struct_size = sizeof batch, .ids = &column, .n_sequences = 2};
    assert_int_equal(mmspan_audit_add(c.audit, &batch, &error), MMSPAN_E_ARGUMENT);
    column.offsets = beyond;
    assert_int_equal(mmspan_audit_add(c.audit, &batch, &error), MMSPAN_E_ARGUMENT);
    assert_non_null(strstr(error.message, "ids"));
    column.type = MMSPAN_COLUMN_INT8;
    batch.n_sequences = 1;
    assert_int_equal(mmspan_audit_add(c.audit, &batch, &error), MMSPAN_E_ARGUMENT);
    column.type = 0;
    batch.file = 1;
    assert_int_equal(mmspan_audit_add(c.audit, &batch, &error), MMSPAN_E_ARGUMENT);
    batch.file = 0;
    assert_int_equal(mmspan_audit_add(c.audit, &batch, &error), MMSPAN_OK);
    assert_int_equal(mmspan_audit_file(c.audit, "b", -1, 9, &c.file, &error),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_audit_file(c.audit, "b", 9, -1, &c.file, &error),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_audit_file(c.audit, NULL, 9, 9, &c.file, &error),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_audit_file(c.audit, "b", 9, 9, NULL, &error), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_audit_file(NULL, "b", 9, 9, &c.file, &error), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_audit_skip(c.audit, 0, -1), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_audit_skip(c.audit, 1, 0), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_audit_skip(c.audit, -1, 0), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_audit_skip(NULL, 0, 0), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_audit_cover(c.audit, 0, -1, 1, &error), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_audit_cover(c.audit, 0, 2, 1, &error), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_audit_cover(c.audit, 0, 0, 1001, &error), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_audit_cover(c.audit, 0, 10, 20, &error), MMSPAN_OK);
    assert_int_equal(mmspan_audit_cover(c.audit, 0, 19, 30, &error), MMSPAN_E_MISMATCH);
    assert_int_equal(mmspan_audit_cover(c.audit, 0, 20, 30, &error), MMSPAN_OK);
    assert_int_equal(mmspan_audit_file(c.audit, "a.jsonl", 101, 1000, &c.file, &error),
                     MMSPAN_E_MISMATCH);
    audit_case_close(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scan_findings),
        cmocka_unit_test(test_every_width),
        cmocka_unit_test(test_labels),
        cmocka_unit_test(test_masks),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_grids),
        cmocka_unit_test(test_nested_grids),
        cmocka_unit_test(test_rows_and_counts),
        cmocka_unit_test(test_double_expansion),
        cmocka_unit_test(test_documents),
        cmocka_unit_test(test_no_documents),
        cmocka_unit_test(test_media_of_documents),
        cmocka_unit_test(test_null_rows),
        cmocka_unit_test(test_cut_run),
        cmocka_unit_test(test_placeholders),
        cmocka_unit_test(test_all_placeholders),
        cmocka_unit_test(test_media_of_placeholders),
        cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
