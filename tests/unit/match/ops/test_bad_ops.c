/* What does not fit is refused with a status and a message that names the thing, and
 * changes nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../support/fixture.h"
#include "mmspan/adapters.h"

#include <stdio.h>
#include <string.h>

enum { IMAGE = 0, AUDIO = 2 };

/* A Gemma prompt of 9 tokens with one image of 3 rows and one clip of 1. */
static struct fixture f;
static struct id_list ids;
static mmspan_error error;

static int open_prompt(void **state) {
    (void)state;
    fixture_open(&f, FIXTURE_GEMMA);
    fixture_scan_text(&f, &ids, "9 1 3*3 2 5 7 6");
    memset(&error, 0, sizeof error);
    return 0;
}

static int close_prompt(void **state) {
    (void)state;
    fixture_close(&f);
    return 0;
}

static void expect_failure(mmspan_status status, mmspan_status wanted, const char *words) {
    assert_int_equal(status, wanted);
    assert_int_equal(error.status, wanted);
    if (!strstr(error.message, words))
        fail_msg("\"%s\" does not say \"%s\"", error.message, words);
}

/* Both operations that take media refuse these, and leave the result alone. */
static void refuse_media(const mmspan_media *media, size_t n, mmspan_status wanted,
                         const char *words) {
    int32_t out[4];
    size_t n_out = 77;
    mmspan_item before = f.view->items[0];
    expect_failure(mmspan_assign(f.result, media, n, NULL, &error), wanted, words);
    expect_failure(
        mmspan_expand(f.result, ids.ids, ids.n, media, n, NULL, out, 4, &n_out, &error), wanted,
        words);
    assert_int_equal(n_out, 77);
    assert_memory_equal(&f.view->items[0], &before, sizeof before);
    assert_int_equal(f.view->n_findings, 0);
    assert_int_equal(f.view->n_items, 2);
    /* Without a report it is the same. */
    assert_int_equal(mmspan_assign(f.result, media, n, NULL, NULL), wanted);
}

static void test_media(void **state) {
    (void)state;
    const mmspan_media good = {.rows = 3};
    mmspan_media media[] = {good, good, good};
    static const int64_t few[] = {0, -1, INT64_MIN};
    for (size_t i = 0; i < 3; i++) {
        media[1].rows = few[i];
        refuse_media(media, 3, MMSPAN_E_ARGUMENT, "media 1 (image) has ");
    }
    refuse_media(media, 3, MMSPAN_E_ARGUMENT,
                 "has -9223372036854775808 rows; a media has 1 or more");
    static const int32_t modalities[] = {3, -1, INT32_MAX, INT32_MIN};
    media[1] = good;
    for (size_t i = 0; i < 4; i++) {
        media[2].modality = modalities[i];
        refuse_media(media, 3, MMSPAN_E_ARGUMENT, "media 2 is of modality ");
    }
    media[2] = (mmspan_media){.rows = INT64_MAX - 5, .modality = AUDIO};
    refuse_media(media, 3, MMSPAN_E_ARGUMENT,
                 "media 2 (audio): the rows of all media together do not fit int64");
    media[2] = (mmspan_media){.rows = 6, .n_items = -1};
    refuse_media(media, 3, MMSPAN_E_ARGUMENT, "media 2 (image): -1 items cannot have 6 rows");
    media[2].n_items = 4;
    refuse_media(media, 3, MMSPAN_E_ARGUMENT, "media 2 (image): 4 items cannot have 6 rows");
    media[2].n_items = 7;
    refuse_media(media, 3, MMSPAN_E_ARGUMENT, "media 2 (image): 7 items cannot have 6 rows");
    static const int32_t tokens[] = {1, 3, 3, 3, 2};
    media[2] = (mmspan_media){.rows = 2, .ids = tokens, .n_ids = 5};
    refuse_media(media, 3, MMSPAN_E_ARGUMENT,
                 "media 2 (image) has 2 rows, but its tokens take 3");
    media[2].rows = 4;
    refuse_media(media, 3, MMSPAN_E_ARGUMENT,
                 "media 2 (image) has 4 rows, but its tokens take 3");
    media[2] = (mmspan_media){.rows = 3, .ids = tokens, .n_ids = 5, .modality = AUDIO};
    refuse_media(media, 3, MMSPAN_E_ARGUMENT,
                 "media 2 (audio) has 3 rows, but its tokens take 0");
    media[2] = (mmspan_media){.rows = 3, .ids = tokens};
    refuse_media(media, 3, MMSPAN_E_ARGUMENT, "media 2 (image): a list of no tokens");
    media[2] = (mmspan_media){.rows = 3, .n_ids = 5};
    refuse_media(media, 3, MMSPAN_E_ARGUMENT, "media 2 (image): a list of no tokens");
    media[2] = (mmspan_media){.rows = INT64_MAX - 5, .modality = AUDIO};
    refuse_media(NULL, 1, MMSPAN_E_ARGUMENT, "media");
    refuse_media(media, (size_t)INT32_MAX + 1, MMSPAN_E_LIMIT, "more than 2147483647 media");
    /* The largest sum that fits is fine: one finding says that it is not in the prompt. */
    media[2].rows -= 1;
    assert_int_equal(mmspan_assign(f.result, media, 3, NULL, &error), MMSPAN_OK);
    findings_expect(&f, "media-rows 6..9 audio 0 9223372036854775801 1\n"
                        "media-count 9..9 image 1 2 1\n");
}

/* Options that are too short, ask for what is not known, or are of another prompt. */
static void test_options(void **state) {
    (void)state;
    const mmspan_media media[] = {{.rows = 3}, {.rows = 1, .modality = AUDIO}};
    struct {
        mmspan_assign_options known;
        int64_t unknown;
    } longer = {.known = {.struct_size = sizeof longer, .ids = ids.ids, .n = 9}};
    mmspan_assign_options options = {.struct_size = sizeof options, .ids = ids.ids, .n = 9};
    assert_int_equal(mmspan_assign(f.result, media, 2, &options, &error), MMSPAN_OK);
    assert_int_equal(mmspan_assign(f.result, media, 2, &longer.known, &error), MMSPAN_OK);
    longer.unknown = 1;
    expect_failure(mmspan_assign(f.result, media, 2, &longer.known, &error), MMSPAN_E_ARGUMENT,
                   "options");
    options.struct_size--;
    expect_failure(mmspan_assign(f.result, media, 2, &options, &error), MMSPAN_E_ARGUMENT,
                   "options");
    options.struct_size = sizeof options;
    static const size_t wrong[] = {0, 8, 10, SIZE_MAX};
    for (size_t i = 0; i < 4; i++) {
        options.n = wrong[i];
        expect_failure(mmspan_assign(f.result, media, 2, &options, &error), MMSPAN_E_MISMATCH,
                       "the result is of 9 tokens");
    }
    options = (mmspan_assign_options){.struct_size = sizeof options, .n = 9};
    expect_failure(mmspan_assign(f.result, media, 2, &options, &error), MMSPAN_E_ARGUMENT,
                   "n without ids");
}

/* What expand alone needs to know. */
static void test_tokens_of_media(void **state) {
    (void)state;
    int32_t out[16];
    size_t n_out = 77;
    static const int32_t tokens[] = {1, 3, 2};
    mmspan_media media = {.rows = 1, .ids = tokens, .n_ids = 0};
    expect_failure(
        mmspan_expand(f.result, ids.ids, ids.n, &media, 1, NULL, out, 16, &n_out, &error),
        MMSPAN_E_ARGUMENT, "media 0 (image): a list of no tokens");
    media = (mmspan_media){.rows = 1, .n_ids = 3};
    expect_failure(
        mmspan_expand(f.result, ids.ids, ids.n, &media, 1, NULL, out, 16, &n_out, &error),
        MMSPAN_E_ARGUMENT, "media 0 (image): a list of no tokens");
    media = (mmspan_media){.rows = INT64_MAX};
    expect_failure(
        mmspan_expand(f.result, ids.ids, ids.n, &media, 1, NULL, out, 16, &n_out, &error),
        MMSPAN_E_LIMIT, "media 0 (image): the output would have more than 2^62");
    /* The longest output of all: these tokens, begin, end, and as many rows. */
    media.rows = (INT64_C(1) << 62) - 9 - 2;
    assert_int_equal(
        mmspan_expand(f.result, ids.ids, ids.n, &media, 1, NULL, out, 16, &n_out, &error),
        MMSPAN_OK);
    n_out = 77;
    media.rows++;
    expect_failure(
        mmspan_expand(f.result, ids.ids, ids.n, &media, 1, NULL, out, 16, &n_out, &error),
        MMSPAN_E_LIMIT, "media 0 (image): the output would have more than 2^62");
    const mmspan_media both[] = {{.rows = media.rows - 3}, {.rows = 1}};
    assert_int_equal(
        mmspan_expand(f.result, ids.ids, ids.n, both, 2, NULL, out, 16, &n_out, &error),
        MMSPAN_E_LIMIT);
    assert_non_null(strstr(error.message, "media 1 (image)"));
    media = (mmspan_media){.rows = 1, .ids = tokens, .n_ids = SIZE_MAX};
    expect_failure(
        mmspan_expand(f.result, ids.ids, ids.n, &media, 1, NULL, out, 16, &n_out, &error),
        MMSPAN_E_LIMIT, "media 0 (image): the output would have more than 2^62");
    assert_int_equal(n_out, 77);
    /* A size that no memory has is still told. */
    fixture_scan_text(&f, &ids, "9 3");
    media = (mmspan_media){.rows = INT64_C(1) << 61};
    expect_failure(
        mmspan_expand(f.result, ids.ids, ids.n, &media, 1, NULL, out, 16, &n_out, &error),
        MMSPAN_E_SPACE, "room for 2305843009213693955 IDs");
    assert_int_equal(n_out, (UINT64_C(1) << 61) + 3);
    static const int64_t starts[] = {-1, 3, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < 4; i++)
        expect_failure(
            mmspan_expand(f.result, ids.ids, ids.n, NULL, 0,
                          &(mmspan_expand_options){.struct_size = sizeof(mmspan_expand_options),
                                                   .start = starts[i]},
                          out, 16, &n_out, &error),
            MMSPAN_E_ARGUMENT, "start is outside the prompt");
    fixture_close(&f);
    fixture_open(&f, FIXTURE_PIXTRAL);
    fixture_scan_text(&f, &ids, "1 3");
    media.rows = 4;
    expect_failure(
        mmspan_expand(f.result, ids.ids, ids.n, &media, 1, NULL, out, 16, &n_out, &error),
        MMSPAN_E_ARGUMENT, "media 0 (image): rows alone do not say");
}

/* A result of one prompt with another prompt's IDs, and a result of nothing. */
static void test_other_prompt(void **state) {
    (void)state;
    int32_t out[32];
    uint8_t mask[32];
    int64_t cumsum[32];
    size_t n_out;
    const char *words = "the result is of 9 tokens, but 8 are given";
    expect_failure(mmspan_collapse(f.result, ids.ids, 8, out, 32, &n_out, &error),
                   MMSPAN_E_MISMATCH, words);
    expect_failure(mmspan_expand(f.result, ids.ids, 8, NULL, 0, NULL, out, 32, &n_out, &error),
                   MMSPAN_E_MISMATCH, words);
    expect_failure(mmspan_fill(f.result, out, 8, out, 2, &error), MMSPAN_E_MISMATCH, words);
    expect_failure(mmspan_mask(f.result, mask, 8, &error), MMSPAN_E_MISMATCH, words);
    expect_failure(mmspan_type_ids(f.result, NULL, 0, out, 8, &error), MMSPAN_E_MISMATCH,
                   words);
    expect_failure(mmspan_cumsum(f.result, cumsum, 8, &error), MMSPAN_E_MISMATCH, words);
    memset(out, 0x55, sizeof out);
    expect_failure(mmspan_fill(f.result, out, 9, ids.ids, 1, &error), MMSPAN_E_MISMATCH,
                   "1 values for 2 items");
    assert_int_equal(out[2], 0x55555555);
    mmspan_result *unused;
    assert_int_equal(mmspan_result_create(NULL, &unused), MMSPAN_OK);
    assert_int_equal(mmspan_assign(unused, NULL, 0, NULL, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_collapse(unused, NULL, 0, NULL, 0, &n_out, NULL),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_expand(unused, NULL, 0, NULL, 0, NULL, NULL, 0, &n_out, NULL),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_splice(unused, 0, 0, 4, NULL, 4, NULL, 0, NULL), MMSPAN_E_ARGUMENT);
    mmspan_pair pair;
    assert_int_equal(mmspan_sglang_offsets(unused, 0, &pair, 1, &n_out, NULL),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_cut_before(unused, 5), 0);
    assert_int_equal(mmspan_new_position(unused, 0), 0);
    assert_int_equal(mmspan_mask(unused, NULL, 0, NULL), MMSPAN_OK);
    mmspan_result_destroy(unused);
}

static void test_windows(void **state) {
    (void)state;
    static const int64_t windows[][2] = {{-1, 3},        {0, 10},         {5, 4},
                                         {10, 10},       {INT64_MIN, 0},  {0, INT64_MAX},
                                         {INT64_MAX, 0}, {-1, INT64_MAX}, {-2, -1}};
    mmspan_run runs[4];
    char matrix[64];
    size_t n = 77;
    for (size_t i = 0; i < sizeof windows / sizeof *windows; i++) {
        int64_t start = windows[i][0];
        int64_t end = windows[i][1];
        expect_failure(mmspan_window(f.result, start, end, runs, 4, &n, &error),
                       MMSPAN_E_ARGUMENT, ") is not inside the prompt of 9 tokens");
        expect_failure(mmspan_splice(f.result, start, end, 4, matrix, 4, NULL, 0, &error),
                       MMSPAN_E_ARGUMENT, ") is not inside the prompt of 9 tokens");
    }
    assert_int_equal(n, 77);
    assert_int_equal(mmspan_window(NULL, 0, 0, runs, 4, &n, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_window(f.result, 0, 9, NULL, 4, &n, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_window(f.result, 0, 9, runs, 4, NULL, NULL), MMSPAN_E_ARGUMENT);
}

static void refuse_splice(const mmspan_source *sources, size_t n, size_t row_bytes,
                          size_t stride, mmspan_status wanted, const char *words) {
    char matrix[128];
    memset(matrix, 0x55, sizeof matrix);
    expect_failure(mmspan_splice(f.result, 0, 9, row_bytes, matrix, stride, sources, n, &error),
                   wanted, words);
    for (size_t i = 0; i < sizeof matrix; i++)
        assert_int_equal(matrix[i], 0x55);
}

static void test_sources(void **state) {
    (void)state;
    static const char rows[64];
    const mmspan_source image = {rows, 3, 8, IMAGE, 0};
    const mmspan_source audio = {rows, 1, 8, AUDIO, 0};
    mmspan_source sources[] = {image, audio};
    refuse_splice(sources, 1, 8, 8, MMSPAN_E_MISMATCH, "rows of audio, but there is no source");
    static const int64_t wrong[] = {0, 2, 4, -3, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < 6; i++) {
        sources[0].n_rows = wrong[i];
        refuse_splice(sources, 2, 8, 8, MMSPAN_E_MISMATCH, "takes 3 rows of image, but the");
    }
    sources[0] = image;
    sources[1] = image;
    refuse_splice(sources, 2, 8, 8, MMSPAN_E_ARGUMENT, "source 1: modality 0 ");
    sources[1].modality = 9;
    refuse_splice(sources, 2, 8, 8, MMSPAN_E_ARGUMENT, "source 1: modality 9 ");
    sources[1] = audio;
    sources[0].stride = 7;
    refuse_splice(sources, 2, 8, 8, MMSPAN_E_ARGUMENT, "source 0 (image)");
    sources[0] = image;
    sources[0].data = NULL;
    refuse_splice(sources, 2, 8, 8, MMSPAN_E_ARGUMENT, "source 0 (image)");
    sources[0] = image;
    refuse_splice(sources, 2, 8, 7, MMSPAN_E_ARGUMENT, "matrix_stride");
    refuse_splice(sources, 2, 0, 8, MMSPAN_E_ARGUMENT, "row_bytes");
    refuse_splice(NULL, 2, 8, 8, MMSPAN_E_ARGUMENT, "sources");
    assert_int_equal(mmspan_splice(f.result, 0, 9, 8, NULL, 8, sources, 2, &error),
                     MMSPAN_E_ARGUMENT);
    /* A modality that the prompt has no row of may have a source of no rows. */
    mmspan_source all[] = {image, audio, {NULL, 0, 0, 1, 0}};
    char matrix[72];
    assert_int_equal(mmspan_splice(f.result, 0, 9, 8, matrix, 8, all, 3, &error), MMSPAN_OK);
}

static void refuse_literal(const mmspan_span *spans, size_t n) {
    mmspan_scan_options options = {
        .struct_size = sizeof options, .literal = spans, .n_literal = n};
    expect_failure(mmspan_scan(f.matcher, ids.ids, ids.n, &options, f.result, &error),
                   MMSPAN_E_ARGUMENT, "literal spans must be sorted, apart from each other");
}

static void test_literal_spans(void **state) {
    (void)state;
    refuse_literal((const mmspan_span[]){{4, 6}, {1, 2}}, 2);
    refuse_literal((const mmspan_span[]){{1, 4}, {3, 6}}, 2);
    refuse_literal((const mmspan_span[]){{3, 2}}, 1);
    refuse_literal((const mmspan_span[]){{-1, 2}}, 1);
    refuse_literal((const mmspan_span[]){{5, 10}}, 1);
    refuse_literal((const mmspan_span[]){{INT64_MIN, INT64_MAX}}, 1);
    refuse_literal(NULL, 1);
    mmspan_scan_options options = {.struct_size = 4};
    assert_int_equal(mmspan_scan(f.matcher, ids.ids, ids.n, &options, f.result, &error),
                     MMSPAN_E_ARGUMENT);
    /* Touching and empty ones are fine. */
    static const mmspan_span spans[] = {{0, 0}, {0, 2}, {2, 2}, {2, 4}, {9, 9}};
    options =
        (mmspan_scan_options){.struct_size = sizeof options, .literal = spans, .n_literal = 5};
    assert_int_equal(mmspan_scan(f.matcher, ids.ids, ids.n, &options, f.result, &error),
                     MMSPAN_OK);
}

static void test_missing_arguments(void **state) {
    (void)state;
    int32_t out[16];
    size_t n;
    mmspan_stream *stream;
    int32_t *in = ids.ids;
    assert_int_equal(mmspan_collapse(NULL, in, 9, out, 16, &n, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_collapse(f.result, NULL, 9, out, 16, &n, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_collapse(f.result, in, 9, NULL, 16, &n, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_collapse(f.result, in, 9, out, 16, NULL, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_expand(NULL, in, 9, NULL, 0, NULL, out, 16, &n, NULL),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_expand(f.result, NULL, 9, NULL, 0, NULL, out, 16, &n, NULL),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_expand(f.result, in, 9, NULL, 0, NULL, NULL, 16, &n, NULL),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_expand(f.result, in, 9, NULL, 0, NULL, out, 16, NULL, NULL),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_assign(NULL, NULL, 0, NULL, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_fill(NULL, in, 9, out, 2, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_fill(f.result, NULL, 9, out, 2, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_fill(f.result, in, 9, NULL, 2, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_mask(NULL, NULL, 0, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_mask(f.result, NULL, 9, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_type_ids(f.result, NULL, 0, NULL, 9, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_cumsum(f.result, NULL, 9, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_stream_create(NULL, NULL, &stream), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_stream_create(f.matcher, NULL, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_stream_copy(NULL, &stream), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_stream_push(NULL, in, 1, 0, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_stream_finish(NULL, NULL), MMSPAN_E_ARGUMENT);
    mmspan_stream_destroy(NULL);
    assert_int_equal(mmspan_stream_create(f.matcher, NULL, &stream), MMSPAN_OK);
    assert_int_equal(mmspan_stream_copy(stream, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_stream_push(stream, NULL, 1, 0, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_stream_push(stream, in, SIZE_MAX, 0, NULL), MMSPAN_E_ARGUMENT);
    mmspan_stream_destroy(stream);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_media, open_prompt, close_prompt),
        cmocka_unit_test_setup_teardown(test_options, open_prompt, close_prompt),
        cmocka_unit_test_setup_teardown(test_tokens_of_media, open_prompt, close_prompt),
        cmocka_unit_test_setup_teardown(test_other_prompt, open_prompt, close_prompt),
        cmocka_unit_test_setup_teardown(test_windows, open_prompt, close_prompt),
        cmocka_unit_test_setup_teardown(test_sources, open_prompt, close_prompt),
        cmocka_unit_test_setup_teardown(test_literal_spans, open_prompt, close_prompt),
        cmocka_unit_test_setup_teardown(test_missing_arguments, open_prompt, close_prompt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
