/* Do media fit the prompt: counts, rows, touching items, groups, guests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../oracle/agreement.h"
#include "../../../support/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IMAGE = 0, VIDEO = 1, AUDIO = 2, MAX_MEDIA = 64 };

/* Assigns media of one modality after a scan. */
static void assign(struct fixture *f, int32_t modality, const char *rows) {
    mmspan_media media[MAX_MEDIA];
    size_t n = media_read(media, MAX_MEDIA, modality, rows);
    mmspan_error error = {0};
    if (mmspan_assign(f->result, media, n, NULL, &error) != MMSPAN_OK)
        fail_msg("%s", error.message);
}

static void test_fits(void **state) {
    (void)state;
    struct fixture f;
    struct id_list ids;
    fixture_open(&f, FIXTURE_GEMMA);
    fixture_scan_text(&f, &ids, "9 1 3*4 2 9 1 3*2 2 5 7*3 6");
    mmspan_media media[] = {{.rows = 3, .modality = AUDIO}, /* order of modalities is free */
                            {.rows = 4, .modality = IMAGE},
                            {.rows = 2, .modality = IMAGE}};
    assert_int_equal(mmspan_assign(f.result, media, 3, NULL, NULL), MMSPAN_OK);
    items_expect(&f, "1..7=0 8..12=1 12..17=0");
    findings_expect(&f, "");
    fixture_scan_text(&f, &ids, "9 9");
    assert_int_equal(mmspan_assign(f.result, NULL, 0, NULL, NULL), MMSPAN_OK);
    findings_expect(&f, "");
    fixture_close(&f);
}

static void test_wrong_rows(void **state) {
    (void)state;
    struct fixture f;
    struct id_list ids;
    fixture_open(&f, FIXTURE_GEMMA);
    fixture_scan_text(&f, &ids, "1 3*4 2 9 1 3*2 2");
    /* One more here and one less there must not cancel out. */
    assign(&f, IMAGE, "3 3");
    items_expect(&f, "0..6=0 7..11=1");
    findings_expect(&f, "media-rows 0..6 image 0 3 4\nmedia-rows 7..11 image 1 3 2\n");
    /* Another assignment replaces the findings of the first, and leaves others alone. */
    fixture_scan_text(&f, &ids, "2 1 3*4 2 9 1 3*2 2 2");
    assign(&f, IMAGE, "4");
    findings_expect(&f,
                    "stray-token 0..1\nmedia-count 8..12 image -1 1 2\nstray-token 12..13\n");
    items_expect(&f, "1..7=0 8..12=-1");
    assign(&f, IMAGE, "4 2");
    findings_expect(&f, "stray-token 0..1\nstray-token 12..13\n");
    items_expect(&f, "1..7=0 8..12=1");
    fixture_close(&f);
}

static void test_wrong_count(void **state) {
    (void)state;
    struct fixture f;
    struct id_list ids;
    fixture_open(&f, FIXTURE_GEMMA);
    fixture_scan_text(&f, &ids, "9 1 3*4 2 9");
    assign(&f, IMAGE, "4 2 2");
    findings_expect(&f, "media-count 8..8 image 1 3 1\n");
    /* Media without any item, items without any media, and both at once. */
    fixture_scan_text(&f, &ids, "9 9");
    assign(&f, AUDIO, "4");
    findings_expect(&f, "media-count 2..2 audio 0 1 0\n");
    fixture_scan_text(&f, &ids, "1 3*4 2 1 3 2");
    assign(&f, IMAGE, "");
    findings_expect(&f, "media-count 0..6 image -1 0 2\n");
    assign(&f, AUDIO, "7");
    findings_expect(&f, "media-count 0..6 image -1 0 2\nmedia-count 9..9 audio 0 1 0\n");
    fixture_close(&f);
}

/* The text-only prompt that made an engine crash: an image without data. */
static void test_no_media(void **state) {
    (void)state;
    struct fixture f;
    struct id_list ids;
    fixture_open(&f, FIXTURE_QWEN);
    fixture_scan_text(&f, &ids, "9 1 3*2 2 9");
    assert_int_equal(mmspan_assign(f.result, NULL, 0, NULL, NULL), MMSPAN_OK);
    findings_expect(&f, "media-count 1..5 image -1 0 1\n");
    fixture_close(&f);
}

static void test_touching(void **state) {
    (void)state;
    struct fixture f;
    struct id_list ids;
    fixture_open(&f, FIXTURE_KIMI);
    fixture_scan_text(&f, &ids, "9 1*5 9 1*4");
    items_expect(&f, "1..6=-1 7..11=-1");
    assign(&f, IMAGE, "2 3 4");
    findings_expect(&f, "");
    items_expect(&f, "1..3=0 3..6=1 7..11=2");
    /* Runs follow their items, and rows go on counting. */
    assert_int_equal(f.view->n_runs, 3);
    for (size_t i = 0; i < 3; i++) {
        const mmspan_item *item = &f.view->items[i];
        const mmspan_run *run = &f.view->runs[i];
        assert_int_equal(item->first_run, i);
        assert_int_equal(item->n_runs, 1);
        assert_int_equal(item->rows, item->end - item->start);
        assert_int_equal(item->position, item->start);
        assert_int_equal(run->item, i);
        assert_int_equal(run->start, item->start);
        assert_int_equal(run->length, item->rows);
        assert_int_equal(run->row, i == 0 ? 0 : i == 1 ? 2 : 5);
    }
    /* What has been split stays so. */
    assign(&f, IMAGE, "2 3 4");
    findings_expect(&f, "");
    items_expect(&f, "1..3=0 3..6=1 7..11=2");
    /* A sum that misses is not split at some place, it is found. */
    fixture_scan_text(&f, &ids, "9 1*5 9");
    assign(&f, IMAGE, "2 2");
    findings_expect(&f, "media-rows 1..6 image 0 2 5\nmedia-count 7..7 image 1 2 1\n");
    fixture_close(&f);
}

/* Split runs count their tokens; nothing is left to assign. */
static void test_split_and_by_id(void **state) {
    (void)state;
    struct fixture f;
    struct id_list ids;
    fixture_open(&f, FIXTURE_LLAVA);
    fixture_scan_text(&f, &ids, "9 -200*8 9 -200*4");
    assign(&f, IMAGE, "4 4 4");
    findings_expect(&f, "");
    items_expect(&f, "1..5=0 5..9=1 10..14=2");
    fixture_close(&f);
    fixture_open(&f, FIXTURE_PHI);
    fixture_scan_text(&f, &ids, "-1*2 -2*3");
    assign(&f, IMAGE, "2 3");
    findings_expect(&f, "");
    items_expect(&f, "0..2=0 2..5=1");
    fixture_close(&f);
    fixture_open(&f, FIXTURE_IDEFICS);
    fixture_scan_text(&f, &ids, "1 2*3 1 2*3 1");
    assign(&f, IMAGE, "3 3");
    findings_expect(&f, "");
    items_expect(&f, "1..4=0 5..8=1");
    fixture_close(&f);
}

/* The frames of a video are blocks of their own, with timestamps between them. */
static void test_groups(void **state) {
    (void)state;
    struct fixture f;
    struct id_list ids;
    fixture_open(&f, FIXTURE_GEMMA);
    fixture_scan_text(&f, &ids, "9 1 4*2 2 8 1 4*2 2 8 1 4*3 2");
    assign(&f, VIDEO, "4 3");
    findings_expect(&f, "");
    items_expect(&f, "1..5=0 6..10=0 11..16=1");
    assign(&f, VIDEO, "7");
    findings_expect(&f, "");
    items_expect(&f, "1..5=0 6..10=0 11..16=0");
    assign(&f, VIDEO, "3 4");
    findings_expect(&f, "media-rows 1..10 video 0 3 4\nmedia-rows 11..16 video 1 4 3\n");
    assign(&f, VIDEO, "9");
    findings_expect(&f, "media-rows 1..16 video 0 9 7\n");
    assign(&f, VIDEO, "4");
    findings_expect(&f, "media-count 11..16 video -1 1 2\n");
    items_expect(&f, "1..5=0 6..10=0 11..16=-1");
    /* A placeholder of the same modality ends it. */
    fixture_scan_text(&f, &ids, "1 4*2 2 4 1 4*3 2");
    assign(&f, VIDEO, "4 1 3");
    findings_expect(&f, "media-rows 0..4 video 0 4 2\n");
    items_expect(&f, "0..4=0 4..5=1 5..10=2");
    /* An image between the frames of a video does not end the group. */
    fixture_scan_text(&f, &ids, "1 4*2 2 1 3*2 2 1 4*2 2");
    mmspan_media media[] = {{.rows = 2, .modality = IMAGE}, {.rows = 4, .modality = VIDEO}};
    assert_int_equal(mmspan_assign(f.result, media, 2, NULL, NULL), MMSPAN_OK);
    findings_expect(&f, "");
    items_expect(&f, "0..4=0 4..8=0 8..12=0");
    fixture_close(&f);
}

/* Audio inside a video block is a clip of its own. */
static void test_guests(void **state) {
    (void)state;
    struct fixture f;
    struct id_list ids;
    fixture_open(&f, FIXTURE_OMNI); /* audio is modality 0, video 1 */
    fixture_scan_text(&f, &ids, "1 3 5*2 6 5*2 6 4 2 9 3 6*3 4");
    mmspan_media media[] = {
        {.rows = 2, .modality = 0}, {.rows = 4, .modality = 1}, {.rows = 3, .modality = 0}};
    assert_int_equal(mmspan_assign(f.result, media, 3, NULL, NULL), MMSPAN_OK);
    findings_expect(&f, "");
    media[0].rows = 3;
    assert_int_equal(mmspan_assign(f.result, media, 3, NULL, NULL), MMSPAN_OK);
    findings_expect(&f, "media-rows 0..10 audio 0 3 2\n");
    media[0].rows = 2;
    assert_int_equal(mmspan_assign(f.result, media, 2, NULL, NULL), MMSPAN_OK);
    findings_expect(&f, "media-count 11..16 audio -1 1 2\n");
    fixture_close(&f);
}

/* One item of 9 rows whose runs are three. */
static void test_patterns(void **state) {
    (void)state;
    struct fixture f;
    struct id_list ids;
    fixture_open(&f, FIXTURE_PIXTRAL);
    fixture_scan_text(&f, &ids, "9 1*3 2 1*3 2 1*3 3 1 3");
    assign(&f, IMAGE, "9 1");
    findings_expect(&f, "");
    items_expect(&f, "1..13=0 13..15=1");
    assign(&f, IMAGE, "8 1");
    findings_expect(&f, "media-rows 1..13 image 0 8 9\n");
    fixture_close(&f);
}

/* Media made from the items of any prompt fit it, and nothing but `media` changes. */
static void test_property(void **state) {
    (void)state;
    struct random_source random = {1};
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
            for (size_t i = 0; i < f.view->n_findings; i++)
                assert_int_equal(f.view->findings[i].kind, MMSPAN_FINDING_ROWS);
            for (size_t i = 0; i < f.view->n_items; i++)
                if (shape != FIXTURE_GEMMA3)
                    assert_true(f.view->items[i].media >= 0);
            if (n == 0)
                continue;
            /* One row more in one media is one finding more, about that media. */
            size_t which = random_below(&random, n);
            media[which].rows++;
            size_t before = f.view->n_findings;
            assert_int_equal(mmspan_assign(f.result, media, n, NULL, NULL), MMSPAN_OK);
            if (!mmspan_matcher_modality_multi(f.matcher, media[which].modality))
                assert_int_equal(f.view->n_findings, before + 1);
            media[which].rows--;
            assert_int_equal(mmspan_assign(f.result, media, n, NULL, NULL), MMSPAN_OK);
            assert_int_equal(f.view->n_findings, g.view->n_findings);
            assert_memory_equal(f.view->runs, g.view->runs,
                                f.view->n_runs * sizeof *f.view->runs);
        }
        fixture_close(&g);
        fixture_close(&f);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fits),        cmocka_unit_test(test_wrong_rows),
        cmocka_unit_test(test_wrong_count), cmocka_unit_test(test_no_media),
        cmocka_unit_test(test_touching),    cmocka_unit_test(test_split_and_by_id),
        cmocka_unit_test(test_groups),      cmocka_unit_test(test_guests),
        cmocka_unit_test(test_patterns),    cmocka_unit_test(test_property),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
