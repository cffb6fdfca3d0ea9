/* The report of a loader: all errors of a config, one after the other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mmspan/config.h"

#include <stdlib.h>
#include <string.h>

static void count_errors(void *context, const mmspan_error *error) {
    assert_string_equal(error->file, "many.yaml");
    assert_true(error->line > 0 && *error->message);
    ++*(size_t *)context;
}

/* With `report`, all errors come; the first is also the loader's. */
static void test_report(void **state) {
    (void)state;
    static const char yaml[] = "mmspan: 1\nmodel: m\nfoo: 1\n"
                               "tokens: {a: x, a: 1, b: {id: 1, any: [2]}}\n"
                               "modalities: {image: {patch: [a, d, e], rows: no}}\n"
                               "examples: [{name: x}, {ids: [y], items: [{z: 1}]}]\n";
    size_t n = 0;
    mmspan_config *config = NULL;
    mmspan_error error;
    mmspan_load_options options = {
        .struct_size = sizeof options, .report = count_errors, .report_context = &n};
    mmspan_status status = mmspan_config_load_memory(yaml, sizeof yaml - 1, "many.yaml",
                                                     &options, &config, &error);
    assert_int_equal(status, MMSPAN_E_CONFIG);
    assert_string_equal(error.path, "foo");
    /* foo, a twice, a: x, b.any, rows, d, e, ids missing, name missing, y, z */
    assert_int_equal(n, 11);
}

struct errors_told {
    size_t n;
    mmspan_error last;
};

static void keep_last(void *context, const mmspan_error *error) {
    struct errors_told *told = context;
    told->n++;
    told->last = *error;
}

static struct errors_told report_many(size_t n_wrong) {
    struct errors_told told = {0};
    mmspan_config *config = NULL;
    const mmspan_load_options options = {
        .struct_size = sizeof options, .report = keep_last, .report_context = &told};
    static const char top[] = "mmspan: 1\nmodel: m\n";
    static const char wrong[] = "wrong: 1\n";
    const size_t n_top = strlen(top);
    const size_t size = n_top + n_wrong * strlen(wrong);
    char *yaml = malloc(size);
    assert_non_null(yaml);
    memcpy(yaml, top, n_top);
    for (size_t at = n_top; at < size; at += strlen(wrong))
        memcpy(yaml + at, wrong, strlen(wrong));
    assert_int_equal(
        mmspan_config_load_memory(yaml, size, "many.yaml", &options, &config, NULL),
        MMSPAN_E_CONFIG);
    free(yaml);
    return told;
}

/* A long report ends by saying that there is more. */
static void test_long_report(void **state) {
    (void)state;
    const struct errors_told some = report_many(500);
    const struct errors_told many = report_many(2000);
    const struct errors_told more = report_many(3000);
    assert_true(some.n >= 500);
    assert_int_equal(some.last.status, MMSPAN_E_CONFIG);
    assert_true(many.n < 2000);
    assert_int_equal(many.n, more.n);
    assert_int_equal(more.last.status, MMSPAN_E_LIMIT);
    assert_non_null(strstr(more.last.message, "the rest is not shown"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_report),
        cmocka_unit_test(test_long_report),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
