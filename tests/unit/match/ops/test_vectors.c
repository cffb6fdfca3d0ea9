/*
 * What the code and the unit tests of other runners say about finding, expanding and
 * collapsing, restated: one line of a table for each of their cases.
 *
 * Where they return something wrong today, the right answer stands here. Two kinds of
 * their cases are at odds with the contract and are marked so: a run that has the rows of
 * its media already counts as expanded, and a run with other rows is never rewritten.
 */
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

enum { MAX_MEDIA = 16 };

/* The configs; `run` and `slot` with an ID are made by open_config. */
static const char pair[] =
    "token b 8; token p 5; token e 9; modality image; begin b; patch p; end e";
static const char wrapped[] =
    "token b 10; token p 99; token e 11; modality image; begin b; patch p; end e";
static const char apertus[] = "token boi 7; token p 9; token row 6; token eoi 8\n"
                              "modality image; pattern boi p+ (row p+)* eoi; embed p";
static const char two_slots[] = "token a 99; token b 98\n"
                                "modality image; bare a; modality video; bare b";
static const char bound[] = "token i 9; token v 8; token a 7; token f 20; token g 21\n"
                            "modality image; patch i\n"
                            "modality video; begin f; patch i; end g; bare f v g | v; multi\n"
                            "modality audio; patch a";
static const char shared[] = "token p 99; token b 101; token e 102; modality image; patch p\n"
                             "modality video; pattern b (text{0,4} p+)+ text{0,4} e; embed p";
/* "run 7": 7 is placeholder and patch; "slot 7": it is a placeholder only. */
static void open_config(struct fixture *f, const char *config) {
    char text[128];
    if (strncmp(config, "run ", 4) == 0) {
        snprintf(text, sizeof text, "token pad %s; modality image; patch pad", config + 4);
        config = text;
    } else if (strncmp(config, "slot ", 5) == 0) {
        snprintf(text, sizeof text, "token slot %s; modality image; bare slot; embed slot",
                 config + 5);
        config = text;
    }
    f->matcher = expect_compile(config, NULL);
    assert_int_equal(mmspan_result_create(NULL, &f->result), MMSPAN_OK);
    f->view = mmspan_result_view(f->result);
}

/* The runs of one modality as inclusive pairs, "1-2 4-4". */
static void expect_offsets(const struct fixture *f, int32_t modality, const char *wanted) {
    char text[512] = "";
    for (size_t r = 0; r < f->view->n_runs; r++) {
        const mmspan_run *run = &f->view->runs[r];
        size_t used = strlen(text);
        if (run->modality == modality)
            snprintf(text + used, sizeof text - used, "%s%d-%d", used ? " " : "",
                     (int)run->start, (int)(run->start + run->length - 1));
    }
    assert_string_equal(text, wanted);
}

/* Finding what is there. An error is a finding, named by its kind and span. */
static void test_locate(void **state) {
    (void)state;
    static const struct {
        const char *config, *ids, *image, *video, *findings;
        size_t n_items;
    } cases[] = {
        {"run 3", "1 2 3 3 3 4 3 3", "2-4 6-7", "", "", 2},
        {"run 99", "99 99 1 100 100", "0-1", "", "", 1},
        {"run 100", "99 99 1 100 100", "3-4", "", "", 1},
        {"run 3", "1 3 3 2 3", "1-2 4-4", "", "", 2},
        /* Both ends are pads: a circular comparison loses these. */
        {"run 3", "3 3 1 3 3", "0-1 3-4", "", "", 2},
        {"run 3", "3 1 3", "0-0 2-2", "", "", 2},
        {"run 3", "3 3 3", "0-2", "", "", 1},
        {"run 3", "3", "0-0", "", "", 1},
        /* One item for each marker. */
        {"slot 99", "99 99 1 2 99", "0-0 1-1 4-4", "", "", 3},
        {"slot 7", "1 7 2 7", "1-1 3-3", "", "", 2},
        /* Begin and end, paired by order instead of position. */
        {pair, "1 8 5 5 9 2", "2-3", "", "", 1},
        {pair, "8 9", "", "", "broken-block 0..1\nstray-token 1..2\n", 0},
        {pair, "9 8 5 9", "2-2", "", "stray-token 0..1\n", 1},
        {pair, "8 5 8 5 5 9", "3-4", "", "broken-block 0..2\n", 1},
        {pair, "8 5 5", "", "", "truncated-block 0..3\n", 0},
        {apertus, "7 9 9 6 9 8", "1-2 4-4", "", "", 1},
        {"run 999", "1 2 999 999 999 3", "2-4", "", "", 1},
        {"run 999", "1 999 999 2 3 999 4", "1-2 5-5", "", "", 2},
        {"run 999", "1 2 999 999", "2-3", "", "", 1},
        {"run 999", "1 2 3", "", "", "", 0},
        /* Two images side by side: without their rows it is one item, never a guess. */
        {"run 999", "1 999 999 2", "1-2", "", "", 1},
        /* The patch ID is the same: what surrounds it says whose it is. */
        {shared, "1 99 99 2 99 99 99 3 101 4 99 99 5 99 99 99 6 102 7", "1-2 4-6",
         "10-11 13-15", "", 3},
        {shared, "101 99 99 102 8 99 9 101 99 10 99 102", "5-5", "1-2 8-8 10-10", "", 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        struct id_list ids;
        open_config(&f, cases[i].config);
        fixture_scan_text(&f, &ids, cases[i].ids);
        assert_int_equal(f.view->n_items, cases[i].n_items);
        expect_offsets(&f, 0, cases[i].image);
        expect_offsets(&f, 1, cases[i].video);
        findings_expect(&f, cases[i].findings);
        fixture_close(&f);
    }
}

/* Media as "0 3; 1 2: 7 9": modality, rows and, behind a colon, their tokens. */
struct media_list {
    mmspan_media media[MAX_MEDIA];
    struct id_list tokens[MAX_MEDIA];
    size_t n;
};

static void read_media(struct media_list *list, const char *text) {
    list->n = 0;
    while (*text) {
        char part[256] = "";
        size_t length = strcspn(text, ";");
        assert_true(length < sizeof part && list->n < MAX_MEDIA);
        memcpy(part, text, length);
        text += length + (text[length] == ';');
        char *tokens = strchr(part, ':');
        char *rest;
        mmspan_media *media = &list->media[list->n];
        *media = (mmspan_media){.modality = (int32_t)strtol(part, &rest, 10)};
        media->rows = strtoll(rest, NULL, 10);
        if (tokens) {
            ids_read(&list->tokens[list->n], tokens + 1);
            media->ids = list->tokens[list->n].ids;
            media->n_ids = list->tokens[list->n].n;
        }
        list->n++;
    }
}

static void expand(struct fixture *f, const struct id_list *ids, int64_t start,
                   const char *media, struct id_list *out) {
    static struct media_list list;
    read_media(&list, media);
    assert_int_equal(
        mmspan_expand(f->result, ids->ids, ids->n, list.media, list.n,
                      &(mmspan_expand_options){.struct_size = sizeof(mmspan_expand_options),
                                               .start = start},
                      out->ids, MAX_IDS, &out->n, NULL),
        MMSPAN_OK);
}

/* Expansion by rows, by tokens, and by rules with patterns of several tokens. */
static void test_expand(void **state) {
    (void)state;
    static const struct {
        const char *config, *ids;
        int64_t start;
        const char *media, *out, *image, *findings;
    } cases[] = {
        {"run 7", "1 7 2 7 3", 0, "0 3; 0 2", "1 7*3 2 7*2 3", "1-3 5-6", ""},
        {"run 1", "7 1 8 1 9", 0, "0 2; 0 3", "7 1*2 8 1*3 9", "1-2 4-6", ""},
        {"run 1", "7 8", 0, "", "7 8", "", ""},
        {"run 1", "7 1 9", 0, "0 2: 90 1 1 91", "7 90 1 1 91 9", "2-3", ""},
        {"run 99", "1 99 2", 0, "0 3: 10 11 99 99 99 14", "1 10 11 99*3 14 2", "3-5", ""},
        {"run 99", "3 4 99 5", 0, "0 3: 10 11 99 99 99 14", "3 4 10 11 99*3 14 5", "4-6", ""},
        {"run 99", "1 99 2 99 3", 0, "0 2; 0 1", "1 99*2 2 99 3", "1-2 4-4", ""},
        {"run 99", "1 99 2 99 3", 0, "0 3: 10 11 99 99 99 14; 0 2: 12 13 99 99 14",
         "1 10 11 99*3 14 2 12 13 99*2 14 3", "3-5 10-11", ""},
        {wrapped, "1 10 99 11 2", 0, "0 2", "1 10 99*2 11 2", "2-3", ""},
        {wrapped, "1 10 99 11 3", 0, "0 3", "1 10 99*3 11 3", "2-4", ""},
        {wrapped, "1 10 99 11 2", 0, "0 4", "1 10 99*4 11 2", "2-5", ""},
        {"run 999", "1 999 2 999 3", 0, "0 3; 0 2", "1 999*3 2 999*2 3", "1-3 5-6", ""},
        /* The first token of all, and touching placeholders. */
        {"run 99", "99 11", 0, "0 3", "99*3 11", "0-2", ""},
        {"run 99", "1 99 99 2", 0, "0 2; 0 2", "1 99*4 2", "1-4", ""},
        /* More media than placeholders, and fewer. */
        {"run 1", "7 1 9", 0, "0 2; 0 3", "7 1*2 9", "1-2", "media-count 3..3 image 1 2 1\n"},
        {"run 99", "99", 0, "0 1; 0 1", "99", "0-0", "media-count 1..1 image 1 2 1\n"},
        {"run 99", "99 99", 0, "0 1", "99 99", "0-1", "media-rows 0..2 image 0 1 2\n"},
        {"run 999", "1 999 2", 0, "0 3; 0 2", "1 999*3 2", "1-3",
         "media-count 3..3 image 1 2 1\n"},
        {"token slot 1; modality image; bare slot", "7 1 1 9", 0, "0 2: 5 5", "7 5 5 1 9", "",
         "media-count 2..3 image -1 1 2\n"},
        /* At odds with the contract: upstream refuses two placeholders for one image of
         * two rows. Here that run is an image that has been expanded. */
        {"run 1", "7 1 1 9", 0, "0 2", "7 1 1 9", "1-2", ""},
        /* Rules: a pattern of several tokens, the longest of those that begin alike, and
         * no rule applies to what another one wrote. */
        {two_slots, "71 72 99 80 98 99 81", 0, "0 2: 99 99; 0 1: 99; 1 1: 98 99 98",
         "71 72 99 99 80 98 99 98 99 81", "", ""},
        {"token a 80; token b 99; token c 81; token d 72\n"
         "modality image; bare a b b c; modality video; bare d",
         "80 99 99 81 72", 0, "0 1: 88 99 77; 1 1: 72 98 99 98", "88 99 77 72 98 99 98", "",
         ""},
        {"token a 80; token b 99\n"
         "modality image; bare a b; modality video; bare a; modality audio; bare b",
         "80 99 80 99 99", 0, "0 1: 88; 0 1: 89; 2 1: 77", "88 89 77", "", ""},
        {"token a 80; token b 99; modality image; bare a b; modality video; bare a", "80 99 80",
         0, "0 1: 88; 1 1: 77", "88 77", "", ""},
        {"token a 80; token b 9\n"
         "modality image; bare a b; modality video; bare b; modality audio; bare a",
         "80 9 9 80", 0, "0 1: 7 9; 1 1: 9 9; 2 1: 80 9", "7 9 9 9 80 9", "", ""},
        {"slot 99", "", 0, "0 1: 99", "", "", "media-count 0..0 image 0 1 0\n"},
        {"slot 99", "99", 0, "", "99", "0-0", "media-count 0..1 image -1 0 1\n"},
        {"token a 80; token b 99; token c 81; modality image; bare a b c", "80 99", 0,
         "0 1: 99", "80 99", "", "truncated-block 0..2\nmedia-count 2..2 image 0 1 0\n"},
        /* History: only the new media are listed, and the old part stays. */
        {two_slots, "71 99 99 72 98 99 98 73 99 74", 8, "0 3: 99 99 99",
         "71 99 99 72 98 99 98 73 99 99 99 74", "", ""},
        {two_slots, "71 99 72", 3, "", "71 99 72", "", ""},
        {"run 99", "10 99 99 11 99 11", 4, "0 3", "10 99 99 11 99*3 11", "1-2 4-6", ""},
        {"run 9", "5 9 9 5 5 5 5 9 6", 7, "0 3", "5 9 9 5 5 5 5 9*3 6", "1-2 7-9", ""},
        /* Images, a video of two frames around a timestamp, audio. */
        {bound, "9 9 20 8 21 7", 0, "0 2; 0 3; 1 4: 20 9 9 21 40 20 9 9 21; 2 4",
         "9*5 20 9 9 21 40 20 9 9 21 7*4", "0-4", ""},
        {bound, "8 10 9", 0, "1 4: 9 9 40 9 9; 0 2", "9 9 40 9 9 10 9 9", "0-1 3-4 6-7", ""},
        {"run 7", "7 5 7", 0, "0 3; 0 16", "7*3 5 7*16", "0-2 4-19", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        static struct id_list ids, out;
        open_config(&f, cases[i].config);
        fixture_scan_text(&f, &ids, cases[i].ids);
        expand(&f, &ids, cases[i].start, cases[i].media, &out);
        ids_expect(&out, cases[i].out);
        findings_expect(&f, cases[i].findings);
        if (*cases[i].image) {
            fixture_scan(&f, out.ids, out.n);
            expect_offsets(&f, 0, cases[i].image);
        }
        fixture_close(&f);
    }
}

/* 400 random IDs with 1, 3 and 8 placeholders, against a plain loop. */
static void test_expand_random(void **state) {
    (void)state;
    struct random_source random = {13};
    static const size_t counts[] = {1, 3, 8};
    struct fixture f;
    open_config(&f, "run 7");
    for (int round = 0; round < 100; round++) {
        static struct id_list ids;
        static int32_t large[8 * 400 + 400];
        mmspan_media media[8];
        size_t n_images = counts[round % 3];
        size_t n_out;
        size_t used = 0;
        ids.n = 0;
        for (size_t i = 0; i < 400; i++) {
            if (i % 37 == 5 && i / 37 < n_images)
                ids_add(&ids, 7, 1);
            ids_add(&ids, (int32_t)random_between(&random, 100, 4999), 1);
        }
        for (size_t i = 0; i < n_images; i++)
            media[i] = (mmspan_media){.rows = (int64_t)random_between(&random, 1, 399)};
        fixture_scan(&f, ids.ids, ids.n);
        assert_int_equal(mmspan_expand(f.result, ids.ids, ids.n, media, n_images, NULL, large,
                                       sizeof large / sizeof *large, &n_out, NULL),
                         MMSPAN_OK);
        findings_expect(&f, "");
        const int32_t *at = large;
        for (size_t i = 0; i < ids.n; i++)
            for (int64_t n = ids.ids[i] == 7 ? media[used++].rows : 1; n > 0; n--)
                assert_int_equal(*at++, ids.ids[i]);
        assert_int_equal(at - large, n_out);
    }
    fixture_close(&f);
}

/* The lengths of two prompts of an end-to-end test: "Describe the image." with a picture
 * of 64 rows and one of 256. */
static void test_end_to_end(void **state) {
    (void)state;
    static const struct {
        const char *media;
        size_t n;
        const char *offsets;
    } cases[] = {{"0 64", 89, "15-78"}, {"0 256", 281, "15-270"}};
    for (size_t i = 0; i < 2; i++) {
        struct fixture f;
        static struct id_list ids, out;
        open_config(&f, wrapped);
        fixture_scan_text(&f, &ids, "5*14 10 99 11 6*9");
        expand(&f, &ids, 0, cases[i].media, &out);
        assert_int_equal(out.n, cases[i].n);
        fixture_scan(&f, out.ids, out.n);
        expect_offsets(&f, 0, cases[i].offsets);
        fixture_close(&f);
    }
}

static void test_collapse(void **state) {
    (void)state;
    static const struct {
        const char *config, *ids, *media, *out;
    } cases[] = {
        {wrapped, "10 99 99 11 10 99 99 99 11", "", "10 99 11 10 99 11"},
        {"run 99", "99 99 1 99 99", "", "99 1 99"},
        {"run 99", "", "", ""},
        {wrapped, "1 10 99*4 11 2", "", "1 10 99 11 2"},
        /* Two touching images of two rows each, one of which was lost: what is not one item
         * stays as it is. */
        {"run 99", "99*4", "0 2; 0 2", "99*4"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        static struct id_list ids, out;
        static struct media_list list;
        open_config(&f, cases[i].config);
        fixture_scan_text(&f, &ids, cases[i].ids);
        read_media(&list, cases[i].media);
        if (list.n)
            assert_int_equal(mmspan_assign(f.result, list.media, list.n, NULL, NULL),
                             MMSPAN_OK);
        assert_int_equal(
            mmspan_collapse(f.result, ids.ids, ids.n, out.ids, MAX_IDS, &out.n, NULL),
            MMSPAN_OK);
        ids_expect(&out, cases[i].out);
        fixture_close(&f);
    }
}

/* Video frames that were pruned after the prompt had been expanded: collapse, then expand
 * with the new rows. Expanding at once is at odds with the contract, which keeps what has
 * other rows than its media, and says so. */
static void test_pruned_frames(void **state) {
    (void)state;
    static const struct {
        const char *ids, *media, *out, *findings;
    } cases[] = {
        {"1 0*2 4 5 0*3 9 10 0*2 12 13", "0 1; 0 4; 0 2", "1 0 4 5 0*4 9 10 0*2 12 13",
         "media-rows 1..3 image 0 1 2\nmedia-rows 5..8 image 1 4 3\n"},
        {"1 0*2 4 5 9 10 0*3", "0 1; 0 4", "1 0 4 5 9 10 0*4",
         "media-rows 1..3 image 0 1 2\nmedia-rows 7..10 image 1 4 3\n"},
        {"0*2 1 4 0*3 5 9 10", "0 1; 0 4", "0 1 4 0*4 5 9 10",
         "media-rows 0..2 image 0 1 2\nmedia-rows 4..7 image 1 4 3\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        static struct id_list ids, out, small;
        open_config(&f, "run 0");
        fixture_scan_text(&f, &ids, cases[i].ids);
        expand(&f, &ids, 0, cases[i].media, &out);
        ids_expect(&out, cases[i].ids);
        findings_expect(&f, cases[i].findings);
        assert_int_equal(
            mmspan_collapse(f.result, ids.ids, ids.n, small.ids, MAX_IDS, &small.n, NULL),
            MMSPAN_OK);
        fixture_scan(&f, small.ids, small.n);
        expand(&f, &small, 0, cases[i].media, &out);
        ids_expect(&out, cases[i].out);
        fixture_close(&f);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_locate),        cmocka_unit_test(test_expand),
        cmocka_unit_test(test_expand_random), cmocka_unit_test(test_end_to_end),
        cmocka_unit_test(test_collapse),      cmocka_unit_test(test_pruned_frames),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
