/* IDs of other widths: the same items as int32, and no value is ever wrapped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../../include/mmspan/batch.h"
#include "../../../oracle/agreement.h"
#include "../../../oracle/gallery.h"
#include "../../../support/alloc_fault.h"
#include "../../../support/expect.h"
#include "../../../support/fixture.h"

#include <stdlib.h>
#include <string.h>

/* The same IDs in every width that holds them. */
static size_t store(const int32_t *ids, size_t n, int32_t type, void *to) {
    for (size_t i = 0; i < n; i++) {
        if (type == MMSPAN_IDS_INT64)
            ((int64_t *)to)[i] = ids[i];
        else if (type == MMSPAN_IDS_UINT32)
            ((uint32_t *)to)[i] = (uint32_t)ids[i];
        else if (type == MMSPAN_IDS_UINT16)
            ((uint16_t *)to)[i] = (uint16_t)ids[i];
        else
            ((int32_t *)to)[i] = ids[i];
    }
    return n;
}

/* Shapes with small positive IDs fit every type. Prompts of several lengths, up to more than
 * what is narrowed at once. */
static void test_same_items(void **state) {
    (void)state;
    enum { MOST = 100000 };
    static const enum fixture_shape shapes[] = {FIXTURE_GEMMA, FIXTURE_PIXTRAL, FIXTURE_OMNI,
                                                FIXTURE_GLM};
    int32_t *ids = malloc((MOST + MAX_IDS) * sizeof *ids);
    int64_t *other = malloc((MOST + MAX_IDS) * sizeof *other);
    mmspan_result *plain, *narrowed;
    assert_true(ids && other);
    assert_int_equal(mmspan_result_create(NULL, &plain), MMSPAN_OK);
    assert_int_equal(mmspan_result_create(NULL, &narrowed), MMSPAN_OK);
    for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
        struct random_source random = {k + 1};
        mmspan_matcher *matcher = expect_compile(fixture_config(shapes[k]), NULL);
        size_t n = 0;
        for (size_t most = 1; most <= MOST; most *= 10) {
            static struct id_list part;
            for (; n < most; n += part.n) {
                part.n = 0;
                fixture_prompt(shapes[k], &random, 5, &part);
                memcpy(ids + n, part.ids, part.n * sizeof *ids);
            }
            const mmspan_span span = {(int64_t)n / 3, (int64_t)n / 2};
            const mmspan_scan_options options = {
                .struct_size = sizeof options, .literal = &span, .n_literal = most % 3 == 1};
            assert_int_equal(mmspan_scan(matcher, ids, n, &options, plain, NULL), MMSPAN_OK);
            assert_null(mmspan_result_ids(plain));
            for (int32_t type = MMSPAN_IDS_INT32; type <= MMSPAN_IDS_UINT16; type++) {
                const mmspan_ids given = {other, store(ids, n, type, other), type, 0};
                assert_int_equal(mmspan_scan_ids(matcher, &given, &options, narrowed, NULL),
                                 MMSPAN_OK);
                assert_true(agreement_same_view(mmspan_result_view(narrowed),
                                                mmspan_result_view(plain)));
                const int32_t *copy = mmspan_result_ids(narrowed);
                assert_int_equal(copy != NULL, type != MMSPAN_IDS_INT32);
                if (copy)
                    assert_memory_equal(copy, ids, n * sizeof *ids);
            }
        }
        mmspan_matcher_destroy(matcher);
    }
    mmspan_result_destroy(plain);
    mmspan_result_destroy(narrowed);
    free(ids);
    free(other);
}

static void expect_outside(const mmspan_finding *finding, int64_t start, int64_t end,
                           int64_t found, int32_t id) {
    assert_int_equal(finding->kind, MMSPAN_FINDING_OUT_OF_VOCABULARY);
    assert_int_equal(finding->start, start);
    assert_int_equal(finding->end, end);
    assert_int_equal(finding->found, found);
    assert_int_equal(finding->id, id);
    assert_int_equal(finding->token, -1);
}

/* 2^32 + 1 would wrap to 1, a begin token. Without a vocabulary too it is a finding, and it is
 * matched as text. */
static void test_misfits(void **state) {
    (void)state;
    static const int64_t ids[] = {INT64_C(4294967297),
                                  1,
                                  3,
                                  2,
                                  INT64_MIN,
                                  INT64_MIN,
                                  INT64_MAX,
                                  1,
                                  3,
                                  INT64_C(2147483648),
                                  2,
                                  INT64_C(-2147483649)};
    static const char *const configs[] = {
        "token boi 1; token eoi 2; token img 3; modality image; begin boi; patch img; end eoi",
        "token boi 1; token eoi 2; token img 3; vocab 100; modality image; begin boi; patch "
        "img\n"
        "end eoi",
        /* No ID of the vocabulary is left to stand for others. */
        "token boi 1; token eoi 2; token img 3; token zero 0; vocab 4; modality image; begin "
        "boi\n"
        "patch img; end eoi",
    };
    for (size_t k = 0; k < sizeof configs / sizeof *configs; k++) {
        mmspan_matcher *matcher = expect_compile(configs[k], NULL);
        mmspan_result *result;
        const mmspan_ids given = {ids, 12, MMSPAN_IDS_INT64, 0};
        assert_int_equal(mmspan_result_create(NULL, &result), MMSPAN_OK);
        assert_int_equal(mmspan_scan_ids(matcher, &given, NULL, result, NULL), MMSPAN_OK);
        const mmspan_view *view = mmspan_result_view(result);
        assert_int_equal(view->n_items, 1);
        assert_int_equal(view->items[0].start, 1);
        assert_int_equal(view->items[0].end, 4);
        assert_int_equal(view->n_findings, 7);
        expect_outside(&view->findings[0], 0, 1, INT64_C(4294967297), -1);
        expect_outside(&view->findings[1], 4, 6, INT64_MIN, -1);
        expect_outside(&view->findings[2], 6, 7, INT64_MAX, -1);
        assert_int_equal(view->findings[3].kind, MMSPAN_FINDING_BROKEN_BLOCK);
        assert_int_equal(view->findings[3].found, INT64_C(2147483648));
        assert_int_equal(view->findings[3].id, -1);
        expect_outside(&view->findings[4], 9, 10, INT64_C(2147483648), -1);
        assert_int_equal(view->findings[5].kind, MMSPAN_FINDING_STRAY_TOKEN);
        expect_outside(&view->findings[6], 11, 12, INT64_C(-2147483649), -1);
        for (size_t i = 0; i < 12; i++)
            if (ids[i] < 0 || ids[i] > 3)
                assert_int_equal(mmspan_matcher_token_of(matcher, mmspan_result_ids(result)[i]),
                                 MMSPAN_TEXT);
        mmspan_result_destroy(result);
        mmspan_matcher_destroy(matcher);
    }
}

/* What stands for a misfit occurs in the prompt as well: each says what it is. */
static void test_spare_itself(void **state) {
    (void)state;
    mmspan_matcher *matcher = expect_compile(
        "token a 0; token b 1; vocab 2; modality image; bare a b; embed a", NULL);
    static const uint32_t ids[] = {7, 7, UINT32_C(0xFFFFFFF9), 7, 0, 1};
    const mmspan_ids given = {ids, 6, MMSPAN_IDS_UINT32, 0};
    mmspan_result *result;
    assert_int_equal(mmspan_result_create(NULL, &result), MMSPAN_OK);
    assert_int_equal(mmspan_scan_ids(matcher, &given, NULL, result, NULL), MMSPAN_OK);
    const mmspan_view *view = mmspan_result_view(result);
    assert_int_equal(view->n_items, 1);
    assert_int_equal(view->n_findings, 3);
    expect_outside(&view->findings[0], 0, 2, 7, 7);
    expect_outside(&view->findings[1], 2, 3, INT64_C(0xFFFFFFF9), -1);
    expect_outside(&view->findings[2], 3, 4, 7, 7);
    /* INT32_MIN is the first ID outside and stands for others. */
    static const int64_t wide[] = {INT32_MIN, INT64_MAX, INT32_MIN, 0, 1};
    assert_int_equal(mmspan_scan_ids(matcher, &(const mmspan_ids){wide, 5, MMSPAN_IDS_INT64, 0},
                                     NULL, result, NULL),
                     MMSPAN_OK);
    assert_int_equal(view->n_findings, 3);
    expect_outside(&view->findings[0], 0, 1, INT32_MIN, INT32_MIN);
    expect_outside(&view->findings[1], 1, 2, INT64_MAX, -1);
    expect_outside(&view->findings[2], 2, 3, INT32_MIN, INT32_MIN);
    mmspan_result_destroy(result);
    mmspan_matcher_destroy(matcher);
}

/* A type that cannot hold a reserved ID: such data has wrapped already. */
static void test_mismatch(void **state) {
    (void)state;
    static const struct {
        const char *config;
        int32_t type;
        mmspan_status wanted;
    } rows[] = {
        {"token pad 65535; modality image; bare pad", MMSPAN_IDS_UINT16, MMSPAN_OK},
        {"token pad 65536; modality image; bare pad", MMSPAN_IDS_UINT16, MMSPAN_E_MISMATCH},
        {"token pad -1; modality image; bare pad", MMSPAN_IDS_UINT16, MMSPAN_E_MISMATCH},
        {"token pad -1; modality image; bare pad", MMSPAN_IDS_UINT32, MMSPAN_E_MISMATCH},
        {"token pad -1; modality image; bare pad", MMSPAN_IDS_INT64, MMSPAN_OK},
        {"token pad 2147483647; modality image; bare pad", MMSPAN_IDS_UINT32, MMSPAN_OK},
        {"token a 5; token pad range 65530 65540; modality image; bare a pad",
         MMSPAN_IDS_UINT16, MMSPAN_E_MISMATCH},
        {"token a 5; token nl 70000 ordinary; modality image; pattern a nl a; embed a",
         MMSPAN_IDS_UINT16, MMSPAN_OK},
    };
    static const uint64_t zeros[4];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        mmspan_matcher *matcher = expect_compile(rows[i].config, NULL);
        mmspan_error error = {0};
        mmspan_result *result;
        mmspan_batch *batch;
        const mmspan_ids ids = {zeros, 4, rows[i].type, 0};
        const int64_t offsets[] = {0, 4};
        assert_int_equal(mmspan_result_create(NULL, &result), MMSPAN_OK);
        assert_int_equal(mmspan_batch_create(NULL, &batch), MMSPAN_OK);
        assert_int_equal(mmspan_scan_ids(matcher, &ids, NULL, result, &error), rows[i].wanted);
        if (rows[i].wanted != MMSPAN_OK)
            assert_non_null(strstr(error.message, "cannot hold the token \"pad\""));
        assert_int_equal(mmspan_scan_batch(matcher, &ids, offsets, 1, NULL, batch, NULL),
                         rows[i].wanted);
        mmspan_batch_destroy(batch);
        mmspan_result_destroy(result);
        mmspan_matcher_destroy(matcher);
    }
}

/* Misfits in every sequence of a batch, which has one chunk for all. */
static void test_batch(void **state) {
    (void)state;
    mmspan_matcher *matcher = expect_compile(gallery_gemma4, NULL);
    static const int64_t values[] = {INT64_MAX, 1, 3, 2, 1, 3, 3, 2, INT64_C(1) << 33, 3};
    static const int64_t offsets[] = {0, 4, 4, 10};
    const mmspan_ids given = {values, 10, MMSPAN_IDS_INT64, 0};
    for (uint32_t n_threads = 1; n_threads <= 3; n_threads++) {
        const mmspan_batch_options options = {.struct_size = sizeof options,
                                              .n_threads = n_threads};
        mmspan_batch *batch;
        assert_int_equal(mmspan_batch_create(NULL, &batch), MMSPAN_OK);
        assert_int_equal(mmspan_scan_batch(matcher, &given, offsets, 3, &options, batch, NULL),
                         MMSPAN_OK);
        const mmspan_ragged *v = mmspan_batch_view(batch);
        assert_int_equal(v->n_items, 3);
        assert_int_equal(v->item_offsets[2], 1);
        assert_int_equal(v->n_findings, 2);
        expect_outside(&v->findings[0], 0, 1, INT64_MAX, -1);
        expect_outside(&v->findings[1], 4, 5, INT64_C(1) << 33, -1);
        mmspan_batch_destroy(batch);
    }
    mmspan_matcher_destroy(matcher);
}

/* The n-th allocation of a scan that narrows and reports misfits fails. */
static void test_memory(void **state) {
    (void)state;
    mmspan_matcher *matcher = expect_compile(gallery_gemma4, NULL);
    int64_t values[200];
    for (int64_t i = 0; i < 200; i++)
        values[i] = i % 4 == 0 ? INT64_C(5000000000) + i : i % 4;
    const mmspan_ids given = {values, 200, MMSPAN_IDS_INT64, 0};
    size_t n = 1;
    for (bool done = false; !done; n++) {
        struct alloc_fault fault = {0};
        mmspan_allocator allocator = alloc_fault_allocator(&fault);
        mmspan_result *result;
        assert_int_equal(mmspan_result_create(&allocator, &result), MMSPAN_OK);
        alloc_fault_arm(&fault, n);
        mmspan_error error = {0};
        mmspan_status status = mmspan_scan_ids(matcher, &given, NULL, result, &error);
        done = status == MMSPAN_OK;
        if (!done) {
            expect_no_memory(status, &error);
            assert_int_equal(mmspan_result_view(result)->n_findings, 0);
            assert_null(mmspan_result_ids(result));
            alloc_fault_arm(&fault, 0);
            assert_int_equal(mmspan_scan_ids(matcher, &given, NULL, result, NULL), MMSPAN_OK);
        }
        size_t calls = fault.n_calls;
        assert_int_equal(mmspan_scan_ids(matcher, &given, NULL, result, NULL), MMSPAN_OK);
        assert_int_equal(fault.n_calls, calls);
        mmspan_result_destroy(result);
        assert_int_equal(fault.n_blocks, 0);
        assert_int_equal(fault.n_misused, 0);
    }
    assert_true(n > 3);
    mmspan_matcher_destroy(matcher);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_items),   cmocka_unit_test(test_misfits),
        cmocka_unit_test(test_spare_itself), cmocka_unit_test(test_mismatch),
        cmocka_unit_test(test_batch),        cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
