/* expand at every length of texts and runs, between pages that may not be touched, and with
 * media in every order, against a loop over tokens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../support/fixture.h"
#include "../../../support/guard.h"

#include <string.h>

enum { IMAGE = 0, VIDEO = 1, AUDIO = 2, MAX_LENGTH = 80, MAX_ITEMS = 40 };

static void add_block(struct id_list *list, int32_t modality, int64_t rows) {
    static const int32_t begin[] = {1, 1, 5};
    static const int32_t patch[] = {3, 4, 7};
    static const int32_t end[] = {2, 2, 6};
    ids_add(list, begin[modality], 1);
    ids_add(list, patch[modality], (size_t)rows);
    ids_add(list, end[modality], 1);
}

/* Text, a placeholder, text, with not one ID more in any buffer. */
static void expect_length(struct fixture *f, const struct guard *in, const struct guard *to,
                          size_t n_text, int64_t rows) {
    static struct id_list ids, wanted;
    mmspan_media media = {.rows = rows};
    ids.n = wanted.n = 0;
    for (size_t i = 0; i < n_text; i++)
        ids_add(&ids, 20 + (int32_t)i, 1);
    ids_append(&wanted, ids.ids, n_text);
    add_block(&wanted, IMAGE, rows);
    ids_append(&wanted, ids.ids, n_text);
    ids_add(&ids, 3, 1);
    ids_append(&ids, ids.ids, n_text);
    int32_t *prompt = guard_back(in, ids.n * sizeof *prompt);
    int32_t *out = guard_back(to, wanted.n * sizeof *out);
    size_t n;
    memcpy(prompt, ids.ids, ids.n * sizeof *prompt);
    fixture_scan(f, prompt, ids.n);
    out[-1] = 77;
    assert_int_equal(
        mmspan_expand(f->result, prompt, ids.n, &media, 1, NULL, out, wanted.n, &n, NULL),
        MMSPAN_OK);
    ids_expect_same(out, n, wanted.ids, wanted.n);
    assert_int_equal(out[-1], 77);
}

static void test_lengths(void **state) {
    (void)state;
    struct fixture f;
    struct guard in;
    struct guard out;
    fixture_open(&f, FIXTURE_GEMMA);
    assert_true(guard_open(&in, 4096) && guard_open(&out, 4096));
    for (size_t n_text = 0; n_text <= MAX_LENGTH; n_text++)
        for (int64_t rows = 1; rows <= MAX_LENGTH; rows++)
            expect_length(&f, &in, &out, n_text, rows);
    guard_close(&out);
    guard_close(&in);
    fixture_close(&f);
}

/* A prompt of placeholders and of blocks that stand already, and its media. */
struct mixed {
    struct id_list ids;
    struct id_list wanted;
    struct id_list own[MAX_ITEMS];
    mmspan_media media[MAX_ITEMS];
    int64_t position[MAX_ITEMS];
    size_t n;
};

/* No video blocks, which would be grouped. */
static void add_item(struct mixed *mixed, struct random_source *random, bool with_ids) {
    static const int32_t bare[] = {3, 4, 7};
    size_t i = mixed->n++;
    size_t n_text = random_between(random, 0, 3);
    int32_t modality = (int32_t)random_between(random, IMAGE, AUDIO);
    int64_t rows = (int64_t)random_between(random, 1, 20);
    struct id_list *own = &mixed->own[i];
    mixed->media[i] = (mmspan_media){.rows = rows, .modality = modality};
    own->n = 0;
    ids_add(&mixed->ids, 30, n_text);
    ids_add(&mixed->wanted, 30, n_text);
    mixed->position[i] = (int64_t)mixed->wanted.n;
    if (with_ids && random_chance(random, 50)) {
        ids_add(own, 50, 5);
        ids_add(own, bare[modality], (size_t)rows);
        mixed->media[i].ids = own->ids;
        mixed->media[i].n_ids = own->n;
    } else {
        add_block(own, modality, rows);
        if (modality != VIDEO && random_chance(random, 30)) {
            ids_append(&mixed->ids, own->ids, own->n);
            ids_append(&mixed->wanted, own->ids, own->n);
            return;
        }
    }
    ids_add(&mixed->ids, bare[modality], 1);
    ids_append(&mixed->wanted, own->ids, own->n);
}

/* Lists the media by modality, which leaves those of each in their order. */
static void sort_media(struct mixed *mixed) {
    mmspan_media sorted[MAX_ITEMS];
    size_t n = 0;
    for (int32_t modality = AUDIO; modality >= IMAGE; modality--)
        for (size_t i = 0; i < mixed->n; i++)
            if (mixed->media[i].modality == modality)
                sorted[n++] = mixed->media[i];
    memcpy(mixed->media, sorted, n * sizeof *sorted);
}

static void expect_mixed(struct fixture *f, const struct mixed *mixed) {
    static struct id_list out;
    int32_t taken[] = {0, 0, 0};
    fixture_scan(f, mixed->ids.ids, mixed->ids.n);
    assert_int_equal(f->view->n_items, mixed->n);
    assert_int_equal(mmspan_expand(f->result, mixed->ids.ids, mixed->ids.n, mixed->media,
                                   mixed->n, NULL, out.ids, MAX_IDS, &out.n, NULL),
                     MMSPAN_OK);
    ids_expect_same(out.ids, out.n, mixed->wanted.ids, mixed->wanted.n);
    findings_expect(f, "");
    for (size_t i = 0; i < mixed->n; i++) {
        const mmspan_item *item = &f->view->items[i];
        assert_int_equal(item->position, mixed->position[i]);
        assert_int_equal(item->media, taken[item->modality]++);
        assert_int_equal(item->reserved, 0);
    }
}

static void test_orders(void **state) {
    (void)state;
    static struct mixed mixed;
    struct fixture f;
    struct random_source random = {1};
    fixture_open(&f, FIXTURE_GEMMA);
    for (int round = 0; round < 400; round++) {
        mixed.ids.n = mixed.wanted.n = mixed.n = 0;
        size_t n = random_between(&random, 1, MAX_ITEMS);
        while (mixed.n < n)
            add_item(&mixed, &random, round % 2);
        expect_mixed(&f, &mixed);
        sort_media(&mixed);
        expect_mixed(&f, &mixed);
    }
    fixture_close(&f);
}

/* Rows whose sum needs care are still counted one by one. */
static void test_many_rows(void **state) {
    (void)state;
    struct fixture f;
    static struct id_list ids;
    mmspan_media media[] = {{.rows = INT64_C(1) << 33}, {.rows = 2}};
    fixture_open(&f, FIXTURE_GEMMA);
    fixture_scan_text(&f, &ids, "1 3*2 2 9 1 3*2 2");
    assert_int_equal(mmspan_assign(f.result, media, 2, NULL, NULL), MMSPAN_OK);
    findings_expect(&f, "media-rows 0..4 image 0 8589934592 2\n");
    assert_int_equal(f.view->items[1].media, 1);
    /* Findings of an earlier call go, also when all media fit now. */
    media[0].rows = 2;
    assert_int_equal(mmspan_assign(f.result, media, 2, NULL, NULL), MMSPAN_OK);
    findings_expect(&f, "");
    media[0].rows = INT64_MAX;
    assert_int_equal(mmspan_assign(f.result, media, 2, NULL, NULL), MMSPAN_E_ARGUMENT);
    fixture_close(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_orders),
        cmocka_unit_test(test_many_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
