/* The configs that are compiled in, for the tests that must hold for each of them. Failures
 * end the test. */
#ifndef MMSPAN_TESTS_SHIPPED_H
#define MMSPAN_TESTS_SHIPPED_H

#include "mmspan/mmspan.h"

#include <stdbool.h>

/* A built-in config, compiled. */
struct shipped {
    const char *model;
    mmspan_config *config;
    mmspan_matcher *matcher;
    bool needs_tokenizer;
};

/* All of them, between shipped_open_all and shipped_close_all, which are the set-up and the
 * teardown of a group of tests. */
extern struct shipped *shipped;
extern int32_t n_shipped;
int shipped_open_all(void **state);
int shipped_close_all(void **state);

/* Loads and compiles what a text says of the model. */
struct shipped shipped_load(const char *model, const char *text, size_t size);
void shipped_unload(struct shipped *model);

mmspan_result *shipped_result(void);
const mmspan_view *shipped_scan(const struct shipped *model, const int32_t *ids, size_t n,
                                mmspan_result *result);

/* Looks at one example; the result is there to scan into. */
typedef void shipped_check(const struct shipped *model, const char *name, const int32_t *ids,
                           size_t n, mmspan_result *result);

void shipped_examples(const struct shipped *model, shipped_check *check, mmspan_result *result);
void shipped_all_examples(shipped_check *check);

#endif
