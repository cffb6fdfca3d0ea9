/* The tokens that a media was supplied with against those in the prompt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../support/fixture.h"
#include "../../../support/guard.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MAX_MEDIA = 8 };

/* Media as their tokens: "1 3*2 2; 1 3 2". */
struct media_list {
    mmspan_media media[MAX_MEDIA];
    struct id_list tokens[MAX_MEDIA];
    size_t n;
};

/* `rows` of them each, of one modality. */
static void read_media(struct media_list *list, int32_t modality, const char *rows,
                       const char *text) {
    list->n = media_read(list->media, MAX_MEDIA, modality, rows);
    for (size_t i = 0; i < list->n; i++) {
        char part[256] = "";
        size_t length = strcspn(text, ";");
        assert_true(length < sizeof part);
        memcpy(part, text, length);
        text += length + (text[length] == ';');
        ids_read(&list->tokens[i], part);
        list->media[i].ids = list->tokens[i].n ? list->tokens[i].ids : NULL;
        list->media[i].n_ids = list->tokens[i].n;
    }
}

/* All findings, as "media-layout 2..5 0 7 9": media, expected and found. */
static void expect_findings(const struct fixture *f, const char *wanted) {
    char text[1024] = "";
    for (size_t i = 0; i < f->view->n_findings; i++) {
        const mmspan_finding *finding = &f->view->findings[i];
        snprintf(text + strlen(text), sizeof text - strlen(text),
                 "%s%s %" PRId64 "..%" PRId64 " %" PRId32 " %" PRId64 " %" PRId64,
                 i ? "; " : "", mmspan_finding_kind_name(finding->kind), finding->start,
                 finding->end, finding->media, finding->expected, finding->found);
    }
    assert_string_equal(text, wanted);
}

struct layout_case {
    enum fixture_shape shape;
    int32_t modality;
    const char *prompt, *rows, *tokens, *findings;
};

static const struct layout_case cases[] = {
    {FIXTURE_PIXTRAL, 0, "9 1*2 2 1*2 3", "4", "1*2 2 1*2 3", ""},
    /* Two rows of three, or three of two. */
    {FIXTURE_PIXTRAL, 0, "9 1*2 2 1*2 2 1*2 3", "6", "1*3 2 1*3 3", "media-layout 3..10 0 1 2"},
    {FIXTURE_GEMMA, 0, "1 3*2 2 9 1 3*4 2", "2 4", "1 3*2 2;1 3*4 2", ""},
    {FIXTURE_GEMMA, 0, "1 3*2 2 9 1 3*4 2", "2 4", "1 3*2 2;1 3*4 6",
     "media-layout 10..11 1 6 2"},
    {FIXTURE_GEMMA, 0, "1 3*2 2", "2", "7 3*2 2", "media-layout 0..4 0 7 1"},
    /* The tokens of the media end too soon; or the block does. */
    {FIXTURE_GEMMA, 0, "1 3*2 2", "2", "1 3*2", "media-layout 3..4 0 -1 2"},
    {FIXTURE_GEMMA, 0, "1 3*2 2", "2", "3*2 2", "media-layout 0..4 0 3 1"},
    {FIXTURE_GEMMA, 0, "1 3*2 2 9", "2", "1 3*2 2 2", "media-layout 4..4 0 2 -1"},
    {FIXTURE_GEMMA, 0, "1 3*2 2", "2", "1 3*2 2 2", "media-layout 4..4 0 2 -1"},
    /* Text around it that the media was supplied with is not compared. */
    {FIXTURE_GEMMA, 0, "50 1 3*2 2 51", "2", "60 1 3*2 2 61 62", ""},
    {FIXTURE_GEMMA, 0, "1 3*2 2", "2", "60 61 1 3*2 2 62", ""},
    {FIXTURE_KIMI, 0, "9 1*3 9", "3", "10 1*3 11", ""},
    {FIXTURE_KIMI, 0, "9 1*5 9", "3 2", "10 1*3 11;1*2", ""},
    /* Which of touching media is which only rows can tell. */
    {FIXTURE_PHI, 0, "9 -1*2 -2*2", "2 2", "-1*2;-1*2", "media-layout 3..5 1 -1 -2"},
    /* Wrong rows are one thing to say about a media, and enough. */
    {FIXTURE_GEMMA, 0, "1 3*3 2", "2", "1 3*2 2", "media-rows 0..5 0 2 3"},
    /* A group is compared as a whole, with the text in it. */
    {FIXTURE_GEMMA, 1, "1 4 2 50 51 1 4 2", "2", "1 4 2 50 51 1 4 2", ""},
    {FIXTURE_GEMMA, 1, "1 4 2 50 51 1 4 2", "2", "1 4 2 50 52 1 4 2",
     "media-layout 4..8 0 52 51"},
    {FIXTURE_GEMMA, 1, "1 4 2 50 1 4 2", "2", "49 1 4 2 50 1 4 2", ""},
    /* Sound that comes first in a video where pictures should. */
    {FIXTURE_OMNI, 1, "9 1 3 6*2 5*2 6*2 5 4 2", "3", "1 3 5*2 6*2 5 6*2 4 2",
     "media-count 1..12 -1 0 1; media-layout 3..12 0 5 6"},
    {FIXTURE_OMNI, 1, "1 3 5*2 4 2", "2", "1 3 6*2 5*2 4 2", "media-layout 2..6 0 6 5"},
    /* An item of no rows may stand for any media. */
    {FIXTURE_GEMMA3, 0, "9 1", "2", "1 3*2 2", ""},
};

static void test_assign(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        static struct id_list ids;
        static struct media_list list;
        fixture_open(&f, cases[i].shape);
        fixture_scan_text(&f, &ids, cases[i].prompt);
        read_media(&list, cases[i].modality, cases[i].rows, cases[i].tokens);
        mmspan_assign_options options = {
            .struct_size = sizeof options, .ids = ids.ids, .n = ids.n};
        for (options.from_end = 0; options.from_end < 2; options.from_end++) {
            assert_int_equal(mmspan_assign(f.result, list.media, list.n, &options, NULL),
                             MMSPAN_OK);
            expect_findings(&f, cases[i].findings);
        }
        /* Without the prompt there is nothing to compare with, and what was found goes. */
        assert_int_equal(mmspan_assign(f.result, list.media, list.n, NULL, NULL), MMSPAN_OK);
        for (size_t k = 0; k < f.view->n_findings; k++)
            assert_int_not_equal(f.view->findings[k].kind, MMSPAN_FINDING_MEDIA_LAYOUT);
        fixture_close(&f);
    }
}

/* In expand the prompt is known. What it writes itself needs no comparison. */
static void test_expand(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        static struct id_list ids, out;
        static struct media_list list;
        fixture_open(&f, cases[i].shape);
        fixture_scan_text(&f, &ids, cases[i].prompt);
        read_media(&list, cases[i].modality, cases[i].rows, cases[i].tokens);
        assert_int_equal(mmspan_expand(f.result, ids.ids, ids.n, list.media, list.n, NULL,
                                       out.ids, MAX_IDS, &out.n, NULL),
                         MMSPAN_OK);
        expect_findings(&f, cases[i].findings);
        fixture_close(&f);
    }
    struct fixture f;
    static struct id_list ids, out;
    static struct media_list list;
    fixture_open(&f, FIXTURE_PIXTRAL);
    fixture_scan_text(&f, &ids, "9 1 3 9 1*2 3");
    read_media(&list, 0, "4 2", "1*2 2 1*2 3;1 2 1 3");
    assert_int_equal(mmspan_expand(f.result, ids.ids, ids.n, list.media, list.n, NULL, out.ids,
                                   MAX_IDS, &out.n, NULL),
                     MMSPAN_OK);
    ids_expect(&out, "9 1*2 2 1*2 3 9 1*2 3");
    expect_findings(&f, "media-layout 5..7 1 2 1");
    fixture_close(&f);
}

/* Not one token beyond the media's or the prompt's is read. */
static void test_borders(void **state) {
    (void)state;
    struct fixture f;
    struct guard prompt;
    struct guard tokens;
    struct id_list ids;
    assert_true(guard_open(&prompt, 256) && guard_open(&tokens, 256));
    fixture_open(&f, FIXTURE_GEMMA);
    ids_read(&ids, "9 1 3*2 2");
    for (size_t n = 3; n <= 6; n++) {
        static const int32_t wanted[] = {1, 3, 3, 2, 2, 2};
        int32_t *in = guard_back(&prompt, ids.n * sizeof *in);
        int32_t *own = guard_back(&tokens, n * sizeof *own);
        memcpy(in, ids.ids, ids.n * sizeof *in);
        memcpy(own, wanted, n * sizeof *own);
        fixture_scan(&f, in, ids.n);
        const mmspan_media media = {.rows = 2, .ids = own, .n_ids = n};
        const mmspan_assign_options options = {
            .struct_size = sizeof options, .ids = in, .n = ids.n};
        assert_int_equal(mmspan_assign(f.result, &media, 1, &options, NULL), MMSPAN_OK);
        assert_int_equal(f.view->n_findings, n != 4);
    }
    fixture_close(&f);
    guard_close(&tokens);
    guard_close(&prompt);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_assign),
        cmocka_unit_test(test_expand),
        cmocka_unit_test(test_borders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
