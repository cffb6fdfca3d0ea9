/* Every allocation of an operation fails once: the call says so, the result is as before,
 * the same call works again, and nothing leaks. */
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

#include <stdlib.h>
#include <string.h>

enum { N_MEDIA = 400, N_IDS = 4 * N_MEDIA, MAX_FAILURES = 10000 };

/* Touching pads, so that assign adds items and runs; a wrong count adds findings. */
struct job {
    mmspan_matcher *matcher;
    mmspan_media media[N_MEDIA];
    size_t n_media;
    int32_t ids[N_IDS];
    size_t n_ids;
    int32_t out[4 * N_IDS];
    size_t n_out;
    mmspan_error error;
};

static void job_open(struct job *job, enum fixture_shape shape, int64_t rows) {
    job->matcher = expect_compile(fixture_config(shape), NULL);
    job->n_media = N_MEDIA;
    job->n_ids = 0;
    for (size_t i = 0; i < N_MEDIA; i++) {
        job->media[i] = (mmspan_media){.rows = rows};
        job->ids[job->n_ids++] = 1;
        job->ids[job->n_ids++] = 1;
        if (i % 100 == 99)
            job->ids[job->n_ids++] = 9;
    }
}

/* Scans into a fresh result of this allocator. */
static mmspan_result *scan(struct job *job, const mmspan_allocator *allocator) {
    mmspan_result *result;
    assert_int_equal(mmspan_result_create(allocator, &result), MMSPAN_OK);
    assert_int_equal(mmspan_scan(job->matcher, job->ids, job->n_ids, NULL, result, NULL),
                     MMSPAN_OK);
    return result;
}

static mmspan_status assign(struct job *job, mmspan_result *result) {
    return mmspan_assign(result, job->media, job->n_media, NULL, &job->error);
}

static mmspan_status expand(struct job *job, mmspan_result *result) {
    return mmspan_expand(result, job->ids, job->n_ids, job->media, job->n_media, NULL, job->out,
                         sizeof job->out / sizeof *job->out, &job->n_out, &job->error);
}

static mmspan_status assign_from_end(struct job *job, mmspan_result *result) {
    const mmspan_assign_options options = {.struct_size = sizeof options, .from_end = 1};
    return mmspan_assign(result, job->media, job->n_media, &options, &job->error);
}

static mmspan_status plan(struct job *job, mmspan_result *result) {
    static mmspan_replacement replacements[N_IDS];
    size_t n_plan;
    return mmspan_expand_plan(result, job->ids, job->n_ids, job->media, job->n_media, NULL,
                              replacements, N_IDS, &n_plan, &job->n_out, &job->error);
}

static mmspan_status collapse(struct job *job, mmspan_result *result) {
    return mmspan_collapse(result, job->ids, job->n_ids, job->out,
                           sizeof job->out / sizeof *job->out, &job->n_out, &job->error);
}

/* Returns how many allocations the operation makes. */
static size_t fail_each(struct job *job,
                        mmspan_status (*operation)(struct job *, mmspan_result *)) {
    mmspan_result *before = scan(job, NULL);
    mmspan_result *after = scan(job, NULL);
    assert_int_equal(operation(job, after), MMSPAN_OK);
    size_t n = 1;
    for (;; n++) {
        struct alloc_fault fault = {0};
        mmspan_allocator allocator = alloc_fault_allocator(&fault);
        mmspan_result *result = scan(job, &allocator);
        alloc_fault_arm(&fault, n);
        memset(job->out, 0x55, sizeof job->out);
        mmspan_status status = operation(job, result);
        bool done = status == MMSPAN_OK;
        if (!done) {
            assert_int_equal(status, MMSPAN_E_MEMORY);
            assert_int_equal(job->error.status, MMSPAN_E_MEMORY);
            assert_int_equal(job->out[0], 0x55555555);
            assert_true(
                agreement_same_view(mmspan_result_view(result), mmspan_result_view(before)));
            alloc_fault_arm(&fault, 0);
            assert_int_equal(operation(job, result), MMSPAN_OK);
        }
        assert_true(agreement_same_view(mmspan_result_view(result), mmspan_result_view(after)));
        mmspan_result_destroy(result);
        assert_int_equal(fault.n_blocks, 0);
        assert_int_equal(fault.n_bytes, 0);
        assert_int_equal(fault.n_misused, 0);
        if (done)
            break;
        assert_true(n < MAX_FAILURES);
    }
    mmspan_result_destroy(after);
    mmspan_result_destroy(before);
    return n - 1;
}

static void test_assign(void **state) {
    (void)state;
    static struct job job;
    job_open(&job, FIXTURE_KIMI, 2);
    assert_true(fail_each(&job, assign) >= 3); /* notes, items and runs */
    assert_true(fail_each(&job, assign_from_end) >= 3);
    job.media[0].rows = 3;
    job.n_media = 3;
    assert_true(fail_each(&job, assign) >= 2); /* notes and findings */
    mmspan_matcher_destroy(job.matcher);
    /* Findings of the scan among those of assign. */
    job_open(&job, FIXTURE_GEMMA, 2);
    for (size_t i = 0; i < job.n_ids; i++)
        job.ids[i] = i % 4 == 0 ? 3 : i % 4 == 2 ? 2 : 9;
    assert_true(fail_each(&job, assign) >= 3);
    mmspan_matcher_destroy(job.matcher);
}

static void test_expand(void **state) {
    (void)state;
    static struct job job;
    job_open(&job, FIXTURE_KIMI, 3);
    /* As many pads as media: each is a placeholder. */
    job.n_ids = 0;
    for (size_t i = 0; i < N_MEDIA; i++)
        job.ids[job.n_ids++] = 1;
    assert_true(fail_each(&job, expand) >= 3);
    assert_int_equal(job.n_out, 3 * N_MEDIA);
    assert_true(fail_each(&job, plan) >= 3);
    /* Nothing fits: findings only. */
    job.n_media = 1;
    assert_true(fail_each(&job, expand) >= 1);
    mmspan_matcher_destroy(job.matcher);
}

/* The tokens of media are scanned: around a placeholder that stands in them, and where they are
 * others than the prompt's. */
static void test_supplied(void **state) {
    (void)state;
    static struct job job;
    static const int32_t ids[] = {1, 3, 9, 1, 1, 3, 9, 1, 1, 3};
    static const int32_t other[] = {1, 2, 1, 3};
    job_open(&job, FIXTURE_PIXTRAL, 1);
    memcpy(job.ids, ids, sizeof ids);
    job.n_ids = sizeof ids / sizeof *ids;
    job.media[0] = (mmspan_media){.rows = 3, .ids = ids, .n_ids = 6};
    job.media[1] = (mmspan_media){.rows = 2, .ids = other, .n_ids = 4};
    job.n_media = 2;
    assert_true(fail_each(&job, expand) >= 4); /* notes, the trial, what it finds; a finding */
    assert_true(fail_each(&job, plan) >= 4);
    assert_int_equal(job.n_out, job.n_ids);
    mmspan_matcher_destroy(job.matcher);
}

/* Notes, the trial and what it works in. */
static void test_collapse(void **state) {
    (void)state;
    static struct job job;
    job_open(&job, FIXTURE_PIXTRAL, 2);
    for (size_t i = 0; i < job.n_ids; i++)
        job.ids[i] = i % 16 == 15 ? 9 : i % 16 == 14 ? 3 : 1 + (i % 3 == 2);
    assert_true(fail_each(&job, collapse) >= 4);
    mmspan_matcher_destroy(job.matcher);
}

/* A warm result does not allocate at all. */
static void test_warm(void **state) {
    (void)state;
    static struct job job;
    struct alloc_fault fault = {0};
    mmspan_allocator allocator = alloc_fault_allocator(&fault);
    job_open(&job, FIXTURE_KIMI, 2);
    mmspan_result *result = scan(&job, &allocator);
    assert_int_equal(assign(&job, result), MMSPAN_OK);
    assert_int_equal(collapse(&job, result), MMSPAN_OK);
    size_t calls = fault.n_calls;
    for (int round = 0; round < 3; round++) {
        assert_int_equal(mmspan_scan(job.matcher, job.ids, job.n_ids, NULL, result, NULL),
                         MMSPAN_OK);
        assert_int_equal(assign(&job, result), MMSPAN_OK);
        assert_int_equal(expand(&job, result), MMSPAN_OK);
        assert_int_equal(plan(&job, result), MMSPAN_OK);
        assert_int_equal(collapse(&job, result), MMSPAN_OK);
    }
    assert_int_equal(fault.n_calls, calls);
    mmspan_result_destroy(result);
    mmspan_matcher_destroy(job.matcher);
}

/* Pads between the rows of Pixtral make an attempt that keeps much in memory. */
static mmspan_status feed(struct job *job, mmspan_stream *stream) {
    mmspan_status status = MMSPAN_OK;
    for (size_t at = 0; at < job->n_ids && status == MMSPAN_OK; at += 5) {
        size_t n = job->n_ids - at < 5 ? job->n_ids - at : 5;
        status = mmspan_stream_push(stream, job->ids + at, n, 0, &job->error);
    }
    return status == MMSPAN_OK ? mmspan_stream_finish(stream, &job->error) : status;
}

/* A push that fails leaves a stream that can be reset and fed once more. */
static void test_stream(void **state) {
    (void)state;
    static struct job job;
    job_open(&job, FIXTURE_PIXTRAL, 1);
    for (size_t i = 0; i < job.n_ids; i++)
        job.ids[i] = 1 + (i % 3 == 2);
    mmspan_result *wanted = scan(&job, NULL);
    size_t n = 1;
    for (bool done = false; !done; n++) {
        struct alloc_fault fault = {0};
        mmspan_allocator allocator = alloc_fault_allocator(&fault);
        mmspan_stream *stream = NULL;
        alloc_fault_arm(&fault, n);
        mmspan_status status = mmspan_stream_create(job.matcher, &allocator, &stream);
        if (status == MMSPAN_OK)
            status = feed(&job, stream);
        done = status == MMSPAN_OK;
        if (!done)
            assert_int_equal(status, MMSPAN_E_MEMORY);
        if (!done && stream) {
            assert_int_equal(job.error.status, MMSPAN_E_MEMORY);
            assert_int_equal(mmspan_stream_push(stream, job.ids, 1, 0, NULL),
                             MMSPAN_E_ARGUMENT);
            mmspan_stream_reset(stream);
            assert_int_equal(feed(&job, stream), MMSPAN_OK);
        }
        if (stream)
            assert_true(agreement_same_view(mmspan_result_view(mmspan_stream_result(stream)),
                                            mmspan_result_view(wanted)));
        mmspan_stream_destroy(stream);
        assert_int_equal(fault.n_blocks, 0);
        assert_int_equal(fault.n_misused, 0);
        assert_true(n < MAX_FAILURES);
    }
    assert_true(n > 5);
    mmspan_result_destroy(wanted);
    mmspan_matcher_destroy(job.matcher);
}

static void test_stream_copy(void **state) {
    (void)state;
    static struct job job;
    static const int32_t ids[] = {1, 3, 9, 1, 2, 1, 3, 2, 1, 1, 2, 1, 1, 2, 1};
    job_open(&job, FIXTURE_PIXTRAL, 1);
    struct alloc_fault fault = {0};
    mmspan_allocator allocator = alloc_fault_allocator(&fault);
    mmspan_stream *stream;
    assert_int_equal(mmspan_stream_create(job.matcher, &allocator, &stream), MMSPAN_OK);
    assert_int_equal(mmspan_stream_push(stream, ids, sizeof ids / sizeof *ids, 0, NULL),
                     MMSPAN_OK);
    size_t blocks = fault.n_blocks;
    size_t n = 1;
    for (bool done = false; !done; n++) {
        mmspan_stream *copy = NULL;
        alloc_fault_arm(&fault, n);
        mmspan_status status = mmspan_stream_copy(stream, &copy);
        done = status == MMSPAN_OK;
        assert_int_equal(status, done ? MMSPAN_OK : MMSPAN_E_MEMORY);
        assert_true(done == (copy != NULL));
        mmspan_stream_destroy(copy);
        assert_int_equal(fault.n_blocks, blocks);
    }
    assert_true(n > 4);
    mmspan_stream_destroy(stream);
    assert_int_equal(fault.n_blocks, 0);
    assert_int_equal(fault.n_misused, 0);
    mmspan_matcher_destroy(job.matcher);
}

static void test_batch(void **state) {
    (void)state;
    static struct job job;
    job_open(&job, FIXTURE_KIMI, 2);
    int64_t middle = (int64_t)job.n_ids / 2;
    int64_t offsets[] = {0, middle, (int64_t)job.n_ids};
    size_t n = 1;
    for (bool done = false; !done; n++) {
        struct alloc_fault fault = {0};
        mmspan_allocator allocator = alloc_fault_allocator(&fault);
        const mmspan_ids values = {.data = job.ids, .n = job.n_ids};
        mmspan_batch *batch;
        assert_int_equal(mmspan_batch_create(&allocator, &batch), MMSPAN_OK);
        alloc_fault_arm(&fault, n);
        mmspan_status status =
            mmspan_scan_batch(job.matcher, &values, offsets, 2, NULL, batch, &job.error);
        done = status == MMSPAN_OK;
        if (!done) {
            assert_int_equal(status, MMSPAN_E_MEMORY);
            alloc_fault_arm(&fault, 0);
            assert_int_equal(
                mmspan_scan_batch(job.matcher, &values, offsets, 2, NULL, batch, NULL),
                MMSPAN_OK);
        }
        assert_int_equal(mmspan_batch_view(batch)->n_sequences, 2);
        mmspan_batch_destroy(batch);
        assert_int_equal(fault.n_blocks, 0);
        assert_int_equal(fault.n_misused, 0);
    }
    assert_true(n > 4);
    mmspan_matcher_destroy(job.matcher);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_assign),      cmocka_unit_test(test_expand),
        cmocka_unit_test(test_supplied),    cmocka_unit_test(test_collapse),
        cmocka_unit_test(test_warm),        cmocka_unit_test(test_stream),
        cmocka_unit_test(test_stream_copy), cmocka_unit_test(test_batch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
