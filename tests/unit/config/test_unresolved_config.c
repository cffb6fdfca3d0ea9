/* Tests what is said of tokens that have a piece and no ID, when there is no tokenizer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../include/mmspan/config.h"

#include <stdio.h>
#include <string.h>

/* The message names as many as there is room for. */
static void test_many(void **state) {
    (void)state;
    char yaml[8192] = "mmspan: 1\nmodel: m\ntokens:\n";
    for (int i = 0; i < 100; i++)
        snprintf(yaml + strlen(yaml), sizeof yaml - strlen(yaml),
                 "  a_token_%02d: {piece: x}\n", i);
    strcat(yaml, "modalities: {image: {patch: a_token_00}}\n");
    mmspan_config *config = NULL;
    mmspan_error error;
    assert_int_equal(mmspan_config_load_memory(yaml, strlen(yaml), NULL, NULL, &config, &error),
                     MMSPAN_E_UNSUPPORTED);
    assert_null(config);
    assert_ptr_equal(strstr(error.message, "tokens a_token_00, a_token_01, a_token_02, "),
                     error.message);
    const char *more = strstr(error.message, ", ... have a piece");
    assert_non_null(more);
    assert_ptr_equal(strstr(error.message, "..."), more + 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_many)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
