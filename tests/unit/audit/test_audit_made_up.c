/* Reports that nobody's data has made: what they say is refused, or added up without overflow.
 */
#include "mmspan/audit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../oracle/gallery.h"
#include "../../support/audit_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A report of two sequences, of which one is broken. */
static char *make_json(void) {
    struct audit_case c;
    mmspan_error error;
    audit_case_open(&c, gallery_qwen, NULL);
    audit_case_ids(&c, MMSPAN_COLUMN_INT32, "9 1 3*4 2 | 9 1 3");
    assert_int_equal(mmspan_audit_cover(c.audit, c.file, 0, 1, &error), MMSPAN_OK);
    char *json = audit_case_json(mmspan_audit_report(c.audit));
    audit_case_close(&c);
    return json;
}

/* A copy in which the first `old` behind the first `after` is `new`. */
static char *replaced(const char *json, const char *after, const char *old, const char *new) {
    const char *at = strstr(json, after);
    at = at ? strstr(at, old) : NULL;
    if (!at)
        fail_msg("no %s behind %s in %s", old, after, json);
    const size_t before = (size_t)(at - json);
    const size_t size = strlen(json) + strlen(new) + 1;
    char *copy = malloc(size);
    assert_non_null(copy);
    snprintf(copy, size, "%.*s%s%s", (int)before, json, new, at + strlen(old));
    return copy;
}

static void test_refused(void **state) {
    static const struct {
        const char *after, *old, *new, *named;
    } lies[] = {
        {"\"sequence_lengths\"", "\"n\": 2", "\"n\": 3", "\"values\""},
        {"\"sequence_lengths\"", "[[3, 1]", "[[3, 0]", "\"values\""},
        {"\"sequence_lengths\"", "[[3, 1]", "[[7, 1]", "\"values\""},
        {"\"sequence_lengths\"", "\"values\": [[3", "\"powers\": [[65", "\"powers\""},
        {"\"findings\": [", "\"findings\": 1", "\"findings\": 0", "\"findings\""},
        {"\"findings\": [", "\"findings\": 1", "\"findings\": -1", "\"findings\""},
        {"\"findings\": [", "{\"kind\": \"trunc", "{\"kind\": \"trunk", "\"kind\""},
        {"\"findings\": [", "[\n  {",
         "[\n  {\"kind\": \"truncated-block\", \"findings\": 1, \"sequences\": 1, "
         "\"examples\": []}, {",
         "\"kind\""},
        {"\"findings\": [", "\"modality\": \"image\"", "\"modality\": \"smell\"",
         "\"modality\""},
        {"\"findings\": [", "\"file\": \"a.jsonl\"", "\"file\": \"b.jsonl\"", "\"file\""},
        {"\"covered\"", "[[0, 1]]", "[[0, 1], [0, 1]]", "\"covered\""},
        {"\"covered\"", "[[0, 1]]", "[[1, 0]]", "\"covered\""},
        {"\"covered\"", "[[0, 1]]", "[[0, 99999]]", "\"covered\""},
        {"\"options\"", "\"examples\": 10", "\"examples\": 40000", "\"examples\""},
        {"\"schema\"", "1", "1.0", "\"schema\""},
    };
    char *json = make_json();
    (void)state;
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        mmspan_report *report = NULL;
        mmspan_error error;
        char *lie = replaced(json, lies[i].after, lies[i].old, lies[i].new);
        if (mmspan_report_read(lie, strlen(lie), "r", NULL, &report, &error) != MMSPAN_E_SYNTAX)
            fail_msg("read: %s instead of %s", lies[i].new, lies[i].old);
        if (!strstr(error.message, lies[i].named))
            fail_msg("%s instead of %s: %s", lies[i].new, lies[i].old, error.message);
        free(lie);
    }
    free(json);
}

static mmspan_report *read_report(const char *json) {
    mmspan_report *report;
    mmspan_error error;
    if (mmspan_report_read(json, strlen(json), "r", NULL, &report, &error) != MMSPAN_OK)
        fail_msg("%s", error.message);
    return report;
}

/* Counts that have no sum stay at the largest number. */
static void test_too_large(void **state) {
    char *json = make_json();
    char *sequences =
        replaced(json, "\"files\"", "\"sequences\": 2", "\"sequences\": 9223372036854775807");
    char *large = replaced(sequences, "\"findings\": [", "\"findings\": 1",
                           "\"findings\": 9223372036854775806");
    char *other = replaced(large, "\"path\"", "a.jsonl", "b.jsonl");
    char *second = replaced(other, "\"findings\": [", "a.jsonl", "b.jsonl");
    mmspan_report *sum = read_report(large);
    mmspan_report *part = read_report(second);
    mmspan_report_totals totals = {.struct_size = sizeof totals};
    mmspan_error error;
    int64_t findings, broken;
    (void)state;
    assert_int_equal(mmspan_report_merge(sum, part, &error), MMSPAN_OK);
    mmspan_report_get_totals(sum, &totals);
    assert_int_equal(totals.sequences, INT64_MAX);
    assert_int_equal(totals.tokens, 20);
    assert_int_equal(totals.broken, 2);
    mmspan_report_count(sum, MMSPAN_FINDING_TRUNCATED_BLOCK, &findings, &broken);
    assert_int_equal(findings, INT64_MAX);
    assert_int_equal(broken, 2);
    free(audit_case_json(sum));
    mmspan_report_destroy(sum);
    mmspan_report_destroy(part);
    free(second);
    free(other);
    free(large);
    free(sequences);
    free(json);
}

/* Columns can say anything, too. */
static void test_too_many_media(void **state) {
    static struct ragged counts;
    struct audit_case c;
    mmspan_media_column media = {.form = MMSPAN_MEDIA_COUNT};
    mmspan_audit_batch batch = {.n_media = 1, .media = &media};
    mmspan_report_modality image = {.struct_size = sizeof image};
    (void)state;
    audit_case_open(&c, gallery_qwen, NULL);
    media.values = *ragged_read(&counts, MMSPAN_COLUMN_INT64,
                                "9223372036854775807 | 9223372036854775807 | -5");
    audit_case_add(&c, &batch, "1 3*2 2 | 9 | 9");
    audit_case_expect(&c, "0 media-count 0..4 9223372036854775807 1\n"
                          "1 media-count 0..1 9223372036854775807 0\n"
                          "2 media-count 0..1 -5 0\n");
    assert_true(mmspan_report_get_modality(mmspan_audit_report(c.audit), 0, &image));
    assert_int_equal(image.broken_media, INT64_MAX);
    audit_case_close(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_too_many_media),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
