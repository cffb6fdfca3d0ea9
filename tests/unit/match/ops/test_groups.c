/* Media of several items: frames and crops, how far apart they may stand, how many they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../oracle/notation.h"
#include "../../../support/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_MEDIA = 64 };

static const char frames[] = "token vs 1; token ve 2; token pad 3\n"
                             "modality video; begin vs; patch pad; end ve; multi\n";
static const char crops[] = "token pad 1\nmodality image; patch pad; multi\n";

/* A config whose first modality also has these members, which the notation has no words for. */
static void open_config(struct fixture *f, const char *config, int64_t max_gap,
                        int32_t equal_rows) {
    static struct notation notation;
    mmspan_spec *spec;
    assert_true(notation_read(&notation, config));
    notation.modalities[0].max_gap = max_gap;
    notation.modalities[0].equal_rows = equal_rows;
    assert_int_equal(notation_spec(&notation, NULL, &spec, NULL), MMSPAN_OK);
    assert_int_equal(mmspan_compile(spec, NULL, &f->matcher, NULL), MMSPAN_OK);
    mmspan_spec_destroy(spec);
    assert_int_equal(mmspan_result_create(NULL, &f->result), MMSPAN_OK);
    f->view = mmspan_result_view(f->result);
}

/* Media as rows, or rows and how many items they are: "36 45/5". */
static size_t read_media(mmspan_media *media, const char *text) {
    size_t n = 0;
    for (char *end; *text; text = end) {
        media[n] = (mmspan_media){.rows = strtoll(text, &end, 10)};
        assert_true(end != text);
        if (*end == '/')
            media[n].n_items = (int32_t)strtol(end + 1, &end, 10);
        n++;
        end += strspn(end, " ");
    }
    return n;
}

/* A prompt in which "F*2" is two frames of nine rows, "f" one of eight and "G" one of ten, and
 * "/9" nine tokens of text. */
static void add_frames(struct id_list *ids, const char *text) {
    ids->n = 0;
    for (char *end; *text; text = end) {
        size_t rows = *text == 'F' ? 9 : *text == 'f' ? 8 : *text == 'G' ? 10 : 0;
        size_t n = strtoul(text + 1 + (text[1] == '*'), &end, 10);
        if (rows == 0)
            ids_add(ids, 50, n);
        for (n = n ? n : 1; rows && n > 0; n--) {
            ids_add(ids, 1, 1);
            ids_add(ids, 3, rows);
            ids_add(ids, 2, 1);
            ids_add(ids, 51, n > 1 ? 3 : 0);
        }
        end += strspn(end, " ");
    }
}

/* The media of each item, "0 0 1 -1". */
static void expect_media(const struct fixture *f, const char *wanted) {
    char text[512] = "";
    for (size_t i = 0; i < f->view->n_items; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%d", i ? " " : "",
                 (int)f->view->items[i].media);
    assert_string_equal(text, wanted);
}

static void assign(struct fixture *f, const char *text, int32_t from_end) {
    mmspan_media media[MAX_MEDIA];
    const mmspan_assign_options options = {.struct_size = sizeof options, .from_end = from_end};
    mmspan_error error = {0};
    size_t n = read_media(media, text);
    if (mmspan_assign(f->result, media, n, &options, &error) != MMSPAN_OK)
        fail_msg("%s", error.message);
}

struct group_case {
    int64_t max_gap;
    int32_t equal_rows;
    int32_t from_end;
    const char *prompt, *media, *items, *findings;
};

static void expect_groups(const struct group_case *cases, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const struct group_case *c = &cases[i];
        struct fixture f;
        static struct id_list ids;
        open_config(&f, frames, c->max_gap, c->equal_rows);
        add_frames(&ids, c->prompt);
        fixture_scan(&f, ids.ids, ids.n);
        assign(&f, c->media, c->from_end);
        expect_media(&f, c->items);
        findings_expect(&f, c->findings);
        fixture_close(&f);
    }
}

#define EXPECT_GROUPS(cases) expect_groups(cases, sizeof(cases) / sizeof *(cases))

/* A frame of nine rows is 11 tokens, and stands 14 tokens behind the one before. */
static void test_gaps(void **state) {
    (void)state;
    static const struct group_case cases[] = {
        {10, 0, 0, "F*4 /200 F*5", "36 45", "0 0 0 0 1 1 1 1 1", ""},
        {10, 0, 0, "F*4 /6 F*5", "36 45", "0 0 0 0 1 1 1 1 1", ""},
        /* Features of swapped videos: by sums alone the fifth frame would complete the other
         * one. Both are wrong. */
        {10, 0, 0, "F*5 /200 F*4", "36 45", "0 0 0 0 0 1 1 1 1",
         "media-rows 0..67 video 0 36 45\nmedia-rows 267..320 video 1 45 36\n"},
        {10, 0, 0, "F*4 /200 F*5", "45 36", "0 0 0 0 1 1 1 1 1",
         "media-rows 0..53 video 0 45 36\nmedia-rows 253..320 video 1 36 45\n"},
        {0, 0, 0, "F*5 /200 F*4", "36 45", "0 0 0 0 1 1 1 1 1", ""},
        /* Exactly max_gap tokens, and one more. */
        {200, 0, 0, "F*2 /200 F*2", "36", "0 0 0 0", ""},
        {199, 0, 0, "F*2 /200 F*2", "36", "0 0 -1 -1",
         "media-rows 0..25 video 0 36 18\nmedia-count 225..236 video -1 1 3\n"},
        {1, 0, 0, "F /1 F /2 F", "18 9", "0 0 1", ""},
        /* A frame too many, before a gap and at the end. */
        {10, 0, 0, "F*5 /99 F*4", "36 36", "0 0 0 0 0 1 1 1 1",
         "media-rows 0..67 video 0 36 45\n"},
        {10, 0, 0, "F*4 /99 F*5", "36 36", "0 0 0 0 1 1 1 1 1",
         "media-rows 152..219 video 1 36 45\n"},
        /* A whole video too many is not a part of the one before. */
        {10, 0, 0, "F*4 /6 F*4", "36", "0 0 0 0 -1 -1 -1 -1",
         "media-count 59..70 video -1 1 5\n"},
        /* The second video lacks a frame: it is not the rest of the first. */
        {10, 0, 0, "F*4 /6 F*4 /99 F*2", "36 45 18", "0 0 0 0 1 1 1 1 2 2",
         "media-rows 59..112 video 1 45 36\n"},
        /* What a cut has left of it at the end is its own, however little. */
        {10, 0, 0, "F*4 /6 F", "36 45", "0 0 0 0 1", "media-rows 59..70 video 1 45 9\n"},
        /* From the end: a video cut at its beginning, and the swapped ones. */
        {10, 0, 1, "F*2 /200 F*4", "45 36", "0 0 1 1 1 1", "media-rows 0..25 video 0 45 18\n"},
        {10, 0, 1, "F*5 /200 F*4", "36 45", "0 0 0 0 0 1 1 1 1",
         "media-rows 0..67 video 0 36 45\nmedia-rows 267..320 video 1 45 36\n"},
        {10, 0, 1, "F*4 /200 F*5", "45 36", "0 0 0 0 1 1 1 1 1",
         "media-rows 0..53 video 0 45 36\nmedia-rows 253..320 video 1 36 45\n"},
    };
    EXPECT_GROUPS(cases);
}

static void test_equal_rows(void **state) {
    (void)state;
    static const struct group_case cases[] = {
        {0, 1, 0, "F*2 /1 f*3", "18 24", "0 0 1 1 1", ""},
        /* Without the rule the first would take a frame of the second. */
        {0, 1, 0, "F*2 /1 f*3", "26 16", "0 0 1 1 -1",
         "media-rows 0..25 video 0 26 18\nmedia-count 52..62 video -1 2 3\n"},
        {0, 0, 0, "F*2 /1 f*3", "26 16", "0 0 0 1 1", ""},
        {0, 1, 1, "F*2 /1 f*3", "26 24", "0 0 1 1 1", "media-rows 0..25 video 0 26 18\n"},
        {10, 1, 0, "F*3 /1 f*3", "18 24", "0 0 0 1 1 1", "media-rows 0..39 video 0 18 27\n"},
        /* A rest of other rows cannot belong to the media before. */
        {10, 1, 0, "F*4 /1 f /99 F", "36 45 9", "0 0 0 0 1 2",
         "media-rows 54..64 video 1 45 8\n"},
    };
    EXPECT_GROUPS(cases);
}

static void test_n_items(void **state) {
    (void)state;
    static const struct group_case cases[] = {
        {0, 0, 0, "F*4 /9 F*5", "36/4 45/5", "0 0 0 0 1 1 1 1 1", ""},
        {0, 0, 0, "F*4", "36", "0 0 0 0", ""},
        /* By rows the second would begin one frame later. */
        {0, 0, 0, "F f F*2 /9 F*2", "36/4 18/2", "0 0 0 0 1 1",
         "media-rows 0..46 video 0 36 35\n"},
        {0, 0, 0, "F f F", "26/2", "0 0 -1",
         "media-rows 0..21 video 0 26 17\nmedia-count 21..32 video -1 1 2\n"},
        /* The sum is right and the parts are not: the first one that is wrong is named. */
        {0, 0, 0, "f G /1 F*2", "18/2 18/2", "0 0 1 1", "media-rows 0..10 video 0 9 8\n"},
        {0, 0, 0, "F f G", "27/3", "0 0 0", "media-rows 11..21 video 0 9 8\n"},
        {0, 0, 1, "F f G", "27/3", "0 0 0", "media-rows 11..21 video 0 9 8\n"},
        {0, 0, 0, "f G /1 F*2", "18 18/2", "0 0 1 1", ""},
        {0, 0, 1, "F*3 /1 F*2", "27/3 18/2", "0 0 0 1 1", ""},
        {0, 0, 1, "F*2 /1 F*2", "27/3 18/2", "0 0 1 1", "media-rows 0..25 video 0 27 18\n"},
        /* A media with a wrong part is not complete, and nothing is joined to it. */
        {10, 0, 0, "f G /1 F /99 F*3", "18/2 27 27", "0 0 1 2 2 2",
         "media-rows 0..10 video 0 9 8\nmedia-rows 23..34 video 1 27 9\n"},
        /* The gap still ends it. */
        {10, 0, 0, "F*2 /99 F*2", "27/3 18/2", "0 0 1 1", "media-rows 0..25 video 0 27 18\n"},
    };
    EXPECT_GROUPS(cases);
}

struct crop_case {
    const char *config;
    int64_t max_gap;
    int32_t equal_rows;
    int32_t from_end;
    const char *prompt, *media, *items, *findings;
};

/* Runs without delimiters: crops and the whole image, a frame with text before each. */
static void test_undelimited(void **state) {
    (void)state;
    static const struct crop_case cases[] = {
        {crops, 0, 0, 0, "1*4 9 1*4 9 1*6 9", "14", "0..4=0 5..9=0 10..16=0", ""},
        {crops, 0, 0, 0, "1*4 9 1*4", "8", "0..4=0 5..9=0", ""},
        {crops, 0, 0, 0, "1*6 9 1*6 9 1*4 9 1*4 9 1*6", "6 6 14",
         "0..6=0 7..13=1 14..18=2 19..23=2 24..30=2", ""},
        {crops, 0, 0, 0, "1*6 9 1*6 9 1*4 9 1*4 9 1*6", "14 6 6",
         "0..6=0 7..13=0 14..18=0 19..23=1 24..30=1",
         "media-rows 0..18 image 0 14 16\nmedia-rows 19..30 image 1 6 10\n"
         "media-count 30..30 image 2 3 2\n"},
        /* Several media side by side in one run, and several items of one. */
        {crops, 0, 0, 0, "1*5 9 1*4", "2 3 4", "0..2=0 2..5=1 6..10=2", ""},
        {crops, 0, 0, 0, "1*8 9 1*6", "14", "0..8=0 9..15=0", ""},
        {crops, 0, 0, 0, "1*8 9 1*4", "12/3", "0..8=0 9..13=0", ""},
        {crops, 0, 0, 0, "1*8 9 1*4 9 1*4", "12/3 4", "0..8=0 9..13=0 14..18=1", ""},
        {crops, 0, 0, 0, "1*7 9 1*5 9 1*4", "12/2 4", "0..7=0 8..13=0 14..18=1",
         "media-rows 0..7 image 0 6 7\n"},
        /* A run that holds the end of a media and the beginning of another is not cut. */
        {crops, 0, 0, 0, "1*4 9 1*8 9 1*4", "8 8", "0..4=0 5..13=0 14..18=1",
         "media-rows 0..13 image 0 8 12\nmedia-rows 14..18 image 1 8 4\n"},
        {crops, 0, 0, 0, "1*9", "4 4", "0..9=0",
         "media-rows 0..9 image 0 4 9\nmedia-count 9..9 image 1 2 1\n"},
        /* From the end. */
        {crops, 0, 0, 1, "1*4 9 1*5", "7 2 3", "0..4=0 5..7=1 7..10=2",
         "media-rows 0..4 image 0 7 4\n"},
        {crops, 0, 0, 1, "1*4 9 1*5 9 1*2", "3 4 7", "0..4=1 5..10=2 11..13=2",
         "media-count 0..0 image 0 3 2\n"},
        /* Gaps and equal rows, where runs may hold several items. */
        {crops, 2, 0, 0, "1*4 8 9 1*2 9*3 1*4", "6 4", "0..4=0 6..8=0 11..15=1", ""},
        {crops, 2, 0, 0, "1*4 8 9 1*4 8 9 1*1 9*3 1*4", "8 4",
         "0..4=0 6..10=0 12..13=0 16..20=1", "media-rows 0..13 image 0 8 9\n"},
        {crops, 2, 0, 0, "1*5 8 1 9*3 1*4", "3 2 4", "0..3=0 3..5=1 6..7=1 10..14=2",
         "media-rows 3..7 image 1 2 3\n"},
        {crops, 2, 0, 1, "1*4 9*3 1 8 1*5", "4 2 3", "0..4=0 7..8=1 9..11=1 11..14=2",
         "media-rows 7..11 image 1 2 3\n"},
        {crops, 0, 1, 0, "1*4 9 1*8 9 1*2", "12/3 2", "0..4=0 5..13=0 14..16=1", ""},
        {crops, 0, 1, 0, "1*4 9 1*6 9 1*2", "12/3 2", "0..4=0 5..11=1 12..14=-1",
         "media-rows 0..4 image 0 12 4\nmedia-rows 5..11 image 1 2 6\n"
         "media-count 12..14 image -1 2 3\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct crop_case *c = &cases[i];
        struct fixture f;
        static struct id_list ids;
        open_config(&f, c->config, c->max_gap, c->equal_rows);
        fixture_scan_text(&f, &ids, c->prompt);
        assign(&f, c->media, c->from_end);
        items_expect(&f, c->items);
        findings_expect(&f, c->findings);
        fixture_close(&f);
    }
}

/* Real layouts: crops of 81 rows and the whole image of 169. */
static void test_step3(void **state) {
    (void)state;
    struct fixture f;
    static struct id_list ids;
    open_config(&f, crops, 0, 0);
    fixture_scan_text(&f, &ids, "2 1*81 5 6 1*81 7 8 1*169 9");
    assign(&f, "331", 0);
    expect_media(&f, "0 0 0");
    findings_expect(&f, "");
    fixture_scan_text(&f, &ids, "1*169 2 1*169 2 1*81 5 1*81 5 1*169");
    assign(&f, "169 169 331", 0);
    expect_media(&f, "0 1 2 2 2");
    findings_expect(&f, "");
    assign(&f, "331 169 169", 0);
    assert_true(f.view->n_findings > 0);
    fixture_close(&f);
}

/* An item of another modality between the parts of a media is none of its business, neither
 * when a rest is joined to it; a placeholder ends it. */
static void test_between(void **state) {
    (void)state;
    static const char mixed[] = "token vs 1; token ve 2; token pad 3; token img 4\n"
                                "modality video; begin vs; patch pad; end ve; multi\n"
                                "bare pad\nmodality image; patch img\n";
    struct fixture f;
    static struct id_list ids;
    mmspan_media media[] = {
        {.rows = 4}, {.rows = 6}, {.rows = 1, .modality = 1}, {.rows = 2, .modality = 1}};
    open_config(&f, mixed, 5, 0);
    fixture_scan_text(&f, &ids, "1 3*2 2 1 3*2 2 4 1 3 2 4*2 1 3 2 9*6 1 3*6 2");
    assert_int_equal(mmspan_assign(f.result, media, 4, NULL, NULL), MMSPAN_OK);
    items_expect(&f, "0..4=0 4..8=0 8..9=0 9..12=0 12..14=1 14..17=0 23..31=1");
    findings_expect(&f, "media-rows 0..17 video 0 4 6\n");
    fixture_scan_text(&f, &ids, "1 3*2 2 8 3 8 1 3*2 2");
    assign(&f, "4 1 2", 0);
    items_expect(&f, "0..4=0 5..6=1 7..11=2");
    findings_expect(&f, "media-rows 0..4 video 0 4 2\n");
    fixture_close(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gaps),    cmocka_unit_test(test_equal_rows),
        cmocka_unit_test(test_n_items), cmocka_unit_test(test_undelimited),
        cmocka_unit_test(test_step3),   cmocka_unit_test(test_between),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
