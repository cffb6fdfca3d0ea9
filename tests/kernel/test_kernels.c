/* Every vector kernel that this CPU has agrees with naive loops and reads nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/guard.h"
#include "kernel_checks.h"

/* The state is the check's number. */
static void test_check(void **state) {
    const struct kernel_check *check = *state;
    for (size_t i = 0; mm_kernel_at(i) != NULL; i++) {
        assert_int_equal(check->failures(mm_kernel_at(i)), 0);
    }
}

static void test_selection(void **state) {
    (void)state;
    assert_int_equal(kernel_selection_failures(), 0);
}

int main(void) {
    enum { MOST = 16 };
    struct CMUnitTest tests[MOST] = {{"selection", test_selection, NULL, NULL, NULL}};
    size_t n = 1;
    for (; n < MOST && kernel_check_at(n - 1) != NULL; n++) {
        const struct kernel_check *check = kernel_check_at(n - 1);
        tests[n] =
            (struct CMUnitTest){check->name, test_check, NULL, NULL, (void *)(uintptr_t)check};
    }
    return _cmocka_run_group_tests("kernels", tests, n, NULL, NULL);
}
