/* A config of as many modalities as there may be: media of all of them, in any order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../../include/mmspan/mmspan.h"

#include <stdio.h>

enum { N = MMSPAN_MAX_MODALITIES, ROWS = 2, WIDTH = ROWS + 2, BLOCKS = 2 * N };

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

/* The prompt has two blocks of each modality, one after all others; so are the media, in
 * another order. */
static void test_assign(void **state) {
    mmspan_matcher *matcher = compile();
    mmspan_result *result;
    int32_t ids[BLOCKS * WIDTH];
    mmspan_media media[BLOCKS] = {{0}};
    (void)state;
    assert_int_equal(mmspan_result_create(NULL, &result), MMSPAN_OK);
    for (int32_t b = 0; b < BLOCKS; b++) {
        int32_t *block = ids + b * WIDTH;
        block[0] = 1;
        block[1] = block[2] = 100 + b % N;
        block[3] = 2;
        media[BLOCKS - 1 - b] = (mmspan_media){.modality = b % N, .rows = ROWS};
    }
    const mmspan_view *view = mmspan_result_view(result);
    for (int round = 0; round < 2; round++) {
        media[0].rows = ROWS + round; /* the first one of the last modality */
        assert_int_equal(mmspan_scan(matcher, ids, BLOCKS * WIDTH, NULL, result, NULL),
                         MMSPAN_OK);
        assert_int_equal(mmspan_assign(result, media, BLOCKS, NULL, NULL), MMSPAN_OK);
        assert_int_equal(view->n_items, BLOCKS);
        for (int32_t b = 0; b < BLOCKS; b++) {
            assert_int_equal(view->items[b].modality, b % N);
            assert_int_equal(view->items[b].media, b / N);
        }
        assert_int_equal(view->n_findings, round);
    }
    assert_int_equal(view->findings[0].kind, MMSPAN_FINDING_MEDIA_ROWS);
    assert_int_equal(view->findings[0].start, (N - 1) * WIDTH);
    mmspan_result_destroy(result);
    mmspan_matcher_destroy(matcher);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_assign)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
