/* The operations of the library against cases that were worked out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../oracle/agreement.h"
#include "../../../support/expect.h"
#include "../../../support/media_text.h"
#include "media_cases.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_OF(array) (sizeof(array) / sizeof *(array))

/* A config with a matcher and a result, and what is read for it. */
struct world {
    struct notation notation;
    struct oracle_declarations declared;
    struct fixture fixture;
    struct id_list ids;
    struct media_list media;
    struct id_list out;
};

static void scan(struct world *w, const struct id_list *ids) {
    fixture_scan(&w->fixture, ids->ids, ids->n);
}

static struct world *open_world(const char *config, const char *ids, const char *media) {
    struct world *w = calloc(1, sizeof *w);
    assert_true(w && notation_read(&w->notation, config));
    w->declared = agreement_declarations(&w->notation);
    w->fixture.matcher = expect_compile(config, NULL);
    assert_int_equal(mmspan_result_create(NULL, &w->fixture.result), MMSPAN_OK);
    w->fixture.view = mmspan_result_view(w->fixture.result);
    ids_read(&w->ids, ids);
    media_text_read(&w->declared, &w->media, media ? media : "");
    scan(w, &w->ids);
    return w;
}

static void close_world(struct world *w) {
    fixture_close(&w->fixture);
    free(w);
}

/* With the prompt, to compare tokens, or without. */
static void assign(struct world *w, bool from_end, bool layout) {
    mmspan_assign_options options = {.struct_size = sizeof options,
                                     .from_end = from_end,
                                     .ids = layout ? w->ids.ids : NULL,
                                     .n = layout ? w->ids.n : 0};
    mmspan_error error = {0};
    if (mmspan_assign(w->fixture.result, w->media.media, w->media.n, &options, &error) !=
        MMSPAN_OK)
        fail_msg("%s", error.message);
}

static void expect_text(const char *is, const char *wanted, const char *about) {
    bool any = strcmp(wanted, "?") == 0 && strstr(is, "media-");
    if (!any && strcmp(is, wanted) != 0)
        fail_msg("%s\n-- is\n%s\n-- wanted\n%s", about, is, wanted);
}

static void expect_findings(const struct world *w, const char *wanted, const char *about) {
    char text[4096];
    media_text_findings(&w->declared, w->fixture.view, text, sizeof text);
    expect_text(text, wanted, about);
}

static void test_assign(void **state) {
    (void)state;
    for (size_t i = 0; i < N_OF(assign_cases); i++) {
        const struct assign_case *c = &assign_cases[i];
        char about[512];
        char text[4096];
        struct world *w = open_world(c->config, c->ids, c->media);
        snprintf(about, sizeof about, "case %zu: %s", i, c->media);
        /* Twice: nothing of the first time may be left. */
        for (int round = 0; round < 2; round++) {
            assign(w, c->from_end != 0, true);
            media_text_items(w->fixture.view, text, sizeof text);
            if (c->items)
                expect_text(text, c->items, about);
            expect_findings(w, c->findings, about);
        }
        close_world(w);
    }
}

static void write_span(char *text, size_t size, mmspan_span span) {
    if (span.start == span.end)
        snprintf(text, size, "none");
    else
        snprintf(text, size, "%" PRId64 "..%" PRId64, span.start, span.end);
}

static void test_truncate(void **state) {
    (void)state;
    for (size_t i = 0; i < N_OF(truncate_cases); i++) {
        const struct truncate_case *c = &truncate_cases[i];
        mmspan_span media[MMSPAN_MAX_MODALITIES];
        mmspan_span kept;
        char text[512];
        char about[64];
        struct world *w = open_world(c->config, c->ids, c->media);
        if (c->media)
            assign(w, false, false);
        assert_int_equal(mmspan_truncate(w->fixture.result, c->max_tokens, c->side, &kept,
                                         media, w->declared.n_modalities, NULL),
                         MMSPAN_OK);
        size_t used =
            (size_t)snprintf(text, sizeof text, "%" PRId64 "..%" PRId64, kept.start, kept.end);
        for (size_t m = 0; m < w->declared.n_modalities; m++) {
            char span[64];
            write_span(span, sizeof span, media[m]);
            used += (size_t)snprintf(text + used, sizeof text - used, " %s %s",
                                     w->declared.modalities[m].name, span);
        }
        snprintf(about, sizeof about, "case %zu", i);
        expect_text(text, c->wanted, about);
        close_world(w);
    }
}

static void test_cuts(void **state) {
    (void)state;
    for (size_t i = 0; i < N_OF(cut_cases); i++) {
        struct world *w = open_world(cut_cases[i].config, cut_cases[i].ids, NULL);
        struct id_list before = {.n = 0};
        struct id_list after = {.n = 0};
        int64_t n = w->fixture.view->n_tokens;
        for (int64_t at = 0; at <= n; at++) {
            ids_add(&before, (int32_t)mmspan_cut_before(w->fixture.result, at), 1);
            ids_add(&after, (int32_t)mmspan_cut_after(w->fixture.result, at), 1);
        }
        ids_expect(&before, cut_cases[i].before);
        ids_expect(&after, cut_cases[i].after);
        assert_int_equal(mmspan_cut_before(w->fixture.result, INT64_MAX), n);
        assert_int_equal(mmspan_cut_after(w->fixture.result, INT64_MIN), 0);
        close_world(w);
    }
}

static void expand(struct world *w, const struct expand_case *c, const struct id_list *ids,
                   struct id_list *out) {
    mmspan_expand_options options = {
        .struct_size = sizeof options, .from_end = c->from_end, .start = c->start};
    mmspan_error error = {0};
    if (mmspan_expand(w->fixture.result, ids->ids, ids->n, w->media.media, w->media.n, &options,
                      out->ids, MAX_IDS, &out->n, &error) != MMSPAN_OK)
        fail_msg("%s", error.message);
}

static void test_expand(void **state) {
    (void)state;
    for (size_t i = 0; i < N_OF(expand_cases); i++) {
        const struct expand_case *c = &expand_cases[i];
        static struct id_list again;
        struct world *w = open_world(c->config, c->ids, c->media);
        expand(w, c, &w->ids, &w->out);
        ids_expect(&w->out, c->out);
        expect_findings(w, c->findings, c->media);
        scan(w, &w->out);
        expand(w, c, &w->out, &again);
        ids_expect(&again, c->out);
        close_world(w);
    }
}

static void collapse(struct world *w) {
    assert_int_equal(mmspan_collapse(w->fixture.result, w->ids.ids, w->ids.n, w->out.ids,
                                     MAX_IDS, &w->out.n, NULL),
                     MMSPAN_OK);
}

static void test_collapse(void **state) {
    (void)state;
    for (size_t i = 0; i < N_OF(collapse_cases); i++) {
        struct world *w = open_world(collapse_cases[i].config, collapse_cases[i].ids, NULL);
        collapse(w);
        ids_expect(&w->out, collapse_cases[i].out);
        close_world(w);
    }
}

/* Touching items that only their media tell apart stay as they are. */
static void test_collapse_assigned(void **state) {
    (void)state;
    struct world *w = open_world(gallery_kimi, "1*4 9 1*3", "image=2,2,3");
    assign(w, false, false);
    collapse(w);
    ids_expect(&w->out, "1*4 9 1");
    close_world(w);
}

/* Refused, with the result as it was. */
static void test_bad_media(void **state) {
    (void)state;
    static const char *const bad[] = {"image=0",
                                      "image=-1",
                                      "image=4/3",
                                      "image=4/-2",
                                      "image=2[1 3*3 2]",
                                      "image=2[]",
                                      "image=9223372036854775807,1"};
    for (size_t i = 0; i < N_OF(bad); i++) {
        struct world *w = open_world(GROUPS, "1 3*2 2", bad[i]);
        mmspan_error error = {0};
        assert_int_equal(
            mmspan_assign(w->fixture.result, w->media.media, w->media.n, NULL, &error),
            MMSPAN_E_ARGUMENT);
        assert_true(error.message[0] != '\0');
        assert_int_equal(mmspan_expand(w->fixture.result, w->ids.ids, w->ids.n, w->media.media,
                                       w->media.n, NULL, w->out.ids, MAX_IDS, &w->out.n, NULL),
                         i + 1 < N_OF(bad) ? MMSPAN_E_ARGUMENT : MMSPAN_E_LIMIT);
        assert_int_equal(w->fixture.view->n_items, 1);
        assert_int_equal(w->fixture.view->items[0].media, -1);
        assert_int_equal(w->fixture.view->n_findings, 0);
        close_world(w);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_assign),    cmocka_unit_test(test_truncate),
        cmocka_unit_test(test_cuts),      cmocka_unit_test(test_expand),
        cmocka_unit_test(test_collapse),  cmocka_unit_test(test_collapse_assigned),
        cmocka_unit_test(test_bad_media),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
