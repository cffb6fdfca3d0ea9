/* Tests examples that name tokens in place of IDs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mmspan/config.h"

#include <string.h>

#define TOP                                                                                    \
    "mmspan: 1\nmodel: m\ntokens:\n"                                                           \
    "  patch: 0\n  range: {range: [1, 3]}\n  set: {any: [5, 4, -7]}\n"                         \
    "  sequence: {ids: [6, 8]}\n  begin: {piece: \"<a>\"}\n  end: {piece: \"</a>\"}\n"         \
    "modalities: {image: {begin: begin, patch: patch, end: end}}\n"

enum { TEXT = 7, BEGIN = INT32_MIN, END = INT32_MIN + 1 };

static mmspan_config *load(const char *yaml) {
    int32_t next = INT32_MIN;
    const mmspan_resolver resolver = {mmspan_config_make_id_up, &next};
    const mmspan_load_options options = {.struct_size = sizeof options, .resolver = &resolver};
    mmspan_config *config = NULL;
    mmspan_error error;
    if (mmspan_config_load_memory(yaml, strlen(yaml), NULL, &options, &config, &error) !=
        MMSPAN_OK)
        fail_msg("%s", error.message);
    return config;
}

/* What examples[0] of the config comes to. */
static mmspan_status run(const mmspan_config *config, mmspan_error *error) {
    mmspan_matcher *matcher = NULL;
    mmspan_result *result = NULL;
    assert_int_equal(mmspan_config_compile(config, NULL, &matcher, NULL), MMSPAN_OK);
    assert_int_equal(mmspan_result_create(NULL, &result), MMSPAN_OK);
    mmspan_status status = mmspan_config_run_example(config, 0, matcher, result, error);
    mmspan_result_destroy(result);
    mmspan_matcher_destroy(matcher);
    return status;
}

/* Names, with a count and without, beside IDs; text is the first ID that is free. */
static void test_ids(void **state) {
    (void)state;
    static const int32_t expected[] = {TEXT, BEGIN, 0, 0, 0, END, TEXT, TEXT, 9, 9};
    mmspan_config *config =
        load(TOP "examples:\n- {name: x, ids: [text, begin, patch*2, 0, end, text*2, 9*2],"
                 " items: [{start: 1, end: 6, rows: 3}]}\n");
    size_t n = 0;
    const int32_t *ids = mmspan_config_example_ids(config, 0, &n);
    assert_int_equal(n, sizeof expected / sizeof *expected);
    assert_memory_equal(ids, expected, sizeof expected);
    assert_int_equal(run(config, NULL), MMSPAN_OK);
    mmspan_config_destroy(config);
}

/* Without tokens in the way, text is 0. */
static void test_text(void **state) {
    (void)state;
    mmspan_config *config = load("mmspan: 1\nmodel: m\ntokens: {a: -1, b: 1}\n"
                                 "modalities: {image: {patch: a}}\n"
                                 "examples: [{name: x, ids: [text, b]}]\n");
    size_t n = 0;
    const int32_t *ids = mmspan_config_example_ids(config, 0, &n);
    assert_int_equal(n, 2);
    assert_int_equal(ids[0], 0);
    assert_int_equal(ids[1], 1);
    mmspan_config_destroy(config);
}

#define BROKEN(found)                                                                          \
    TOP "examples:\n- {name: x, ids: [begin, text, end], findings: [\n"                        \
        "   {kind: broken-block, found: " found "},\n"                                         \
        "   {kind: stray-token, token: end, id: end}]}\n"

/* In what is expected, too; and a made-up ID is shown as its token. */
static void test_findings(void **state) {
    (void)state;
    mmspan_error error = {0};
    mmspan_config *config = load(BROKEN("text"));
    assert_int_equal(run(config, NULL), MMSPAN_OK);
    mmspan_config_destroy(config);
    config = load(BROKEN("7"));
    assert_int_equal(run(config, NULL), MMSPAN_OK);
    mmspan_config_destroy(config);
    config = load(BROKEN("end"));
    assert_int_equal(run(config, &error), MMSPAN_E_MISMATCH);
    assert_non_null(strstr(error.message, "found is 7, not that of end"));
    mmspan_config_destroy(config);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_findings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
