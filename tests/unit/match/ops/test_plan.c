/* expand without writing: the plan says what expand would have done. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../oracle/agreement.h"
#include "../../../support/fixture.h"
#include "../../../support/guard.h"

#include <string.h>

enum { IMAGE = 0, VIDEO = 1, AUDIO = 2, MAX_MEDIA = 64 };

static mmspan_expand_options make_options(int64_t start, int32_t from_end) {
    return (mmspan_expand_options){
        .struct_size = sizeof(mmspan_expand_options), .from_end = from_end, .start = start};
}

static void test_plan(void **state) {
    (void)state;
    struct fixture f;
    static struct id_list ids;
    mmspan_replacement plan[8];
    size_t n_plan;
    size_t n_out;
    const mmspan_media media[] = {{.rows = 1, .modality = AUDIO}, {.rows = 3}, {.rows = 2}};
    fixture_open(&f, FIXTURE_GEMMA);
    fixture_scan_text(&f, &ids, "9 3 8 1 3*2 2 7 7");
    assert_int_equal(mmspan_expand_plan(f.result, ids.ids, ids.n, media, 3, NULL, plan, 8,
                                        &n_plan, &n_out, NULL),
                     MMSPAN_OK);
    static const mmspan_replacement wanted[] = {
        {{1, 2}, {1, 6}, 1, 0},
        {{3, 7}, {7, 11}, 2, 1},
        {{7, 8}, {11, 14}, 0, 0},
        {{8, 9}, {14, 15}, -1, 1},
    };
    assert_int_equal(n_plan, 4);
    assert_int_equal(n_out, 15);
    assert_memory_equal(plan, wanted, sizeof wanted);
    assert_int_equal(mmspan_new_position(f.result, 9), 15);
    assert_int_equal(mmspan_old_position(f.result, 7), 3);
    findings_expect(&f, "media-count 8..9 audio -1 1 2\n");
    fixture_close(&f);
}

/* What the plan says, carried out by the caller. */
static void carry_out(const struct fixture *f, const struct id_list *ids,
                      const mmspan_replacement *plan, size_t n, const mmspan_media *media,
                      enum fixture_shape shape, struct id_list *out) {
    int64_t from = 0;
    out->n = 0;
    for (size_t i = 0; i < n; i++) {
        const mmspan_replacement *r = &plan[i];
        ids_append(out, ids->ids + from, (size_t)(r->old_span.start - from));
        assert_int_equal(out->n, r->new_span.start);
        from = r->old_span.start;
        if (!r->kept) {
            assert_true(r->media >= 0);
            /* Those that are rows alone are here runs of 1, or blocks of Gemma. */
            const mmspan_media *m = &media[r->media];
            bool gemma = shape == FIXTURE_GEMMA;
            if (m->ids) {
                ids_append(out, m->ids, m->n_ids);
            } else {
                static const int32_t begin[] = {1, 1, 5}, patch[] = {3, 4, 7},
                                     end[] = {2, 2, 6};
                ids_add(out, begin[m->modality], gemma);
                ids_add(out, gemma ? patch[m->modality] : 1, (size_t)m->rows);
                ids_add(out, end[m->modality], gemma);
            }
            from = r->old_span.end;
        } else {
            ids_append(out, ids->ids + from, (size_t)(r->old_span.end - from));
            from = r->old_span.end;
        }
        assert_int_equal(out->n, r->new_span.end);
    }
    ids_append(out, ids->ids + from, ids->n - (size_t)from);
    (void)f;
}

/* The plan and expand leave the same result and mean the same prompt. */
static void test_agrees(void **state) {
    (void)state;
    struct random_source random = {9};
    static const enum fixture_shape shapes[] = {FIXTURE_GEMMA, FIXTURE_KIMI, FIXTURE_BARE};
    static struct id_list prompt, ids, out, by_plan;
    static mmspan_replacement plan[MAX_IDS];
    for (size_t round = 0; round < 3000; round++) {
        enum fixture_shape shape = shapes[round % 3];
        struct fixture f;
        struct fixture g;
        mmspan_media media[MAX_MEDIA];
        size_t n_plan;
        size_t n_out;
        fixture_open(&f, shape);
        fixture_open(&g, shape);
        fixture_prompt(shape, &random, 4, &prompt);
        fixture_scan(&f, prompt.ids, prompt.n);
        size_t n = media_of(&f, prompt.ids, false, media, MAX_MEDIA);
        if (n && random_chance(&random, 30))
            n--;
        if (n && random_chance(&random, 30))
            media[0].rows++;
        ids = prompt;
        if (random_chance(&random, 70))
            assert_int_equal(
                mmspan_collapse(f.result, prompt.ids, prompt.n, ids.ids, MAX_IDS, &ids.n, NULL),
                MMSPAN_OK);
        const mmspan_expand_options options = make_options(
            random_chance(&random, 20) ? (int64_t)random_below(&random, ids.n + 1) : 0,
            random_chance(&random, 50));
        fixture_scan(&f, ids.ids, ids.n);
        fixture_scan(&g, ids.ids, ids.n);
        assert_int_equal(mmspan_expand(f.result, ids.ids, ids.n, media, n, &options, out.ids,
                                       MAX_IDS, &out.n, NULL),
                         MMSPAN_OK);
        assert_int_equal(mmspan_expand_plan(g.result, ids.ids, ids.n, media, n, &options, plan,
                                            MAX_IDS, &n_plan, &n_out, NULL),
                         MMSPAN_OK);
        assert_true(agreement_same_view(f.view, g.view));
        assert_int_equal(n_plan, f.view->n_items);
        assert_int_equal(n_out, out.n);
        for (size_t i = 0; i < n_plan; i++) {
            const mmspan_item *item = &f.view->items[i];
            assert_int_equal(plan[i].old_span.start, item->start);
            assert_int_equal(plan[i].old_span.end, item->end);
            assert_int_equal(plan[i].new_span.start, item->position);
            assert_int_equal(g.view->items[i].position, item->position);
            assert_int_equal(g.view->items[i].media, item->media);
            assert_true((plan[i].media < 0) == (item->media < 0));
            if (plan[i].media >= 0)
                assert_int_equal(media[plan[i].media].modality, item->modality);
        }
        carry_out(&f, &ids, plan, n_plan, media, shape, &by_plan);
        ids_expect_same(by_plan.ids, by_plan.n, out.ids, out.n);
        for (int64_t at = 0; at <= (int64_t)ids.n; at++)
            assert_int_equal(mmspan_new_position(g.result, at),
                             mmspan_new_position(f.result, at));
        fixture_close(&g);
        fixture_close(&f);
    }
}

/* Runs that are split need more room than there were items. */
static void test_space(void **state) {
    (void)state;
    struct fixture f;
    struct guard to;
    static struct id_list ids;
    const mmspan_media media[] = {{.rows = 2}, {.rows = 3}, {.rows = 4}};
    fixture_open(&f, FIXTURE_KIMI);
    fixture_scan_text(&f, &ids, "9 1*5 9 1*4");
    assert_true(guard_open(&to, 4096));
    for (size_t cap = 0; cap <= 3; cap++) {
        mmspan_replacement *plan = guard_back(&to, cap * sizeof *plan);
        size_t n_plan = 77;
        size_t n_out = 78;
        mmspan_error error;
        memset(to.start, 0x55, to.size);
        mmspan_status status =
            mmspan_expand_plan(f.result, ids.ids, ids.n, media, 3, NULL, cap ? plan : NULL, cap,
                               &n_plan, &n_out, &error);
        assert_int_equal(n_plan, 3);
        if (cap == 3) {
            assert_int_equal(status, MMSPAN_OK);
            assert_int_equal(n_out, 11);
            assert_int_equal(plan[1].old_span.start, 3);
            assert_int_equal(plan[2].media, 2);
        } else {
            assert_int_equal(status, MMSPAN_E_SPACE);
            assert_string_equal(error.message, "the plan needs room for 3 items");
            assert_int_equal(n_out, 78);
            assert_int_equal(f.view->n_items, 2);
            assert_int_equal(f.view->items[0].media, -1);
            for (size_t i = 0; i < cap; i++)
                assert_int_equal(plan[i].media, 0x5555555555555555);
        }
    }
    guard_close(&to);
    fixture_close(&f);
}

static void test_arguments(void **state) {
    (void)state;
    struct fixture f;
    static struct id_list ids;
    mmspan_replacement plan[4];
    size_t a = 7;
    size_t b = 7;
    mmspan_error error;
    const mmspan_media media = {.rows = 2};
    fixture_open(&f, FIXTURE_GEMMA);
    fixture_scan_text(&f, &ids, "9 3 9");
    const int32_t *in = ids.ids;
    mmspan_result *r = f.result;
    assert_int_equal(mmspan_expand_plan(NULL, in, 3, &media, 1, NULL, plan, 4, &a, &b, NULL),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_expand_plan(r, NULL, 3, &media, 1, NULL, plan, 4, &a, &b, NULL),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_expand_plan(r, in, 3, NULL, 1, NULL, plan, 4, &a, &b, NULL),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_expand_plan(r, in, 3, &media, 1, NULL, NULL, 4, &a, &b, NULL),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_expand_plan(r, in, 3, &media, 1, NULL, plan, 4, NULL, &b, NULL),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_expand_plan(r, in, 3, &media, 1, NULL, plan, 4, &a, NULL, NULL),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_expand_plan(r, in, 2, &media, 1, NULL, plan, 4, &a, &b, &error),
                     MMSPAN_E_MISMATCH);
    assert_non_null(strstr(error.message, "of 3 tokens, but 2"));
    mmspan_expand_options options = make_options(4, 0);
    assert_int_equal(mmspan_expand_plan(r, in, 3, &media, 1, &options, plan, 4, &a, &b, &error),
                     MMSPAN_E_ARGUMENT);
    options = make_options(3, 0);
    options.struct_size = 8;
    assert_int_equal(mmspan_expand_plan(r, in, 3, &media, 1, &options, plan, 4, &a, &b, &error),
                     MMSPAN_E_ARGUMENT);
    assert_non_null(strstr(error.message, "options"));
    assert_int_equal(a, 7);
    assert_int_equal(b, 7);
    fixture_close(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plan),
        cmocka_unit_test(test_agrees),
        cmocka_unit_test(test_space),
        cmocka_unit_test(test_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
