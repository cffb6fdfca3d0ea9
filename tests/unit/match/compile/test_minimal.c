/* The automaton is minimal: patterns that match the same have as many states, however they are
 * written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../../include/mmspan/automaton.h"
#include "../../../support/expect.h"

#include <stdio.h>

#define TOKENS                                                                                 \
    "token a 1; token b 2; token c 3; token d 4; token e 5; token nl 6 ordinary\n"             \
    "modality other; pattern e (a | b | c | d | nl)+ e\n"                                      \
    "modality x; pattern "

static int32_t states_of(const char *pattern) {
    char config[512];
    snprintf(config, sizeof config, TOKENS "%s", pattern);
    mmspan_matcher *matcher = expect_compile(config, NULL);
    int32_t n = mmspan_automaton_n_states(matcher);
    mmspan_matcher_destroy(matcher);
    return n;
}

static void test_same(void **state) {
    (void)state;
    static const char *const same[][3] = {
        {"a b+ c", "a b b* c", "a (b c | b b+ c)"},
        {"a [b c]+ d", "a (b | c)+ d", "a (b | c | b c | c b b) (b | c)* d"},
        {"a b? c", "a b{0,1} c", "a c | a b c"},
        {"a (b c){1,3} d", "a b c (b c (b c)?)? d", "a b c d | a b c b c d | a b c b c b c d"},
        {"a (b | c) d (b | c) d e", "a b d b d e | a c d (b | c) d e | a b d c d e",
         "a [b c] d [c b] d e"},
        {"a text{0,2} b", "a (text text?)? b", "a b | a text b | a text text b"},
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        for (size_t k = 1; k < 3; k++)
            if (states_of(same[i][k]) != states_of(same[i][0]))
                fail_msg("%s: %d states; %s: %d", same[i][0], (int)states_of(same[i][0]),
                         same[i][k], (int)states_of(same[i][k]));
}

/* By hand: a dead state is not counted. */
static void test_counts(void **state) {
    (void)state;
    int32_t others = states_of("a") - 2;
    assert_int_equal(states_of("a b+ c") - others, 4);
    assert_int_equal(states_of("a b? c") - others, 4);
    assert_int_equal(states_of("a (b c | d c) d") - others, 5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same),
        cmocka_unit_test(test_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
