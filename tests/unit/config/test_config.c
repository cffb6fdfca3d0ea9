/* Tests the YAML loader: what it accepts, what it rejects and where, hostile text, examples. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../include/mmspan/config.h"
#include "errors.h"
#include "examples.h"
#include "match/matcher.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static mmspan_status load(const char *yaml, mmspan_config **config, mmspan_error *error) {
    memset(error, 0, sizeof *error);
    return mmspan_config_load_memory(yaml, strlen(yaml), NULL, NULL, config, error);
}

static mmspan_config *load_good(const char *yaml) {
    mmspan_config *config = NULL;
    mmspan_error error;
    if (load(yaml, &config, &error) != MMSPAN_OK)
        fail_msg("%u:%u: %s: %s\n%s", error.line, error.column, error.path, error.message,
                 yaml);
    return config;
}

static void expect_error(const char *yaml, mmspan_status status, const char *part) {
    mmspan_config *config = NULL;
    mmspan_error error;
    mmspan_status got = load(yaml, &config, &error);
    assert_null(config);
    assert_int_equal(error.status, got);
    if (got != status || !strstr(error.message, part))
        fail_msg("status %d, \"%s\" instead of %d, \"%s\"", (int)got, error.message,
                 (int)status, part);
}

/* Every entry of the table, with its place. */
static void test_errors(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof wrong_configs / sizeof *wrong_configs; i++) {
        const struct wrong_config *wrong = &wrong_configs[i];
        mmspan_config *config = NULL;
        mmspan_error error;
        mmspan_status status = load(wrong->yaml, &config, &error);
        bool same = status == wrong->status && error.line == wrong->line &&
                    error.column == wrong->column && strcmp(error.path, wrong->path) == 0 &&
                    strstr(error.message, wrong->message) && !config &&
                    strcmp(error.file, "<memory>") == 0;
        if (!same)
            fail_msg("case %zu: status %d at %u:%u, path \"%s\": %s\n"
                     "expected status %d at %u:%u, path \"%s\": %s\n%s",
                     i, (int)status, error.line, error.column, error.path, error.message,
                     (int)wrong->status, wrong->line, wrong->column, wrong->path,
                     wrong->message, wrong->yaml);
    }
}

static void test_all_keys(void **state) {
    (void)state;
    mmspan_config *config = load_good(
        "\xEF\xBB\xBFmmspan: 1\nmodel: a.B_c-9\nabout: \"\xC3\xA9\"\nhuggingface: x/y\n"
        "vocab_size: 0x100\nsources: [s, t]\n"
        "tokens:\n  a: 1\n  b: {id: -2, piece: \"<b>\", evidence: C}\n"
        "  nl: {ids: [5, 6], ordinary: true}\n  s: {any: [7, 9]}\n"
        "  r: {range: [20, 0x1e]}\n"
        "modalities:\n"
        "  image: {begin: [a, a a], patch: b, end: nl, bare: [b, a s], "
        "rows: [4, 8], multi: true, atomic: false, placeholder: b}\n"
        "  video: {patch: a a a, multi: {max_gap: 20, equal_rows: true}, atomic: true,"
        " rows: {multiple_of: 144, offset: 257}}\n"
        "  audio: {pattern: \"s (r text{0,3} b)* r s\", embed: {audio: [r], image: b},"
        " rows: {min: 1, max: 9, multiple_of: 1, equal_runs: false}}\n"
        "examples: &none []\n");
    assert_string_equal(mmspan_config_model(config), "a.B_c-9");
    assert_string_equal(mmspan_config_about(config), "\xC3\xA9");
    assert_string_equal(mmspan_config_huggingface(config, 0), "x/y");
    assert_null(mmspan_config_huggingface(config, 1));
    assert_string_equal(mmspan_config_source(config, 1), "t");
    assert_null(mmspan_config_source(config, 2));
    assert_int_equal(mmspan_config_n_examples(config), 0);
    mmspan_matcher *matcher = NULL;
    mmspan_error error;
    assert_int_equal(mmspan_config_compile(config, NULL, &matcher, &error), MMSPAN_OK);
    mmspan_config_destroy(config);
    assert_int_equal(mmspan_matcher_vocab_size(matcher), 256);
    assert_int_equal(mmspan_matcher_n_tokens(matcher), 5);
    assert_string_equal(mmspan_matcher_token_piece(matcher, 1), "<b>");
    assert_false(mmspan_matcher_is_reserved(matcher, 5));
    assert_int_equal(mmspan_matcher_token_of(matcher, 30), 4);
    assert_string_equal(mmspan_matcher_modality_bare(matcher, 0, 1), "a s");
    assert_string_equal(mmspan_matcher_modality_rows(matcher, 0), "4 or 8");
    assert_int_equal(mmspan_matcher_modality_multi(matcher, 0), 1);
    assert_int_equal(mmspan_matcher_modality_atomic(matcher, 0), 0);
    assert_string_equal(mmspan_matcher_modality_rows(matcher, 1), "257 + a multiple of 144");
    assert_int_equal(mmspan_matcher_modality_multi(matcher, 1), 1);
    assert_int_equal(mmspan_matcher_modality_atomic(matcher, 1), 1);
    assert_int_equal(matcher->shapes[1].max_gap, 20);
    assert_true(matcher->shapes[1].equal_rows);
    assert_int_equal(mmspan_matcher_modality_multi(matcher, 2), 0);
    mmspan_matcher_destroy(matcher);
}

/* Errors of the compiler point into the file, also behind characters of many bytes. */
static void expect_compile_error(const char *yaml, mmspan_status status, uint32_t line,
                                 uint32_t column) {
    mmspan_config *config = load_good(yaml);
    mmspan_matcher *matcher = NULL;
    mmspan_error error;
    assert_int_equal(mmspan_config_compile(config, NULL, &matcher, &error), status);
    assert_null(matcher);
    assert_string_equal(error.file, "<memory>");
    if (error.line != line || error.column != column)
        fail_msg("%u:%u instead of %u:%u: %s", error.line, error.column, line, column,
                 error.message);
    assert_memory_equal(error.path, "modalities.image", strlen("modalities.image"));
    mmspan_config_destroy(config);
}

static void test_pattern_places(void **state) {
    (void)state;
    expect_compile_error(TOP "modalities:\n  image:\n    pattern: a (b\n", MMSPAN_E_SYNTAX, 6,
                         16);
    expect_compile_error(TOP "modalities: {image: {pattern: \"a d\", bare: a}}\n",
                         MMSPAN_E_CONFIG, 4, 34);
    expect_compile_error("mmspan: 1\nmodel: m\ntokens: {a: {id: 1, piece: \"\xE2\x82\xAC\"}}\n"
                         "modalities: {image: {placeholder: a, # \xE2\x82\xAC\n"
                         "  bare: a, pattern: 'a | text'}}\n",
                         MMSPAN_E_CONFIG, 5, 22);
    /* A folded pattern has no column of its own: the modality's place. */
    expect_compile_error(TOP "modalities:\n  image:\n    pattern: >\n      a\n      (b\n",
                         MMSPAN_E_SYNTAX, 5, 3);
}

static void test_yaml_forms(void **state) {
    (void)state;
    /* Anchors, block lists, quotes of both kinds, and a merge of lists by alias. */
    mmspan_config *config = load_good(
        "mmspan: 1\nmodel: 'm'\ntokens: {a: 1, b: 2}\n"
        "modalities:\n  image:\n    begin: &begin\n    - a\n    patch: \"b\"\n"
        "  video: {begin: *begin, patch: [a, b b], end: 'a'}\n"
        "examples:\n- name: x\n  ids:\n  - 1\n  - 2*3\n  - \"-5*2\"\n  - -7\n  - 0x10\n"
        "  - 0X1e\n  - +5\n  - 2147483647*1\n  - -2147483648*1\n  - 2147483647\n"
        "  - -2147483648\n");
    size_t n = 0;
    const int32_t *ids = mmspan_config_example_ids(config, 0, &n);
    static const int32_t expected[] = {1,  2,  2, 2,         -5,        -5,        -7,
                                       16, 30, 5, INT32_MAX, INT32_MIN, INT32_MAX, INT32_MIN};
    assert_int_equal(n, sizeof expected / sizeof *expected);
    assert_memory_equal(ids, expected, sizeof expected);
    assert_string_equal(mmspan_config_example_name(config, 0), "x");
    assert_null(mmspan_config_example_name(config, 1));
    assert_null(mmspan_config_example_ids(config, 1, &n));
    mmspan_config_destroy(config);
}

/* `times` copies of `text`, behind `before` and in front of `after`. */
static char *repeat(const char *before, const char *text, size_t times, const char *after) {
    size_t n = strlen(text);
    char *all = malloc(strlen(before) + n * times + strlen(after) + 1);
    assert_non_null(all);
    char *to = all + strlen(strcpy(all, before));
    for (size_t i = 0; i < times; i++, to += n)
        memcpy(to, text, n);
    strcpy(to, after);
    return all;
}

static void expect_large_error(char *yaml, mmspan_status status, const char *part) {
    expect_error(yaml, status, part);
    free(yaml);
}

static void test_hostile_text(void **state) {
    (void)state;
    expect_large_error(repeat("", "[", 100000, ""), MMSPAN_E_LIMIT, "nested more than 32");
    expect_large_error(repeat("", "{a: ", 100000, ""), MMSPAN_E_LIMIT, "nested more than 32");
    expect_large_error(repeat("", "- ", 100000, ""), MMSPAN_E_LIMIT, "nested more than 32");
    expect_large_error(repeat(TOP "about: [", "1, ", 200000, "1]"), MMSPAN_E_LIMIT,
                       "more than 100000 values");
    expect_large_error(repeat(TOP "about: [", "&a 1, ", 1000, "1]"), MMSPAN_E_LIMIT, "anchors");
    expect_large_error(repeat("# ", "x", 1024 * 1024, ""), MMSPAN_E_LIMIT, "at most 1048576");
    expect_error("a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
                 "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
                 "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n"
                 "g: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\nh: &h [*g,*g,*g,*g,*g,*g,*g,*g,*g]\n",
                 MMSPAN_E_LIMIT, "aliases counted as copies");
    /* Ten levels each, by alias: 32 are legal, 33 are not. */
    expect_error("a: &a [[[[[[[[[[1]]]]]]]]]]\nb: &b [[[[[[[[[[*a]]]]]]]]]]\n"
                 "c: &c [[[[[[[[[[*b]]]]]]]]]]\nd: &d [*c]\n",
                 MMSPAN_E_CONFIG, "\"mmspan\" is missing");
    expect_error("a: &a [[[[[[[[[[1]]]]]]]]]]\nb: &b [[[[[[[[[[*a]]]]]]]]]]\n"
                 "c: &c [[[[[[[[[[*b]]]]]]]]]]\nd: &d [[*c]]\n",
                 MMSPAN_E_LIMIT, "nested more than 32");
    /* An empty list is a level, too. */
    expect_error("a: &a [[[[[[[[[[]]]]]]]]]]\nb: &b [[[[[[[[[[*a]]]]]]]]]]\n"
                 "c: &c [[[[[[[[[[*b]]]]]]]]]]\nd: &d [*c]\n",
                 MMSPAN_E_CONFIG, "\"mmspan\" is missing");
    expect_error("a: &a [[[[[[[[[[]]]]]]]]]]\nb: &b [[[[[[[[[[*a]]]]]]]]]]\n"
                 "c: &c [[[[[[[[[[*b]]]]]]]]]]\nd: &d [[*c]]\n",
                 MMSPAN_E_LIMIT, "nested more than 32");
    expect_large_error(repeat(TOP "modalities: {image: {patch: [", "a, ", 600, "a]}}\n"),
                       MMSPAN_E_LIMIT, "more than 512 entries");
    /* Control characters from escapes do not reach the terminal. */
    expect_error("mmspan: 1\n\"\\e[2J\": 1\n", MMSPAN_E_CONFIG, "no key \"?[2J\"");
}

static void test_tokens_limit(void **state) {
    (void)state;
    char *yaml = malloc(64 * 1024);
    assert_non_null(yaml);
    char *to = yaml + sprintf(yaml, "mmspan: 1\nmodel: m\ntokens:\n");
    for (int i = 0; i <= MMSPAN_MAX_TOKENS; i++)
        to += sprintf(to, "  t%d: %d\n", i, i);
    strcpy(to, MODALITIES);
    expect_large_error(yaml, MMSPAN_E_LIMIT, "more than 1024 entries");
}

static void test_examples(void **state) {
    (void)state;
    mmspan_result *result = NULL;
    assert_int_equal(mmspan_result_create(NULL, &result), MMSPAN_OK);
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        mmspan_config *config = load_good(examples[i].yaml);
        mmspan_matcher *matcher = NULL;
        mmspan_error error = {0};
        assert_int_equal(mmspan_config_compile(config, NULL, &matcher, &error), MMSPAN_OK);
        mmspan_status status = mmspan_config_run_example(config, 0, matcher, result, &error);
        const char *message = examples[i].message;
        if (status != (message ? MMSPAN_E_MISMATCH : MMSPAN_OK) ||
            error.line != examples[i].line || strcmp(error.path, examples[i].path) != 0 ||
            (message && !strstr(error.message, message)))
            fail_msg("case %zu: status %d in line %u, path %s: %s", i, (int)status, error.line,
                     error.path, error.message);
        assert_int_equal(mmspan_config_run_example(config, 1, matcher, result, NULL),
                         MMSPAN_E_ARGUMENT);
        mmspan_matcher_destroy(matcher);
        mmspan_config_destroy(config);
    }
    mmspan_result_destroy(result);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_errors),         cmocka_unit_test(test_all_keys),
        cmocka_unit_test(test_pattern_places), cmocka_unit_test(test_yaml_forms),
        cmocka_unit_test(test_hostile_text),   cmocka_unit_test(test_tokens_limit),
        cmocka_unit_test(test_examples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
