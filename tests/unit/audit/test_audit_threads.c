/* Threads that share a matcher and a file, with an audit each: the sum of what they found is
 * what one of them finds. */
#include "mmspan/audit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../oracle/gallery.h"
#include "../../support/audit_case.h"
#include "../../support/expect.h"
#include "../../support/scratch.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N_THREADS = 4, N_LINES = 2000, MAX_LINE = 160 };

struct worker {
    const mmspan_matcher *matcher;
    const char *path;
    uint32_t shard;
    uint32_t n_shards;
    mmspan_audit *audit;
    size_t n_found;
    mmspan_status status;
};

static void count(void *context, const mmspan_audit_finding *finding) {
    struct worker *worker = context;
    worker->n_found += finding->sentence[0] != '\0';
}

/* Assertions are the main thread's. */
static void *work(void *given) {
    struct worker *worker = given;
    const mmspan_audit_options options = {.struct_size = sizeof options,
                                          .n_examples = 5,
                                          .found = count,
                                          .found_context = worker};
    const mmspan_audit_source source = {
        .struct_size = sizeof source, .shard = worker->shard, .n_shards = worker->n_shards};
    worker->status = mmspan_audit_create(worker->matcher, &options, &worker->audit, NULL);
    if (worker->status == MMSPAN_OK)
        worker->status = mmspan_audit_read(worker->audit, worker->path, &source, NULL);
    return NULL;
}

static const char *write_lines(struct scratch *scratch) {
    char *text = malloc(N_LINES * MAX_LINE);
    size_t n = 0;
    assert_non_null(text);
    for (int i = 0; i < N_LINES; i++)
        n += (size_t)snprintf(text + n, MAX_LINE,
                              "{\"input_ids\": [9, 1, 3, 3, %s], \"labels\": [9, -100, -100, "
                              "%s, 9], \"image_rows\": [%d]}\n",
                              i % 17 ? "2" : "9", i % 31 ? "-100" : "7", i % 23 ? 2 : 4);
    const char *path = scratch_write(scratch, "rows.jsonl", text, n);
    free(text);
    return path;
}

static void test_threads(void **state) {
    struct scratch scratch;
    struct worker whole = {.n_shards = 1};
    struct worker workers[N_THREADS];
    pthread_t threads[N_THREADS];
    mmspan_report *sum;
    mmspan_error error;
    size_t n_found = 0;
    (void)state;
    scratch_open(&scratch);
    mmspan_matcher *matcher = expect_compile(gallery_qwen, NULL);
    whole.matcher = matcher;
    whole.path = write_lines(&scratch);
    work(&whole);
    assert_int_equal(whole.status, MMSPAN_OK);
    for (uint32_t i = 0; i < N_THREADS; i++) {
        workers[i] = (struct worker){
            .matcher = matcher, .path = whole.path, .shard = i, .n_shards = N_THREADS};
        assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    assert_int_equal(mmspan_report_create(NULL, &sum), MMSPAN_OK);
    for (size_t i = 0; i < N_THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(workers[i].status, MMSPAN_OK);
        assert_true(workers[i].n_found > 0);
        n_found += workers[i].n_found;
        if (mmspan_report_merge(sum, mmspan_audit_report(workers[i].audit), &error) !=
            MMSPAN_OK)
            fail_msg("%s", error.message);
        mmspan_audit_destroy(workers[i].audit);
    }
    char *one = audit_case_json(mmspan_audit_report(whole.audit));
    char *many = audit_case_json(sum);
    assert_string_equal(many, one);
    assert_int_equal(n_found, whole.n_found);
    free(one);
    free(many);
    mmspan_report_destroy(sum);
    mmspan_audit_destroy(whole.audit);
    mmspan_matcher_destroy(matcher);
    scratch_close(&scratch);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_threads)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
