/* Which patterns are refused, with which words, and where the caret points. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../oracle/notation.h"

#include <stdio.h>
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
    assert_int_equal(mmspan_spec_set_place(spec, "x.yaml", 6, 3, "modalities.image"),
                     MMSPAN_OK);
    assert_int_equal(mmspan_spec_set_pattern_place(spec, 7, 20), MMSPAN_OK);
    memset(error, 0, sizeof *error);
    mmspan_status status = mmspan_spec_add_modality(spec, &decl, error);
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
    const char *fragment;
    mmspan_status status;
    int caret; /* -1: the whole pattern is meant */
};

static const struct bad_pattern bad_patterns[] = {
    {"", "empty", MMSPAN_E_SYNTAX, 0},
    {"   ", "empty", MMSPAN_E_SYNTAX, 3},
    {"a (b c", "never closed", MMSPAN_E_SYNTAX, 2},
    {"(a (b c)", "never closed", MMSPAN_E_SYNTAX, 0},
    {"a b) c", "to be closed", MMSPAN_E_SYNTAX, 3},
    {"a [b c", "never closed", MMSPAN_E_SYNTAX, 2},
    {"a ] c", "token name", MMSPAN_E_SYNTAX, 2},
    {"a [] b", "empty", MMSPAN_E_SYNTAX, 2},
    {"a () b", "token name", MMSPAN_E_SYNTAX, 3},
    {"a [b text] c", "text", MMSPAN_E_SYNTAX, 5},
    {"a [b (c)] d", "names only", MMSPAN_E_SYNTAX, 5},
    {"a [b+] d", "names only", MMSPAN_E_SYNTAX, 4},
    {"+ a", "token name must come before this\n", MMSPAN_E_SYNTAX, 0},
    {"a | | b", "token name", MMSPAN_E_SYNTAX, 4},
    {"| a", "token name", MMSPAN_E_SYNTAX, 0},
    {"a |", "missing", MMSPAN_E_SYNTAX, 3},
    {"(a |) b", "token name", MMSPAN_E_SYNTAX, 4},
    {"a {3", "{n}", MMSPAN_E_SYNTAX, 2},
    {"a{}", "{n}", MMSPAN_E_SYNTAX, 1},
    {"a{,3}", "{n}", MMSPAN_E_SYNTAX, 1},
    {"a{x}", "{n}", MMSPAN_E_SYNTAX, 1},
    {"a{1,2,3}", "{n}", MMSPAN_E_SYNTAX, 1},
    {"a{-1}", "{n}", MMSPAN_E_SYNTAX, 1},
    {"a b{3,2}", "wrong way", MMSPAN_E_SYNTAX, 3},
    {"a b{0} c", "nothing", MMSPAN_E_SYNTAX, 3},
    {"a b{0,0} c", "nothing", MMSPAN_E_SYNTAX, 3},
    {"a } b", "token name", MMSPAN_E_SYNTAX, 2},
    {"a & b", "no meaning", MMSPAN_E_SYNTAX, 2},
    {"a 5 b", "no meaning", MMSPAN_E_SYNTAX, 2},
    {"a \xC3\xA4 b", "no meaning", MMSPAN_E_SYNTAX, 2},
    {"a bb c", "\"bb\"", MMSPAN_E_CONFIG, 2},
    {"a [b Text] c", "\"Text\"", MMSPAN_E_CONFIG, 5},
    {"text a", "begin with `text`", MMSPAN_E_CONFIG, -1},
    {"a text", "end with `text`", MMSPAN_E_CONFIG, -1},
    {"b* (text | a) c", "begin with `text`", MMSPAN_E_CONFIG, -1},
    {"a (b | c text*)", "end with `text`", MMSPAN_E_CONFIG, -1},
    {"a text{1,3} b?", "end with `text`", MMSPAN_E_CONFIG, -1},
    {"a*", "nothing", MMSPAN_E_CONFIG, -1},
    {"(a? b? | c)", "nothing", MMSPAN_E_CONFIG, -1},
    {"a{0,3}", "nothing", MMSPAN_E_CONFIG, -1},
    {"a{99999999999999999999}", "4096", MMSPAN_E_LIMIT, -1},
    {"a{1,4294967296}", "4096", MMSPAN_E_LIMIT, -1},
    {"a{4096}", "4096", MMSPAN_E_LIMIT, -1},
    {"((a{1000}){1000}){1000}", "4096", MMSPAN_E_LIMIT, -1},
    {"(((((((((a{9}){9}){9}){9}){9}){9}){9}){9}){9}){9}", "4096", MMSPAN_E_LIMIT, -1},
    {"((a | b)* a (a | b){12} c)+", "4096", MMSPAN_E_LIMIT, -1},
    {"(a | b)* a (a | b){60} c", "4096", MMSPAN_E_LIMIT, -1},
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
        assert_string_equal(error.path, "modalities.image.pattern");
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
        "d a{4094}",
        "d a{4000} b{94}",
        "d a{2000,4094}",
        "d (a | b)* a (a | b){10} c",
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

/* "d", then `groups` times '(', "a", `operators` times '?', the ')', and "d". */
static mmspan_status compile_nested(int groups, int operators, mmspan_error *error) {
    char pattern[512];
    int at = sprintf(pattern, "d ");
    memset(pattern + at, '(', (size_t)groups);
    at += groups;
    pattern[at++] = 'a';
    memset(pattern + at, '?', (size_t)operators);
    at += operators;
    memset(pattern + at, ')', (size_t)groups);
    strcpy(pattern + at + groups, " d");
    return compile_pattern(pattern, error);
}

/* Groups in groups and operators on operators nest; what stands side by side does not. */
static void test_depth(void **state) {
    (void)state;
    mmspan_error error;
    assert_int_equal(compile_nested(64, 1, &error), MMSPAN_OK);
    assert_int_equal(compile_nested(65, 1, &error), MMSPAN_E_SYNTAX);
    assert_int_equal(caret_of(error.message), 66);
    assert_int_equal(compile_nested(0, 65, &error), MMSPAN_OK);
    assert_int_equal(compile_nested(0, 66, &error), MMSPAN_E_SYNTAX);
    assert_int_equal(error.column, 20 + 2 + 66);
    assert_int_equal(compile_nested(40, 25, &error), MMSPAN_OK);
    assert_int_equal(compile_nested(40, 26, &error), MMSPAN_E_SYNTAX);
    assert_int_equal(error.column, 20 + 2);
    assert_non_null(strstr(error.message, "nested too deeply"));
    static const char *const side_by_side[] = {"b+? ", "(b) ", "((a+)?)* ", "(b?+|a?+) ",
                                               "[a b]?* "};
    for (size_t i = 0; i < sizeof side_by_side / sizeof *side_by_side; i++) {
        char pattern[2048] = "d ";
        for (int k = 0; k < 150; k++)
            strcat(pattern, side_by_side[i]);
        strcat(pattern, "d");
        if (compile_pattern(pattern, &error) != MMSPAN_OK)
            fail_msg("150 times %s: %s", side_by_side[i], error.message);
    }
}

/* Before it is made deterministic, a pattern may have 32768 states and not one more: 2 n + 4
 * for each of the choices, 2 n + 5 with two repetitions of n in all, and 2. */
static void test_most_states(void **state) {
    enum { CHOICES = 43, REPEATS = 379 };
    char pattern[CHOICES * 16];
    mmspan_error error;
    (void)state;
    size_t n = 0;
    for (int i = 1; i < CHOICES; i++)
        n += (size_t)sprintf(pattern + n, "d a{%d} | ", REPEATS);
    sprintf(pattern + n, "d a{%d}", REPEATS);
    assert_int_equal(compile_pattern(pattern, &error), MMSPAN_OK);
    sprintf(pattern + n, "d a{%d} a{9}", REPEATS - 9);
    assert_int_equal(compile_pattern(pattern, &error), MMSPAN_E_LIMIT);
}

/* A caret far to the right of a long pattern is still under its character. */
static void test_caret_of_long_pattern(void **state) {
    (void)state;
    char pattern[512];
    mmspan_error error;
    for (int i = 0; i < 100; i++)
        memcpy(pattern + 4 * i, "a b ", 4);
    snprintf(pattern + 400, sizeof pattern - 400, "oops c c c c c");
    assert_int_equal(compile_pattern(pattern, &error), MMSPAN_E_CONFIG);
    assert_int_equal(error.column, 20 + 400);
    const char *line = strchr(error.message, '\n') + 1;
    assert_memory_equal(line + 2 + caret_of(error.message), "oops", 4);
}

/* Where a pattern stands is said of one modality, even of one that is refused; others have
 * their errors at the modality. */
static void test_place_of_one_pattern(void **state) {
    (void)state;
    static const int32_t id = 1;
    for (int refused = 0; refused < 2; refused++) {
        mmspan_error error;
        mmspan_spec *spec;
        const mmspan_token_decl token = {
            .struct_size = sizeof token, .name = "a", .ids = &id, .n_ids = 1};
        mmspan_modality_decl x = {.struct_size = sizeof x, .name = "x", .pattern = "a"};
        mmspan_modality_decl y = {.struct_size = sizeof y, .name = "y", .pattern = "a ("};
        assert_int_equal(mmspan_spec_create(NULL, &spec), MMSPAN_OK);
        assert_int_equal(mmspan_spec_add_token(spec, &token, NULL), MMSPAN_OK);
        mmspan_spec_set_place(spec, "f.yaml", 6, 5, "modalities.x");
        mmspan_spec_set_pattern_place(spec, 7, 20);
        if (refused)
            x.name = NULL;
        assert_int_equal(mmspan_spec_add_modality(spec, &x, NULL) == MMSPAN_OK, !refused);
        mmspan_spec_set_place(spec, "f.yaml", 9, 3, "modalities.y");
        assert_int_equal(mmspan_spec_add_modality(spec, &y, NULL), MMSPAN_OK);
        assert_int_equal(mmspan_compile(spec, NULL, NULL, &error), MMSPAN_E_SYNTAX);
        assert_int_equal(error.line, 9);
        assert_int_equal(error.column, 3);
        assert_string_equal(error.path, "modalities.y");
        mmspan_spec_destroy(spec);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_patterns),
        cmocka_unit_test(test_good_patterns),
        cmocka_unit_test(test_huge_patterns),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_most_states),
        cmocka_unit_test(test_caret_of_long_pattern),
        cmocka_unit_test(test_place_of_one_pattern),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
