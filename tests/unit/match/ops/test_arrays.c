/* What is told by token and by modality: item indices, type numbers, filled runs, rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../support/fixture.h"
#include "../../../support/guard.h"

#include <string.h>

static struct fixture f;
static struct id_list ids;
static mmspan_error error;

/* A video of two rows with a clip of one in it, and a clip of two behind it. */
static int open_prompt(void **state) {
    (void)state;
    fixture_open(&f, FIXTURE_OMNI); /* audio is modality 0, video 1 */
    fixture_scan_text(&f, &ids, "9 1 3 5 6 5 4 2 3 6*2 4 9");
    memset(&error, 0, sizeof error);
    return 0;
}

static int close_prompt(void **state) {
    (void)state;
    fixture_close(&f);
    return 0;
}

/* Arrays end where no touch is allowed. */
static void expect_array(int32_t *array, const struct id_list *wanted, mmspan_status status) {
    assert_int_equal(status, MMSPAN_OK);
    ids_expect_same(array, ids.n, wanted->ids, wanted->n);
}

static void test_type_ids(void **state) {
    (void)state;
    struct guard guard;
    struct id_list wanted;
    static const int32_t numbers[] = {3, 2};
    assert_true(guard_open(&guard, 4096));
    int32_t *types = guard_back(&guard, ids.n * sizeof *types);
    ids_read(&wanted, "0 0 0 2 1 2 0 0 0 1 1 0 0");
    expect_array(types, &wanted, mmspan_type_ids(f.result, NULL, 0, types, ids.n, NULL));
    expect_array(types, &wanted, mmspan_type_ids(f.result, numbers, 0, types, ids.n, NULL));
    ids_read(&wanted, "0 0 0 2 3 2 0 0 0 3 3 0 0");
    expect_array(types, &wanted, mmspan_type_ids(f.result, numbers, 2, types, ids.n, NULL));
    memset(types, 0x55, ids.n * sizeof *types);
    assert_int_equal(mmspan_type_ids(f.result, numbers, 1, types, ids.n, &error),
                     MMSPAN_E_ARGUMENT);
    assert_string_equal(error.message, "1 numbers for 2 modalities");
    assert_int_equal(mmspan_type_ids(f.result, numbers, 3, types, ids.n, NULL),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_type_ids(f.result, NULL, 2, types, ids.n, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_type_ids(f.result, numbers, 2, types, ids.n - 1, NULL),
                     MMSPAN_E_MISMATCH);
    assert_int_equal(mmspan_type_ids(NULL, numbers, 2, types, ids.n, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(types[0], 0x55555555);
    guard_close(&guard);
}

static void test_item_index(void **state) {
    (void)state;
    struct guard guard;
    struct id_list wanted;
    assert_true(guard_open(&guard, 4096));
    int32_t *indices = guard_back(&guard, ids.n * sizeof *indices);
    ids_read(&wanted, "-1 0*7 1*4 -1");
    expect_array(indices, &wanted, mmspan_item_index(f.result, indices, ids.n, NULL));
    assert_int_equal(mmspan_item_index(f.result, indices, ids.n + 1, &error),
                     MMSPAN_E_MISMATCH);
    assert_non_null(strstr(error.message, "of 13 tokens, but 14"));
    assert_int_equal(mmspan_item_index(f.result, NULL, ids.n, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_item_index(NULL, indices, ids.n, NULL), MMSPAN_E_ARGUMENT);
    fixture_scan_text(&f, &ids, "9 9");
    assert_int_equal(mmspan_item_index(f.result, indices, 2, NULL), MMSPAN_OK);
    assert_int_equal(indices[0], -1);
    assert_int_equal(indices[1], -1);
    fixture_scan_text(&f, &ids, "");
    assert_int_equal(mmspan_item_index(f.result, NULL, 0, NULL), MMSPAN_OK);
    guard_close(&guard);
}

/* Touching images stay apart once they are assigned. */
static void test_touching(void **state) {
    (void)state;
    struct fixture g;
    struct id_list prompt;
    int32_t indices[9];
    const mmspan_media media[] = {{.rows = 3}, {.rows = 4}};
    fixture_open(&g, FIXTURE_KIMI);
    fixture_scan_text(&g, &prompt, "9 1*7 9");
    assert_int_equal(mmspan_assign(g.result, media, 2, NULL, NULL), MMSPAN_OK);
    assert_int_equal(mmspan_item_index(g.result, indices, 9, NULL), MMSPAN_OK);
    ids_expect_same(indices, 9, (const int32_t[]){-1, 0, 0, 0, 1, 1, 1, 1, -1}, 9);
    fixture_close(&g);
}

static void test_fill(void **state) {
    (void)state;
    struct guard guard;
    struct id_list wanted;
    static const int32_t values[] = {71, 72, 73, 74, 75};
    assert_true(guard_open(&guard, 4096));
    int32_t *to = guard_back(&guard, ids.n * sizeof *to);
    memcpy(to, ids.ids, ids.n * sizeof *to);
    ids_read(&wanted, "9 1 3 71 71 71 4 2 3 72*2 4 9");
    expect_array(to, &wanted, mmspan_fill(f.result, to, ids.n, values, 2, NULL));
    /* The sound in the video has a key of its own. */
    ids_read(&wanted, "9 1 3 71 72 73 4 2 3 74*2 4 9");
    expect_array(to, &wanted, mmspan_fill_runs(f.result, to, ids.n, values, 4, NULL));
    memset(to, 0x55, ids.n * sizeof *to);
    assert_int_equal(mmspan_fill_runs(f.result, to, ids.n, values, 3, &error),
                     MMSPAN_E_MISMATCH);
    assert_string_equal(error.message, "3 values for 4 runs");
    assert_int_equal(mmspan_fill_runs(f.result, to, ids.n, values, 5, NULL), MMSPAN_E_MISMATCH);
    assert_int_equal(mmspan_fill_runs(f.result, to, ids.n + 1, values, 4, NULL),
                     MMSPAN_E_MISMATCH);
    assert_int_equal(mmspan_fill_runs(f.result, NULL, ids.n, values, 4, NULL),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_fill_runs(f.result, to, ids.n, NULL, 4, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_fill_runs(NULL, to, ids.n, values, 4, NULL), MMSPAN_E_ARGUMENT);
    for (size_t i = 0; i < ids.n; i++)
        assert_int_equal(to[i], 0x55555555);
    guard_close(&guard);
}

static void test_rows(void **state) {
    (void)state;
    assert_int_equal(mmspan_rows(f.result, 0), 3);
    assert_int_equal(mmspan_rows(f.result, 1), 2);
    assert_int_equal(mmspan_rows(f.result, 2), -1);
    assert_int_equal(mmspan_rows(f.result, -1), -1);
    assert_int_equal(mmspan_rows(f.result, INT32_MAX), -1);
    assert_int_equal(mmspan_rows(NULL, 0), -1);
    mmspan_result *unused;
    assert_int_equal(mmspan_result_create(NULL, &unused), MMSPAN_OK);
    assert_int_equal(mmspan_rows(unused, 0), -1);
    mmspan_result_destroy(unused);
    fixture_scan_text(&f, &ids, "9");
    assert_int_equal(mmspan_rows(f.result, 0), 0);
}

/* Of a stream only what is decided counts, for rows as for windows. */
static void test_stream(void **state) {
    (void)state;
    struct fixture g;
    mmspan_stream *stream;
    mmspan_run runs[4];
    size_t n;
    fixture_open(&g, FIXTURE_GEMMA);
    assert_int_equal(mmspan_stream_create(g.matcher, NULL, &stream), MMSPAN_OK);
    const mmspan_result *result = mmspan_stream_result(stream);
    static const int32_t first[] = {3, 9, 3, 3};
    assert_int_equal(mmspan_stream_push(stream, first, 4, 0, NULL), MMSPAN_OK);
    assert_int_equal(mmspan_rows(result, 0), 1);
    assert_int_equal(mmspan_window(result, 0, 4, runs, 4, &n, NULL), MMSPAN_OK);
    assert_int_equal(n, 1);
    assert_int_equal(mmspan_cut_before(result, 4), 4);
    /* A stray token makes strays of those that it touches; text makes images of them. */
    static const int32_t stray[] = {2, 9, 3, 3, 9};
    assert_int_equal(mmspan_stream_push(stream, stray, 5, 0, NULL), MMSPAN_OK);
    assert_int_equal(mmspan_rows(result, 0), 3);
    assert_int_equal(mmspan_stream_finish(stream, NULL), MMSPAN_OK);
    assert_int_equal(mmspan_rows(result, 0), 3);
    mmspan_stream_destroy(stream);
    fixture_close(&g);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_type_ids, open_prompt, close_prompt),
        cmocka_unit_test_setup_teardown(test_item_index, open_prompt, close_prompt),
        cmocka_unit_test(test_touching),
        cmocka_unit_test_setup_teardown(test_fill, open_prompt, close_prompt),
        cmocka_unit_test_setup_teardown(test_rows, open_prompt, close_prompt),
        cmocka_unit_test(test_stream),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
