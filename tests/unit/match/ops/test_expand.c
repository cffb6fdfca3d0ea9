/* expand and collapse: what they write, what they find, what they leave alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../support/fixture.h"

#include <stdlib.h>
#include <string.h>

enum { IMAGE = 0, VIDEO = 1, AUDIO = 2, MAX_MEDIA = 64 };

static void expand_from(struct fixture *f, const struct id_list *ids, int64_t start,
                        const mmspan_media *media, size_t n, struct id_list *out) {
    mmspan_error error = {0};
    if (mmspan_expand(f->result, ids->ids, ids->n, media, n,
                      &(mmspan_expand_options){.struct_size = sizeof(mmspan_expand_options),
                                               .start = start},
                      out->ids, MAX_IDS, &out->n, &error) != MMSPAN_OK)
        fail_msg("%s", error.message);
    for (size_t i = 0; i < f->view->n_items; i++)
        assert_int_equal(f->view->items[i].reserved, 0);
}

static void collapse(struct fixture *f, const struct id_list *ids, struct id_list *out) {
    mmspan_error error = {0};
    if (mmspan_collapse(f->result, ids->ids, ids->n, out->ids, MAX_IDS, &out->n, &error) !=
        MMSPAN_OK)
        fail_msg("%s", error.message);
}

/* Scans a prompt and expands it by rows of one modality; and once more, which must change
 * nothing. Findings are those of the first time. */
static void expect_expanded(enum fixture_shape shape, const char *prompt, int32_t modality,
                            const char *rows, const char *wanted, const char *findings) {
    struct fixture f;
    static struct id_list ids, out, again;
    mmspan_media media[MAX_MEDIA];
    size_t n = media_read(media, MAX_MEDIA, modality, rows);
    fixture_open(&f, shape);
    fixture_scan_text(&f, &ids, prompt);
    expand_from(&f, &ids, 0, media, n, &out);
    ids_expect(&out, wanted);
    findings_expect(&f, findings);
    fixture_scan(&f, out.ids, out.n);
    expand_from(&f, &out, 0, media, n, &again);
    ids_expect_same(again.ids, again.n, out.ids, out.n);
    fixture_close(&f);
}

static void expect_collapsed(enum fixture_shape shape, const char *prompt, const char *wanted) {
    struct fixture f;
    static struct id_list ids, out, again;
    fixture_open(&f, shape);
    fixture_scan_text(&f, &ids, prompt);
    collapse(&f, &ids, &out);
    ids_expect(&out, wanted);
    fixture_scan(&f, out.ids, out.n);
    collapse(&f, &out, &again);
    ids_expect_same(again.ids, again.n, out.ids, out.n);
    fixture_close(&f);
}

static void test_expand(void **state) {
    (void)state;
    expect_expanded(FIXTURE_GEMMA, "9 3 9 3", IMAGE, "2 3", "9 1 3*2 2 9 1 3*3 2", "");
    expect_expanded(FIXTURE_GEMMA, "3 3", IMAGE, "2 1", "1 3*2 2 1 3 2", "");
    expect_expanded(FIXTURE_GEMMA, "", IMAGE, "", "", "");
    expect_expanded(FIXTURE_GEMMA, "9 9", IMAGE, "", "9 9", "");
    expect_expanded(FIXTURE_QWEN, "9 1 3 2 1 3 2", IMAGE, "4 1", "9 1 3*4 2 1 3 2", "");
    expect_expanded(FIXTURE_QWEN, "9 1 4 2", VIDEO, "3", "9 1 4*3 2", "");
    expect_expanded(FIXTURE_KIMI, "9 1 9 1", IMAGE, "3 2", "9 1*3 9 1*2", "");
    expect_expanded(FIXTURE_KIMI, "1 1 1", IMAGE, "3 1 2", "1*6", "");
    expect_expanded(FIXTURE_BARE, "2 9 2 2", IMAGE, "3 1 2", "1*3 9 1*3", "");
    expect_expanded(FIXTURE_LLAVA, "9 -200 9 -200 5 -200 9", IMAGE, "4 4 4",
                    "9 -200*4 9 -200*4 5 -200*4 9", "");
    expect_expanded(FIXTURE_IDEFICS, "1 2 1 2 1", IMAGE, "3 3", "1 2*3 1 2*3 1", "");
    expect_expanded(FIXTURE_PHI, "-1 9 -2", IMAGE, "3 2", "-1*3 9 -2*2", "");
    expect_expanded(FIXTURE_SEQUENCES, "4 3 1 9", IMAGE, "3", "1 2 3 4*3 3 1 9", "");
    /* The alternatives of a set keep their ID. */
    expect_expanded(FIXTURE_SEQUENCES, "5 3 1 9", IMAGE, "3", "1 2 3 5*3 3 1 9", "");
}

/* Of a prompt that is partly expanded, what is done is kept. */
static void test_mixed_forms(void **state) {
    (void)state;
    expect_expanded(FIXTURE_GEMMA, "1 3*2 2 3 1 3 2", IMAGE, "2 4 1", "1 3*2 2 1 3*4 2 1 3 2",
                    "");
    expect_expanded(FIXTURE_KIMI, "9 1*3 9 1", IMAGE, "3 2", "9 1*3 9 1*2", "");
    expect_expanded(FIXTURE_QWEN, "1 3*4 2 1 3 2", IMAGE, "4 2", "1 3*4 2 1 3*2 2", "");
}

static void test_wrong_rows_are_kept(void **state) {
    (void)state;
    expect_expanded(FIXTURE_GEMMA, "1 3*3 2 3", IMAGE, "2 2", "1 3*3 2 1 3*2 2",
                    "media-rows 0..5 image 0 2 3\n");
    expect_expanded(FIXTURE_QWEN, "1 3*3 2", IMAGE, "4", "1 3*3 2",
                    "media-rows 0..5 image 0 4 3\n");
    expect_expanded(FIXTURE_KIMI, "9 1*3 9", IMAGE, "5", "9 1*3 9",
                    "media-rows 1..4 image 0 5 3\n");
    /* A pad that is not the placeholder is no media's place, however many there are. */
    expect_expanded(FIXTURE_BARE, "1*3", IMAGE, "3 2 2", "1*3",
                    "media-count 3..3 image 1 3 1\n");
}

static void test_wrong_counts(void **state) {
    (void)state;
    expect_expanded(FIXTURE_GEMMA, "9 3 9", IMAGE, "2 3", "9 1 3*2 2 9",
                    "media-count 3..3 image 1 2 1\n");
    expect_expanded(FIXTURE_GEMMA, "9 3 9 3", IMAGE, "2", "9 1 3*2 2 9 3",
                    "media-count 3..4 image -1 1 2\n");
    expect_expanded(FIXTURE_GEMMA, "9 3", IMAGE, "", "9 3", "media-count 1..2 image -1 0 1\n");
}

/* Tokens of the media's own, which may hold text and other delimiters. */
static void test_media_with_ids(void **state) {
    (void)state;
    static const int32_t first[] = {10, 11, 1, 1, 1, 14};
    static const int32_t second[] = {12, 13, 1, 14};
    struct fixture f;
    static struct id_list ids, out, again;
    fixture_open(&f, FIXTURE_KIMI);
    mmspan_media media[] = {{.rows = 3, .ids = first, .n_ids = 6},
                            {.rows = 1, .ids = second, .n_ids = 4},
                            {.rows = 2}};
    fixture_scan_text(&f, &ids, "9 1 8 1 7 1 6");
    expand_from(&f, &ids, 0, media, 3, &out);
    ids_expect(&out, "9 10 11 1 1 1 14 8 12 13 1 14 7 1 1 6");
    findings_expect(&f, "");
    assert_int_equal(f.view->items[0].position, 1);
    assert_int_equal(f.view->items[1].position, 8);
    assert_int_equal(f.view->items[2].position, 13);
    /* The lone pad within the second media's tokens is not expanded again. */
    fixture_scan(&f, out.ids, out.n);
    expand_from(&f, &out, 0, media, 3, &again);
    ids_expect_same(again.ids, again.n, out.ids, out.n);
    findings_expect(&f, "");
    fixture_close(&f);
    /* A bare form may stand for any tokens, also of a modality without a block. */
    fixture_open(&f, FIXTURE_BARE_ONLY);
    fixture_scan_text(&f, &ids, "7 1 1 9");
    expand_from(&f, &ids, 0, media, 2, &out);
    ids_expect(&out, "7 10 11 1 1 1 14 12 13 1 14 9");
    fixture_close(&f);
}

/* Audio that comes with a video's tokens is not missing. */
static void test_guests(void **state) {
    (void)state;
    static const int32_t video[] = {1, 3, 5, 5, 6, 5, 6, 4, 2};
    struct fixture f;
    static struct id_list ids, out;
    fixture_open(&f, FIXTURE_OMNI);
    mmspan_media media[] = {{.rows = 2, .modality = 0},
                            {.rows = 3, .ids = video, .n_ids = 9, .modality = 1},
                            {.rows = 4, .modality = 0}};
    fixture_scan_text(&f, &ids, "9 1 3 5 4 2 9 3 6 4");
    assert_int_equal(f.view->n_items, 2);
    expand_from(&f, &ids, 0, media, 3, &out);
    ids_expect(&out, "9 1 3 5 5 6 5 6 4 2 9 3 6*4 4");
    findings_expect(&f, "");
    media[0].rows = 5;
    expand_from(&f, &ids, 0, media, 3, &out);
    findings_expect(&f, "media-rows 1..6 audio 0 5 2\n");
    fixture_close(&f);
}

/* What stands before `start` is neither touched nor counted. */
static void test_history(void **state) {
    (void)state;
    struct fixture f;
    static struct id_list ids, out;
    mmspan_media media[] = {{.rows = 2}, {.rows = 3}};
    fixture_open(&f, FIXTURE_GEMMA);
    fixture_scan_text(&f, &ids, "3 9 1 3*2 2 9 3 9 3");
    expand_from(&f, &ids, 6, media, 2, &out);
    ids_expect(&out, "3 9 1 3*2 2 9 1 3*2 2 9 1 3*3 2");
    findings_expect(&f, "");
    assert_int_equal(f.view->items[0].media, -1);
    assert_int_equal(f.view->items[1].media, -1);
    assert_int_equal(f.view->items[2].media, 0);
    /* Exactly at an item, one token into it, at the end. */
    fixture_scan_text(&f, &ids, "9 3 9 3");
    expand_from(&f, &ids, 1, media, 2, &out);
    ids_expect(&out, "9 1 3*2 2 9 1 3*3 2");
    expand_from(&f, &ids, 2, media, 1, &out);
    ids_expect(&out, "9 3 9 1 3*2 2");
    expand_from(&f, &ids, 4, NULL, 0, &out);
    ids_expect(&out, "9 3 9 3");
    findings_expect(&f, "");
    expand_from(&f, &ids, 4, media, 1, &out);
    findings_expect(&f, "media-count 4..4 image 0 1 0\n");
    fixture_close(&f);
    /* A block that began before is history as a whole. */
    fixture_open(&f, FIXTURE_KIMI);
    fixture_scan_text(&f, &ids, "9 1*3 9 1");
    expand_from(&f, &ids, 2, media, 1, &out);
    ids_expect(&out, "9 1*3 9 1*2");
    findings_expect(&f, "");
    fixture_close(&f);
}

/* Videos whose frames are placeholders of their own, and media of other modalities. */
static void test_modalities(void **state) {
    (void)state;
    struct fixture f;
    static struct id_list ids, out;
    mmspan_media media[] = {{.rows = 1, .modality = AUDIO},
                            {.rows = 2, .modality = VIDEO},
                            {.rows = 3, .modality = IMAGE},
                            {.rows = 2, .modality = VIDEO},
                            {.rows = 4, .modality = AUDIO}};
    fixture_open(&f, FIXTURE_GEMMA);
    fixture_scan_text(&f, &ids, "4 20 4 9 3 7 7");
    expand_from(&f, &ids, 0, media, 5, &out);
    ids_expect(&out, "1 4*2 2 20 1 4*2 2 9 1 3*3 2 5 7 6 5 7*4 6");
    findings_expect(&f, "");
    /* One video of two frames, as the caller sees it later. */
    media[1].rows = 4;
    media[3].modality = IMAGE;
    media[3].rows = 3;
    fixture_scan(&f, out.ids, out.n);
    mmspan_media later[] = {media[0], media[1], media[2], media[4]};
    assert_int_equal(mmspan_assign(f.result, later, 4, NULL, NULL), MMSPAN_OK);
    findings_expect(&f, "");
    fixture_close(&f);
}

static void test_collapse(void **state) {
    (void)state;
    expect_collapsed(FIXTURE_GEMMA, "9 1 3*3 2 8 1 4*2 2 5 7 6", "9 3 8 4 7");
    expect_collapsed(FIXTURE_GEMMA, "1 3*3 2 1 3 2 3", "3 3 3");
    expect_collapsed(FIXTURE_GEMMA, "9 1 3*3", "9 1 3*3");
    expect_collapsed(FIXTURE_GEMMA, "", "");
    expect_collapsed(FIXTURE_GEMMA3, "9 1 3*4 2", "9 1");
    expect_collapsed(FIXTURE_QWEN, "9 1 3*4 2 1 4*3 2", "9 1 3 2 1 4 2");
    expect_collapsed(FIXTURE_PIXTRAL, "1 1 2 1 1 3 9", "1 3 9");
    expect_collapsed(FIXTURE_KIMI, "1*3 9 1*2", "1 9 1");
    expect_collapsed(FIXTURE_BARE, "1*3 9 2 1", "2 9 2 2");
    expect_collapsed(FIXTURE_LLAVA, "9 -200*8 9 -200*4", "9 -200*8 9 -200");
    expect_collapsed(FIXTURE_IDEFICS, "1 2*3 1 2*3 1", "1 2 1 2 1");
    expect_collapsed(FIXTURE_PHI, "9 -1*2 -2*3 -4*2", "9 -1 -2 -4");
    expect_collapsed(FIXTURE_OMNI, "1 3 5 6 5 6 4 2 3 6*2 4", "1 3 5 4 2 3 6 4");
    expect_collapsed(FIXTURE_LLAMA4, "1 4 5 4 6 3 4 2 9", "3 9");
    expect_collapsed(FIXTURE_GLM, "3 5*4 4 1 3 5*2 4 20 3 5*2 4 2", "3 5 4 1 3 5 4 3 5 4 2");
    expect_collapsed(FIXTURE_SEQUENCES, "9 1 2 3 5 4 3 1 9", "9 5 3 1 9");
}

/* With too small a buffer nothing is written, and the result is as before. */
static void test_small_buffers(void **state) {
    (void)state;
    struct fixture f;
    static struct id_list ids;
    int32_t out[16];
    mmspan_media media[] = {{.rows = 3}};
    mmspan_error error;
    size_t n;
    fixture_open(&f, FIXTURE_GEMMA);
    fixture_scan_text(&f, &ids, "9 3 9");
    mmspan_item before = f.view->items[0];
    for (size_t cap = 0; cap < 7; cap++) {
        memset(out, 0x55, sizeof out);
        n = 99;
        assert_int_equal(mmspan_expand(f.result, ids.ids, ids.n, media, 1, NULL,
                                       cap ? out : NULL, cap, &n, &error),
                         MMSPAN_E_SPACE);
        assert_int_equal(n, 7);
        assert_string_equal(error.message, "the output needs room for 7 IDs");
        for (size_t i = 0; i < 16; i++)
            assert_int_equal(out[i], 0x55555555);
        assert_memory_equal(&f.view->items[0], &before, sizeof before);
        assert_int_equal(f.view->n_findings, 0);
    }
    assert_int_equal(
        mmspan_expand(f.result, ids.ids, ids.n, media, 1, NULL, out, 7, &n, &error), MMSPAN_OK);
    assert_int_equal(out[7], 0x55555555);
    fixture_scan_text(&f, &ids, "9 1 3*3 2 9");
    for (size_t cap = 0; cap < 3; cap++) {
        memset(out, 0x55, sizeof out);
        assert_int_equal(
            mmspan_collapse(f.result, ids.ids, ids.n, cap ? out : NULL, cap, &n, &error),
            MMSPAN_E_SPACE);
        assert_int_equal(n, 3);
        assert_int_equal(out[0], 0x55555555);
        assert_int_equal(f.view->items[0].position, 1);
    }
    assert_int_equal(mmspan_collapse(f.result, ids.ids, ids.n, out, 3, &n, &error), MMSPAN_OK);
    assert_int_equal(out[3], 0x55555555);
    fixture_close(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_expand),
        cmocka_unit_test(test_mixed_forms),
        cmocka_unit_test(test_wrong_rows_are_kept),
        cmocka_unit_test(test_wrong_counts),
        cmocka_unit_test(test_media_with_ids),
        cmocka_unit_test(test_guests),
        cmocka_unit_test(test_history),
        cmocka_unit_test(test_modalities),
        cmocka_unit_test(test_collapse),
        cmocka_unit_test(test_small_buffers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
