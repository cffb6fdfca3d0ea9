/* Scans and compares, with every kernel and with the oracle. */
#include "expect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../oracle/agreement.h"
#include "transcript.h"

#include <stdlib.h>
#include <string.h>

mmspan_matcher *expect_compile(const char *config, const char *kernel) {
    mmspan_matcher *matcher;
    mmspan_error error = {0};
    if (notation_compile(config, kernel, &matcher, &error) != MMSPAN_OK)
        fail_msg("%s\n%s", config, error.message);
    return matcher;
}

static const mmspan_view *scan(const mmspan_matcher *matcher, mmspan_result *result,
                               const struct transcript_prompt *prompt) {
    mmspan_scan_options options = {.struct_size = sizeof options,
                                   .literal = prompt->literal,
                                   .n_literal = prompt->n_literal};
    mmspan_error error = {0};
    if (mmspan_scan(matcher, prompt->ids, prompt->n, &options, result, &error) != MMSPAN_OK)
        fail_msg("%s", error.message);
    return mmspan_result_view(result);
}

/* The oracle must find what a test expects, or one of the two has misread the contract. */
static void ask_oracle(const char *config, const struct transcript_prompt *prompt,
                       const char *ids, const char *wanted, struct oracle_result *result) {
    struct notation *notation = malloc(sizeof *notation);
    mmspan_matcher *matcher = expect_compile(config, NULL);
    char text[4096];
    assert_true(notation && notation_read(notation, config));
    struct oracle_declarations declared = agreement_declarations(notation);
    struct oracle *oracle = oracle_create(&declared);
    oracle_scan(oracle, prompt->ids, prompt->n, prompt->literal, prompt->n_literal, result);
    transcript_write_oracle(matcher, result, text, sizeof text);
    if (strcmp(text, wanted) != 0)
        fail_msg("the oracle: %s\n-- is\n%s-- wanted\n%s", ids, text, wanted);
    assert_false(result->unsure);
    oracle_destroy(oracle);
    mmspan_matcher_destroy(matcher);
    free(notation);
}

void expect_scan(const char *config, const char *ids, const char *wanted) {
    struct transcript_prompt prompt;
    struct oracle_result oracle = {0};
    mmspan_result *result;
    char text[4096];
    assert_true(transcript_read(&prompt, ids));
    assert_int_equal(mmspan_result_create(NULL, &result), MMSPAN_OK);
    ask_oracle(config, &prompt, ids, wanted, &oracle);
    for (int32_t k = 0; mmspan_kernel_name(k); k++) {
        mmspan_matcher *matcher = expect_compile(config, mmspan_kernel_name(k));
        const mmspan_view *view = scan(matcher, result, &prompt);
        transcript_write(matcher, view, text, sizeof text);
        if (strcmp(text, wanted) != 0)
            fail_msg("%s: %s\n-- is\n%s-- wanted\n%s", mmspan_kernel_name(k), ids, text,
                     wanted);
        if (!agreement_holds(matcher, view, &oracle, text, sizeof text))
            fail_msg("the oracle does not agree: %s", text);
        mmspan_matcher_destroy(matcher);
    }
    oracle_result_free(&oracle);
    mmspan_result_destroy(result);
    free(prompt.ids);
}

void expect_no_memory(mmspan_status status, const mmspan_error *error) {
    assert_int_equal(status, MMSPAN_E_MEMORY);
    assert_int_equal(error->status, MMSPAN_E_MEMORY);
    if (!strstr(error->message, mmspan_status_text(MMSPAN_E_MEMORY)))
        fail_msg("\"%s\" does not speak of memory", error->message);
}
