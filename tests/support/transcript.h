/* Prompts and results as text, so that a test case is a few lines to read. */
#ifndef MMSPAN_TESTS_TRANSCRIPT_H
#define MMSPAN_TESTS_TRANSCRIPT_H

#include "../oracle/oracle.h"

#include <stdbool.h>

/* A prompt, from text as "9 1 3*256 2 [3 3] 7": a count repeats an ID, and brackets make
 * a literal span. */
struct transcript_prompt {
    int32_t *ids;
    size_t n;
    mmspan_span literal[16];
    size_t n_literal;
};

/* Free `ids` with free(). False when the text is malformed. */
bool transcript_read(struct transcript_prompt *prompt, const char *text);

/*
 * What was found, a line for each item with its runs and for each finding:
 *
 *     image block 1..5 rows 2 (image 2..4 #0)
 *     broken-block 1..3 image,video expects eoi,img found 9
 *     truncated-block 1..3 image expects eoi,img
 *     stray-token 1..2 eoi 2            (literal-token likewise)
 *     out-of-vocabulary 1..2 -3
 *     rows 1..5 image 2                 (remainder likewise)
 */
void transcript_write(const mmspan_matcher *matcher, const mmspan_view *view, char *text,
                      size_t size);
/* The same of what the oracle found; the matcher gives the names. */
void transcript_write_oracle(const mmspan_matcher *matcher, const struct oracle_result *result,
                             char *text, size_t size);

#endif
