/* Loading a config while every single malloc, also those of libyaml, fails once. The
 * linker puts the functions below before the real ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mmspan/config.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The names are what the linker's --wrap asks for. */
/* NOLINTBEGIN(bugprone-reserved-identifier) */
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *block, size_t size);
void __real_free(void *block);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *block, size_t size);
void __wrap_free(void *block);
char *__wrap_strdup(const char *text);
/* NOLINTEND(bugprone-reserved-identifier) */

static struct {
    size_t n_calls;
    size_t fail_at; /* from 1; 0 for none */
    size_t n_live;
} heap;

static bool fails(void) {
    return ++heap.n_calls == heap.fail_at;
}

static void *counted(void *block) {
    heap.n_live += block != NULL;
    return block;
}

void *__wrap_malloc(size_t size) {
    return fails() ? NULL : counted(__real_malloc(size));
}

void *__wrap_calloc(size_t n, size_t size) {
    return fails() ? NULL : counted(__real_calloc(n, size));
}

void *__wrap_realloc(void *block, size_t size) {
    if (fails())
        return NULL;
    void *made = __real_realloc(block, size);
    return block ? made : counted(made);
}

void __wrap_free(void *block) {
    heap.n_live -= block != NULL;
    __real_free(block);
}

char *__wrap_strdup(const char *text) {
    size_t size = strlen(text) + 1;
    char *copy = __wrap_malloc(size);
    if (copy)
        memcpy(copy, text, size);
    return copy;
}

/* Every kind of node, scalar and value. */
static const char good[] =
    "mmspan: 1\n"
    "model: \"every-\\u006bey\"\n"
    "about: >\n  folded\n  text\n"
    "huggingface: [a/b, c/d]\n"
    "vocab_size: 1000\n"
    "sources:\n  - 'one'\n  - two\n"
    "tokens:\n"
    "  begin: &first {id: 1, piece: <b>}\n"
    "  pad: 2\n"
    "  end: {ids: [3, 4]}\n"
    "  any_pad: {any: [5, 6]}\n"
    "  many: {range: [10, 20], ordinary: true}\n"
    "modalities:\n"
    "  image: {begin: begin, patch: [pad, any_pad], end: end, bare: pad, rows: [1, 2, 3]}\n"
    "  video:\n"
    "    pattern: begin (many text{0,3} pad)+ end\n"
    "    embed: {video: [pad], image: [many]}\n"
    "    rows: {min: 1, max: 8, multiple_of: 1, equal_runs: true}\n"
    "    multi: true\n"
    "examples:\n"
    "  - name: a block\n"
    "    ids: [0, 1, 2*3, 3, 4]\n"
    "    items: [{modality: image, form: block, start: 1, end: 7, rows: 3}]\n"
    "  - name: a broken one\n"
    "    ids: [1, 5, 0]\n"
    "    findings: [{kind: broken-block, start: 0, end: 2, expected: [any_pad, end, pad]}]\n"
    "  - name: a long one\n"
    "    ids: [9*3000]\n";

static const char bad[] = "mmspan: 1\nmodel: x\nno_such_key: 1\ntokens: {a: {id: x}, b: 1}\n"
                          "modalities: {image: {patch: b, rows: {min: -1}, each_rum: 2}}\n";

static void ignore(void *context, const mmspan_error *error) {
    (void)context;
    (void)error;
}

static mmspan_status run_examples(const mmspan_config *config, mmspan_error *error) {
    mmspan_matcher *matcher;
    mmspan_result *result = NULL;
    mmspan_status status = mmspan_config_compile(config, NULL, &matcher, error);
    if (status != MMSPAN_OK)
        return status;
    if (mmspan_result_create(NULL, &result) != MMSPAN_OK)
        status = error->status = MMSPAN_E_MEMORY;
    for (int32_t i = 0; i < mmspan_config_n_examples(config) && status == MMSPAN_OK; i++)
        status = mmspan_config_run_example(config, i, matcher, result, error);
    if (status == MMSPAN_OK)
        status = mmspan_config_prove(config, matcher, ignore, NULL, error);
    mmspan_result_destroy(result);
    mmspan_matcher_destroy(matcher);
    return status;
}

/* What is done with a config while allocation number `fail_at` fails. */
static mmspan_status load_and_run(const char *yaml, bool report, mmspan_error *error) {
    mmspan_load_options options = {.struct_size = sizeof options,
                                   .report = report ? ignore : NULL};
    mmspan_config *config = NULL;
    mmspan_status status =
        mmspan_config_load_memory(yaml, strlen(yaml), "x.yaml", &options, &config, error);
    if (status == MMSPAN_OK)
        status = run_examples(config, error);
    else
        assert_null(config);
    mmspan_config_destroy(config);
    return status;
}

/* Fails each allocation in turn. In the end the status is the one without failures. */
static void check(const char *yaml, bool report, mmspan_status wanted) {
    mmspan_status status = MMSPAN_E_MEMORY;
    size_t n = 0;
    for (bool reached = true; reached;) {
        mmspan_error error = {0};
        size_t n_live = heap.n_live;
        heap.n_calls = 0;
        heap.fail_at = ++n;
        status = load_and_run(yaml, report, &error);
        reached = heap.n_calls >= heap.fail_at;
        heap.fail_at = 0;
        if (reached && status != MMSPAN_E_MEMORY)
            fail_msg("allocation %zu failed, but the status is %d: %s", n, (int)status,
                     error.message);
        if (status != MMSPAN_OK)
            assert_int_equal(error.status, status);
        if (!reached && status != wanted)
            fail_msg("status %d: %s", (int)status, error.message);
        assert_int_equal(heap.n_live, n_live);
    }
    assert_true(n > 20);
}

static void test_good_config(void **state) {
    (void)state;
    check(good, false, MMSPAN_OK);
    check(good, true, MMSPAN_OK);
}

static void test_bad_config(void **state) {
    (void)state;
    check(bad, false, MMSPAN_E_CONFIG);
    check("mmspan: 1\nmodel: [x\n", false, MMSPAN_E_SYNTAX);
}

/* With every error reported, a failed allocation may be one of several errors. */
static void test_reported_errors(void **state) {
    (void)state;
    for (size_t n = 1; n < 5000; n++) {
        mmspan_error error = {0};
        size_t n_live = heap.n_live;
        heap.n_calls = 0;
        heap.fail_at = n;
        assert_int_not_equal(load_and_run(bad, true, &error), MMSPAN_OK);
        bool reached = heap.n_calls >= n;
        heap.fail_at = 0;
        assert_int_equal(heap.n_live, n_live);
        if (!reached)
            break;
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_config),
        cmocka_unit_test(test_bad_config),
        cmocka_unit_test(test_reported_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
