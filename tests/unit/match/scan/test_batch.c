/* Batches: results by sequence, the same for every number of threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../oracle/agreement.h"
#include "../../../support/alloc_fault.h"
#include "../../../support/expect.h"
#include "../../../support/fixture.h"

#include <stdlib.h>
#include <string.h>

enum { N_SEQUENCES = 300 };

/* A ragged batch with a result for each sequence. */
struct batch {
    mmspan_matcher *matcher;
    int32_t *values;
    int64_t offsets[N_SEQUENCES + 1];
    mmspan_result *results[N_SEQUENCES];
};

static void batch_open(struct batch *b, enum fixture_shape shape, uint64_t seed) {
    struct random_source random = {seed};
    static struct id_list ids;
    size_t n = 0;
    b->matcher = expect_compile(fixture_config(shape), NULL);
    b->values = malloc(sizeof(int32_t) * MAX_IDS * N_SEQUENCES);
    assert_non_null(b->values);
    b->offsets[0] = 0;
    for (size_t i = 0; i < N_SEQUENCES; i++) {
        ids.n = 0;
        if (i % 7 != 3) /* some are empty, also several in a row */
            fixture_prompt(shape, &random, 9, &ids);
        if (i % 11 == 5) /* some are cut short */
            ids.n /= 2;
        if (ids.n)
            memcpy(b->values + n, ids.ids, ids.n * sizeof *ids.ids);
        n += ids.n;
        b->offsets[i + 1] = (int64_t)n;
        assert_int_equal(mmspan_result_create(NULL, &b->results[i]), MMSPAN_OK);
    }
}

static void batch_close(struct batch *b) {
    for (size_t i = 0; i < N_SEQUENCES; i++)
        mmspan_result_destroy(b->results[i]);
    free(b->values);
    mmspan_matcher_destroy(b->matcher);
}

/* Every result must be what a scan of the sequence alone gives. */
static void expect_results(const struct batch *b, size_t skipped) {
    mmspan_result *alone;
    assert_int_equal(mmspan_result_create(NULL, &alone), MMSPAN_OK);
    for (size_t i = 0; i < N_SEQUENCES; i++) {
        size_t n = (size_t)(b->offsets[i + 1] - b->offsets[i]);
        if (i == skipped)
            continue;
        assert_int_equal(
            mmspan_scan(b->matcher, b->values + b->offsets[i], n, NULL, alone, NULL),
            MMSPAN_OK);
        assert_true(
            agreement_same_view(mmspan_result_view(b->results[i]), mmspan_result_view(alone)));
        assert_int_equal(mmspan_result_view(b->results[i])->n_tokens, n);
        assert_ptr_equal(mmspan_result_matcher(b->results[i]), b->matcher);
    }
    mmspan_result_destroy(alone);
}

/* The results are reused from one number of threads to the next. */
static void test_threads(void **state) {
    (void)state;
    static struct batch b;
    for (int shape = 0; shape < N_FIXTURES; shape += 3) {
        batch_open(&b, (enum fixture_shape)shape, 9);
        for (uint32_t n_threads = 0; n_threads <= 8; n_threads++) {
            assert_int_equal(mmspan_scan_batch(b.matcher, b.values, b.offsets, N_SEQUENCES,
                                               n_threads, b.results, NULL),
                             MMSPAN_OK);
            expect_results(&b, N_SEQUENCES);
        }
        batch_close(&b);
    }
}

/* Fewer sequences than threads, none at all, and only empty ones. */
static void test_small(void **state) {
    (void)state;
    static struct batch b;
    static const int64_t empty[4] = {0, 0, 0, 0};
    static const int64_t none[1] = {5};
    batch_open(&b, FIXTURE_GEMMA, 10);
    assert_int_equal(
        mmspan_scan_batch(b.matcher, b.values, b.offsets, 2, UINT32_MAX, b.results, NULL),
        MMSPAN_OK);
    assert_int_equal(mmspan_scan_batch(b.matcher, NULL, none, 0, 4, NULL, NULL), MMSPAN_OK);
    assert_int_equal(mmspan_scan_batch(b.matcher, NULL, empty, 3, 4, b.results, NULL),
                     MMSPAN_OK);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(mmspan_result_view(b.results[i])->n_tokens, 0);
    /* The first offset need not be 0. */
    static const int32_t values[] = {1, 3, 2, 9, 1, 3, 3, 2};
    static const int64_t offsets[] = {3, 4, 8};
    assert_int_equal(mmspan_scan_batch(b.matcher, values, offsets, 2, 2, b.results, NULL),
                     MMSPAN_OK);
    assert_int_equal(mmspan_result_view(b.results[0])->n_items, 0);
    assert_int_equal(mmspan_result_view(b.results[1])->n_items, 1);
    assert_int_equal(mmspan_result_view(b.results[1])->items[0].start, 0);
    batch_close(&b);
}

static void test_bad_arguments(void **state) {
    (void)state;
    static struct batch b;
    mmspan_error error;
    batch_open(&b, FIXTURE_GEMMA, 11);
    const mmspan_matcher *m = b.matcher;
    assert_int_equal(mmspan_scan_batch(NULL, b.values, b.offsets, 1, 1, b.results, &error),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_scan_batch(m, b.values, NULL, 1, 1, b.results, &error),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_scan_batch(m, b.values, b.offsets, 1, 1, NULL, &error),
                     MMSPAN_E_ARGUMENT);
    static const int64_t backwards[] = {0, 5, 3};
    assert_int_equal(mmspan_scan_batch(m, b.values, backwards, 2, 1, b.results, &error),
                     MMSPAN_E_ARGUMENT);
    assert_non_null(strstr(error.message, "sequence 1"));
    static const int64_t negative[] = {-1, 5};
    assert_int_equal(mmspan_scan_batch(m, b.values, negative, 1, 1, b.results, &error),
                     MMSPAN_E_ARGUMENT);
    assert_non_null(strstr(error.message, "sequence 0"));
    static const int64_t some[] = {0, 0, 5};
    assert_int_equal(mmspan_scan_batch(m, NULL, some, 2, 1, b.results, &error),
                     MMSPAN_E_ARGUMENT);
    assert_non_null(strstr(error.message, "sequence 1 has no values"));
    mmspan_result *gap[] = {b.results[0], NULL};
    assert_int_equal(mmspan_scan_batch(m, b.values, some, 2, 1, gap, &error),
                     MMSPAN_E_ARGUMENT);
    assert_non_null(strstr(error.message, "sequence 1"));
    batch_close(&b);
}

/* A sequence that runs out of memory does not keep the others from being scanned. */
static void test_failure(void **state) {
    (void)state;
    static struct batch b;
    enum { SICK = 40 };
    mmspan_error error;
    batch_open(&b, FIXTURE_GEMMA, 12);
    for (uint32_t n_threads = 1; n_threads <= 8; n_threads *= 2) {
        struct alloc_fault fault = {0};
        mmspan_allocator allocator = alloc_fault_allocator(&fault);
        mmspan_result_destroy(b.results[SICK]);
        assert_int_equal(mmspan_result_create(&allocator, &b.results[SICK]), MMSPAN_OK);
        alloc_fault_arm(&fault, 1);
        assert_int_equal(mmspan_scan_batch(b.matcher, b.values, b.offsets, N_SEQUENCES,
                                           n_threads, b.results, &error),
                         MMSPAN_E_MEMORY);
        assert_int_equal(error.status, MMSPAN_E_MEMORY);
        assert_memory_equal(error.message, "sequence 40: ", 13);
        expect_results(&b, SICK);
        assert_int_equal(mmspan_result_view(b.results[SICK])->n_tokens, 0);
        /* And once more, now that there is memory. */
        assert_int_equal(mmspan_scan_batch(b.matcher, b.values, b.offsets, N_SEQUENCES,
                                           n_threads, b.results, &error),
                         MMSPAN_OK);
        expect_results(&b, N_SEQUENCES);
        mmspan_result_destroy(b.results[SICK]);
        assert_int_equal(fault.n_blocks, 0);
        assert_int_equal(mmspan_result_create(NULL, &b.results[SICK]), MMSPAN_OK);
    }
    batch_close(&b);
}

/* Of several that fail, the error is the first one's. */
static void test_first_failure(void **state) {
    (void)state;
    static struct batch b;
    static const size_t sick[] = {16, 40, 200};
    mmspan_error error;
    batch_open(&b, FIXTURE_GEMMA, 12);
    for (uint32_t n_threads = 1; n_threads <= 8; n_threads *= 2) {
        struct alloc_fault faults[3] = {{0}};
        for (size_t i = 0; i < 3; i++) {
            mmspan_allocator allocator = alloc_fault_allocator(&faults[i]);
            mmspan_result_destroy(b.results[sick[i]]);
            assert_int_equal(mmspan_result_create(&allocator, &b.results[sick[i]]), MMSPAN_OK);
            alloc_fault_arm(&faults[i], 1);
        }
        assert_int_equal(mmspan_scan_batch(b.matcher, b.values, b.offsets, N_SEQUENCES,
                                           n_threads, b.results, &error),
                         MMSPAN_E_MEMORY);
        assert_memory_equal(error.message, "sequence 16: ", 13);
        for (size_t i = 0; i < 3; i++) {
            mmspan_result_destroy(b.results[sick[i]]);
            assert_int_equal(mmspan_result_create(NULL, &b.results[sick[i]]), MMSPAN_OK);
        }
    }
    batch_close(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads),       cmocka_unit_test(test_small),
        cmocka_unit_test(test_bad_arguments), cmocka_unit_test(test_failure),
        cmocka_unit_test(test_first_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
