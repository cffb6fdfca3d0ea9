/* The media of an audit: how they are read from columns, shared out to the documents of a row
 * and compared, at the edges of each rule. */
#include "mmspan/audit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../support/audit_case.h"
#include "../../support/fixture.h"

static struct audit_case c;
static struct ragged media_values, border_values;

/* Adds sequences of a config whose images a column describes; `borders` may be NULL. */
static void add(enum fixture_shape shape, mmspan_media_form form, const char *values,
                const char *borders, const char *ids) {
    const mmspan_media_column media = {
        .values = *ragged_read(&media_values, MMSPAN_COLUMN_INT64, values),
        .form = (int32_t)form};
    mmspan_audit_batch batch = {.media = &media, .n_media = 1};
    if (borders)
        batch.cu_seqlens = ragged_read(&border_values, MMSPAN_COLUMN_INT32, borders);
    audit_case_open(&c, fixture_config(shape), NULL);
    audit_case_add(&c, &batch, ids);
}

static int64_t media_counted(void) {
    mmspan_report_modality image = {.struct_size = sizeof image};
    mmspan_report *report = mmspan_audit_report(c.audit);
    assert_true(mmspan_report_get_modality(report, 0, &image));
    return image.media + image.broken_media;
}

/* Any dimension may be 0, which stands for no media, or so large that there is no product. */
static void test_sizes_of_grids(void **state) {
    (void)state;
    add(FIXTURE_QWEN, MMSPAN_MEDIA_GRID,
        "0 4 4 | 1 0 4 | 1 4 0 | -1 -4 4 | 1 1 3 1 2 4 | 1 4294967296 4294967296 | "
        "1 1048576 4194304 | 1 1048576 4194300",
        NULL, "9 | 9 | 9 | 9 | 1 3 3 2 | 1 3 3 2 | 1 3 3 2 | 1 3 3 2");
    audit_case_expect(&c, "5 media-rows 0..4 1099511627776 2\n"
                          "6 media-rows 0..4 1099511627776 2\n"
                          "7 media-rows 0..4 1099510579200 2\n");
    assert_int_equal(media_counted(), 4);
    audit_case_close(&c);
}

/* A grid that is none says nothing of the media, and is not counted. */
static void test_no_grid(void **state) {
    (void)state;
    add(FIXTURE_QWEN, MMSPAN_MEDIA_GRID, "1 2 4 1 | 1 2 4", NULL, "1 3 3 2 | 1 3 3 2");
    audit_case_expect(&c, "0 length-mismatch 0..4 3 4\n"
                          "0 media-count 0..4 0 1\n");
    assert_int_equal(media_counted(), 1);
    audit_case_close(&c);
}

/* One row is never expanded twice, whatever else the column lists, and neither are rows that
 * are no product of two of it. */
static void test_no_double_expansion(void **state) {
    (void)state;
    add(FIXTURE_QWEN, MMSPAN_MEDIA_ROWS, "1 6 | 4 6 | 4 6 | 2 3", NULL,
        "1 3*6 2 1 3*6 2 | 1 3*6 2 1 3*6 2 | 1 3*8 2 1 3*6 2 | 1 3*6 2 1 3*6 2");
    audit_case_expect(&c, "0 media-rows 0..8 1 6\n"
                          "1 media-rows 0..8 4 6\n"
                          "2 media-rows 0..10 4 8\n"
                          "3 double-expansion 0..8 2 6\n"
                          "3 double-expansion 8..16 3 6\n");
    audit_case_close(&c);
}

/* The media of a document are those that make up its rows, or else as many as it has items; the
 * last document has what is left. */
static void test_shares(void **state) {
    (void)state;
    add(FIXTURE_QWEN, MMSPAN_MEDIA_ROWS, "2 4 | 4 2 | 2 4 2 | 2 | 2 4 6 | 2 2 2",
        "0 4 10 | 0 4 10 | 0 4 10 | 0 4 10 | 0 4 10 | 0 8 12",
        "1 3 3 2 1 3*4 2 | 1 3 3 2 1 3*4 2 | 1 3 3 2 1 3*4 2 | 1 3 3 2 1 3*4 2 | "
        "9 9 9 9 1 3*4 2 | 1 3 3 2 1 3 3 2 1 3 3 2");
    audit_case_expect(&c, "1 media-rows 0..4 4 2\n"
                          "1 double-expansion 4..10 2 4\n"
                          "2 media-count 10..10 3 2\n"
                          "3 media-count 4..10 1 2\n"
                          "4 double-expansion 4..10 2 4\n"
                          "4 media-count 10..10 3 1\n");
    audit_case_close(&c);
}

/* Media are counted through the row, not anew in each document. */
static void test_media_of_row(void **state) {
    (void)state;
    add(FIXTURE_QWEN, MMSPAN_MEDIA_ROWS, "2 4 4", "0 4", "1 3 3 2 1 3*6 2 1 3*6 2");
    audit_case_expect(&c, "0 media-rows 4..12 4 6\n"
                          "0 media-rows 12..20 4 6\n");
    audit_case_expect_json(
        &c, "\"sentence\": \"media-rows [4, 12) image 1: expected 4 rows, found 6\", "
            "\"around\": [{\"at\": 0, \"ids\": [1, 3, 3, 2, 1, 3, 3, 3]}, "
            "{\"at\": 8, \"ids\": [3, 3, 3, 2, 1, 3, 3, 3]}]}");
    audit_case_expect_json(
        &c, "\"sentence\": \"media-rows [12, 20) image 2: expected 4 rows, found 6\", "
            "\"around\": [{\"at\": 8, \"ids\": [3, 3, 3, 2, 1, 3, 3, 3]}, "
            "{\"at\": 16, \"ids\": [3, 3, 3, 2]}]}");
    audit_case_close(&c);
}

/* A video has its sound in it, which a column of its own describes. */
static void test_guests(void **state) {
    static struct ragged sounds;
    (void)state;
    mmspan_media_column media[2] = {{.form = MMSPAN_MEDIA_ROWS, .modality = 1},
                                    {.form = MMSPAN_MEDIA_ROWS, .modality = 0}};
    mmspan_audit_batch batch = {.media = media, .n_media = 2};
    audit_case_open(&c, fixture_config(FIXTURE_OMNI), NULL);
    media[0].values = *ragged_read(&media_values, MMSPAN_COLUMN_INT64, "4 | 4 | 4 | 4 | 1 | 1");
    media[1].values = *ragged_read(&sounds, MMSPAN_COLUMN_INT64, "2 | 3 | - | 2 5 | 1 | ");
    audit_case_add(&c, &batch,
                   "1 3 5 5 6 5 5 6 4 2 | 1 3 5 5 6 5 5 6 4 2 | 1 3 5 5 6 5 5 6 4 2 | "
                   "1 3 5 5 6 5 5 6 4 2 3 6*5 4 | 1 3 6 5 4 2 | 1 3 5 6 4 2");
    audit_case_expect(&c, "1 media-rows 0..10 3 2\n5 media-count 0..6 0 1\n");
    audit_case_close(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes_of_grids),      cmocka_unit_test(test_no_grid),
        cmocka_unit_test(test_no_double_expansion), cmocka_unit_test(test_shares),
        cmocka_unit_test(test_media_of_row),        cmocka_unit_test(test_guests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
