/* Where a prompt may be cut: between model steps, and when it is too long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../oracle/notation.h"
#include "../../../support/fixture.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { IMAGE = 0, VIDEO = 1, AUDIO = 2, MAX_MEDIA = 64, N_MODALITIES = 3 };

/* Gemma's config, of which audio may be cut. */
static void open_divisible(struct fixture *f) {
    static struct notation notation;
    mmspan_spec *spec;
    assert_true(notation_read(&notation, fixture_config(FIXTURE_GEMMA)));
    notation.modalities[AUDIO].divisible = 1;
    assert_int_equal(notation_spec(&notation, NULL, &spec, NULL), MMSPAN_OK);
    assert_int_equal(mmspan_compile(spec, NULL, &f->matcher, NULL), MMSPAN_OK);
    mmspan_spec_destroy(spec);
    assert_int_equal(mmspan_result_create(NULL, &f->result), MMSPAN_OK);
    f->view = mmspan_result_view(f->result);
}

static void test_cut(void **state) {
    (void)state;
    struct fixture f;
    static struct id_list ids;
    static const int64_t before[] = {0, 1, 1, 1, 1, 5, 5, 5, 8, 9, 10, 11, 12, 13};
    static const int64_t after[] = {0, 1, 5, 5, 5, 5, 8, 8, 8, 9, 10, 11, 12, 13};
    open_divisible(&f);
    fixture_scan_text(&f, &ids, "9 1 3*2 2 1 3 2 9 5 7 6 9");
    ids_add(&ids, 9, 1);
    fixture_scan(&f, ids.ids, ids.n);
    for (int64_t at = 0; at <= 13; at++) {
        assert_int_equal(mmspan_cut_before(f.result, at), before[at]);
        assert_int_equal(mmspan_cut_after(f.result, at), after[at]);
    }
    assert_int_equal(mmspan_cut_after(f.result, 14), 14);
    static const int64_t low[] = {-1, INT64_MIN};
    static const int64_t high[] = {15, INT64_MAX};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(mmspan_cut_before(f.result, low[i]), 0);
        assert_int_equal(mmspan_cut_after(f.result, low[i]), 0);
        assert_int_equal(mmspan_cut_before(f.result, high[i]), 14);
        assert_int_equal(mmspan_cut_after(f.result, high[i]), 14);
    }
    assert_int_equal(mmspan_cut_before(NULL, 3), 0);
    assert_int_equal(mmspan_cut_after(NULL, 3), 0);
    /* A prompt that begins and ends with an item, and one that is an item. */
    fixture_scan_text(&f, &ids, "1 3*5 2");
    assert_int_equal(mmspan_cut_before(f.result, 6), 0);
    assert_int_equal(mmspan_cut_after(f.result, 1), 7);
    assert_int_equal(mmspan_cut_after(f.result, 7), 7);
    fixture_scan_text(&f, &ids, "");
    assert_int_equal(mmspan_cut_after(f.result, 1), 0);
    fixture_close(&f);
}

/* The loop of the header gets on with chunks of any size. */
static void test_loop(void **state) {
    (void)state;
    struct random_source random = {5};
    static struct id_list ids;
    struct fixture f;
    fixture_open(&f, FIXTURE_GEMMA);
    for (int round = 0; round < 200; round++) {
        fixture_prompt(FIXTURE_GEMMA, &random, 8, &ids);
        fixture_scan(&f, ids.ids, ids.n);
        int64_t chunk = (int64_t)random_between(&random, 1, 12);
        for (int64_t start = 0; start < (int64_t)ids.n;) {
            int64_t end = mmspan_cut_before(f.result, start + chunk);
            if (end <= start)
                end = mmspan_cut_after(f.result, start + chunk);
            assert_true(end > start);
            for (size_t i = 0; i < f.view->n_items; i++)
                assert_false(f.view->items[i].start < end && f.view->items[i].end > end);
            start = end;
        }
    }
    fixture_close(&f);
}

/* What is kept and, for each modality, which media: "0..7 image 0..1 video 0..0 audio 0..0". */
static void expect_truncated(const struct fixture *f, int64_t max_tokens, int32_t side,
                             const char *wanted) {
    mmspan_span kept;
    mmspan_span media[N_MODALITIES];
    char text[256];
    size_t n = (size_t)mmspan_matcher_n_modalities(f->matcher);
    assert_int_equal(mmspan_truncate(f->result, max_tokens, side, &kept, media, n, NULL),
                     MMSPAN_OK);
    snprintf(text, sizeof text, "%" PRId64 "..%" PRId64, kept.start, kept.end);
    for (size_t m = 0; m < n; m++)
        snprintf(text + strlen(text), sizeof text - strlen(text), " %s %" PRId64 "..%" PRId64,
                 mmspan_matcher_modality_name(f->matcher, (int32_t)m), media[m].start,
                 media[m].end);
    assert_string_equal(text, wanted);
}

static void test_truncate(void **state) {
    (void)state;
    struct fixture f;
    static struct id_list ids;
    enum { RIGHT = MMSPAN_SIDE_RIGHT, LEFT = MMSPAN_SIDE_LEFT };
    open_divisible(&f);
    fixture_scan_text(&f, &ids, "9 1 3*2 2 1 3 2 9 5 7 6");
    expect_truncated(&f, 12, RIGHT, "0..12 image 0..2 video 0..0 audio 0..1");
    expect_truncated(&f, INT64_MAX, LEFT, "0..12 image 0..2 video 0..0 audio 0..1");
    /* Also what may be cut between steps is no use when it is cut in half. */
    expect_truncated(&f, 11, RIGHT, "0..9 image 0..2 video 0..0 audio 0..0");
    expect_truncated(&f, 8, RIGHT, "0..8 image 0..2 video 0..0 audio 0..0");
    expect_truncated(&f, 7, RIGHT, "0..5 image 0..1 video 0..0 audio 0..0");
    expect_truncated(&f, 5, RIGHT, "0..5 image 0..1 video 0..0 audio 0..0");
    expect_truncated(&f, 4, RIGHT, "0..1 image 0..0 video 0..0 audio 0..0");
    expect_truncated(&f, 0, RIGHT, "0..0 image 0..0 video 0..0 audio 0..0");
    expect_truncated(&f, 11, LEFT, "1..12 image 0..2 video 0..0 audio 0..1");
    expect_truncated(&f, 10, LEFT, "5..12 image 1..2 video 0..0 audio 0..1");
    expect_truncated(&f, 7, LEFT, "5..12 image 1..2 video 0..0 audio 0..1");
    expect_truncated(&f, 6, LEFT, "8..12 image 2..2 video 0..0 audio 0..1");
    expect_truncated(&f, 2, LEFT, "12..12 image 2..2 video 0..0 audio 1..1");
    expect_truncated(&f, 0, LEFT, "12..12 image 2..2 video 0..0 audio 1..1");
    fixture_close(&f);
}

/* A video of several frames stands or falls as a whole, and so does what stands in it. */
static void test_truncate_media(void **state) {
    (void)state;
    struct fixture f;
    static struct id_list ids;
    enum { RIGHT = MMSPAN_SIDE_RIGHT, LEFT = MMSPAN_SIDE_LEFT };
    const mmspan_media media[] = {{.rows = 3, .modality = VIDEO},
                                  {.rows = 1, .modality = IMAGE},
                                  {.rows = 2, .modality = VIDEO},
                                  {.rows = 1, .modality = IMAGE}};
    fixture_open(&f, FIXTURE_GEMMA);
    fixture_scan_text(&f, &ids, "1 4 2 1 3 2 1 4*2 2 3 9 1 4 2 9 1 4 2");
    /* Before assign each frame is on its own. */
    expect_truncated(&f, 7, RIGHT, "0..6 image 0..1 video 0..1 audio 0..0");
    assert_int_equal(mmspan_assign(f.result, media, 4, NULL, NULL), MMSPAN_OK);
    assert_int_equal(f.view->n_findings, 0);
    expect_truncated(&f, 19, RIGHT, "0..19 image 0..2 video 0..2 audio 0..0");
    expect_truncated(&f, 18, RIGHT, "0..12 image 0..2 video 0..1 audio 0..0");
    expect_truncated(&f, 11, RIGHT, "0..11 image 0..2 video 0..1 audio 0..0");
    expect_truncated(&f, 10, RIGHT, "0..10 image 0..1 video 0..1 audio 0..0");
    expect_truncated(&f, 9, RIGHT, "0..0 image 0..0 video 0..0 audio 0..0");
    expect_truncated(&f, 18, LEFT, "10..19 image 1..2 video 1..2 audio 0..0");
    expect_truncated(&f, 6, LEFT, "19..19 image 2..2 video 2..2 audio 0..0");
    expect_truncated(&f, 7, LEFT, "12..19 image 2..2 video 1..2 audio 0..0");
    fixture_close(&f);
    /* A media may hold together what holds another one together. */
    const mmspan_media crossed[] = {{.rows = 2, .modality = VIDEO},
                                    {.rows = 2, .modality = IMAGE}};
    f.matcher = NULL;
    assert_int_equal(notation_compile("token v 1; token a 2; modality image; patch a; multi\n"
                                      "modality video; patch v; multi",
                                      NULL, &f.matcher, NULL),
                     MMSPAN_OK);
    assert_int_equal(mmspan_result_create(NULL, &f.result), MMSPAN_OK);
    f.view = mmspan_result_view(f.result);
    fixture_scan_text(&f, &ids, "9 1 9 2 9 1 9 2 9");
    assert_int_equal(mmspan_assign(f.result, crossed, 2, NULL, NULL), MMSPAN_OK);
    expect_truncated(&f, 7, RIGHT, "0..1 image 0..0 video 0..0");
    expect_truncated(&f, 8, RIGHT, "0..8 image 0..1 video 0..1");
    expect_truncated(&f, 7, LEFT, "8..9 image 1..1 video 1..1");
    expect_truncated(&f, 8, LEFT, "1..9 image 0..1 video 0..1");
    fixture_close(&f);
}

/* Sound inside a video is a media of its own; from the end indices do not begin with 0. */
static void test_truncate_guests(void **state) {
    (void)state;
    struct fixture f;
    static struct id_list ids;
    enum { RIGHT = MMSPAN_SIDE_RIGHT, LEFT = MMSPAN_SIDE_LEFT };
    enum { SOUND = 0, FILM = 1 };
    const mmspan_media media[] = {
        {.rows = 9, .modality = SOUND}, {.rows = 1, .modality = SOUND},
        {.rows = 2, .modality = SOUND}, {.rows = 3, .modality = SOUND},
        {.rows = 1, .modality = FILM},  {.rows = 2, .modality = FILM}};
    const mmspan_assign_options options = {.struct_size = sizeof options, .from_end = 1};
    fixture_open(&f, FIXTURE_OMNI);
    fixture_scan_text(&f, &ids, "1 3 5 6 4 2 3 6*2 4 1 3 5*2 6*3 4 2");
    expect_truncated(&f, 10, RIGHT, "0..10 audio 0..1 video 0..1");
    assert_int_equal(mmspan_assign(f.result, media + 1, 5, NULL, NULL), MMSPAN_OK);
    assert_int_equal(f.view->n_findings, 0);
    expect_truncated(&f, 10, RIGHT, "0..10 audio 0..2 video 0..1");
    expect_truncated(&f, 9, RIGHT, "0..6 audio 0..1 video 0..1");
    expect_truncated(&f, 18, LEFT, "6..19 audio 1..3 video 1..2");
    assert_int_equal(mmspan_assign(f.result, media, 6, &options, NULL), MMSPAN_OK);
    assert_int_equal(f.view->n_findings, 1);
    expect_truncated(&f, 10, RIGHT, "0..10 audio 1..3 video 0..1");
    expect_truncated(&f, 0, RIGHT, "0..0 audio 1..1 video 0..0");
    expect_truncated(&f, 18, LEFT, "6..19 audio 2..4 video 1..2");
    /* What found no media is none that survives. */
    assert_int_equal(mmspan_assign(f.result, media + 2, 4, &options, NULL), MMSPAN_OK);
    expect_truncated(&f, 10, RIGHT, "0..10 audio 0..1 video 0..1");
    assert_int_equal(mmspan_assign(f.result, media + 1, 2, NULL, NULL), MMSPAN_OK);
    expect_truncated(&f, 19, LEFT, "0..19 audio 0..2 video 0..0");
    expect_truncated(&f, 9, LEFT, "10..19 audio 2..2 video 0..0");
    /* A scan forgets what was assigned. */
    fixture_scan(&f, ids.ids, ids.n);
    expect_truncated(&f, 10, RIGHT, "0..10 audio 0..1 video 0..1");
    fixture_close(&f);
}

/* Against a search over all places, and what is kept fits the media that survive. */
static void test_property(void **state) {
    (void)state;
    struct random_source random = {6};
    static struct id_list ids;
    for (int shape = 0; shape < N_FIXTURES; shape++) {
        struct fixture f;
        fixture_open(&f, (enum fixture_shape)shape);
        size_t n_modalities = (size_t)mmspan_matcher_n_modalities(f.matcher);
        for (int round = 0; round < 100; round++) {
            mmspan_span kept;
            mmspan_span ranges[N_MODALITIES];
            mmspan_media media[MAX_MEDIA];
            fixture_prompt((enum fixture_shape)shape, &random, 4, &ids);
            fixture_scan(&f, ids.ids, ids.n);
            size_t n = media_of(&f, ids.ids, false, media, MAX_MEDIA);
            assert_int_equal(mmspan_assign(f.result, media, n, NULL, NULL), MMSPAN_OK);
            int64_t max_tokens = (int64_t)random_below(&random, ids.n + 2);
            int32_t side = (int32_t)random_below(&random, 2);
            assert_int_equal(
                mmspan_truncate(f.result, max_tokens, side, &kept, ranges, n_modalities, NULL),
                MMSPAN_OK);
            int64_t border = side == MMSPAN_SIDE_RIGHT ? kept.end : kept.start;
            int64_t wanted = side == MMSPAN_SIDE_RIGHT ? 0 : (int64_t)ids.n;
            for (int64_t at = 0; at <= (int64_t)ids.n; at++) {
                int64_t length = side == MMSPAN_SIDE_RIGHT ? at : (int64_t)ids.n - at;
                bool inside = length > max_tokens;
                for (size_t i = 0; i < f.view->n_items; i++)
                    inside |= f.view->items[i].start < at && f.view->items[i].end > at;
                if (!inside && (side == MMSPAN_SIDE_RIGHT || at < wanted))
                    wanted = at;
            }
            assert_int_equal(border, wanted);
            /* Runs that share a delimiter lose it to each other. */
            if (shape == FIXTURE_IDEFICS)
                continue;
            mmspan_media left[MAX_MEDIA];
            int64_t seen[N_MODALITIES] = {0};
            size_t n_left = 0;
            for (size_t i = 0; i < n; i++) {
                int32_t m = media[i].modality;
                int64_t index = seen[m]++;
                if (index >= ranges[m].start && index < ranges[m].end)
                    left[n_left++] = media[i];
            }
            fixture_scan(&f, ids.ids + kept.start, (size_t)(kept.end - kept.start));
            assert_int_equal(mmspan_assign(f.result, left, n_left, NULL, NULL), MMSPAN_OK);
            findings_expect(&f, "");
        }
        fixture_close(&f);
    }
}

static void test_arguments(void **state) {
    (void)state;
    struct fixture f;
    static struct id_list ids;
    mmspan_span kept = {7, 7};
    mmspan_span media[4] = {{7, 7}, {7, 7}, {7, 7}, {7, 7}};
    mmspan_error error;
    fixture_open(&f, FIXTURE_GEMMA);
    fixture_scan_text(&f, &ids, "9 9");
    assert_int_equal(mmspan_truncate(f.result, -1, 0, &kept, NULL, 0, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_truncate(f.result, 1, 2, &kept, NULL, 0, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_truncate(f.result, 1, -1, &kept, NULL, 0, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_truncate(NULL, 1, 0, &kept, NULL, 0, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_truncate(f.result, 1, 0, NULL, NULL, 0, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_truncate(f.result, 1, 0, &kept, NULL, 3, NULL), MMSPAN_E_ARGUMENT);
    for (size_t n = 1; n < 5; n++)
        if (n != 3) {
            assert_int_equal(mmspan_truncate(f.result, 1, 0, &kept, media, n, &error),
                             MMSPAN_E_ARGUMENT);
            assert_non_null(strstr(error.message, "there are 3 modalities"));
        }
    assert_int_equal(kept.start, 7);
    assert_int_equal(media[0].start, 7);
    assert_int_equal(mmspan_truncate(f.result, 1, 0, &kept, NULL, 0, NULL), MMSPAN_OK);
    assert_int_equal(kept.end, 1);
    assert_int_equal(mmspan_truncate(f.result, 1, 0, &kept, media, 3, NULL), MMSPAN_OK);
    assert_int_equal(media[3].start, 7);
    fixture_close(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_loop),
        cmocka_unit_test(test_truncate),
        cmocka_unit_test(test_truncate_media),
        cmocka_unit_test(test_truncate_guests),
        cmocka_unit_test(test_property),
        cmocka_unit_test(test_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
