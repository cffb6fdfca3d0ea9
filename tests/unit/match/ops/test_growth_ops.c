/* Options of the batch and of the operations that were built with shorter or longer structs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mmspan/batch.h"
#include "mmspan/ops.h"

#include "../../../support/fixture.h"
#include "../../../support/struct_sizes.h"

/* As a later version may have them. */
struct new_batch_options {
    mmspan_batch_options known;
    int64_t more[3];
};

struct new_assign_options {
    mmspan_assign_options known;
    int64_t more[3];
};

struct new_expand_options {
    mmspan_expand_options known;
    int64_t more[3];
};

static const int32_t prompt[] = {9, 3, 9};
static mmspan_media image = {.rows = 3};
static struct fixture fixture;

static int set_up(void **state) {
    (void)state;
    fixture_open(&fixture, FIXTURE_GEMMA);
    fixture_scan(&fixture, prompt, 3);
    image.modality = fixture.view->items[0].modality;
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    fixture_close(&fixture);
    return 0;
}

static mmspan_status call_batch(void *given) {
    const int64_t offsets[] = {0, 3};
    mmspan_batch *batch;
    assert_int_equal(mmspan_batch_create(NULL, &batch), MMSPAN_OK);
    const mmspan_ids values = {.data = prompt, .n = 3, .type = MMSPAN_IDS_INT32};
    mmspan_status status =
        mmspan_scan_batch(fixture.matcher, &values, offsets, 1, given, batch, NULL);
    assert_int_equal(mmspan_batch_view(batch)->n_sequences, status == MMSPAN_OK);
    mmspan_batch_destroy(batch);
    return status;
}

static mmspan_status call_assign(void *given) {
    fixture_scan(&fixture, prompt, 3);
    return mmspan_assign(fixture.result, &image, 1, given, NULL);
}

static mmspan_status call_plan(void *given) {
    mmspan_replacement plan[1];
    size_t n_plan = 0, n_out = 0;
    fixture_scan(&fixture, prompt, 3);
    return mmspan_expand_plan(fixture.result, prompt, 3, &image, 1, given, plan, 1, &n_plan,
                              &n_out, NULL);
}

static mmspan_status call_expand(void *given) {
    int32_t out[16];
    size_t n_out = 0;
    fixture_scan(&fixture, prompt, 3);
    return mmspan_expand(fixture.result, prompt, 3, &image, 1, given, out, 16, &n_out, NULL);
}

static void test_sizes(void **state) {
    (void)state;
    struct new_batch_options batch = {0};
    struct new_assign_options assign = {0};
    struct new_expand_options expand = {0};
    /* None has grown since it was new. */
    struct_sizes_try(call_batch, &batch, sizeof batch.known, sizeof batch.known, sizeof batch);
    struct_sizes_try(call_assign, &assign, sizeof assign.known, sizeof assign.known,
                     sizeof assign);
    struct_sizes_try(call_expand, &expand, sizeof expand.known, sizeof expand.known,
                     sizeof expand);
    struct_sizes_try(call_plan, &expand, sizeof expand.known, sizeof expand.known,
                     sizeof expand);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sizes)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
