/* Which patterns are refused, with which words, and where the caret points. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "notation.h"

#include <stdlib.h>
#include <string.h>

/* The tokens that the patterns below name. */
static const char tokens[] = "token a 1; token b 2; token c 3; token d 4; token nl 5 ordinary\n"
                             "token seq ids 6 7; token set any 8 9; token a.b-c_1 10\n";

/* Compiles one pattern after `tokens`, placed in line 7 at column 20. */
static mmspan_status compile_pattern(const char *pattern, mmspan_error *error) {
    struct notation *notation = malloc(sizeof *notation);
    mmspan_spec *spec;
    mmspan_matcher *matcher = NULL;
    mmspan_modality_decl decl = {
        .struct_size = sizeof decl, .name = "image", .pattern = pattern};
    assert_true(notation && notation_read(notation, tokens));
    assert_int_equal(notation_spec(notation, NULL, &spec, error), MMSPAN_OK);
    assert_int_equal(mmspan_spec_set_place(spec, "x.yaml", 6, 3, "modalities.image"), MMSPAN_OK);
    assert_int_equal(mmspan_spec_set_pattern_place(spec, 7, 20), MMSPAN_OK);
    memset(error, 0, sizeof *error);
    mmspan_status status = mmspan_spec_modality(spec, &decl, error);
    if (status == MMSPAN_OK)
        status = mmspan_compile(spec, NULL, &matcher, error);
    mmspan_matcher_destroy(matcher);
    mmspan_spec_destroy(spec);
    free(notation);
    return status;
}

/* The character of the pattern that the message's caret stands under. */
static int caret_of(const char *message) {
    const char *last = strrchr(message, '\n');
    const char *caret = last ? strchr(last, '^') : NULL;
    return caret ? (int)(caret - last) - 3 : -1;
}

struct bad_pattern {
    const char *pattern;
    mmspan_status status;
    const char *fragment;
    int caret; /* -1: the whole pattern is meant */
};

static const struct bad_pattern bad_patterns[] = {
    {"", MMSPAN_E_SYNTAX, "empty", 0},
    {"   ", MMSPAN_E_SYNTAX, "empty", 3},
    {"a (b c", MMSPAN_E_SYNTAX, "never closed", 2},
    {"(a (b c)", MMSPAN_E_SYNTAX, "never closed", 0},
    {"a b) c", MMSPAN_E_SYNTAX, "to be closed", 3},
    {"a [b c", MMSPAN_E_SYNTAX, "never closed", 2},
    {"a ] c", MMSPAN_E_SYNTAX, "token name", 2},
    {"a [] b", MMSPAN_E_SYNTAX, "empty", 2},
    {"a () b", MMSPAN_E_SYNTAX, "token name", 3},
    {"a [b text] c", MMSPAN_E_SYNTAX, "text", 5},
    {"a [b (c)] d", MMSPAN_E_SYNTAX, "names only", 5},
    {"a [b+] d", MMSPAN_E_SYNTAX, "names only", 4},
    {"+ a", MMSPAN_E_SYNTAX, "token name", 0},
    {"a | | b", MMSPAN_E_SYNTAX, "token name", 4},
    {"| a", MMSPAN_E_SYNTAX, "token name", 0},
    {"a |", MMSPAN_E_SYNTAX, "missing", 3},
    {"(a |) b", MMSPAN_E_SYNTAX, "token name", 4},
    {"a {3", MMSPAN_E_SYNTAX, "{n}", 2},
    {"a{}", MMSPAN_E_SYNTAX, "{n}", 1},
    {"a{,3}", MMSPAN_E_SYNTAX, "{n}", 1},
    {"a{x}", MMSPAN_E_SYNTAX, "{n}", 1},
    {"a{1,2,3}", MMSPAN_E_SYNTAX, "{n}", 1},
    {"a{-1}", MMSPAN_E_SYNTAX, "{n}", 1},
    {"a b{3,2}", MMSPAN_E_SYNTAX, "wrong way", 3},
    {"a b{0} c", MMSPAN_E_SYNTAX, "nothing", 3},
    {"a b{0,0} c", MMSPAN_E_SYNTAX, "nothing", 3},
    {"a } b", MMSPAN_E_SYNTAX, "token name", 2},
    {"a & b", MMSPAN_E_SYNTAX, "no meaning", 2},
    {"a 5 b", MMSPAN_E_SYNTAX, "no meaning", 2},
    {"a \xC3\xA4 b", MMSPAN_E_SYNTAX, "no meaning", 2},
    {"a bb c", MMSPAN_E_CONFIG, "\"bb\"", 2},
    {"a [b Text] c", MMSPAN_E_CONFIG, "\"Text\"", 5},
    {"text a", MMSPAN_E_CONFIG, "begin with `text`", -1},
    {"a text", MMSPAN_E_CONFIG, "end with `text`", -1},
    {"b* (text | a) c", MMSPAN_E_CONFIG, "begin with `text`", -1},
    {"a (b | c text*)", MMSPAN_E_CONFIG, "end with `text`", -1},
    {"a text{1,3} b?", MMSPAN_E_CONFIG, "end with `text`", -1},
    {"a*", MMSPAN_E_CONFIG, "nothing", -1},
    {"(a? b? | c)", MMSPAN_E_CONFIG, "nothing", -1},
    {"a{0,3}", MMSPAN_E_CONFIG, "nothing", -1},
    {"a{99999999999999999999}", MMSPAN_E_LIMIT, "4096", -1},
    {"a{1,4294967296}", MMSPAN_E_LIMIT, "4096", -1},
    {"a{4096}", MMSPAN_E_LIMIT, "4096", -1},
    {"((a{1000}){1000}){1000}", MMSPAN_E_LIMIT, "4096", -1},
    {"(((((((((a{9}){9}){9}){9}){9}){9}){9}){9}){9}){9}", MMSPAN_E_LIMIT, "4096", -1},
    {"((a | b)* a (a | b){12} c)+", MMSPAN_E_LIMIT, "4096", -1},
    {"(a | b)* a (a | b){60} c", MMSPAN_E_LIMIT, "4096", -1},
};

static void test_bad_patterns(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof bad_patterns / sizeof *bad_patterns; i++) {
        const struct bad_pattern *bad = &bad_patterns[i];
        mmspan_error error;
        mmspan_status status = compile_pattern(bad->pattern, &error);
        uint32_t column = 20 + (uint32_t)(bad->caret < 0 ? 0 : bad->caret);
        if (status != bad->status || !strstr(error.message, bad->fragment) ||
            caret_of(error.message) != bad->caret || error.line != 7 || error.column != column)
            fail_msg("%s\nis %d at %u:%u, caret %d: %s", bad->pattern, (int)status,
                     (unsigned)error.line, (unsigned)error.column, caret_of(error.message),
                     error.message);
        assert_int_equal(error.status, status);
        assert_string_equal(error.file, "x.yaml");
        assert_string_equal(error.path, "modalities.image");
    }
}

static void test_good_patterns(void **state) {
    (void)state;
    static const char *const good[] = {
        "a",
        " \ta\n",
        "a.b-c_1",
        "a b|c d",
        "(a)(b)",
        "a{1}b{2,}c{0,3}",
        "a { 2 , 3 } b",
        "[a b seq set]",
        "[ a ]+",
        "a (text | b)* c",
        "a text{0,24} b",
        "a++ b",
        "(a?)+ b",
        "(a* b*)* c",
        "a ((b? | c*) d?)* a",
        "nl a nl",
        "seq{3} (set | seq)",
        "a{4095}",
        "a{4000} b{95}",
        "a{2000,4095}",
        "(a | b)* a (a | b){10} c",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        mmspan_error error;
        mmspan_status status = compile_pattern(good[i], &error);
        if (status != MMSPAN_OK)
            fail_msg("%s: %d %s", good[i], (int)status, error.message);
    }
}

/* Nesting and length are bounded, with an error and not with a crash. */
static void test_huge_patterns(void **state) {
    (void)state;
    enum { SIZE = 100000 };
    char *pattern = malloc(SIZE + 1);
    mmspan_error error;
    assert_non_null(pattern);
    pattern[SIZE] = '\0';
    memset(pattern, '(', SIZE);
    assert_int_not_equal(compile_pattern(pattern, &error), MMSPAN_OK);
    memset(pattern, '?', SIZE);
    pattern[0] = 'a';
    assert_int_not_equal(compile_pattern(pattern, &error), MMSPAN_OK);
    for (size_t i = 0; i < SIZE; i++)
        pattern[i] = "a|"[i % 2];
    assert_int_not_equal(compile_pattern(pattern, &error), MMSPAN_OK);
    memset(pattern, 'a', SIZE);
    assert_int_not_equal(compile_pattern(pattern, &error), MMSPAN_OK);
    memset(pattern, '(', 2000);
    pattern[2000] = '\0';
    assert_int_equal(compile_pattern(pattern, &error), MMSPAN_E_SYNTAX);
    assert_true(strlen(error.message) < sizeof error.message);
    free(pattern);
}

/* A caret far to the right of a long pattern is still under its character. */
static void test_caret_of_long_pattern(void **state) {
    (void)state;
    char pattern[512] = "";
    mmspan_error error;
    for (int i = 0; i < 100; i++)
        strcat(pattern, "a b ");
    strcat(pattern, "oops c c c c c");
    assert_int_equal(compile_pattern(pattern, &error), MMSPAN_E_CONFIG);
    assert_int_equal(error.column, 20 + 400);
    const char *line = strchr(error.message, '\n') + 1;
    assert_memory_equal(line + 2 + caret_of(error.message), "oops", 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_patterns),
        cmocka_unit_test(test_good_patterns),
        cmocka_unit_test(test_huge_patterns),
        cmocka_unit_test(test_caret_of_long_pattern),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
