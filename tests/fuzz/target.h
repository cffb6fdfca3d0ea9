/* The entry points that libFuzzer and the replay program call. */
#ifndef MMSPAN_TESTS_FUZZ_TARGET_H
#define MMSPAN_TESTS_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
