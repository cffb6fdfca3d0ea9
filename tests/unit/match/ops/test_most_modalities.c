/* A config of as many modalities as there may be: media of all of them, in any order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../../include/mmspan/mmspan.h"

#include <stdio.h>

enum { N = MMSPAN_MAX_MODALITIES, ROWS = 2, WIDTH = ROWS + 2 };

static void add_token(mmspan_spec *spec, const char *name, int32_t id) {
    const mmspan_token_decl token = {
        .struct_size = sizeof token, .name = name, .ids = &id, .n_ids = 1};
    assert_int_equal(mmspan_spec_add_token(spec, &token, NULL), MMSPAN_OK);
}

/* A block of modality m is a run of the ID 100 + m between 1 and 2. */
static mmspan_matcher *compile(void) {
    mmspan_spec *spec;
    mmspan_matcher *matcher;
    assert_int_equal(mmspan_spec_create(NULL, &spec), MMSPAN_OK);
    add_token(spec, "b", 1);
    add_token(spec, "e", 2);
    for (int32_t m = 0; m < N; m++) {
        char name[16];
        snprintf(name, sizeof name, "m%d", (int)m);
        const char *const words[] = {"b", name, "e"};
        const mmspan_modality_decl modality = {.struct_size = sizeof modality,
                                               .name = name,
                                               .begin = words,
                                               .n_begin = 1,
                                               .patch = words + 1,
                                               .n_patch = 1,
                                               .end = words + 2,
                                               .n_end = 1};
        add_token(spec, name, 100 + m);
        assert_int_equal(mmspan_spec_add_modality(spec, &modality, NULL), MMSPAN_OK);
    }
    assert_int_equal(mmspan_compile(spec, NULL, &matcher, NULL), MMSPAN_OK);
    mmspan_spec_destroy(spec);
    return matcher;
}

/* The prompt has a block of each modality; media come in another order. */
static void test_assign(void **state) {
    mmspan_matcher *matcher = compile();
    mmspan_result *result;
    int32_t ids[N * WIDTH];
    mmspan_media media[N] = {{0}};
    (void)state;
    assert_int_equal(mmspan_result_create(NULL, &result), MMSPAN_OK);
    for (int32_t m = 0; m < N; m++) {
        ids[m * WIDTH] = 1;
        ids[m * WIDTH + 1] = ids[m * WIDTH + 2] = 100 + m;
        ids[m * WIDTH + 3] = 2;
        media[N - 1 - m] = (mmspan_media){.modality = m, .rows = ROWS};
    }
    const mmspan_view *view = mmspan_result_view(result);
    for (int round = 0; round < 2; round++) {
        media[0].rows = ROWS + round; /* of the last modality */
        assert_int_equal(mmspan_scan(matcher, ids, N * WIDTH, NULL, result, NULL), MMSPAN_OK);
        assert_int_equal(mmspan_assign(result, media, N, NULL, NULL), MMSPAN_OK);
        assert_int_equal(view->n_items, N);
        for (int32_t m = 0; m < N; m++) {
            assert_int_equal(view->items[m].modality, m);
            assert_int_equal(view->items[m].media, 0);
        }
        assert_int_equal(view->n_findings, round);
    }
    assert_int_equal(view->findings[0].kind, MMSPAN_FINDING_MEDIA_ROWS);
    assert_int_equal(view->findings[0].modality, N - 1);
    mmspan_result_destroy(result);
    mmspan_matcher_destroy(matcher);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_assign)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
