/* Kinds of prompts that the examples of a config should have among them, and which of these a
 * prompt is. Failures end the test. */
#ifndef MMSPAN_TESTS_PROMPT_KINDS_H
#define MMSPAN_TESTS_PROMPT_KINDS_H

#include "shipped.h"

enum kind { GOOD, SEVERAL, NESTED, COLLAPSED, CUT_START, CUT_END, BROKEN, N_KINDS };

/* Sureness of a prompt that is not of the kind. */
enum { NOT_AT_ALL = 4 };

/* An array on the heap, or a part of one. */
struct prompt {
    int32_t *ids;
    size_t n;
};

void prompt_add(struct prompt *prompt, const int32_t *ids, size_t n);
struct prompt prompt_joined(struct prompt a, struct prompt b, struct prompt c);
struct prompt prompt_slice(struct prompt prompt, int64_t start, int64_t end);

/* A config that is asked, and the results that it is asked with. */
struct judge {
    const struct shipped *model;
    mmspan_result *result;
    mmspan_result *other; /* for scans while the first is in use */
};

/* How surely a prompt is of the kind: 0 is surest. */
size_t judge_prompt(const struct judge *judge, enum kind kind, struct prompt prompt);

/* Collapses a clean prompt; *is_same when that changes nothing. */
struct prompt judge_collapsed(const struct judge *judge, struct prompt prompt, bool *is_same);

#endif
