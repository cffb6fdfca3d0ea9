/* Batches: flat arrays of many sequences, the same for every number of threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../../include/mmspan/batch.h"
#include "../../../oracle/agreement.h"
#include "../../../support/alloc_fault.h"
#include "../../../support/expect.h"
#include "../../../support/fixture.h"
#include "../../../support/guard.h"

#include <stdlib.h>
#include <string.h>

enum { N_SEQUENCES = 300 };

/* Ragged prompts of one shape, of which every fifth has a literal span. */
struct ragged {
    mmspan_matcher *matcher;
    int32_t *values;
    size_t n;
    int64_t offsets[N_SEQUENCES + 1];
    mmspan_span literal[N_SEQUENCES];
    int64_t literal_offsets[N_SEQUENCES + 1];
    mmspan_batch *batch;
    mmspan_error error; /* of the last scan */
};

static void ragged_open(struct ragged *r, enum fixture_shape shape, uint64_t seed) {
    struct random_source random = {seed};
    static struct id_list ids;
    *r = (struct ragged){.matcher = expect_compile(fixture_config(shape), NULL)};
    r->values = malloc(sizeof(int32_t) * MAX_IDS * N_SEQUENCES);
    assert_non_null(r->values);
    for (size_t i = 0; i < N_SEQUENCES; i++) {
        ids.n = 0;
        if (i % 7 != 3) /* some are empty, also several in a row */
            fixture_prompt(shape, &random, 9, &ids);
        if (i % 11 == 5) /* some are cut short */
            ids.n /= 2;
        if (ids.n)
            memcpy(r->values + r->n, ids.ids, ids.n * sizeof *ids.ids);
        r->n += ids.n;
        r->offsets[i + 1] = (int64_t)r->n;
        r->literal_offsets[i + 1] = r->literal_offsets[i];
        if (i % 5 == 0)
            r->literal[r->literal_offsets[i + 1]++] =
                (mmspan_span){(int64_t)ids.n / 4, (int64_t)ids.n / 3};
    }
    assert_int_equal(mmspan_batch_create(NULL, &r->batch), MMSPAN_OK);
}

static void ragged_close(struct ragged *r) {
    mmspan_batch_destroy(r->batch);
    free(r->values);
    mmspan_matcher_destroy(r->matcher);
}

static mmspan_status scan(struct ragged *r, uint32_t n_threads, bool literal) {
    const mmspan_ids values = {.data = r->values, .n = r->n};
    const mmspan_batch_options options = {.struct_size = sizeof options,
                                          .n_threads = n_threads,
                                          .literal = literal ? r->literal : NULL,
                                          .literal_offsets =
                                              literal ? r->literal_offsets : NULL};
    return mmspan_scan_batch(r->matcher, &values, r->offsets, N_SEQUENCES, &options, r->batch,
                             &r->error);
}

/* Sequence number `i` of the batch, as a view. */
static mmspan_view sequence_view(const struct ragged *r, size_t i) {
    const mmspan_ragged *v = mmspan_batch_view(r->batch);
    return (mmspan_view){
        .items = v->items + v->item_offsets[i],
        .runs = v->runs + v->run_offsets[i],
        .findings = v->findings + v->finding_offsets[i],
        .n_items = (size_t)(v->item_offsets[i + 1] - v->item_offsets[i]),
        .n_runs = (size_t)(v->run_offsets[i + 1] - v->run_offsets[i]),
        .n_findings = (size_t)(v->finding_offsets[i + 1] - v->finding_offsets[i]),
        .n_tokens = r->offsets[i + 1] - r->offsets[i],
    };
}

/* Every sequence must be what a scan of it alone gives, and mmspan_batch_get the same. */
static void expect_sequences(const struct ragged *r, bool literal) {
    mmspan_result *alone, *got;
    const mmspan_ragged *v = mmspan_batch_view(r->batch);
    assert_int_equal(mmspan_result_create(NULL, &alone), MMSPAN_OK);
    assert_int_equal(mmspan_result_create(NULL, &got), MMSPAN_OK);
    assert_int_equal(v->n_sequences, N_SEQUENCES);
    assert_int_equal(v->item_offsets[0], 0);
    assert_int_equal(v->item_offsets[N_SEQUENCES], v->n_items);
    assert_int_equal(v->run_offsets[N_SEQUENCES], v->n_runs);
    assert_int_equal(v->finding_offsets[N_SEQUENCES], v->n_findings);
    for (size_t i = 0; i < N_SEQUENCES; i++) {
        const mmspan_scan_options options = {
            .struct_size = sizeof options,
            .literal = r->literal + r->literal_offsets[i],
            .n_literal =
                literal ? (size_t)(r->literal_offsets[i + 1] - r->literal_offsets[i]) : 0};
        const mmspan_view part = sequence_view(r, i);
        assert_int_equal(mmspan_scan(r->matcher, r->values + r->offsets[i],
                                     (size_t)part.n_tokens, &options, alone, NULL),
                         MMSPAN_OK);
        assert_true(agreement_same_view(&part, mmspan_result_view(alone)));
        assert_int_equal(mmspan_batch_get(r->batch, i, got, NULL), MMSPAN_OK);
        assert_true(agreement_same_view(mmspan_result_view(got), mmspan_result_view(alone)));
        assert_int_equal(mmspan_result_view(got)->n_tokens, part.n_tokens);
        assert_ptr_equal(mmspan_result_matcher(got), r->matcher);
        for (int32_t m = 0; m < mmspan_matcher_n_modalities(r->matcher); m++)
            assert_int_equal(mmspan_rows(got, m), mmspan_rows(alone, m));
    }
    mmspan_result_destroy(alone);
    mmspan_result_destroy(got);
}

/* The batch is reused from one number of threads to the next. */
static void test_threads(void **state) {
    (void)state;
    static struct ragged r;
    for (int shape = 0; shape < N_FIXTURES; shape += 3) {
        ragged_open(&r, (enum fixture_shape)shape, 9);
        for (uint32_t n_threads = 0; n_threads <= 8; n_threads++) {
            bool literal = n_threads % 2;
            assert_int_equal(scan(&r, n_threads, literal), MMSPAN_OK);
            expect_sequences(&r, literal);
        }
        ragged_close(&r);
    }
}

/* Fewer sequences than threads, none at all, and only empty ones. */
static void test_small(void **state) {
    (void)state;
    static struct ragged r;
    static const int64_t empty[4] = {0, 0, 0, 0};
    static const int64_t none[1] = {0};
    static const int32_t tokens[] = {1, 3, 2, 9, 1, 3, 3, 2};
    static const int64_t offsets[] = {3, 4, 8};
    const mmspan_ids values = {.data = tokens, .n = 8};
    const mmspan_ids nothing = {0};
    const mmspan_batch_options many = {.struct_size = sizeof many, .n_threads = UINT32_MAX};
    ragged_open(&r, FIXTURE_GEMMA, 10);
    const mmspan_ragged *v = mmspan_batch_view(r.batch);
    assert_int_equal(v->n_sequences, 0);
    assert_int_equal(mmspan_scan_batch(r.matcher, &nothing, none, 0, &many, r.batch, NULL),
                     MMSPAN_OK);
    assert_int_equal(v->n_sequences, 0);
    assert_int_equal(v->item_offsets[0], 0);
    assert_int_equal(mmspan_scan_batch(r.matcher, &nothing, empty, 3, &many, r.batch, NULL),
                     MMSPAN_OK);
    assert_int_equal(v->n_sequences, 3);
    assert_int_equal(v->n_items + v->n_runs + v->n_findings, 0);
    /* The first offset need not be 0, nor the last one the end. */
    assert_int_equal(mmspan_scan_batch(r.matcher, &values, offsets, 2, &many, r.batch, NULL),
                     MMSPAN_OK);
    assert_int_equal(v->n_items, 1);
    assert_int_equal(v->item_offsets[1], 0);
    assert_int_equal(v->items[0].start, 0);
    assert_int_equal(v->items[0].first_run, 0);
    assert_int_equal(v->runs[0].item, 0);
    assert_int_equal(mmspan_scan_batch(r.matcher, &values, offsets, 1, NULL, r.batch, NULL),
                     MMSPAN_OK);
    assert_int_equal(v->n_items, 0);
    ragged_close(&r);
}

/* What one sequence ends with does not go on in the next one, where the same token is stray at
 * the position that the first one had come to. */
static void test_neighbours(void **state) {
    (void)state;
    static struct ragged r;
    static const int32_t tokens[] = {9, 2, 3, 9, 9, 9, 3, 2};
    static const int64_t offsets[] = {0, 3, 8};
    const mmspan_ids values = {.data = tokens, .n = 8};
    ragged_open(&r, FIXTURE_GEMMA, 10);
    assert_int_equal(mmspan_scan_batch(r.matcher, &values, offsets, 2, NULL, r.batch, NULL),
                     MMSPAN_OK);
    const mmspan_ragged *v = mmspan_batch_view(r.batch);
    assert_int_equal(v->finding_offsets[1], 2);
    assert_int_equal(v->finding_offsets[2], 4);
    assert_int_equal(v->findings[1].start, 2);
    assert_int_equal(v->findings[1].end, 3);
    assert_int_equal(v->findings[2].start, 3);
    assert_int_equal(v->findings[2].end, 4);
    assert_int_equal(v->findings[2].id, 3);
    ragged_close(&r);
}

/* A copy of an array at the very end of the memory that may be read. */
static void *place(struct guard *guard, const void *from, size_t bytes) {
    assert_true(guard_open(guard, bytes));
    return memcpy(guard_back(guard, bytes), from, bytes);
}

/* Arrays are not read behind their ends. */
static void test_ends(void **state) {
    (void)state;
    static struct ragged r;
    struct guard values, offsets, literal, literal_offsets;
    ragged_open(&r, FIXTURE_GEMMA, 13);
    const mmspan_ids ids = {.data = place(&values, r.values, r.n * sizeof *r.values), .n = r.n};
    const int64_t *borders = place(&offsets, r.offsets, sizeof r.offsets);
    mmspan_batch_options options = {.struct_size = sizeof options};
    options.literal_offsets =
        place(&literal_offsets, r.literal_offsets, sizeof r.literal_offsets);
    options.literal =
        place(&literal, r.literal, (size_t)r.literal_offsets[N_SEQUENCES] * sizeof *r.literal);
    for (options.n_threads = 1; options.n_threads <= 3; options.n_threads++) {
        assert_int_equal(
            mmspan_scan_batch(r.matcher, &ids, borders, N_SEQUENCES, &options, r.batch, NULL),
            MMSPAN_OK);
        expect_sequences(&r, true);
    }
    guard_close(&literal);
    guard_close(&literal_offsets);
    guard_close(&offsets);
    guard_close(&values);
    ragged_close(&r);
}

static void expect_refused(struct ragged *r, const mmspan_ids *values, const int64_t *offsets,
                           const mmspan_batch_options *options, const char *words) {
    mmspan_error error = {0};
    assert_int_equal(
        mmspan_scan_batch(r->matcher, values, offsets, 2, options, r->batch, &error),
        MMSPAN_E_ARGUMENT);
    if (!strstr(error.message, words))
        fail_msg("\"%s\" has no \"%s\"", error.message, words);
    assert_int_equal(mmspan_batch_view(r->batch)->n_sequences, 0);
}

static void test_bad_arguments(void **state) {
    (void)state;
    static struct ragged r;
    static const int64_t good[] = {0, 3, 5};
    ragged_open(&r, FIXTURE_GEMMA, 11);
    const mmspan_ids values = {.data = r.values, .n = 5};
    assert_int_equal(mmspan_scan_batch(NULL, &values, good, 2, NULL, r.batch, NULL),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_scan_batch(r.matcher, &values, good, 2, NULL, NULL, NULL),
                     MMSPAN_E_ARGUMENT);
    expect_refused(&r, NULL, good, NULL, "values");
    expect_refused(&r, &values, NULL, NULL, "offsets");
    expect_refused(&r, &values, (const int64_t[]){0, 5, 3}, NULL, "sequence 1 is [5, 3)");
    expect_refused(&r, &values, (const int64_t[]){-1, 3, 5}, NULL, "sequence 0 is [-1, 3)");
    expect_refused(&r, &values, (const int64_t[]){0, 3, 6}, NULL,
                   "sequence 1 is [3, 6), which is not inside the 5 values");
    expect_refused(&r, &(const mmspan_ids){.data = NULL, .n = 5}, good, NULL, "ids");
    expect_refused(&r, &(const mmspan_ids){.data = r.values, .n = 5, .type = 4}, good, NULL,
                   "type");
    expect_refused(&r, &(const mmspan_ids){.data = r.values, .n = 5, .type = -1}, good, NULL,
                   "type");
    expect_refused(&r, &values, good, &(const mmspan_batch_options){.struct_size = 4},
                   "options");
    mmspan_batch_options options = {.struct_size = sizeof options,
                                    .literal_offsets = (const int64_t[]){0, 0, 1}};
    expect_refused(&r, &values, good, &options, "sequence 1");
    options.literal = (const mmspan_span[]){{0, 3}};
    expect_refused(&r, &values, good, &options, "sequence 1: literal");
    options.literal_offsets = (const int64_t[]){0, 1, 0};
    expect_refused(&r, &values, good, &options, "sequence 1");
    options.literal_offsets = (const int64_t[]){-1, 0, 0};
    expect_refused(&r, &values, good, &options, "sequence 0");
    options.literal_offsets = (const int64_t[]){0, 1, 1};
    assert_int_equal(mmspan_scan_batch(r.matcher, &values, good, 2, &options, r.batch, NULL),
                     MMSPAN_OK);
    mmspan_result *result;
    assert_int_equal(mmspan_result_create(NULL, &result), MMSPAN_OK);
    assert_int_equal(mmspan_batch_get(r.batch, 2, result, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_batch_get(NULL, 0, result, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_batch_get(r.batch, 0, NULL, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_batch_create(NULL, NULL), MMSPAN_E_ARGUMENT);
    mmspan_result_destroy(result);
    mmspan_batch_destroy(NULL);
    ragged_close(&r);
}

/* The n-th allocation fails, for every n; then there is memory again, and after that no more
 * of it is asked for. */
static void test_memory(void **state) {
    (void)state;
    static struct ragged r;
    ragged_open(&r, FIXTURE_OMNI, 12);
    mmspan_batch *usual = r.batch;
    size_t n = 1;
    for (bool done = false; !done; n++) {
        struct alloc_fault fault = {0};
        mmspan_allocator allocator = alloc_fault_allocator(&fault);
        assert_int_equal(mmspan_batch_create(&allocator, &r.batch), MMSPAN_OK);
        alloc_fault_arm(&fault, n);
        mmspan_status status = scan(&r, 1, true);
        done = status == MMSPAN_OK;
        if (!done) {
            expect_no_memory(status, &r.error);
            assert_int_equal(mmspan_batch_view(r.batch)->n_sequences, 0);
            alloc_fault_arm(&fault, 0);
            assert_int_equal(scan(&r, 1, true), MMSPAN_OK);
        }
        expect_sequences(&r, true);
        size_t calls = fault.n_calls;
        assert_int_equal(scan(&r, 1, true), MMSPAN_OK);
        assert_int_equal(fault.n_calls, calls);
        mmspan_batch_destroy(r.batch);
        assert_int_equal(fault.n_blocks, 0);
        assert_int_equal(fault.n_misused, 0);
    }
    assert_true(n > 6);
    r.batch = usual;
    ragged_close(&r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads),    cmocka_unit_test(test_small),
        cmocka_unit_test(test_neighbours), cmocka_unit_test(test_bad_arguments),
        cmocka_unit_test(test_memory),     cmocka_unit_test(test_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
