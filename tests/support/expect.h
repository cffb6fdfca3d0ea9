/* Expectations about scans, for tests that are worked out by hand. Failures end the test. */
#ifndef MMSPAN_TESTS_EXPECT_H
#define MMSPAN_TESTS_EXPECT_H

#include "mmspan/scan.h"

/* Compiles a config in the tests' notation; NULL kernel: the default one. */
mmspan_matcher *expect_compile(const char *config, const char *kernel);

/* Scans a prompt with every kernel. The transcript must be `wanted`, and the oracle must
 * agree. */
void expect_scan(const char *config, const char *ids, const char *wanted);

/* The call has failed for want of memory, and its error says so. */
void expect_no_memory(mmspan_status status, const mmspan_error *error);

#endif
