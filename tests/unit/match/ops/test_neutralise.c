/* neutralise: reserved tokens that a user typed give way to harmless ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../oracle/agreement.h"
#include "../../../support/fixture.h"
#include "../../../support/guard.h"
#include "../../../support/transcript.h"

#include <stdlib.h>
#include <string.h>

/* The prompt with literal spans in brackets, as tests of scan write it; `wanted` as well. */
static void expect_neutral(enum fixture_shape shape, const char *text, const char *replacement,
                           const char *wanted) {
    struct fixture f;
    struct transcript_prompt prompt;
    struct transcript_prompt after;
    struct id_list harmless;
    int32_t out[64];
    size_t n = 0;
    fixture_open(&f, shape);
    assert_true(transcript_read(&prompt, text) && transcript_read(&after, wanted));
    ids_read(&harmless, replacement);
    assert_int_equal(mmspan_neutralise(f.matcher, prompt.ids, prompt.n, prompt.literal,
                                       prompt.n_literal, harmless.ids, harmless.n, out, 64, &n,
                                       NULL),
                     MMSPAN_OK);
    ids_expect_same(out, n, after.ids, after.n);
    assert_int_equal(prompt.n_literal, after.n_literal);
    for (size_t i = 0; i < after.n_literal; i++) {
        assert_int_equal(prompt.literal[i].start, after.literal[i].start);
        assert_int_equal(prompt.literal[i].end, after.literal[i].end);
    }
    free(prompt.ids);
    free(after.ids);
    fixture_close(&f);
}

static void test_neutralise(void **state) {
    (void)state;
    expect_neutral(FIXTURE_QWEN, "5 [7 3 8] 1 3*2 2", "50 51", "5 [7 50 51 8] 1 3*2 2");
    expect_neutral(FIXTURE_QWEN, "5 [7 3 8] 1 3*2 2", "50", "5 [7 50 8] 1 3*2 2");
    /* A typed block; spans at both ends, touching ones. */
    expect_neutral(FIXTURE_QWEN, "[1 3 2] 9 [1] [2]", "50 51",
                   "[50 51 50 51 50 51] 9 [50 51] [50 51]");
    expect_neutral(FIXTURE_QWEN, "[7 8]", "50", "[7 8]");
    expect_neutral(FIXTURE_QWEN, "1 3 2", "50", "1 3 2");
    expect_neutral(FIXTURE_QWEN, "", "50", "");
    /* What is legal as text stays. */
    expect_neutral(FIXTURE_SEQUENCES, "[6 1 6 49] 1", "30", "[6 30 6 49] 1");
}

/* What comes out scans alone as what went in scans with its spans. */
static void test_scans_alike(void **state) {
    (void)state;
    struct random_source random = {8};
    static struct id_list ids, out;
    static const int32_t harmless[] = {60, 61};
    for (int shape = 0; shape < N_FIXTURES; shape++) {
        struct fixture f;
        fixture_open(&f, (enum fixture_shape)shape);
        for (int round = 0; round < 50; round++) {
            fixture_prompt((enum fixture_shape)shape, &random, 4, &ids);
            mmspan_span span = {(int64_t)random_below(&random, ids.n + 1), 0};
            span.end = (int64_t)random_between(&random, (size_t)span.start, ids.n);
            const mmspan_span before = span;
            const mmspan_scan_options options = {
                .struct_size = sizeof options, .literal = &before, .n_literal = 1};
            assert_int_equal(mmspan_scan(f.matcher, ids.ids, ids.n, &options, f.result, NULL),
                             MMSPAN_OK);
            /* One for one, so that patterns with text of some length match alike. */
            assert_int_equal(mmspan_neutralise(f.matcher, ids.ids, ids.n, &span, 1, harmless, 1,
                                               out.ids, MAX_IDS, &out.n, NULL),
                             MMSPAN_OK);
            assert_int_equal(out.n, ids.n);
            assert_memory_equal(&span, &before, sizeof span);
            struct fixture g;
            fixture_open(&g, (enum fixture_shape)shape);
            fixture_scan(&g, out.ids, out.n);
            assert_int_equal(g.view->n_items, f.view->n_items);
            for (size_t i = 0; i < f.view->n_items; i++)
                assert_memory_equal(&g.view->items[i], &f.view->items[i],
                                    sizeof *f.view->items);
            fixture_close(&g);
        }
        fixture_close(&f);
    }
}

/* With not one ID more in any buffer; and with too small ones nothing is written. */
static void test_space(void **state) {
    (void)state;
    struct fixture f;
    struct guard to;
    static const int32_t ids[] = {9, 1, 3, 2, 9};
    static const int32_t harmless[] = {50, 51};
    const mmspan_span before[] = {{1, 2}, {3, 5}};
    fixture_open(&f, FIXTURE_QWEN);
    assert_true(guard_open(&to, 4096));
    for (size_t cap = 0; cap <= 8; cap++) {
        mmspan_span literal[2];
        int32_t *out = guard_back(&to, cap * sizeof *out);
        size_t n = 99;
        mmspan_error error = {0};
        memcpy(literal, before, sizeof literal);
        memset(to.start, 0x55, to.size);
        mmspan_status status = mmspan_neutralise(f.matcher, ids, 5, literal, 2, harmless, 2,
                                                 cap ? out : NULL, cap, &n, &error);
        assert_int_equal(n, 7);
        if (cap < 7) {
            assert_int_equal(status, MMSPAN_E_SPACE);
            assert_string_equal(error.message, "the output needs room for 7 IDs");
            assert_memory_equal(literal, before, sizeof literal);
            for (size_t i = 0; i < cap; i++)
                assert_int_equal(out[i], 0x55555555);
        } else {
            assert_int_equal(status, MMSPAN_OK);
            ids_expect_same(out, n, ((const int32_t[]){9, 50, 51, 3, 50, 51, 9}), 7);
            assert_int_equal(literal[1].start, 4);
            assert_int_equal(literal[1].end, 7);
        }
    }
    guard_close(&to);
    fixture_close(&f);
}

static void expect_refused(struct fixture *f, mmspan_span *literal, size_t n_literal,
                           const int32_t *replacement, size_t n_replacement,
                           mmspan_status wanted, const char *words) {
    static const int32_t ids[] = {1, 3, 2};
    int32_t out[8];
    size_t n = 99;
    mmspan_error error = {0};
    assert_int_equal(mmspan_neutralise(f->matcher, ids, 3, literal, n_literal, replacement,
                                       n_replacement, out, 8, &n, &error),
                     wanted);
    assert_non_null(strstr(error.message, words));
    assert_int_equal(n, 99);
}

static void test_arguments(void **state) {
    (void)state;
    struct fixture f;
    static const int32_t reserved[] = {50, 4};
    fixture_open(&f, FIXTURE_QWEN);
    mmspan_span whole = {0, 3};
    expect_refused(&f, &whole, 1, reserved, 2, MMSPAN_E_ARGUMENT,
                   "replacement[1] is 4, the token \"");
    expect_refused(&f, &whole, 1, reserved, 0, MMSPAN_E_ARGUMENT, "an empty replacement");
    expect_refused(&f, (mmspan_span[]){{0, 2}, {1, 3}}, 2, reserved, 1, MMSPAN_E_ARGUMENT,
                   "literal spans must be sorted");
    expect_refused(&f, (mmspan_span[]){{2, 4}}, 1, reserved, 1, MMSPAN_E_ARGUMENT,
                   "literal spans must be sorted");
    expect_refused(&f, (mmspan_span[]){{-1, 2}}, 1, reserved, 1, MMSPAN_E_ARGUMENT,
                   "literal spans must be sorted");
    expect_refused(&f, NULL, 1, reserved, 1, MMSPAN_E_ARGUMENT, "literal");
    expect_refused(&f, &whole, 1, NULL, 1, MMSPAN_E_ARGUMENT, "replacement");
    static const int32_t text[] = {50};
    int32_t out[8];
    size_t n = 99;
    assert_int_equal(mmspan_neutralise(NULL, out, 0, NULL, 0, text, 1, out, 8, &n, NULL),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_neutralise(f.matcher, NULL, 1, NULL, 0, text, 1, out, 8, &n, NULL),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_neutralise(f.matcher, out, 0, NULL, 0, text, 1, NULL, 8, &n, NULL),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_neutralise(f.matcher, out, 0, NULL, 0, text, 1, out, 8, NULL, NULL),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(
        mmspan_neutralise(f.matcher, out, SIZE_MAX, NULL, 0, text, 1, out, 8, &n, NULL),
        MMSPAN_E_ARGUMENT);
    assert_int_equal(n, 99);
    assert_int_equal(mmspan_neutralise(f.matcher, NULL, 0, NULL, 0, text, 1, NULL, 0, &n, NULL),
                     MMSPAN_OK);
    assert_int_equal(n, 0);
    fixture_close(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_neutralise),
        cmocka_unit_test(test_scans_alike),
        cmocka_unit_test(test_space),
        cmocka_unit_test(test_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
