/* Which specs are refused, and with which words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../../include/mmspan/automaton.h"
#include "../../../oracle/gallery.h"
#include "../../../oracle/notation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The tokens that the patterns below name. */
static const char tokens[] = "token a 1; token b 2; token c 3; token d 4; token nl 5 ordinary\n"
                             "token seq ids 6 7; token set any 8 9; token a.b-c_1 10\n";

/* Compiles a config; the matcher is of no interest. */
static mmspan_status compile(const char *config, mmspan_error *error) {
    mmspan_matcher *matcher = NULL;
    memset(error, 0, sizeof *error);
    mmspan_status status = notation_compile(config, NULL, &matcher, error);
    assert_int_equal(status == MMSPAN_OK, matcher != NULL);
    if (status != MMSPAN_OK && error->message[0])
        assert_int_equal(error->status, status);
    mmspan_matcher_destroy(matcher);
    return status;
}

static void expect(const char *config, mmspan_status status, const char *fragment) {
    mmspan_error error;
    mmspan_status is = compile(config, &error);
    if (is != status || (fragment && !strstr(error.message, fragment)))
        fail_msg("%s\nis %d \"%s\", wanted %d \"%s\"", config, (int)is, error.message,
                 (int)status, fragment ? fragment : "");
}

/* A config with `tokens` and these modalities. */
static void expect_modalities(const char *modalities, mmspan_status status,
                              const char *fragment) {
    char config[2048];
    snprintf(config, sizeof config, "%s%s", tokens, modalities);
    expect(config, status, fragment);
}

static void test_ambiguity(void **state) {
    (void)state;
    const mmspan_status ambiguous = MMSPAN_E_AMBIGUOUS;
    expect_modalities("modality x; pattern a b; modality y; pattern a b", ambiguous,
                      "both match: a b");
    expect_modalities("modality x; pattern a+ b; modality y; pattern a a a+ b", ambiguous,
                      "both match: a a a b");
    expect_modalities("modality x; pattern a b+ | c; bare c d | a b b b", ambiguous,
                      "both match: a b b b");
    expect_modalities("modality x; pattern a (b b)+ c; modality y; pattern a (b b b)+ c",
                      ambiguous, "both match: a b b b b b b c");
    expect_modalities("modality x; pattern a text{0,9} b; modality y; pattern a nl nl b",
                      ambiguous, "both match: a nl nl b");
    expect_modalities("modality x; pattern a text+ b; modality y; pattern a text text b",
                      ambiguous, "both match: a text text b");
    expect_modalities("modality x; pattern a seq b; modality y; pattern a seq+ b", ambiguous,
                      "both match: a seq b");
    expect_modalities("modality x; bare a | a", ambiguous, "both match: a");
    expect_modalities("modality x; begin a; patch b; end c; bare a b c", ambiguous,
                      "both match: a b c");
    expect("token p 5; token q any 5 6; modality x; pattern p; modality y; pattern q",
           ambiguous, "both match: ");
    expect("token p 5; token q ids 5 5; modality x; pattern p+; modality y; bare q", ambiguous,
           "both match: ");
    /* Both modalities are named, and their forms. */
    expect_modalities("modality one; pattern a+; modality two; bare a a", ambiguous,
                      "one block \"a+\" and two bare \"a a\"");
    /* The same begin and end, and a form that is a prefix of another, are no ambiguity. */
    expect_modalities("modality x; pattern a b+ c; modality y; pattern a d+ c", MMSPAN_OK,
                      NULL);
    expect_modalities("modality x; pattern a; modality y; pattern a b+", MMSPAN_OK, NULL);
    expect_modalities("modality x; pattern (a | a a | a+)", MMSPAN_OK, NULL);
    expect_modalities("modality x; pattern a text b; modality y; pattern a c b", MMSPAN_OK,
                      NULL);
}

static void test_modalities(void **state) {
    (void)state;
    const mmspan_status wrong = MMSPAN_E_CONFIG;
    expect(tokens, wrong, "no modality");
    expect_modalities("modality x", wrong, "\"x\"");
    expect_modalities("modality x; pattern a; patch b", wrong, "pattern");
    expect_modalities("modality x; begin a", wrong, "no patch");
    expect_modalities("modality x; end a; bare b", wrong, "no patch");
    expect_modalities("modality x; patch a; modality x; patch b", wrong, "twice");
    expect_modalities("modality 9x; patch a", wrong, "\"9x\"");
    expect_modalities("modality x; patch nope", wrong, "nope");
    expect_modalities("modality x; bare a nope", wrong, "nope");
    expect_modalities("modality x; bare a+", MMSPAN_E_SYNTAX, "names");
    expect_modalities("modality x; bare a text", MMSPAN_E_SYNTAX, "text");
    expect_modalities("modality x; patch a; embed nope", wrong, "nope");
    expect_modalities("modality x; patch a; embed nope: a", wrong, "nope");
    expect_modalities("modality x; patch a; rows 4 min 2", wrong, "rows");
    expect_modalities("modality x; patch a; rows 0", wrong, "1 or more");
    expect_modalities("modality x; patch a; rows -3", wrong, "-3");
    expect_modalities("modality x; patch a; rows min -1", wrong, "negative");
    expect_modalities("modality x; patch a; rows min 5 max 4", wrong, "min 5");
    expect_modalities("modality x; patch a; rows min 5 max 7 multiple 4", wrong,
                      "multiple of 4");
    expect_modalities("modality x; patch a; rows 4; adjacent split; each_run", wrong,
                      "each_run");
    expect_modalities("modality x; patch a; adjacent split", wrong, "rows");
    expect_modalities("modality x; patch a; adjacent split; rows 4 8", wrong, "rows");
    expect_modalities("modality x; begin b; patch a; adjacent by_id", wrong, "\"b\"");
    expect_modalities("modality x; pattern a text a; embed a; rows 4; adjacent split", wrong,
                      "\"text\"");
    expect_modalities("modality y; patch b; modality x; pattern [a c]+; embed a; embed y: c\n"
                      "rows 4; adjacent split",
                      wrong, "\"c\"");
    expect_modalities("modality y; patch b; modality x; pattern a c a; embed y: a; each_run",
                      wrong, "each_run");
    expect_modalities("modality x; patch a; placeholder b", wrong, "placeholder");
    expect_modalities("modality x; patch a; placeholder nope", wrong, "nope");
    expect_modalities("modality x; begin a; patch b; end c; placeholder a b", wrong,
                      "placeholder");
    expect_modalities("modality x; begin a; patch b; end c; placeholder a b b c", MMSPAN_OK,
                      NULL);
    expect_modalities("modality x; begin a | b c; patch b | nl; end c; bare d", MMSPAN_OK,
                      NULL);
}

static void expect_token(const mmspan_token_decl *decl, mmspan_status status,
                         const char *fragment) {
    mmspan_spec *spec;
    mmspan_error error = {0};
    assert_int_equal(mmspan_spec_create(NULL, &spec), MMSPAN_OK);
    mmspan_status is = mmspan_spec_add_token(spec, decl, &error);
    if (is != status || !strstr(error.message, fragment))
        fail_msg("token %s: is %d \"%s\", wanted %d \"%s\"", decl->name ? decl->name : "(null)",
                 (int)is, error.message, (int)status, fragment);
    mmspan_spec_destroy(spec);
}

static void test_tokens(void **state) {
    (void)state;
    const mmspan_status wrong = MMSPAN_E_CONFIG;
    const int32_t ids[] = {9, 5};
    const uint32_t size = sizeof(mmspan_token_decl);
    const char *const bad_names[] = {"", "9", "-a", "a b", "a+", ".a", "a\xC3\xA4"};
    for (size_t i = 0; i < sizeof bad_names / sizeof *bad_names; i++)
        expect_token(
            &(mmspan_token_decl){
                .struct_size = size, .name = bad_names[i], .ids = ids, .n_ids = 1},
            wrong, bad_names[i]);
    expect_token(&(mmspan_token_decl){.struct_size = size, .ids = ids, .n_ids = 1}, wrong, "");
    expect_token(
        &(mmspan_token_decl){.struct_size = size, .name = "text", .ids = ids, .n_ids = 1},
        wrong, "text");
    expect_token(&(mmspan_token_decl){.struct_size = size, .name = "a"}, wrong, "no IDs");
    expect_token(&(mmspan_token_decl){.struct_size = size, .name = "a", .ids = ids, .n_ids = 2},
                 wrong, "2");
    expect_token(&(mmspan_token_decl){.struct_size = size,
                                      .name = "a",
                                      .kind = MMSPAN_TOKEN_RANGE,
                                      .ids = ids,
                                      .n_ids = 2},
                 wrong, "[9, 5]");
    expect_token(&(mmspan_token_decl){.struct_size = size,
                                      .name = "a",
                                      .kind = MMSPAN_TOKEN_RANGE,
                                      .ids = ids,
                                      .n_ids = 1},
                 wrong, "needs 2");
    expect_token(
        &(mmspan_token_decl){
            .struct_size = size, .name = "a", .kind = 4, .ids = ids, .n_ids = 1},
        MMSPAN_E_ARGUMENT, "4");
    expect_token(&(mmspan_token_decl){.struct_size = 4, .name = "a", .ids = ids, .n_ids = 1},
                 MMSPAN_E_ARGUMENT, "");
    expect("token a 1; token a 2; modality x; patch a", wrong, "twice");
    expect("token a 1; token b 1; modality x; patch a", MMSPAN_OK, NULL);
    assert_int_equal(mmspan_spec_add_token(NULL, NULL, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_spec_add_modality(NULL, NULL, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_spec_create(NULL, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_compile(NULL, NULL, NULL, NULL), MMSPAN_E_ARGUMENT);
}

/* Adds token number i; the spec must still be usable when it is refused. */
static mmspan_status add_token(mmspan_spec *spec, int i, mmspan_error *error) {
    char name[16];
    int32_t id = i;
    snprintf(name, sizeof name, "t%d", i);
    return mmspan_spec_add_token(
        spec,
        &(mmspan_token_decl){
            .struct_size = sizeof(mmspan_token_decl), .name = name, .ids = &id, .n_ids = 1},
        error);
}

static mmspan_status add_modality(mmspan_spec *spec, int i, const char *const *bare,
                                  size_t n_bare, mmspan_error *error) {
    char name[16];
    snprintf(name, sizeof name, "m%d", i);
    return mmspan_spec_add_modality(
        spec,
        &(mmspan_modality_decl){.struct_size = sizeof(mmspan_modality_decl),
                                .name = name,
                                .bare = bare,
                                .n_bare = n_bare},
        error);
}

static void test_limits(void **state) {
    (void)state;
    static char names[MMSPAN_MAX_FORMS + 1][16];
    static const char *bare[MMSPAN_MAX_FORMS + 1];
    mmspan_spec *spec;
    mmspan_matcher *matcher = NULL;
    mmspan_error error;
    assert_int_equal(mmspan_spec_create(NULL, &spec), MMSPAN_OK);
    for (int i = 0; i < MMSPAN_MAX_TOKENS; i++)
        assert_int_equal(add_token(spec, i, &error), MMSPAN_OK);
    assert_int_equal(add_token(spec, MMSPAN_MAX_TOKENS, &error), MMSPAN_E_LIMIT);
    assert_non_null(strstr(error.message, "1024"));
    for (int i = 0; i <= MMSPAN_MAX_FORMS; i++) {
        snprintf(names[i], sizeof *names, "t%d", i);
        bare[i] = names[i];
    }
    size_t in_first = MMSPAN_MAX_FORMS - MMSPAN_MAX_MODALITIES + 1;
    assert_int_equal(add_modality(spec, 0, bare, in_first, &error), MMSPAN_OK);
    for (int i = 1; i < MMSPAN_MAX_MODALITIES; i++)
        assert_int_equal(add_modality(spec, i, &bare[(int)in_first - 1 + i], 1, &error),
                         MMSPAN_OK);
    assert_int_equal(add_modality(spec, MMSPAN_MAX_MODALITIES, bare, 1, &error),
                     MMSPAN_E_LIMIT);
    assert_non_null(strstr(error.message, "32"));
    assert_int_equal(mmspan_compile(spec, NULL, &matcher, &error), MMSPAN_OK);
    assert_int_equal(mmspan_matcher_n_tokens(matcher), MMSPAN_MAX_TOKENS);
    assert_int_equal(mmspan_matcher_n_modalities(matcher), MMSPAN_MAX_MODALITIES);
    mmspan_matcher_destroy(matcher);
    mmspan_spec_destroy(spec);

    assert_int_equal(mmspan_spec_create(NULL, &spec), MMSPAN_OK);
    for (int i = 0; i <= MMSPAN_MAX_FORMS; i++)
        assert_int_equal(add_token(spec, i, &error), MMSPAN_OK);
    mmspan_status status = add_modality(spec, 0, bare, MMSPAN_MAX_FORMS + 1, &error);
    if (status == MMSPAN_OK)
        status = mmspan_compile(spec, NULL, &matcher, &error);
    assert_int_equal(status, MMSPAN_E_LIMIT);
    assert_non_null(strstr(error.message, "512"));
    mmspan_spec_destroy(spec);
}

static void test_options(void **state) {
    (void)state;
    mmspan_matcher *matcher;
    mmspan_error error;
    assert_int_equal(notation_compile(gallery_gemma4, "mmx", &matcher, &error),
                     MMSPAN_E_NOT_FOUND);
    assert_non_null(strstr(error.message, "\"mmx\""));
    assert_null(mmspan_kernel_name(99));
    for (int32_t i = 0; mmspan_kernel_name(i); i++) {
        assert_int_equal(
            notation_compile(gallery_gemma4, mmspan_kernel_name(i), &matcher, &error),
            MMSPAN_OK);
        assert_string_equal(mmspan_matcher_kernel(matcher), mmspan_kernel_name(i));
        mmspan_matcher_destroy(matcher);
    }
    assert_int_equal(notation_compile(gallery_gemma4, NULL, &matcher, &error), MMSPAN_OK);
    assert_string_equal(mmspan_matcher_model(matcher), "");
    assert_int_equal(mmspan_matcher_vocab_size(matcher), 100);
    assert_int_equal(mmspan_matcher_find_modality(matcher, "audio"), 2);
    assert_int_equal(mmspan_matcher_find_modality(matcher, "text"), -1);
    assert_null(mmspan_matcher_modality_name(matcher, 3));
    assert_string_equal(mmspan_matcher_modality_pattern(matcher, 1), "boi vid+ eoi");
    assert_string_equal(mmspan_matcher_modality_bare(matcher, 1, 0), "vid");
    assert_null(mmspan_matcher_modality_bare(matcher, 1, 1));
    assert_string_equal(mmspan_matcher_token_name(matcher, MMSPAN_TEXT), "text");
    assert_int_equal(mmspan_matcher_token_of(matcher, 4), 3);
    assert_int_equal(mmspan_matcher_token_of(matcher, 99), MMSPAN_TEXT);
    assert_true(mmspan_matcher_is_reserved(matcher, 4));
    assert_false(mmspan_matcher_is_reserved(matcher, 99));
    mmspan_matcher_destroy(matcher);
}

static void count_report(void *context, const mmspan_error *error) {
    assert_int_not_equal(error->status, MMSPAN_OK);
    assert_true(error->message[0]);
    ++*(size_t *)context;
}

/* With a report, compiling goes on after the first error. */
static void test_check(void **state) {
    (void)state;
    struct notation *notation = malloc(sizeof *notation);
    mmspan_spec *spec;
    size_t n = 0;
    const mmspan_compile_options options = {
        .struct_size = sizeof options, .report = count_report, .report_context = &n};
    assert_true(notation &&
                notation_read(notation, "token a 1; modality x; pattern a nope; modality y\n"
                                        "pattern a (; modality z; bare none"));
    assert_int_equal(notation_spec(notation, NULL, &spec, NULL), MMSPAN_OK);
    assert_int_equal(mmspan_compile(spec, &options, NULL, NULL), MMSPAN_E_CONFIG);
    assert_int_equal(n, 3);
    mmspan_spec_destroy(spec);
    assert_true(notation_read(notation, gallery_gemma4));
    assert_int_equal(notation_spec(notation, NULL, &spec, NULL), MMSPAN_OK);
    n = 0;
    assert_int_equal(mmspan_compile(spec, &options, NULL, NULL), MMSPAN_OK);
    assert_int_equal(n, 0);
    mmspan_spec_destroy(spec);
    free(notation);
}

static bool in_range(const uint32_t range[2], uint32_t id) {
    bool wraps = range[0] > range[1];
    return wraps ? id >= range[0] || id <= range[1] : id >= range[0] && id <= range[1];
}

/* The prefilter stops at every reserved ID, and no more ranges are written than there is room
 * for, and than there are. */
static void test_prefilter(void **state) {
    (void)state;
    enum { CAP = 16 };
    for (size_t i = 0; gallery_config(i); i++) {
        mmspan_matcher *matcher;
        mmspan_error error;
        assert_int_equal(notation_compile(gallery_config(i), NULL, &matcher, &error),
                         MMSPAN_OK);
        size_t n = mmspan_automaton_prefilter(matcher, NULL, 0);
        assert_in_range(n, 1, CAP - 1);
        uint32_t all[CAP][2];
        memset(all, 0x55, sizeof all);
        assert_int_equal(mmspan_automaton_prefilter(matcher, all, CAP), n);
        for (size_t cap = 0; cap <= CAP; cap++) {
            uint32_t ranges[CAP][2];
            memset(ranges, 0x55, sizeof ranges);
            assert_int_equal(mmspan_automaton_prefilter(matcher, ranges, cap), n);
            size_t filled = (n < cap ? n : cap) * sizeof *ranges;
            assert_memory_equal(ranges, all, filled);
            for (size_t at = filled; at < sizeof ranges; at++)
                assert_int_equal(((unsigned char *)ranges)[at], 0x55);
        }
        for (int32_t id = -300; id < 300; id++) {
            bool stops = false;
            for (size_t k = 0; k < n; k++)
                stops |= in_range(all[k], (uint32_t)id);
            assert_true(stops || !mmspan_matcher_is_reserved(matcher, id));
        }
        mmspan_matcher_destroy(matcher);
    }
}

/* The notation's own mistakes would make all tests that use it void. */
static void test_gallery(void **state) {
    (void)state;
    for (size_t i = 0; gallery_config(i); i++)
        expect(gallery_config(i), MMSPAN_OK, NULL);
    expect("token a", MMSPAN_E_CONFIG, "no IDs");
    expect("token a 1; nonsense", MMSPAN_E_ARGUMENT, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ambiguity), cmocka_unit_test(test_modalities),
        cmocka_unit_test(test_tokens),    cmocka_unit_test(test_limits),
        cmocka_unit_test(test_options),   cmocka_unit_test(test_check),
        cmocka_unit_test(test_prefilter), cmocka_unit_test(test_gallery),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
