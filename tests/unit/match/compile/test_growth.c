/* Callers that were built with the structs of 0.1.0, and callers from the future. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mmspan/scan.h"

#include "match/sized.h"

#include "../../../support/guard.h"
#include "../../../support/struct_sizes.h"

#include <string.h>

/* The structs as 0.1.0 released them. */
struct old_token_decl {
    uint32_t struct_size;
    int32_t kind;
    int32_t ordinary;
    int32_t reserved;
    const char *name;
    const char *piece;
    const int32_t *ids;
    size_t n_ids;
};

struct old_rows_rule {
    const int64_t *values;
    size_t n_values;
    int64_t min;
    int64_t max;
    int64_t multiple_of;
    int32_t equal_runs;
    int32_t reserved;
};

struct old_modality_decl {
    uint32_t struct_size;
    int32_t each_run;
    int32_t adjacent;
    int32_t multi;
    const char *name;
    const char *pattern;
    const char *const *begin;
    size_t n_begin;
    const char *const *patch;
    size_t n_patch;
    const char *const *end;
    size_t n_end;
    const char *const *bare;
    size_t n_bare;
    const mmspan_embed_decl *embed;
    size_t n_embed;
    const char *placeholder;
    struct old_rows_rule rows;
};

struct old_compile_options {
    uint32_t struct_size;
    uint32_t reserved;
    const char *kernel;
};

struct old_scan_options {
    uint32_t struct_size;
    uint32_t reserved;
    const mmspan_span *literal;
    size_t n_literal;
};

/* The structs as a later version may have them. */
struct new_token_decl {
    mmspan_token_decl known;
    int64_t more[3];
};

struct new_modality_decl {
    mmspan_modality_decl known;
    int64_t more[3];
};

struct new_compile_options {
    mmspan_compile_options known;
    int64_t more[3];
};

struct new_scan_options {
    mmspan_scan_options known;
    int64_t more[3];
};

/* A struct right before memory that may not be touched. */
static struct guard guard;

static void *at_edge(const void *given, size_t size) {
    void *placed = guard_back(&guard, size);
    memcpy(placed, given, size);
    return placed;
}

static int open_guard(void **state) {
    (void)state;
    return guard_open(&guard, 4096) ? 0 : -1;
}

static int close_guard(void **state) {
    (void)state;
    guard_close(&guard);
    return 0;
}

static const int32_t ids[] = {1, 2, 3};
static const char *const names[] = {"boi", "pad", "eoi"};

/* Declares "boi pad+ eoi" with the structs of 0.1.0; at most four rows. */
static void declare(mmspan_spec *spec) {
    for (int i = 0; i < 3; i++) {
        struct old_token_decl token = {
            .struct_size = sizeof token, .name = names[i], .ids = &ids[i], .n_ids = 1};
        assert_int_equal(mmspan_spec_add_token(spec, at_edge(&token, sizeof token), NULL),
                         MMSPAN_OK);
    }
    struct old_modality_decl image = {
        .struct_size = sizeof image,
        .name = "image",
        .begin = &names[0],
        .n_begin = 1,
        .patch = &names[1],
        .n_patch = 1,
        .end = &names[2],
        .n_end = 1,
        .rows = {.max = 4, .multiple_of = 2},
    };
    assert_int_equal(mmspan_spec_add_modality(spec, at_edge(&image, sizeof image), NULL),
                     MMSPAN_OK);
}

static void test_old_caller(void **state) {
    (void)state;
    static const int32_t prompt[] = {1, 2, 2, 3, 1, 2, 3, 1, 2, 2, 3};
    mmspan_spec *spec;
    mmspan_matcher *matcher;
    mmspan_result *result;
    assert_int_equal(mmspan_spec_create(NULL, &spec), MMSPAN_OK);
    declare(spec);
    struct old_compile_options compiling = {.struct_size = sizeof compiling,
                                            .kernel = "scalar"};
    assert_int_equal(
        mmspan_compile(spec, at_edge(&compiling, sizeof compiling), &matcher, NULL), MMSPAN_OK);
    assert_string_equal(mmspan_matcher_kernel(matcher), "scalar");
    assert_string_equal(mmspan_matcher_modality_rows(matcher, 0), "at most 4, a multiple of 2");
    assert_int_equal(mmspan_result_create(NULL, &result), MMSPAN_OK);
    const mmspan_span literal = {7, 11};
    struct old_scan_options scanning = {
        .struct_size = sizeof scanning, .literal = &literal, .n_literal = 1};
    assert_int_equal(
        mmspan_scan(matcher, prompt, 11, at_edge(&scanning, sizeof scanning), result, NULL),
        MMSPAN_OK);
    assert_int_equal(mmspan_result_view(result)->n_items, 2);
    mmspan_result_destroy(result);
    mmspan_matcher_destroy(matcher);
    mmspan_spec_destroy(spec);
}

/* A size that nobody has set is refused before anything behind the struct is looked at. */
static void test_wild_size(void **state) {
    (void)state;
    static const uint32_t sizes[] = {0, 1, 4097, UINT32_MAX};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        mmspan_spec *spec = NULL;
        mmspan_token_decl token = {
            .struct_size = sizes[i], .name = "boi", .ids = ids, .n_ids = 1};
        assert_int_equal(mmspan_spec_create(NULL, &spec), MMSPAN_OK);
        assert_int_equal(mmspan_spec_add_token(spec, at_edge(&token, sizeof token), NULL),
                         MMSPAN_E_ARGUMENT);
        mmspan_spec_destroy(spec);
    }
}

/* Nothing behind an older caller's struct is written to. */
static void test_old_answer(void **state) {
    (void)state;
    mmspan_spec *spec;
    assert_int_equal(mmspan_spec_create(NULL, &spec), MMSPAN_OK);
    declare(spec);
    struct old_token_decl old = {.struct_size = sizeof old};
    struct old_token_decl *token = at_edge(&old, sizeof old);
    assert_int_equal(mmspan_spec_token(spec, 1, (mmspan_token_decl *)(void *)token, NULL), 1);
    assert_int_equal(token->struct_size, sizeof old);
    assert_string_equal(token->name, "pad");
    assert_int_equal(token->n_ids, 1);
    assert_int_equal(token->ids[0], 2);
    assert_int_equal(mmspan_spec_token(spec, 0, (mmspan_token_decl *)(void *)token, NULL), 1);
    assert_string_equal(token->name, "boi");
    assert_int_equal(mmspan_spec_token(spec, -1, (mmspan_token_decl *)(void *)token, NULL), 0);
    assert_int_equal(mmspan_spec_token(spec, 3, (mmspan_token_decl *)(void *)token, NULL), 0);
    assert_int_equal(mmspan_spec_token(NULL, 0, (mmspan_token_decl *)(void *)token, NULL), 0);
    assert_int_equal(mmspan_spec_token(spec, 0, NULL, NULL), 0);
    assert_string_equal(token->name, "boi");
    /* A newer caller's struct is filled as far as it is known. */
    struct new_token_decl new = {.known.struct_size = sizeof new, .more = {7, 8, 9}};
    assert_int_equal(mmspan_spec_token(spec, 2, &new.known, NULL), 1);
    assert_int_equal(new.known.struct_size, sizeof new);
    assert_string_equal(new.known.name, "eoi");
    assert_int_equal(new.more[0], 7);
    /* One that is too short for anything stays as it is. */
    mmspan_token_decl short_one = {.struct_size = sizeof old - 1, .n_ids = 77};
    assert_int_equal(mmspan_spec_token(spec, 2, &short_one, NULL), 0);
    assert_int_equal(short_one.n_ids, 77);
    assert_null(short_one.name);
    mmspan_spec_destroy(spec);
}

static mmspan_status call_token(void *given) {
    mmspan_spec *spec;
    assert_int_equal(mmspan_spec_create(NULL, &spec), MMSPAN_OK);
    mmspan_status status = mmspan_spec_add_token(spec, given, NULL);
    mmspan_spec_destroy(spec);
    return status;
}

static mmspan_status call_modality(void *given) {
    mmspan_spec *spec;
    assert_int_equal(mmspan_spec_create(NULL, &spec), MMSPAN_OK);
    mmspan_status status = mmspan_spec_add_modality(spec, given, NULL);
    mmspan_spec_destroy(spec);
    return status;
}

static mmspan_status compile_with(void *given, mmspan_matcher **matcher) {
    mmspan_spec *spec;
    assert_int_equal(mmspan_spec_create(NULL, &spec), MMSPAN_OK);
    declare(spec);
    mmspan_status status = mmspan_compile(spec, given, matcher, NULL);
    mmspan_spec_destroy(spec);
    return status;
}

static mmspan_status call_compile(void *given) {
    return compile_with(given, NULL);
}

static mmspan_status call_scan(void *given) {
    mmspan_matcher *matcher;
    mmspan_result *result;
    assert_int_equal(compile_with(NULL, &matcher), MMSPAN_OK);
    assert_int_equal(mmspan_result_create(NULL, &result), MMSPAN_OK);
    mmspan_status status = mmspan_scan(matcher, ids, 3, given, result, NULL);
    assert_int_equal(mmspan_result_view(result)->n_items, status == MMSPAN_OK);
    mmspan_result_destroy(result);
    mmspan_matcher_destroy(matcher);
    return status;
}

static void test_sizes(void **state) {
    (void)state;
    struct new_token_decl token = {.known = {.name = "a", .ids = ids, .n_ids = 1}};
    struct new_modality_decl modality = {.known = {.name = "a", .pattern = "a"}};
    struct new_compile_options compiling = {0};
    struct new_scan_options scanning = {0};
    struct_sizes_try(call_token, &token, sizeof(struct old_token_decl), sizeof token.known,
                     sizeof token);
    struct_sizes_try(call_modality, &modality, sizeof(struct old_modality_decl),
                     sizeof modality.known, sizeof modality);
    struct_sizes_try(call_compile, &compiling, sizeof(struct old_compile_options),
                     sizeof compiling.known, sizeof compiling);
    struct_sizes_try(call_scan, &scanning, sizeof(struct old_scan_options),
                     sizeof scanning.known, sizeof scanning);
}

/* No public struct that the library fills in has grown yet. */
static void test_writing(void **state) {
    (void)state;
    struct grown {
        uint32_t struct_size;
        uint32_t numbers[3];
    };
    const struct grown from = {0, {5, 6, 7}};
    enum { FIRST = MM_SIZE_THROUGH(struct grown, numbers[0]) };
    for (uint32_t n = 0; n <= sizeof from + 4; n += 4) {
        struct {
            struct grown known;
            uint32_t more;
        } to = {{n, {1, 2, 3}}, 4};
        assert_int_equal(mm_write_struct(&to, &from, sizeof from, FIRST), n >= FIRST);
        assert_int_equal(to.known.struct_size, n);
        for (uint32_t i = 0; i < 3; i++)
            assert_int_equal(to.known.numbers[i], n >= FIRST && n >= 8 + 4 * i ? 5 + i : 1 + i);
        assert_int_equal(to.more, 4);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_old_caller), cmocka_unit_test(test_wild_size),
        cmocka_unit_test(test_old_answer), cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_writing),
    };
    return cmocka_run_group_tests(tests, open_guard, close_guard);
}
