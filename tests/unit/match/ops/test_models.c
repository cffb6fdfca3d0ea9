/* The models of the operations against cases that were worked out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../oracle/agreement.h"
#include "../../../oracle/model.h"
#include "../../../support/media_text.h"
#include "media_cases.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_OF(array) (sizeof(array) / sizeof *(array))

/* A config with a model, and what is read for it. */
struct world {
    struct notation notation;
    struct oracle_declarations declared;
    struct oracle *oracle;
    struct model model;
    struct id_list ids;
    struct media_list media;
    struct model_list out;
    struct model_list again;
    mmspan_replacement plan[MODEL_MOST];
};

static struct world *open_world(const char *config, const char *ids, const char *media) {
    struct world *w = calloc(1, sizeof *w);
    assert_true(w && notation_read(&w->notation, config));
    w->declared = agreement_declarations(&w->notation);
    w->oracle = oracle_create(&w->declared);
    model_open(&w->model, w->oracle, &w->declared);
    ids_read(&w->ids, ids);
    media_text_read(&w->declared, &w->media, media ? media : "");
    model_load_scan(&w->model, w->ids.ids, w->ids.n, NULL, 0);
    return w;
}

static void close_world(struct world *w) {
    oracle_destroy(w->oracle);
    free(w);
}

static void expect_text(const char *is, const char *wanted, const char *about) {
    bool any = strcmp(wanted, "?") == 0 && strstr(is, "media-");
    if (!any && strcmp(is, wanted) != 0)
        fail_msg("%s\n-- is\n%s\n-- wanted\n%s", about, is, wanted);
}

static void expect_findings(const struct world *w, const char *wanted, const char *about) {
    char text[4096];
    mmspan_view view = model_view(&w->model);
    media_text_findings(&w->declared, &view, text, sizeof text);
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
            assert_int_equal(model_assign(&w->model, w->media.media, w->media.n,
                                          c->from_end != 0, true, w->ids.ids, w->ids.n),
                             MMSPAN_OK);
            mmspan_view view = model_view(&w->model);
            media_text_items(&view, text, sizeof text);
            if (c->items)
                expect_text(text, c->items, about);
            expect_findings(w, c->findings, about);
        }
        if (strcmp(c->findings, "?") != 0 && !strchr(c->media, '['))
            assert_int_equal(w->model.open, MODEL_SETTLED);
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
        char text[512];
        char about[64];
        struct world *w = open_world(c->config, c->ids, c->media);
        if (c->media)
            assert_int_equal(model_assign(&w->model, w->media.media, w->media.n, false, false,
                                          w->ids.ids, w->ids.n),
                             MMSPAN_OK);
        mmspan_span kept = model_truncate(&w->model, c->max_tokens, c->side, media);
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
        for (int64_t at = 0; at <= w->model.n_tokens; at++) {
            ids_add(&before, (int32_t)model_cut_before(&w->model, at), 1);
            ids_add(&after, (int32_t)model_cut_after(&w->model, at), 1);
        }
        ids_expect(&before, cut_cases[i].before);
        ids_expect(&after, cut_cases[i].after);
        assert_int_equal(model_cut_before(&w->model, INT64_MAX), w->model.n_tokens);
        assert_int_equal(model_cut_after(&w->model, INT64_MIN), 0);
        close_world(w);
    }
}

static void test_expand(void **state) {
    (void)state;
    for (size_t i = 0; i < N_OF(expand_cases); i++) {
        const struct expand_case *c = &expand_cases[i];
        struct id_list wanted;
        struct world *w = open_world(c->config, c->ids, c->media);
        ids_read(&wanted, c->out);
        assert_int_equal(model_expand(&w->model, w->ids.ids, w->ids.n, w->media.media,
                                      w->media.n, c->from_end != 0, c->start, &w->out, w->plan),
                         MMSPAN_OK);
        ids_expect_same(w->out.ids, w->out.n, wanted.ids, wanted.n);
        expect_findings(w, c->findings, c->media);
        model_load_scan(&w->model, w->out.ids, w->out.n, NULL, 0);
        assert_int_equal(model_expand(&w->model, w->out.ids, w->out.n, w->media.media,
                                      w->media.n, c->from_end != 0, c->start, &w->again,
                                      w->plan),
                         MMSPAN_OK);
        ids_expect_same(w->again.ids, w->again.n, wanted.ids, wanted.n);
        assert_int_equal(w->model.open, MODEL_SETTLED);
        close_world(w);
    }
}

static void test_collapse(void **state) {
    (void)state;
    for (size_t i = 0; i < N_OF(collapse_cases); i++) {
        struct id_list wanted;
        struct world *w = open_world(collapse_cases[i].config, collapse_cases[i].ids, NULL);
        ids_read(&wanted, collapse_cases[i].out);
        model_collapse(&w->model, w->ids.ids, w->ids.n, NULL, 0, &w->out);
        ids_expect_same(w->out.ids, w->out.n, wanted.ids, wanted.n);
        close_world(w);
    }
}

/* Touching items that only their media tell apart stay as they are. */
static void test_collapse_assigned(void **state) {
    (void)state;
    struct world *w = open_world(gallery_kimi, "1*4 9 1*3", "image=2,2,3");
    assert_int_equal(
        model_assign(&w->model, w->media.media, w->media.n, false, false, w->ids.ids, w->ids.n),
        MMSPAN_OK);
    model_collapse(&w->model, w->ids.ids, w->ids.n, NULL, 0, &w->out);
    static const int32_t wanted[] = {1, 1, 1, 1, 9, 1};
    ids_expect_same(w->out.ids, w->out.n, wanted, N_OF(wanted));
    close_world(w);
}

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
        assert_int_equal(model_check_media(&w->model, w->media.media, w->media.n),
                         MMSPAN_E_ARGUMENT);
        close_world(w);
    }
}

static void test_maps(void **state) {
    (void)state;
    struct world *w = open_world(gallery_gemma4, "9 8 1 3*3 2 7 9", NULL);
    static const int64_t to_new[] = {0, 1, 2, 2, 2, 2, 2, 3, 4, 5, -1};
    static const int64_t to_old[] = {0, 1, 2, 7, 8, 9, -1};
    assert_int_equal(model_new_position(&w->model, 5), 5);
    model_collapse(&w->model, w->ids.ids, w->ids.n, NULL, 0, &w->out);
    for (size_t i = 0; i < N_OF(to_new); i++)
        assert_int_equal(model_new_position(&w->model, (int64_t)i), to_new[i]);
    for (size_t i = 0; i < N_OF(to_old); i++)
        assert_int_equal(model_old_position(&w->model, (int64_t)i), to_old[i]);
    assert_int_equal(model_new_position(&w->model, -1), -1);
    close_world(w);
}

static void test_tokens(void **state) {
    (void)state;
    struct world *w = open_world(OMNI, "9 1 3 5 6 5 4 2 3 6 4", NULL);
    static struct model_token tokens[16];
    static const int32_t modality[] = {-1, -1, -1, 1, 0, 1, -1, -1, -1, 0, -1};
    static const int32_t item[] = {-1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1};
    static const int64_t row[] = {0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0};
    static const int64_t sum[] = {0, 0, 0, 1, 2, 3, 3, 3, 3, 4, 4};
    mmspan_run runs[8];
    mmspan_segment segments[8];
    model_tokens(&w->model, tokens);
    for (size_t i = 0; i < N_OF(sum); i++) {
        assert_int_equal(tokens[i].modality, modality[i]);
        assert_int_equal(tokens[i].item, item[i]);
        assert_int_equal(tokens[i].cumsum, sum[i]);
        if (modality[i] >= 0)
            assert_int_equal(tokens[i].row, row[i]);
    }
    assert_int_equal(model_rows(&w->model, 0), 2);
    assert_int_equal(model_rows(&w->model, 1), 2);
    assert_int_equal(model_rows(&w->model, 2), -1);
    assert_int_equal(model_window(&w->model, 4, 6, runs), 2);
    assert_true(runs[1].start == 5 && runs[1].length == 1 && runs[1].row == 1);
    assert_int_equal(model_segments(&w->model, segments), 3);
    assert_true(segments[0].end == 1 && segments[0].item == -1 && segments[2].start == 8);
    close_world(w);
}

static void test_neutralise(void **state) {
    (void)state;
    struct world *w = open_world(PAIR, "9 1 8 3 3 1 3 2", NULL);
    mmspan_span literal[] = {{1, 3}, {4, 5}, {5, 5}};
    static const int32_t by[] = {50, 51};
    static const int32_t wanted[] = {9, 50, 51, 8, 3, 50, 51, 1, 3, 2};
    model_neutralise(&w->declared, w->ids.ids, w->ids.n, literal, 3, by, 2, &w->out);
    ids_expect_same(w->out.ids, w->out.n, wanted, N_OF(wanted));
    assert_true(literal[0].start == 1 && literal[0].end == 4);
    assert_true(literal[1].start == 5 && literal[1].end == 7);
    assert_true(literal[2].start == 7 && literal[2].end == 7);
    close_world(w);
}

static void test_wide(void **state) {
    (void)state;
    struct world *w = open_world(PAIR, "", NULL);
    static const int64_t values[] = {9, 4294967297, 4294967297, 1, 3, 2, INT64_MIN};
    model_scan_wide(&w->model, values, N_OF(values), NULL, 0);
    expect_findings(w, "out-of-vocabulary 1..3\nout-of-vocabulary 6..7\n", "wide");
    assert_int_equal(w->model.n_items, 1);
    assert_true(w->model.findings[0].found == 4294967297 && w->model.findings[0].id == -1);
    assert_true(model_type_holds(&w->declared, MMSPAN_IDS_UINT16));
    close_world(w);
    w = open_world(MLLAMA, "", NULL);
    assert_false(model_type_holds(&w->declared, MMSPAN_IDS_UINT16));
    assert_true(model_type_holds(&w->declared, MMSPAN_IDS_UINT32));
    close_world(w);
    w = open_world(LLAMA_CPP, "", NULL);
    assert_false(model_type_holds(&w->declared, MMSPAN_IDS_UINT32));
    assert_true(model_type_holds(&w->declared, MMSPAN_IDS_INT64));
    close_world(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_assign),    cmocka_unit_test(test_truncate),
        cmocka_unit_test(test_cuts),      cmocka_unit_test(test_expand),
        cmocka_unit_test(test_collapse),  cmocka_unit_test(test_collapse_assigned),
        cmocka_unit_test(test_bad_media), cmocka_unit_test(test_maps),
        cmocka_unit_test(test_tokens),    cmocka_unit_test(test_neutralise),
        cmocka_unit_test(test_wide),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
