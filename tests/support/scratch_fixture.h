/* One temporary folder for all tests of a program, as cmocka's group wants it. */
#ifndef MMSPAN_TEST_SCRATCH_FIXTURE_H
#define MMSPAN_TEST_SCRATCH_FIXTURE_H

#include "scratch.h"

static struct scratch scratch;

static inline int set_up_scratch(void **state) {
    (void)state;
    scratch_open(&scratch);
    return 0;
}

static inline int tear_down_scratch(void **state) {
    (void)state;
    scratch_close(&scratch);
    return 0;
}

#endif
