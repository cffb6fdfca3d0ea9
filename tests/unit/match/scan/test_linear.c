/* Long prompts that would take a naive matcher hours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../oracle/gallery.h"
#include "../../../support/expect.h"

#include <stdlib.h>

/* A prompt of `n` tokens that repeats a word; the test program's time limit is what says
 * that this is linear. */
static const mmspan_view *scan_repeated(mmspan_result *result, const char *config,
                                        const int32_t *word, size_t length, size_t n) {
    int32_t *ids = malloc(n * sizeof *ids);
    mmspan_matcher *matcher = expect_compile(config, NULL);
    assert_non_null(ids);
    for (size_t i = 0; i < n; i++)
        ids[i] = word[i % length];
    assert_int_equal(mmspan_scan(matcher, ids, n, NULL, result, NULL), MMSPAN_OK);
    /* The view has no need of the matcher, as long as no name is asked for. */
    mmspan_matcher_destroy(matcher);
    free(ids);
    return mmspan_result_view(result);
}

static void assert_one_truncated(const mmspan_view *view, int64_t n) {
    assert_int_equal(view->n_items, 0);
    assert_int_equal(view->n_findings, 1);
    assert_int_equal(view->findings[0].kind, MMSPAN_FINDING_TRUNCATED_BLOCK);
    assert_int_equal(view->findings[0].start, 0);
    assert_int_equal(view->findings[0].end, n);
}

static void test_long_runs(void **state) {
    (void)state;
    enum { N = 1000000 };
    mmspan_result *result;
    assert_int_equal(mmspan_result_create(NULL, &result), MMSPAN_OK);
    assert_one_truncated(scan_repeated(result, gallery_pixtral, (const int32_t[]){1}, 1, N), N);
    assert_one_truncated(scan_repeated(result, gallery_pixtral, (const int32_t[]){1, 2}, 2, N),
                         N);
    assert_one_truncated(scan_repeated(result, gallery_crafted, (const int32_t[]){1}, 1, N), N);
    assert_one_truncated(scan_repeated(result, gallery_crafted, (const int32_t[]){3, 4}, 2, N),
                         N);
    const mmspan_view *view = scan_repeated(result, gallery_gemma4, (const int32_t[]){3}, 1, N);
    assert_int_equal(view->n_items, N);
    assert_int_equal(view->n_runs, N);
    assert_int_equal(view->n_findings, 0);
    view = scan_repeated(result, gallery_qwen, (const int32_t[]){3}, 1, N);
    assert_int_equal(view->n_findings, 1);
    assert_int_equal(view->findings[0].end, N);
    mmspan_result_destroy(result);
}

/* The same runs, killed by their last token: each later attempt dies at the same place. */
static void test_long_broken_runs(void **state) {
    (void)state;
    enum { N = 1000000 };
    int32_t *ids = malloc(N * sizeof *ids);
    mmspan_matcher *matcher = expect_compile(gallery_crafted, NULL);
    mmspan_result *result;
    assert_non_null(ids);
    assert_int_equal(mmspan_result_create(NULL, &result), MMSPAN_OK);
    for (size_t word = 0; word < 2; word++) {
        for (size_t i = 0; i < N; i++)
            ids[i] = word ? 3 + (int32_t)(i % 2) : 1;
        ids[N - 1] = 9;
        assert_int_equal(mmspan_scan(matcher, ids, N, NULL, result, NULL), MMSPAN_OK);
        const mmspan_view *view = mmspan_result_view(result);
        assert_int_equal(view->n_items, 0);
        assert_int_equal(view->n_findings, 1);
        assert_int_equal(view->findings[0].kind, MMSPAN_FINDING_BROKEN_BLOCK);
        assert_int_equal(view->findings[0].start, 0);
        assert_int_equal(view->findings[0].end, N - 1);
        assert_int_equal(view->findings[0].id, 9);
    }
    mmspan_result_destroy(result);
    mmspan_matcher_destroy(matcher);
    free(ids);
}

/* The end comes at last, but at a length that only a later attempt fits. */
static void test_late_match(void **state) {
    (void)state;
    enum { N = 300002 };
    int32_t *ids = malloc(N * sizeof *ids);
    mmspan_matcher *matcher = expect_compile(gallery_crafted, NULL);
    mmspan_result *result;
    assert_non_null(ids);
    assert_int_equal(mmspan_result_create(NULL, &result), MMSPAN_OK);
    for (size_t i = 0; i < N; i++)
        ids[i] = 1;
    ids[N - 1] = 2;
    assert_int_equal(mmspan_scan(matcher, ids, N, NULL, result, NULL), MMSPAN_OK);
    const mmspan_view *view = mmspan_result_view(result);
    assert_int_equal(view->n_items, 1);
    assert_int_equal(view->items[0].start, (N - 1) % 3);
    assert_int_equal(view->items[0].end, N);
    assert_int_equal(view->n_findings, 1);
    assert_int_equal(view->findings[0].end, N - 1);
    mmspan_result_destroy(result);
    mmspan_matcher_destroy(matcher);
    free(ids);
}

/* Many matches in one run: no match may look at all of what is left of it. */
static void test_matches_in_a_run(void **state) {
    (void)state;
    enum { N = 4000000 };
    static const char *const configs[] = {
        "token p 1; modality image; pattern p p; embed p",
        "token p 1; token e 2; modality image; pattern p p (p e)?; embed p",
        "token p 1; token e 2; modality image; pattern (p p)+ e | p p; embed p",
    };
    mmspan_result *result;
    assert_int_equal(mmspan_result_create(NULL, &result), MMSPAN_OK);
    for (size_t i = 0; i < sizeof configs / sizeof *configs; i++) {
        const mmspan_view *view = scan_repeated(result, configs[i], (const int32_t[]){1}, 1, N);
        assert_int_equal(view->n_items, N / 2);
        assert_int_equal(view->items[N / 2 - 1].end, N);
    }
    mmspan_result_destroy(result);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_long_runs),
        cmocka_unit_test(test_long_broken_runs),
        cmocka_unit_test(test_late_match),
        cmocka_unit_test(test_matches_in_a_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
