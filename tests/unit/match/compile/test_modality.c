/* Which declarations of modalities are refused, at the border of each rule. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mmspan/matcher.h"

#include "match/matcher.h"

#include <stdio.h>
#include <string.h>

#define CONFIG   MMSPAN_E_CONFIG
#define ARGUMENT MMSPAN_E_ARGUMENT
#define OK       MMSPAN_OK

static const char *const list_a[] = {"a"};
static const char *const list_null[] = {"a", NULL};
static const int64_t four[] = {4};
static const int64_t four_eight[] = {4, 8};
static const int64_t one[] = {1};
static const int64_t zero[] = {0};
static const int64_t four_minus[] = {4, -1};
static const mmspan_embed_decl embed_a = {NULL, list_a, 1};
static const mmspan_embed_decl embed_null = {NULL, NULL, 1};
static const mmspan_embed_decl embed_none = {NULL, NULL, 0};

#define PATCH .patch = list_a, .n_patch = 1

struct row {
    mmspan_status status;
    const char *fragment; /* of the message; NULL when it is legal */
    mmspan_modality_decl decl;
};

static const struct row rows[] = {
    /* The block. */
    {OK, NULL, {PATCH}},
    {OK, NULL, {.pattern = "a"}},
    {OK, NULL, {.bare = list_a, .n_bare = 1}},
    {OK, NULL, {.pattern = "a a", .bare = list_a, .n_bare = 1}},
    {OK, NULL, {PATCH, .begin = list_a, .n_begin = 1}},
    {OK, NULL, {PATCH, .end = list_a, .n_end = 1}},
    {CONFIG, "needs a patch, a pattern or a bare form", {.multi = 1}},
    {CONFIG, "begin or end but no patch", {.begin = list_a, .n_begin = 1}},
    {CONFIG, "begin or end but no patch", {.end = list_a, .n_end = 1}},
    {CONFIG,
     "begin or end but no patch",
     {.end = list_a, .n_end = 1, .bare = list_a, .n_bare = 1}},
    {CONFIG, "keep one of them", {PATCH, .pattern = "a"}},
    {CONFIG, "keep one of them", {.pattern = "a", .begin = list_a, .n_begin = 1}},
    {CONFIG, "keep one of them", {.pattern = "a", .end = list_a, .n_end = 1}},
    /* Lists. */
    {ARGUMENT, "NULL", {.patch = NULL, .n_patch = 1}},
    {ARGUMENT, "NULL", {PATCH, .begin = NULL, .n_begin = 1}},
    {ARGUMENT, "NULL", {PATCH, .end = NULL, .n_end = 1}},
    {ARGUMENT, "NULL", {PATCH, .bare = NULL, .n_bare = 1}},
    {ARGUMENT, "NULL", {.patch = list_null, .n_patch = 2}},
    {ARGUMENT, "NULL", {PATCH, .bare = list_null, .n_bare = 2}},
    {ARGUMENT, "NULL", {PATCH, .embed = NULL, .n_embed = 1}},
    {ARGUMENT, "NULL", {PATCH, .embed = &embed_null, .n_embed = 1}},
    {OK, NULL, {PATCH, .embed = &embed_a, .n_embed = 1}},
    {OK, NULL, {PATCH, .embed = &embed_none, .n_embed = 1}},
    /* Adjacent. */
    {ARGUMENT, "adjacent", {PATCH, .adjacent = -1}},
    {ARGUMENT, "adjacent", {PATCH, .adjacent = 3}},
    {OK, NULL, {PATCH, .adjacent = MMSPAN_ADJACENT_BY_ID}},
    {CONFIG, "one number of rows", {PATCH, .adjacent = MMSPAN_ADJACENT_SPLIT}},
    {OK,
     NULL,
     {PATCH, .adjacent = MMSPAN_ADJACENT_SPLIT, .rows = {.values = four, .n_values = 1}}},
    {CONFIG,
     "one number of rows",
     {PATCH, .adjacent = MMSPAN_ADJACENT_SPLIT, .rows = {.values = four_eight, .n_values = 2}}},
    {OK, NULL, {PATCH, .each_run = 1}},
    {CONFIG, "exclude each other", {PATCH, .each_run = 1, .adjacent = MMSPAN_ADJACENT_BY_ID}},
    {CONFIG,
     "exclude each other",
     {PATCH, .each_run = 1, .adjacent = MMSPAN_ADJACENT_SPLIT,
      .rows = {.values = four, .n_values = 1}}},
    /* Media of several items. */
    {OK, NULL, {PATCH, .multi = 1}},
    {OK, NULL, {PATCH, .multi = 1, .max_gap = 1, .equal_rows = 1}},
    {OK, NULL, {PATCH, .multi = 1, .max_gap = INT64_MAX}},
    {CONFIG, "must not be negative", {PATCH, .multi = 1, .max_gap = -1}},
    {CONFIG, "without multi", {PATCH, .max_gap = 1}},
    {CONFIG, "without multi", {PATCH, .equal_rows = 1}},
    {OK, NULL, {PATCH, .divisible = 1}},
    /* Numbers of rows. */
    {OK, NULL, {PATCH, .rows = {.values = one, .n_values = 1}}},
    {OK, NULL, {PATCH, .rows = {.values = one, .n_values = 1, .equal_runs = 1}}},
    {CONFIG, "not 0", {PATCH, .rows = {.values = zero, .n_values = 1}}},
    {CONFIG, "not -1", {PATCH, .rows = {.values = four_minus, .n_values = 2}}},
    {ARGUMENT, "NULL", {PATCH, .rows = {.n_values = 1}}},
    {CONFIG, "either", {PATCH, .rows = {.values = four, .n_values = 1, .min = 1}}},
    {CONFIG, "either", {PATCH, .rows = {.values = four, .n_values = 1, .max = 1}}},
    {CONFIG, "either", {PATCH, .rows = {.values = four, .n_values = 1, .multiple_of = 1}}},
    {CONFIG, "either", {PATCH, .rows = {.values = four, .n_values = 1, .offset = 1}}},
    {CONFIG, "negative", {PATCH, .rows = {.min = -1}}},
    {CONFIG, "negative", {PATCH, .rows = {.max = -1}}},
    {CONFIG, "negative", {PATCH, .rows = {.multiple_of = -1}}},
    {CONFIG, "negative", {PATCH, .rows = {.multiple_of = 2, .offset = -1}}},
    {OK, NULL, {PATCH, .rows = {.min = 5, .max = 5}}},
    {CONFIG, "min 6 is above max 5", {PATCH, .rows = {.min = 6, .max = 5}}},
    {OK, NULL, {PATCH, .rows = {.min = 6}}},
    {OK, NULL, {PATCH, .rows = {.max = 8, .multiple_of = 8}}},
    {CONFIG, "no multiple of 8", {PATCH, .rows = {.max = 7, .multiple_of = 8}}},
    {OK, NULL, {PATCH, .rows = {.min = 8, .max = 15, .multiple_of = 8}}},
    {OK, NULL, {PATCH, .rows = {.min = 9, .max = 16, .multiple_of = 8}}},
    {CONFIG, "no multiple of 8", {PATCH, .rows = {.min = 9, .max = 15, .multiple_of = 8}}},
    {CONFIG, "without multiple_of", {PATCH, .rows = {.offset = 5}}},
    {OK, NULL, {PATCH, .rows = {.offset = 257, .multiple_of = 144}}},
    {OK, NULL, {PATCH, .rows = {.offset = 257, .multiple_of = 144, .max = 257}}},
    {CONFIG,
     "257 + a multiple",
     {PATCH, .rows = {.offset = 257, .multiple_of = 9, .max = 256}}},
    {OK, NULL, {PATCH, .rows = {.offset = 257, .multiple_of = 144, .min = 258, .max = 401}}},
    {CONFIG,
     "257 + a multiple of 144",
     {PATCH, .rows = {.offset = 257, .multiple_of = 144, .min = 258, .max = 400}}},
    {OK, NULL, {PATCH, .rows = {.offset = 7, .multiple_of = 1, .max = 7}}},
    {CONFIG,
     "no multiple of",
     {PATCH, .rows = {.min = INT64_MAX, .max = INT64_MAX, .multiple_of = INT64_MAX - 1}}},
    {ARGUMENT, "reserved", {PATCH, .rows = {.more = {1, 0, 0}}}},
    {ARGUMENT, "reserved", {PATCH, .rows = {.more = {0, 0, 1}}}},
};

static mmspan_spec *new_spec(void) {
    mmspan_spec *spec;
    const int32_t id = 1;
    assert_int_equal(mmspan_spec_create(NULL, &spec), MMSPAN_OK);
    assert_int_equal(
        mmspan_spec_add_token(
            spec,
            &(mmspan_token_decl){
                .struct_size = sizeof(mmspan_token_decl), .name = "a", .ids = &id, .n_ids = 1},
            NULL),
        MMSPAN_OK);
    assert_int_equal(mmspan_spec_set_place(spec, "f.yaml", 3, 4, "modalities.x"), MMSPAN_OK);
    return spec;
}

/* A row's declaration under a name. */
static mmspan_status add(mmspan_spec *spec, const mmspan_modality_decl *row, const char *name,
                         mmspan_error *error) {
    mmspan_modality_decl decl = *row;
    decl.struct_size = sizeof decl;
    decl.name = name;
    return mmspan_spec_add_modality(spec, &decl, error);
}

static void test_rules(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        mmspan_spec *spec = new_spec();
        mmspan_error error = {0};
        mmspan_status status = add(spec, &rows[i].decl, "image", &error);
        if (status != rows[i].status ||
            (rows[i].fragment && !strstr(error.message, rows[i].fragment)))
            fail_msg("row %zu is %d \"%s\", wanted %d \"%s\"", i, (int)status, error.message,
                     (int)rows[i].status, rows[i].fragment ? rows[i].fragment : "");
        if (status == CONFIG) {
            assert_int_equal(error.line, 3);
            assert_int_equal(error.column, 4);
            assert_string_equal(error.path, "modalities.x");
            assert_string_equal(error.file, "f.yaml");
        }
        /* What is refused leaves nothing behind. */
        const mmspan_modality_decl good = {PATCH};
        assert_int_equal(add(spec, &good, "image", NULL), status == OK ? CONFIG : OK);
        mmspan_spec_destroy(spec);
    }
}

static void test_names(void **state) {
    (void)state;
    static const char *const good[] = {"a", "z", "A", "Z", "_", "a9", "a.b-c_"};
    static const char *const bad[] = {"", "9a", "a b", ".", "-", "a+", "a\xC3\xA4", NULL};
    const mmspan_modality_decl decl = {PATCH};
    mmspan_spec *spec = new_spec();
    mmspan_error error;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_int_equal(add(spec, &decl, good[i], &error), OK);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(add(spec, &decl, bad[i], &error), CONFIG);
        assert_non_null(strstr(error.message, "cannot name a modality"));
    }
    assert_int_equal(add(spec, &decl, "a9", &error), CONFIG);
    assert_non_null(strstr(error.message, "twice"));
    mmspan_spec_destroy(spec);
}

/* begin, patch and end are names; operators would change the block that they spell. */
static void test_alternatives(void **state) {
    (void)state;
    static const char *const operators[] = {"a+", "a|a", "(a", "a)", "", " ", "text", "nope"};
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        for (int which = 0; which < 4; which++) {
            mmspan_spec *spec = new_spec();
            mmspan_error error;
            const char *const *list = &operators[i];
            mmspan_modality_decl decl = {PATCH};
            decl.begin = list;
            decl.n_begin = which == 0;
            decl.end = list;
            decl.n_end = which == 1;
            decl.patch = which == 2 ? list : decl.patch;
            decl.bare = list;
            decl.n_bare = which == 3;
            assert_int_equal(add(spec, &decl, "image", &error), OK);
            mmspan_status status = mmspan_compile(spec, NULL, NULL, &error);
            mmspan_status wanted = strcmp(operators[i], "nope") == 0 ? CONFIG : MMSPAN_E_SYNTAX;
            if (status != wanted)
                fail_msg("\"%s\" in list %d is %d: %s", operators[i], which, (int)status,
                         error.message);
            mmspan_spec_destroy(spec);
        }
    }
}

/* Compiles one modality. */
static mmspan_matcher *compile(const mmspan_modality_decl *decl) {
    mmspan_spec *spec = new_spec();
    mmspan_matcher *matcher = NULL;
    mmspan_error error;
    if (add(spec, decl, "image", &error) != OK ||
        mmspan_compile(spec, NULL, &matcher, &error) != OK)
        fail_msg("%s", error.message);
    mmspan_spec_destroy(spec);
    return matcher;
}

static const struct {
    mmspan_rows_rule rule;
    const char *text;
    const char *allowed; /* of 1 to 12, one character each */
} rules[] = {
    {{0}, "any", "yyyyyyyyyyyy"},
    {{.min = 3}, "at least 3", "..yyyyyyyyyy"},
    {{.max = 3}, "at most 3", "yyy........."},
    {{.min = 3, .max = 5}, "3..5", "..yyy......."},
    {{.values = four_eight, .n_values = 2}, "4 or 8", "...y...y...."},
    {{.multiple_of = 4}, "a multiple of 4", "...y...y...y"},
    {{.multiple_of = 1}, "any", "yyyyyyyyyyyy"},
    {{.multiple_of = 4, .offset = 1}, "1 + a multiple of 4", "y...y...y..."},
    {{.multiple_of = 2, .offset = 5}, "5 + a multiple of 2", "....y.y.y.y."},
    {{.multiple_of = 4, .offset = 3, .min = 4, .max = 11, .equal_runs = 1},
     "4..11, 3 + a multiple of 4, in equal runs",
     "......y...y."},
    {{.multiple_of = 1, .offset = 10}, "10 + a multiple of 1", ".........yyy"},
};

static void test_rows(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        mmspan_modality_decl decl = {PATCH, .rows = rules[i].rule};
        mmspan_matcher *matcher = compile(&decl);
        const struct mm_form *form = &matcher->forms[0];
        assert_string_equal(mmspan_matcher_modality_rows(matcher, 0), rules[i].text);
        for (int64_t rows_found = 1; rows_found <= 12; rows_found++) {
            bool allowed = rules[i].allowed[rows_found - 1] == 'y';
            bool within = rows_found >= form->low && rows_found <= form->high;
            if (mm_rows_allow(&matcher->shapes[0].rows, rows_found) != allowed)
                fail_msg("%s: %d", rules[i].text, (int)rows_found);
            /* What the scan looks at first must not refuse it, and decides simple rules. */
            assert_true(within || !allowed);
            assert_true(form->intricate || within == allowed);
        }
        mmspan_matcher_destroy(matcher);
    }
}

static void test_shape(void **state) {
    (void)state;
    const mmspan_modality_decl plain = {PATCH};
    mmspan_matcher *matcher = compile(&plain);
    assert_int_equal(mmspan_matcher_modality_multi(matcher, 0), 0);
    assert_int_equal(mmspan_matcher_modality_atomic(matcher, 0), 1);
    assert_int_equal(mmspan_matcher_modality_atomic(matcher, 1), 0);
    assert_int_equal(mmspan_matcher_modality_atomic(matcher, -1), 0);
    assert_int_equal(matcher->shapes[0].max_gap, 0);
    assert_false(matcher->shapes[0].equal_rows);
    mmspan_matcher_destroy(matcher);
    const mmspan_modality_decl all = {PATCH, .multi = 2, .max_gap = 7, .equal_rows = 3,
                                      .divisible = 5};
    matcher = compile(&all);
    assert_int_equal(mmspan_matcher_modality_multi(matcher, 0), 1);
    assert_int_equal(mmspan_matcher_modality_atomic(matcher, 0), 0);
    assert_int_equal(matcher->shapes[0].max_gap, 7);
    assert_true(matcher->shapes[0].equal_rows);
    mmspan_matcher_destroy(matcher);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),        cmocka_unit_test(test_names),
        cmocka_unit_test(test_alternatives), cmocka_unit_test(test_rows),
        cmocka_unit_test(test_shape),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
