/* expand and collapse undo each other, and positions can be followed through both. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../support/fixture.h"

enum { MAX_MEDIA = 64 };

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

/* Touching items that only their rows tell apart stay as they are: their placeholders would be
 * read as one. Where another token stands for an item they do not. */
static void test_collapse_assigned(void **state) {
    (void)state;
    struct fixture f;
    static struct id_list ids, out;
    mmspan_media media[] = {{.rows = 2}, {.rows = 2}};
    fixture_open(&f, FIXTURE_KIMI);
    fixture_scan_text(&f, &ids, "1*4 9 1*3");
    collapse(&f, &ids, &out);
    ids_expect(&out, "1 9 1");
    /* The split makes the maps of that collapse void. */
    assert_int_equal(mmspan_assign(f.result, media, 2, NULL, NULL), MMSPAN_OK);
    for (int64_t at = 0; at <= 8; at++)
        assert_int_equal(mmspan_new_position(f.result, at), at);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(f.view->items[i].position, f.view->items[i].start);
    collapse(&f, &ids, &out);
    ids_expect(&out, "1*4 9 1");
    fixture_close(&f);
    fixture_open(&f, FIXTURE_BARE);
    fixture_scan_text(&f, &ids, "9 1*4");
    assert_int_equal(mmspan_assign(f.result, media, 2, NULL, NULL), MMSPAN_OK);
    collapse(&f, &ids, &out);
    ids_expect(&out, "9 2 2");
    fixture_scan(&f, out.ids, out.n);
    expand_from(&f, &out, 0, media, 2, &ids);
    ids_expect(&ids, "9 1*4");
    fixture_close(&f);
}

static void test_position_maps(void **state) {
    (void)state;
    struct fixture f;
    static struct id_list ids, out;
    fixture_open(&f, FIXTURE_GEMMA);
    fixture_scan_text(&f, &ids, "9 8 1 3*3 2 7 9");
    for (int64_t i = 0; i <= 9; i++) {
        assert_int_equal(mmspan_new_position(f.result, i), i);
        assert_int_equal(mmspan_old_position(f.result, i), i);
    }
    collapse(&f, &ids, &out);
    ids_expect(&out, "9 8 3 7 9");
    static const int64_t to_new[] = {0, 1, 2, 2, 2, 2, 2, 3, 4, 5};
    static const int64_t to_old[] = {0, 1, 2, 7, 8, 9};
    for (int64_t i = 0; i < 10; i++)
        assert_int_equal(mmspan_new_position(f.result, i), to_new[i]);
    for (int64_t i = 0; i < 6; i++)
        assert_int_equal(mmspan_old_position(f.result, i), to_old[i]);
    assert_int_equal(mmspan_new_position(f.result, -1), -1);
    assert_int_equal(mmspan_new_position(f.result, 10), -1);
    assert_int_equal(mmspan_old_position(f.result, -1), -1);
    assert_int_equal(mmspan_old_position(f.result, 6), -1);
    assert_int_equal(mmspan_new_position(NULL, 0), -1);
    assert_int_equal(mmspan_old_position(NULL, 0), -1);
    fixture_close(&f);
}

/* The maps against the two prompts themselves: text goes to the same text, in order, and
 * back to where it came from; what stands for an item goes to what stands for it. */
static void expect_maps(const struct fixture *f, const struct id_list *old,
                        const struct id_list *new) {
    int64_t last = 0;
    for (int64_t at = 0; at <= (int64_t)old->n; at++) {
        int64_t to = mmspan_new_position(f->result, at);
        assert_in_range(to, last, (int64_t) new->n);
        last = to;
    }
    assert_int_equal(last, new->n);
    int64_t text = 0;
    for (size_t i = 0; i <= f->view->n_items; i++) {
        const mmspan_item *item = &f->view->items[i];
        int64_t end = i < f->view->n_items ? item->start : (int64_t)old->n;
        for (; text < end; text++) {
            int64_t to = mmspan_new_position(f->result, text);
            assert_int_equal(new->ids[to], old->ids[text]);
            assert_int_equal(mmspan_old_position(f->result, to), text);
        }
        if (i == f->view->n_items)
            break;
        assert_int_equal(mmspan_new_position(f->result, item->start), item->position);
        assert_int_equal(mmspan_old_position(f->result, item->position), item->start);
        text = item->end;
    }
}

static mmspan_media all_media[MAX_MEDIA];

/* Half of the media by rows, where that is possible, half by their tokens. */
static size_t mixed_media(const struct fixture *f, enum fixture_shape shape,
                          const struct id_list *ids, struct random_source *random) {
    size_t n = media_of(f, ids->ids, true, all_media, MAX_MEDIA);
    for (size_t i = 0; i < n; i++)
        if (fixture_expandable(shape, all_media[i].modality) && random_chance(random, 50)) {
            all_media[i].ids = NULL;
            all_media[i].n_ids = 0;
        }
    return n;
}

static void test_round_trip(void **state) {
    (void)state;
    struct random_source random = {2};
    static struct id_list x, small, smaller, back, again;
    for (int s = 0; s < N_FIXTURES; s++) {
        enum fixture_shape shape = (enum fixture_shape)s;
        struct fixture f;
        fixture_open(&f, shape);
        for (int round = 0; round < 300; round++) {
            fixture_prompt(shape, &random, 5, &x);
            fixture_scan(&f, x.ids, x.n);
            size_t n = mixed_media(&f, shape, &x, &random);
            collapse(&f, &x, &small);
            expect_maps(&f, &x, &small);
            fixture_scan(&f, small.ids, small.n);
            collapse(&f, &small, &smaller);
            ids_expect_same(smaller.ids, smaller.n, small.ids, small.n);
            expand_from(&f, &small, 0, all_media, n, &back);
            ids_expect_same(back.ids, back.n, x.ids, x.n);
            findings_expect(&f, "");
            expect_maps(&f, &small, &back);
            fixture_scan(&f, back.ids, back.n);
            expand_from(&f, &back, 0, all_media, n, &again);
            ids_expect_same(again.ids, again.n, x.ids, x.n);
            findings_expect(&f, "");
        }
        fixture_close(&f);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_collapse_assigned),
        cmocka_unit_test(test_position_maps),
        cmocka_unit_test(test_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
