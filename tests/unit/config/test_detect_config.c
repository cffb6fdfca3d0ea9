/* Tests which built-in configs a sample is found to fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../include/mmspan/mmspan.h"
#include "../../support/alloc_fault.h"
#include "../../support/shipped.h"

#include <stdlib.h>
#include <string.h>

static mmspan_detector *detector;
static mmspan_fit fits[MMSPAN_MAX_FITS];
static size_t n_fits;

static int open_all(void **state) {
    return mmspan_detector_create(NULL, &detector, NULL) != MMSPAN_OK ||
           shipped_open_all(state);
}

static int close_all(void **state) {
    mmspan_detector_destroy(detector);
    return shipped_close_all(state);
}

/* Detects in the sequences of an int32 sample; NULL offsets: one sequence. */
static void detect_sequences(const int32_t *ids, size_t n, const int64_t *offsets,
                             size_t n_sequences) {
    const mmspan_ids sample = {.data = ids, .n = n, .type = MMSPAN_IDS_INT32};
    mmspan_error error;
    if (mmspan_detect(detector, &sample, offsets, n_sequences, fits, MMSPAN_MAX_FITS, &n_fits,
                      &error))
        fail_msg("%s", error.message);
}

static void detect(const int32_t *ids, size_t n) {
    detect_sequences(ids, n, NULL, 0);
}

/* All zero when the config is not among the fits. */
static mmspan_fit fit_of(const char *model) {
    for (size_t i = 0; i < n_fits; i++)
        if (strcmp(fits[i].model, model) == 0)
            return fits[i];
    return (mmspan_fit){0};
}

/* Examples that another config explains better, and should, or that none does. */
static bool is_of_another(const char *model, const char *example) {
    static const struct {
        const char *model;
        const char *example;
    } others[] = {
        /* With the delimiters of Gemma 3, which this config takes for text. */
        {"llama.cpp", "one image"},
        /* It shows what data of Pixtral 12B looks like. */
        {"pixtral-large", "break and end of Pixtral 12B are text here"},
        /* To Voxtral the begin is a token of its own, here it is one of text, too. */
        {"voxtral-tts", "a placeholder before expansion"},
        /* Codes of an image tokenizer by themselves are no evidence. */
        {"apertus-1.5", "codes in the place of pads, and a clip"},
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(others[i].model, model) == 0 && strcmp(others[i].example, example) == 0)
            return true;
    return false;
}

static int n_good;

static void check_example(const struct shipped *model, const char *name, const int32_t *ids,
                          size_t n, mmspan_result *result) {
    const mmspan_view *view = shipped_scan(model, ids, n, result);
    if (model->needs_tokenizer || view->n_items == 0 || view->n_findings > 0)
        return;
    detect(ids, n);
    const mmspan_fit fit = fit_of(model->model);
    n_good++;
    if (is_of_another(model->model, name)) {
        assert_int_not_equal(fit.rank, 1);
        return;
    }
    if (fit.rank != 1)
        fail_msg("%s, %s: ranks %d, behind %s", model->model, name, (int)fit.rank,
                 fits[0].model);
    assert_int_equal(fit.n_items, view->n_items);
    assert_int_equal(fit.n_findings, 0);
    assert_int_equal(fit.n_sequences, 1);
}

static void test_examples(void **state) {
    (void)state;
    n_good = 0;
    shipped_all_examples(check_example);
    assert_true(n_good > 300);
}

/* A good block, then how many others without their end. */
static size_t cut_blocks(int32_t *ids, size_t n_broken) {
    size_t n = 0;
    for (size_t b = 0; b <= n_broken; b++) {
        ids[n++] = 255999;
        for (int i = 0; i < 20; i++)
            ids[n++] = 258880;
        if (b == 0)
            ids[n++] = 258882;
        ids[n++] = 107;
    }
    return n;
}

static void test_damage(void **state) {
    (void)state;
    int32_t ids[256];
    detect(ids, cut_blocks(ids, 5));
    const mmspan_fit fit = fit_of("gemma-4");
    assert_int_equal(fit.rank, 1);
    assert_int_equal(fit.n_items, 1);
    assert_int_equal(fit.n_findings, 5);
    assert_int_equal(fit.n_tokens, 6 * 21 + 1);
    /* 3 + 5 * (2 - 1) */
    assert_int_equal(fit.score, 8);
    assert_true(fit_of("gemma-4-jax").rank != 1);
}

/* Patches that touch show no more than one of them, and one block explains them best. */
static void test_flood(void **state) {
    (void)state;
    int32_t ids[258];
    for (size_t i = 0; i < 258; i++)
        ids[i] = 151655;
    ids[0] = 151652;
    ids[257] = 151653;
    detect(ids, 258);
    assert_int_equal(fit_of("qwen2-vl").rank, 1);
    assert_int_equal(fit_of("qwen2-vl").score, 3);
    assert_int_equal(fit_of("qwen2.5-vl").rank, 1);
    for (size_t i = 1; i < n_fits; i++) {
        assert_true(fits[i].rank == 0 || fits[i].rank == fits[i - 1].rank ||
                    fits[i].rank == fits[i - 1].rank + 1);
        if (fits[i].rank == fits[i - 1].rank && fits[i].rank > 0)
            assert_true(strcmp(fits[i - 1].model, fits[i].model) < 0);
    }
}

/* Four runs of three tokens are four clips, or twelve images: so near that nothing is decided.
 * Of 64 images it would be. */
static void test_numbers(void **state) {
    (void)state;
    int32_t ids[80];
    for (size_t i = 0; i < 16; i++)
        ids[i] = i % 4 ? 128256 : 500;
    detect(ids, 16);
    assert_int_equal(fit_of("mllama").n_items, 12);
    assert_int_equal(fit_of("ultravox").n_items, 4);
    assert_int_equal(fit_of("mllama").rank, 1);
    assert_int_equal(fit_of("ultravox").rank, 1);
    for (size_t i = 0; i < 65; i++)
        ids[i] = i % 65 ? 128256 : 500;
    detect(ids, 65);
    assert_int_equal(fit_of("mllama").n_items, 64);
    assert_int_equal(fit_of("ultravox").rank, 1);
    assert_int_equal(fit_of("mllama").rank, 2);
}

static void test_nothing(void **state) {
    (void)state;
    static const int32_t text[] = {100000, 5000, 100001};
    detect(text, 3);
    assert_int_equal(fit_of("gemma-4").n_tokens, 0);
    for (size_t i = 0; i < n_fits; i++)
        assert_int_equal(fits[i].rank, 0);
    /* A token of a config, and no item. */
    static const int32_t stray[] = {100000, 151653, 151653, 100001};
    detect(stray, 4);
    assert_int_equal(fit_of("qwen2-vl").rank, 0);
    assert_int_equal(fit_of("qwen2-vl").n_tokens, 2);
    assert_int_equal(fit_of("qwen2-vl").n_findings, 1);
    assert_int_equal(fit_of("qwen2-vl").score, -1);
    detect(NULL, 0);
    assert_int_equal(n_fits, 0);
    const int64_t none[] = {0};
    detect_sequences(NULL, 0, none, 0);
    assert_int_equal(n_fits, 0);
}

/* What ends in one sequence does not go on in the next. */
static void test_sequences(void **state) {
    (void)state;
    static const int32_t ids[] = {9, 151652, 151655, 151655, 151653, 151652, 151655, 151653};
    static const int64_t whole[] = {1, 5, 5, 8};
    detect_sequences(ids, 8, whole, 3);
    assert_int_equal(fit_of("qwen2-vl").n_items, 2);
    assert_int_equal(fit_of("qwen2-vl").n_sequences, 2);
    assert_int_equal(fit_of("qwen2-vl").n_tokens, 7);
    static const int64_t cut[] = {0, 3, 8};
    detect_sequences(ids, 8, cut, 2);
    assert_int_equal(fit_of("qwen2-vl").n_items, 1);
    assert_int_equal(fit_of("qwen2-vl").n_sequences, 1);
    assert_int_equal(fit_of("qwen2-vl").n_findings, 3);
    /* 8 steps, of which two are stray, and three findings */
    assert_int_equal(fit_of("qwen2-vl").score, 2);
}

static void test_widths(void **state) {
    (void)state;
    static const int64_t wide[] = {7, INT64_C(1) << 40, 151652, 151655, 151653};
    static const uint32_t unsigned_ids[] = {4000000000, 151652, 151655, 151653};
    /* 151652 and the rest, wrapped. */
    static const uint16_t narrow[] = {20580, 20583, 20583, 20581};
    mmspan_ids sample = {.data = wide, .n = 5, .type = MMSPAN_IDS_INT64};
    assert_int_equal(
        mmspan_detect(detector, &sample, NULL, 0, fits, MMSPAN_MAX_FITS, &n_fits, NULL),
        MMSPAN_OK);
    assert_int_equal(fit_of("qwen2-vl").rank, 1);
    assert_int_equal(fit_of("qwen2-vl").n_items, 1);
    assert_int_equal(fit_of("qwen2-vl").n_findings, 1);
    sample = (mmspan_ids){.data = unsigned_ids, .n = 4, .type = MMSPAN_IDS_UINT32};
    assert_int_equal(
        mmspan_detect(detector, &sample, NULL, 0, fits, MMSPAN_MAX_FITS, &n_fits, NULL),
        MMSPAN_OK);
    assert_int_equal(fit_of("qwen2-vl").rank, 1);
    sample = (mmspan_ids){.data = narrow, .n = 4, .type = MMSPAN_IDS_UINT16};
    assert_int_equal(
        mmspan_detect(detector, &sample, NULL, 0, fits, MMSPAN_MAX_FITS, &n_fits, NULL),
        MMSPAN_OK);
    assert_int_equal(fit_of("qwen2-vl").n_tokens, 0);
    /* Pixtral's IDs fit, those of others with the same do not: no failure. */
    static const uint16_t pixtral[] = {10, 10, 12, 10, 10, 13};
    sample = (mmspan_ids){.data = pixtral, .n = 6, .type = MMSPAN_IDS_UINT16};
    assert_int_equal(
        mmspan_detect(detector, &sample, NULL, 0, fits, MMSPAN_MAX_FITS, &n_fits, NULL),
        MMSPAN_OK);
    assert_int_equal(fit_of("pixtral").rank, 1);
}

static void test_arguments(void **state) {
    (void)state;
    static const int32_t ids[] = {151652, 151655, 151653};
    mmspan_ids sample = {.data = ids, .n = 3};
    mmspan_error error;
    assert_int_equal(mmspan_detect(detector, &sample, NULL, 0, NULL, 0, &n_fits, &error),
                     MMSPAN_E_SPACE);
    const size_t needed = n_fits;
    assert_true(needed > 3);
    assert_int_equal(mmspan_detect(detector, &sample, NULL, 0, fits, needed, &n_fits, &error),
                     MMSPAN_OK);
    assert_int_equal(
        mmspan_detect(detector, &sample, NULL, 0, fits, needed - 1, &n_fits, &error),
        MMSPAN_E_SPACE);
    static const int64_t beyond[] = {0, 4};
    static const int64_t backwards[] = {2, 1};
    static const int64_t negative[] = {-1, 1};
    const int64_t *const wrong[] = {beyond, backwards, negative};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(mmspan_detect(detector, &sample, wrong[i], 1, fits, MMSPAN_MAX_FITS,
                                       &n_fits, &error),
                         MMSPAN_E_ARGUMENT);
    sample.type = 4;
    assert_int_equal(mmspan_detect(detector, &sample, NULL, 0, fits, 0, &n_fits, &error),
                     MMSPAN_E_ARGUMENT);
    sample = (mmspan_ids){.n = 1};
    assert_int_equal(mmspan_detect(detector, &sample, NULL, 0, fits, 0, &n_fits, &error),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_detect(NULL, &sample, NULL, 0, fits, 0, &n_fits, &error),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_detector_create(NULL, NULL, &error), MMSPAN_E_ARGUMENT);
    mmspan_detector_destroy(NULL);
}

/* Every allocation fails once. The last ones are few and far apart, so steps grow. */
static void test_memory(void **state) {
    (void)state;
    static const int64_t ids[] = {151652, 151655, 151653};
    const mmspan_ids sample = {.data = ids, .n = 3, .type = MMSPAN_IDS_INT64};
    mmspan_status status = MMSPAN_E_MEMORY;
    for (size_t n = 1; status != MMSPAN_OK; n += 1 + n / 50) {
        struct alloc_fault fault = {0};
        const mmspan_allocator allocator = alloc_fault_allocator(&fault);
        mmspan_detector *made = NULL;
        alloc_fault_arm(&fault, n);
        status = mmspan_detector_create(&allocator, &made, NULL);
        assert_true(status == MMSPAN_OK || (status == MMSPAN_E_MEMORY && !made));
        mmspan_detector_destroy(made);
        assert_int_equal(fault.n_blocks + fault.n_misused, 0);
    }
    struct alloc_fault fault = {0};
    const mmspan_allocator allocator = alloc_fault_allocator(&fault);
    mmspan_detector *made = NULL;
    assert_int_equal(mmspan_detector_create(&allocator, &made, NULL), MMSPAN_OK);
    const size_t n_blocks = fault.n_blocks;
    status = MMSPAN_E_MEMORY;
    for (size_t n = 1; status != MMSPAN_OK; n++) {
        alloc_fault_arm(&fault, n);
        status = mmspan_detect(made, &sample, NULL, 0, fits, MMSPAN_MAX_FITS, &n_fits, NULL);
        assert_true(status == MMSPAN_OK || status == MMSPAN_E_MEMORY);
        assert_int_equal(fault.n_blocks, n_blocks);
    }
    alloc_fault_arm(&fault, 0);
    mmspan_detector_destroy(made);
    assert_int_equal(fault.n_blocks + fault.n_misused, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples), cmocka_unit_test(test_damage),
        cmocka_unit_test(test_flood),    cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_numbers),  cmocka_unit_test(test_sequences),
        cmocka_unit_test(test_widths),   cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_memory)};
    return cmocka_run_group_tests(tests, open_all, close_all);
}
