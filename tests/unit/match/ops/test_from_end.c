/* Media taken from the end, items of no rows, and results that take no media at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../support/expect.h"
#include "../../../support/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IMAGE = 0, VIDEO = 1, AUDIO = 2, MAX_MEDIA = 64 };

static const mmspan_assign_options from_end = {.struct_size = sizeof from_end, .from_end = 1};

static void assign(struct fixture *f, int32_t modality, const char *rows) {
    mmspan_media media[MAX_MEDIA];
    size_t n = media_read(media, MAX_MEDIA, modality, rows);
    assert_int_equal(mmspan_assign(f->result, media, n, &from_end, NULL), MMSPAN_OK);
}

static void test_assign(void **state) {
    (void)state;
    struct fixture f;
    struct id_list ids;
    fixture_open(&f, FIXTURE_GEMMA);
    /* Two images of 4 and 6 rows, cut inside the first: what is left is the second. */
    fixture_scan_text(&f, &ids, "3*2 2 9 1 3*6 2 9");
    assign(&f, IMAGE, "4 6");
    items_expect(&f, "4..12=1");
    findings_expect(&f, "media-count 0..0 image 0 2 1\nstray-token 0..2\nstray-token 2..3\n");
    assign(&f, IMAGE, "6");
    items_expect(&f, "4..12=0");
    findings_expect(&f, "stray-token 0..2\nstray-token 2..3\n");
    /* The first item too many is that of the prompt; rows are compared all the same. */
    fixture_scan_text(&f, &ids, "1 3 2 9 1 3*2 2 9 1 3*3 2 9 1 3*4 2");
    assign(&f, IMAGE, "7 4");
    items_expect(&f, "0..3=-1 4..8=-1 9..14=0 15..21=1");
    findings_expect(&f, "media-count 0..3 image -1 2 4\nmedia-rows 9..14 image 0 7 3\n");
    /* Many findings, and those of the scan among them, in their order. */
    fixture_scan_text(&f, &ids, "2 9 1 3*2 2 9 2 9 1 3*3 2 9 2");
    assign(&f, IMAGE, "5 5");
    findings_expect(&f, "stray-token 0..1\nmedia-rows 2..6 image 0 5 2\nstray-token 7..8\n"
                        "media-rows 9..14 image 1 5 3\nstray-token 15..16\n");
    fixture_close(&f);
}

/* What an assign has handed out is forgotten with its prompt: the media of the next scan are
 * counted from 0 again. */
static void test_scan_again(void **state) {
    (void)state;
    struct fixture f;
    struct id_list ids;
    mmspan_span kept;
    mmspan_span media[3];
    fixture_open(&f, FIXTURE_GEMMA);
    fixture_scan_text(&f, &ids, "9 1 3*2 2");
    assign(&f, IMAGE, "4 6 2");
    assert_int_equal(mmspan_truncate(f.result, 1, MMSPAN_SIDE_RIGHT, &kept, media, 3, NULL),
                     MMSPAN_OK);
    assert_int_equal(media[IMAGE].start, 2);
    assert_int_equal(media[IMAGE].end, 2);
    fixture_scan_text(&f, &ids, "9 1 3*2 2");
    for (int64_t n = 1; n <= 5; n += 4) {
        assert_int_equal(mmspan_truncate(f.result, n, MMSPAN_SIDE_RIGHT, &kept, media, 3, NULL),
                         MMSPAN_OK);
        assert_int_equal(media[IMAGE].start, 0);
        assert_int_equal(media[IMAGE].end, n == 5);
    }
    fixture_close(&f);
}

/* Media of all modalities, listed in any order. */
static void test_order(void **state) {
    (void)state;
    struct fixture f;
    struct id_list ids;
    const mmspan_media media[] = {{.rows = 9, .modality = AUDIO},
                                  {.rows = 4, .modality = IMAGE},
                                  {.rows = 1, .modality = AUDIO},
                                  {.rows = 2, .modality = IMAGE},
                                  {.rows = 3, .modality = AUDIO}};
    fixture_open(&f, FIXTURE_GEMMA);
    fixture_scan_text(&f, &ids, "5 7 6 1 3*4 2 5 7*3 6 1 3*2 2");
    assert_int_equal(mmspan_assign(f.result, media, 5, &from_end, NULL), MMSPAN_OK);
    items_expect(&f, "0..3=1 3..9=0 9..14=2 14..18=1");
    findings_expect(&f, "media-count 0..0 audio 0 3 2\n");
    fixture_close(&f);
}

static void test_runs(void **state) {
    (void)state;
    struct fixture f;
    struct id_list ids;
    fixture_open(&f, FIXTURE_KIMI);
    fixture_scan_text(&f, &ids, "1*2 9 1*5 9 1*4");
    assign(&f, IMAGE, "6 2 3 4");
    items_expect(&f, "0..2=0 3..5=1 5..8=2 9..13=3");
    findings_expect(&f, "media-rows 0..2 image 0 6 2\n");
    /* Runs follow their items, and rows go on counting. */
    static const int64_t rows[] = {0, 2, 4, 7};
    assert_int_equal(f.view->n_runs, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(f.view->items[i].first_run, i);
        assert_int_equal(f.view->items[i].n_runs, 1);
        assert_int_equal(f.view->runs[i].item, i);
        assert_int_equal(f.view->runs[i].start, f.view->items[i].start);
        assert_int_equal(f.view->runs[i].length, f.view->items[i].rows);
        assert_int_equal(f.view->runs[i].row, rows[i]);
    }
    fixture_close(&f);
    fixture_open(&f, FIXTURE_OMNI);
    const mmspan_media media[] = {
        {.rows = 8}, {.rows = 2}, {.rows = 3}, {.rows = 1, .modality = 1}};
    fixture_scan_text(&f, &ids, "1 3 5 6*2 4 2 9 3 6*3 4");
    assert_int_equal(mmspan_assign(f.result, media, 3, &from_end, NULL), MMSPAN_OK);
    findings_expect(&f, "media-count 0..0 audio 0 3 2\nmedia-count 0..7 video -1 0 1\n");
    assert_int_equal(mmspan_assign(f.result, media + 1, 3, &from_end, NULL), MMSPAN_OK);
    findings_expect(&f, "");
    fixture_close(&f);
}

/* Where the last media go, and where they went: the history takes none. */
static void test_expand(void **state) {
    (void)state;
    struct fixture f;
    static struct id_list ids, out;
    const mmspan_media media[] = {{.rows = 9}, {.rows = 2}, {.rows = 3}};
    mmspan_expand_options options = {.struct_size = sizeof options, .from_end = 1};
    fixture_open(&f, FIXTURE_GEMMA);
    fixture_scan_text(&f, &ids, "3 8 3 9 1 3*3 2");
    assert_int_equal(mmspan_expand(f.result, ids.ids, ids.n, media + 1, 2, &options, out.ids,
                                   MAX_IDS, &out.n, NULL),
                     MMSPAN_OK);
    ids_expect(&out, "3 8 1 3*2 2 9 1 3*3 2");
    findings_expect(&f, "media-count 0..1 image -1 2 3\n");
    options.start = 1;
    assert_int_equal(mmspan_expand(f.result, ids.ids, ids.n, media, 3, &options, out.ids,
                                   MAX_IDS, &out.n, NULL),
                     MMSPAN_OK);
    ids_expect(&out, "3 8 1 3*2 2 9 1 3*3 2");
    findings_expect(&f, "media-count 1..1 image 0 3 2\n");
    items_expect(&f, "0..1=-1 2..3=1 4..9=2");
    fixture_close(&f);
    /* Unexpanded runs give way from the end as well. */
    fixture_open(&f, FIXTURE_KIMI);
    fixture_scan_text(&f, &ids, "1*2 9 1");
    options.start = 0;
    assert_int_equal(mmspan_expand(f.result, ids.ids, ids.n, media, 3, &options, out.ids,
                                   MAX_IDS, &out.n, NULL),
                     MMSPAN_OK);
    ids_expect(&out, "1*11 9 1*3");
    items_expect(&f, "0..1=0 1..2=1 3..4=2");
    fixture_close(&f);
}

/* Where everything fits, it is the same from both ends. */
static void test_property(void **state) {
    (void)state;
    struct random_source random = {3};
    static struct id_list ids;
    for (int shape = 0; shape < N_FIXTURES; shape++) {
        struct fixture f;
        struct fixture g;
        mmspan_media media[MAX_MEDIA];
        fixture_open(&f, (enum fixture_shape)shape);
        fixture_open(&g, (enum fixture_shape)shape);
        for (int round = 0; round < 200; round++) {
            fixture_prompt((enum fixture_shape)shape, &random, 4, &ids);
            fixture_scan(&f, ids.ids, ids.n);
            fixture_scan(&g, ids.ids, ids.n);
            size_t n = media_of(&f, ids.ids, false, media, MAX_MEDIA);
            assert_int_equal(mmspan_assign(f.result, media, n, NULL, NULL), MMSPAN_OK);
            assert_int_equal(mmspan_assign(g.result, media, n, &from_end, NULL), MMSPAN_OK);
            assert_int_equal(f.view->n_items, g.view->n_items);
            for (size_t i = 0; i < f.view->n_items; i++)
                assert_memory_equal(&f.view->items[i], &g.view->items[i],
                                    sizeof *f.view->items);
            findings_expect(&g, "");
        }
        fixture_close(&g);
        fixture_close(&f);
    }
}

/* Llama 3.2's images stand beside the prompt: the token takes no row, and any media. */
static void test_no_rows(void **state) {
    (void)state;
    struct fixture f;
    struct id_list ids;
    f.matcher = expect_compile("token image 5; modality image; bare image", NULL);
    assert_int_equal(mmspan_result_create(NULL, &f.result), MMSPAN_OK);
    f.view = mmspan_result_view(f.result);
    fixture_scan_text(&f, &ids, "1 5 2 5 2");
    const mmspan_media media[] = {{.rows = 1601}, {.rows = 4 * 1601}, {.rows = 0}};
    assert_int_equal(mmspan_assign(f.result, media, 2, NULL, NULL), MMSPAN_OK);
    items_expect(&f, "1..2=0 3..4=1");
    findings_expect(&f, "");
    assert_int_equal(mmspan_assign(f.result, media, 1, NULL, NULL), MMSPAN_OK);
    findings_expect(&f, "media-count 3..4 image -1 1 2\n");
    assert_int_equal(mmspan_assign(f.result, media, 3, NULL, NULL), MMSPAN_E_ARGUMENT);
    /* Its tokens cannot have as many rows, so they may be anything. */
    static const int32_t own[] = {5};
    const mmspan_media given[] = {{.rows = 1601, .ids = own, .n_ids = 1},
                                  {.rows = 1601, .ids = own, .n_ids = 1}};
    int32_t out[8];
    size_t n_out;
    assert_int_equal(
        mmspan_expand(f.result, ids.ids, ids.n, given, 2, NULL, out, 8, &n_out, NULL),
        MMSPAN_OK);
    ids_expect_same(out, n_out, ids.ids, ids.n);
    findings_expect(&f, "");
    fixture_close(&f);
    /* So does a placeholder that takes none, among blocks that do. */
    fixture_open(&f, FIXTURE_GEMMA3);
    fixture_scan_text(&f, &ids, "1 9 1 3*4 2");
    assert_int_equal(mmspan_assign(f.result, media, 2, NULL, NULL), MMSPAN_OK);
    findings_expect(&f, "media-rows 2..8 image 1 6404 4\n");
    fixture_close(&f);
}

/* As long as a stream goes on, items may still come, or go. */
static void test_unfinished(void **state) {
    (void)state;
    static const int32_t ids[] = {9, 1, 3, 3, 2, 9};
    mmspan_matcher *matcher = expect_compile(fixture_config(FIXTURE_GEMMA), NULL);
    mmspan_stream *stream;
    mmspan_error error = {0};
    const mmspan_media media = {.rows = 2};
    mmspan_replacement plan[2];
    int32_t out[8];
    size_t n;
    size_t n_plan;
    assert_int_equal(mmspan_stream_create(matcher, NULL, &stream), MMSPAN_OK);
    assert_int_equal(mmspan_stream_push(stream, ids, 6, 0, NULL), MMSPAN_OK);
    mmspan_result *result = mmspan_stream_result(stream);
    for (int finished = 0; finished < 2; finished++) {
        mmspan_status wanted = finished ? MMSPAN_OK : MMSPAN_E_ARGUMENT;
        assert_int_equal(mmspan_assign(result, &media, 1, NULL, &error), wanted);
        if (!finished)
            assert_non_null(strstr(error.message, "has not ended"));
        assert_int_equal(mmspan_expand(result, ids, 6, &media, 1, NULL, out, 8, &n, NULL),
                         wanted);
        assert_int_equal(
            mmspan_expand_plan(result, ids, 6, &media, 1, NULL, plan, 2, &n_plan, &n, NULL),
            wanted);
        assert_int_equal(mmspan_collapse(result, ids, 6, out, 8, &n, NULL), wanted);
        if (!finished)
            assert_int_equal(mmspan_stream_finish(stream, NULL), MMSPAN_OK);
    }
    ids_expect_same(out, n, (const int32_t[]){9, 3, 9}, 3);
    mmspan_stream_destroy(stream);
    mmspan_matcher_destroy(matcher);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_assign),  cmocka_unit_test(test_scan_again),
        cmocka_unit_test(test_order),   cmocka_unit_test(test_runs),
        cmocka_unit_test(test_expand),  cmocka_unit_test(test_property),
        cmocka_unit_test(test_no_rows), cmocka_unit_test(test_unfinished),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
