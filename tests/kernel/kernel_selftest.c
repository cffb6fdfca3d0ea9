/* The kernel checks without a test framework, for machines that are emulated. */
#include <stdio.h>

#include "kernel_checks.h"

int main(void) {
    size_t passed = 0;
    size_t failed = 0;
    for (size_t i = 0; mm_kernel_at(i) != NULL; i++) {
        const struct mm_kernel *kernel = mm_kernel_at(i);
        const struct kernel_check *check;
        for (size_t k = 0; (check = kernel_check_at(k)) != NULL; k++) {
            const size_t failures = check->failures(kernel);
            if (failures != 0) {
                printf("%s: %s: %zu failures\n", kernel->name, check->name, failures);
            }
            *(failures == 0 ? &passed : &failed) += 1;
        }
    }
    *(kernel_selection_failures() == 0 ? &passed : &failed) += 1;
    printf("%zu passed, %zu failed\n", passed, failed);
    return failed != 0;
}
