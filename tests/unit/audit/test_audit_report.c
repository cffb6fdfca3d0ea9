/* Reports: their JSON both ways, and their sums. */
#include "mmspan/audit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../support/alloc_fault.h"
#include "../../support/audit_case.h"
#include "../../support/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sequences of one kind of fault each, enough of them that not all are examples. */
static const char *const sequences[] = {
    "9 1 3*4 2 9", "9 1 3*2",    "3 9",       "1 3*3 2",  "9",         "1 3*6 2 1 3*8 2",
    "9 9 9",       "1 9",        "1 3*2 2 3", "9 1 3 3",  "3*3 9 3*2", "2 2 2",
    "1 3*2 4 3 2", "9 1 3*10 2", "",          "9 3 9 3 9"};
enum { N_SEQUENCES = sizeof sequences / sizeof sequences[0] };

static const mmspan_audit_options few = {.struct_size = sizeof few,
                                         .n_examples = 3,
                                         .window = 4,
                                         .max_length = 5,
                                         .config = "model: test",
                                         .config_size = 11};

static mmspan_matcher *compile(void) {
    struct fixture f;
    fixture_open(&f, FIXTURE_QWEN);
    mmspan_result_destroy(f.result);
    return f.matcher;
}

static mmspan_audit *create(const mmspan_matcher *matcher,
                            const mmspan_audit_options *options) {
    mmspan_audit *audit;
    mmspan_error error;
    if (mmspan_audit_create(matcher, options, &audit, &error) != MMSPAN_OK)
        fail_msg("%s", error.message);
    return audit;
}

/* Adds sequence number i of both files; with other names of them first in every other audit, so
 * that indices differ. */
static void add_sequence(mmspan_audit *audit, size_t i, bool turned) {
    static struct ragged ids, labels, mask, rows;
    mmspan_media_column media = {.form = MMSPAN_MEDIA_ROWS};
    mmspan_error error;
    int32_t files[2];
    for (int f = 0; f < 2; f++) {
        const int which = turned ? 1 - f : f;
        assert_int_equal(
            mmspan_audit_file(audit, which ? "b" : "a", 10, N_SEQUENCES, &files[which], &error),
            MMSPAN_OK);
    }
    for (int f = 0; f < 2; f++) {
        mmspan_audit_batch batch = {.struct_size = sizeof batch,
                                    .file = files[f],
                                    .first_sequence = (int64_t)i,
                                    .first_token = (int64_t)i * 3,
                                    .n_sequences = 1};
        batch.ids = ragged_read(&ids, MMSPAN_COLUMN_INT32, sequences[i]);
        if (i % 3 == 0)
            batch.labels = ragged_read(&labels, MMSPAN_COLUMN_INT64, "5");
        if (i == 0)
            batch.attention_mask = ragged_read(&mask, MMSPAN_COLUMN_INT8, "1 1 1 0 1 1 1 1");
        if (i == 5) {
            media.values = *ragged_read(&rows, MMSPAN_COLUMN_INT32, "6 2");
            batch.media = &media;
            batch.n_media = 1;
        }
        assert_int_equal(mmspan_audit_add(audit, &batch, &error), MMSPAN_OK);
        assert_int_equal(
            mmspan_audit_cover(audit, files[f], (int64_t)i, (int64_t)i + 1, &error), MMSPAN_OK);
    }
}

static void merge(mmspan_report *into, const mmspan_report *from) {
    mmspan_error error;
    if (mmspan_report_merge(into, from, &error) != MMSPAN_OK)
        fail_msg("%s", error.message);
}

static mmspan_report *read_back(const char *json) {
    mmspan_report *report;
    mmspan_error error;
    if (mmspan_report_read(json, strlen(json), "r.json", NULL, &report, &error) != MMSPAN_OK)
        fail_msg("%s", error.message);
    return report;
}

/* The whole data set by one audit. */
static char *whole_json(const mmspan_matcher *matcher) {
    mmspan_audit *audit = create(matcher, &few);
    for (size_t i = 0; i < N_SEQUENCES; i++)
        add_sequence(audit, i, false);
    char *json = audit_case_json(mmspan_audit_report(audit));
    mmspan_audit_destroy(audit);
    return json;
}

static void test_round_trip(void **state) {
    mmspan_matcher *matcher = compile();
    char *json = whole_json(matcher);
    mmspan_report *report = read_back(json);
    char *again = audit_case_json(report);
    (void)state;
    assert_string_equal(again, json);
    assert_non_null(strstr(json, "\"complete\": true"));
    free(again);
    free(json);
    mmspan_report_destroy(report);
    mmspan_matcher_destroy(matcher);
}

/* The key before a place, as a literal of the text: `"rows":`. */
static void key_before(const char *json, const char *at, char *key, size_t size) {
    const char *colon = at;
    while (*colon != ':')
        colon--;
    const char *from = colon - 1;
    while (*--from != '"')
        assert_true(from > json);
    snprintf(key, size, "%.*s", (int)(colon - from - 2), from + 1);
}

/* Reads a report in which one number is one more, and writes it again. NULL when it is refused.
 */
static char *changed_back(const char *json, const char *number, char **changed) {
    char *end;
    mmspan_report *report;
    mmspan_error error;
    const long long value = strtoll(number, &end, 10);
    const size_t size = strlen(json) + 2;
    *changed = malloc(size);
    assert_non_null(*changed);
    snprintf(*changed, size, "%.*s%lld%s", (int)(number - json), json, value + 1, end);
    if (mmspan_report_read(*changed, strlen(*changed), "r", NULL, &report, &error) != MMSPAN_OK)
        return NULL;
    char *back = audit_case_json(report);
    mmspan_report_destroy(report);
    return back;
}

/* Totals are made of other numbers, and the options are written a second time. */
static bool is_made_of_others(const char *json, const char *at, const char *key) {
    const char *totals = strstr(json, "\"totals\"");
    const char *classes = strstr(json, "\"classes\"");
    return at < classes ? at > totals && strcmp(key, "tokens_in_blocks") != 0
                        : strcmp(key, "tokens") == 0;
}

/* Every number of a report is read: with another one, another report is written again, or it
 * is refused. */
static void test_every_number(void **state) {
    mmspan_matcher *matcher = compile();
    char *json = whole_json(matcher);
    bool quoted = false;
    size_t n_read = 0;
    (void)state;
    for (const char *at = json; *at; at++) {
        char key[64];
        char *changed;
        quoted ^= *at == '"';
        if (quoted || !strchr(" [", *at) || at[1] < '0' || at[1] > '9' ||
            at[1 + strspn(at + 1, "0123456789")] == '.')
            continue;
        char *back = changed_back(json, at + 1, &changed);
        key_before(json, at, key, sizeof key);
        const bool is_same = back && strcmp(back, json) == 0;
        n_read += back && !is_same;
        if (is_same != (back && is_made_of_others(json, at, key)))
            fail_msg("%s: %.40s", key, at);
        free(back);
        free(changed);
    }
    assert_true(n_read > 300);
    free(json);
    mmspan_matcher_destroy(matcher);
}

/* Random shards, merged in a random order and in random groups, through JSON or not. */
static void test_merge(void **state) {
    struct random_source random = {4711};
    mmspan_matcher *matcher = compile();
    char *whole = whole_json(matcher);
    (void)state;
    for (int round = 0; round < 300; round++) {
        const size_t n = random_between(&random, 1, 8);
        mmspan_audit *audits[8];
        mmspan_report *sums[3];
        for (size_t s = 0; s < n; s++)
            audits[s] = create(matcher, &few);
        for (size_t i = 0; i < N_SEQUENCES; i++)
            add_sequence(audits[random_between(&random, 0, n - 1)], i, round % 2);
        for (size_t g = 0; g < 3; g++)
            assert_int_equal(mmspan_report_create(NULL, &sums[g]), MMSPAN_OK);
        const size_t first = random_between(&random, 0, n - 1);
        for (size_t k = 0; k < n; k++) {
            mmspan_audit *audit = audits[(first + k) % n];
            mmspan_report *sum = sums[random_between(&random, 0, 2)];
            if (random_between(&random, 0, 1)) {
                char *json = audit_case_json(mmspan_audit_report(audit));
                mmspan_report *copy = read_back(json);
                merge(sum, copy);
                mmspan_report_destroy(copy);
                free(json);
            } else {
                merge(sum, mmspan_audit_report(audit));
            }
            mmspan_audit_destroy(audit);
        }
        merge(sums[1], sums[2]);
        merge(sums[0], sums[1]);
        char *json = audit_case_json(sums[0]);
        assert_string_equal(json, whole);
        free(json);
        for (size_t g = 0; g < 3; g++)
            mmspan_report_destroy(sums[g]);
    }
    free(whole);
    mmspan_matcher_destroy(matcher);
}

/* Expects the merge of two audits to be refused with a message that has a part. */
static void expect_refused(mmspan_audit *into, mmspan_audit *from, const char *part) {
    mmspan_error error;
    char *before = audit_case_json(mmspan_audit_report(into));
    assert_int_equal(
        mmspan_report_merge(mmspan_audit_report(into), mmspan_audit_report(from), &error),
        MMSPAN_E_MISMATCH);
    if (!strstr(error.message, part))
        fail_msg("%s", error.message);
    char *after = audit_case_json(mmspan_audit_report(into));
    assert_string_equal(before, after);
    free(before);
    free(after);
}

static void test_mixed(void **state) {
    mmspan_matcher *matcher = compile();
    struct fixture kimi;
    mmspan_error error;
    int32_t file;
    (void)state;
    fixture_open(&kimi, FIXTURE_KIMI);
    mmspan_audit *one = create(matcher, &few);
    add_sequence(one, 0, false);
    add_sequence(one, 5, false);
    for (int i = 0; i < 6; i++) {
        static const char *const parts[] = {"configs",         "windows",     "maximum lengths",
                                            "numbers of exam", "merge sizes", "modalities"};
        mmspan_audit_options options = few;
        options.config = i == 0 ? "model: tess" : few.config;
        options.window = i == 1 ? 0 : few.window;
        options.max_length = i == 2 ? 7 : few.max_length;
        options.n_examples = i == 3 ? 4 : few.n_examples;
        options.merge_size = i == 4 ? 1 : 0;
        mmspan_audit *other = create(i == 5 ? kimi.matcher : matcher, &options);
        expect_refused(one, other, parts[i]);
        mmspan_audit_destroy(other);
    }
    mmspan_audit *two = create(matcher, &few);
    add_sequence(two, 4, false);
    add_sequence(two, 5, false);
    expect_refused(one, two, "given twice");
    mmspan_audit_destroy(two);
    two = create(matcher, &few);
    assert_int_equal(mmspan_audit_file(two, "a", 11, N_SEQUENCES, &file, &error), MMSPAN_OK);
    expect_refused(one, two, "it changed");
    mmspan_audit_destroy(two);
    assert_int_equal(mmspan_report_complete(mmspan_audit_report(one), &error),
                     MMSPAN_E_MISMATCH);
    assert_string_equal(error.file, "a");
    assert_non_null(strstr(error.message, "1 to 5 of 16 is missing"));
    mmspan_audit_destroy(one);
    fixture_close(&kimi);
    mmspan_matcher_destroy(matcher);
}

/* A report that is cut anywhere, or has a byte changed, is read or refused with a message. */
static void test_damage(void **state) {
    struct random_source random = {99};
    mmspan_matcher *matcher = compile();
    char *json = whole_json(matcher);
    const size_t n = strlen(json);
    mmspan_error error;
    (void)state;
    for (size_t i = 0; i < 3000; i++) {
        mmspan_report *report = NULL;
        char *damaged = malloc(n);
        assert_non_null(damaged);
        memcpy(damaged, json, n);
        const size_t at = random_between(&random, 0, n - 1);
        const bool cut = i % 2 == 0;
        if (!cut)
            damaged[at] = "0-9\"[]{},: x"[random_between(&random, 0, 11)];
        mmspan_status status =
            mmspan_report_read(damaged, cut ? at : n, "r.json", NULL, &report, &error);
        if (status == MMSPAN_OK) {
            free(audit_case_json(report));
        } else {
            assert_true(error.message[0] != '\0');
            assert_string_equal(error.file, "r.json");
        }
        assert_true(!cut || at + 2 >= n || status != MMSPAN_OK);
        mmspan_report_destroy(report);
        free(damaged);
    }
    free(json);
    mmspan_matcher_destroy(matcher);
}

static void test_other_schema(void **state) {
    static const char later[] = "{\"schema\": 2, \"tool\": \"mmspan 9\"}";
    mmspan_report *report;
    mmspan_error error;
    (void)state;
    assert_int_equal(
        mmspan_report_read(later, sizeof later - 1, "r.json", NULL, &report, &error),
        MMSPAN_E_MISMATCH);
    assert_non_null(strstr(error.message, "schema 2"));
    assert_int_equal(mmspan_report_read("[]", 2, "r.json", NULL, &report, &error),
                     MMSPAN_E_SYNTAX);
}

/* Everything with the n-th allocation failing, for every n. */
static void work(const mmspan_matcher *matcher, const mmspan_allocator *allocator,
                 mmspan_status *status) {
    static struct ragged ids;
    mmspan_audit_options options = few;
    mmspan_audit *audit = NULL;
    mmspan_report *sum = NULL;
    mmspan_report *copy = NULL;
    const char *json;
    size_t n;
    int32_t file;
    options.allocator = allocator;
    *status = mmspan_audit_create(matcher, &options, &audit, NULL);
    for (size_t i = 0; *status == MMSPAN_OK && i < N_SEQUENCES; i++) {
        const mmspan_column *column = ragged_read(&ids, MMSPAN_COLUMN_INT64, sequences[i]);
        const mmspan_media_column media = {.values = *column, .form = MMSPAN_MEDIA_ROWS};
        mmspan_audit_batch batch = {.struct_size = sizeof batch,
                                    .first_sequence = (int64_t)i,
                                    .n_sequences = 1,
                                    .ids = column,
                                    .seq_lens = column,
                                    .media = &media,
                                    .n_media = 1};
        *status = mmspan_audit_file(audit, "a", 10, N_SEQUENCES, &file, NULL);
        if (*status == MMSPAN_OK)
            *status = mmspan_audit_add(audit, &batch, NULL);
    }
    if (*status == MMSPAN_OK)
        *status = mmspan_report_create(allocator, &sum);
    if (*status == MMSPAN_OK)
        *status = mmspan_report_merge(sum, mmspan_audit_report(audit), NULL);
    if (*status == MMSPAN_OK)
        *status = mmspan_report_json(sum, &json, &n);
    if (*status == MMSPAN_OK)
        *status = mmspan_report_read(json, n, "r", allocator, &copy, NULL);
    mmspan_report_destroy(copy);
    mmspan_report_destroy(sum);
    mmspan_audit_destroy(audit);
}

static void test_nomem(void **state) {
    struct alloc_fault fault = {0};
    const mmspan_allocator allocator = alloc_fault_allocator(&fault);
    mmspan_matcher *matcher = compile();
    mmspan_status status = MMSPAN_E_MEMORY;
    size_t n = 0;
    (void)state;
    while (status != MMSPAN_OK) {
        alloc_fault_arm(&fault, ++n);
        work(matcher, &allocator, &status);
        assert_true(status == MMSPAN_OK || status == MMSPAN_E_MEMORY);
        assert_int_equal(fault.n_blocks, 0);
        assert_int_equal(fault.n_misused, 0);
        assert_true(n < 2000);
    }
    assert_true(n > 30);
    mmspan_matcher_destroy(matcher);
}

/* Once it is warm, a batch allocates nothing. */
static void test_warm(void **state) {
    struct alloc_fault fault = {0};
    const mmspan_allocator allocator = alloc_fault_allocator(&fault);
    mmspan_matcher *matcher = compile();
    mmspan_audit_options options = few;
    (void)state;
    options.allocator = &allocator;
    mmspan_audit *audit = create(matcher, &options);
    for (size_t i = 0; i < N_SEQUENCES; i++)
        add_sequence(audit, i, false);
    const size_t before = fault.n_calls;
    static struct ragged ids;
    for (size_t i = 0; i < N_SEQUENCES; i++) {
        mmspan_audit_batch batch = {.struct_size = sizeof batch,
                                    .first_sequence = (int64_t)i,
                                    .n_sequences = 1,
                                    .ids =
                                        ragged_read(&ids, MMSPAN_COLUMN_INT32, sequences[i])};
        assert_int_equal(mmspan_audit_add(audit, &batch, NULL), MMSPAN_OK);
    }
    assert_int_equal(fault.n_calls, before);
    mmspan_audit_destroy(audit);
    mmspan_matcher_destroy(matcher);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip), cmocka_unit_test(test_every_number),
        cmocka_unit_test(test_merge),      cmocka_unit_test(test_mixed),
        cmocka_unit_test(test_damage),     cmocka_unit_test(test_other_schema),
        cmocka_unit_test(test_nomem),      cmocka_unit_test(test_warm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
