/* Tests what is proved of the examples of a config, and what is said when it does not hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../include/mmspan/mmspan.h"

#include <string.h>

/* Two examples fall short, each with one report; the first is the one that is returned. Behind
 * them an example that is too long to be cut everywhere. */
static const char frames[] =
    "mmspan: 1\nmodel: x\ntokens: {bov: 1, eov: 2, boi: 3, eoi: 4, p: 5}\n"
    "modalities:\n  image: {begin: boi, patch: p, end: eoi}\n"
    "  video: {pattern: \"bov (boi p+ eoi text)+ eov\", embed: [p]}\n"
    "examples:\n"
    "- {name: one, ids: [1, 3, 5, 4, 8, 2]}\n"
    "- {name: two, ids: [9, 3, 5, 4]}\n"
    "- {name: three, ids: [1, 3, 5, 4, 8, 3, 5, 4, 8, 2]}\n"
    "- {name: four, ids: [3, 5*20000, 4, 9*3]}\n";

static void count(void *context, const mmspan_error *error) {
    assert_int_equal(error->status, MMSPAN_E_MISMATCH);
    ++*(int *)context;
}

static void test_proofs(void **state) {
    (void)state;
    mmspan_config *config = NULL;
    mmspan_matcher *matcher = NULL;
    mmspan_error error = {0};
    assert_int_equal(
        mmspan_config_load_memory(frames, strlen(frames), "x.yaml", NULL, &config, &error),
        MMSPAN_OK);
    int n_reports = 0;
    assert_int_equal(mmspan_config_compile(config, NULL, &matcher, &error), MMSPAN_OK);
    assert_int_equal(mmspan_config_prove(config, matcher, count, &n_reports, &error),
                     MMSPAN_E_MISMATCH);
    assert_int_equal(n_reports, 2);
    assert_int_equal(error.line, 8);
    assert_string_equal(error.path, "examples[0]");
    assert_non_null(strstr(error.message,
                           "\"one\": cut to begin at token 1, it has an item that "
                           "the whole has not: image block [1, 4)"));
    assert_string_equal(mmspan_config_leftovers(config), "");
    assert_string_equal(mmspan_config_leftovers(NULL), "");
    assert_int_equal(mmspan_config_prove(config, matcher, NULL, NULL, NULL), MMSPAN_E_MISMATCH);
    assert_int_equal(mmspan_config_prove(NULL, matcher, NULL, NULL, &error), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_config_prove(config, NULL, NULL, NULL, &error), MMSPAN_E_ARGUMENT);
    mmspan_matcher_destroy(matcher);
    mmspan_config_destroy(config);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_proofs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
