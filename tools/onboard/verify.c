/* Checks the draft of a config as `mmspan check` does. */
#include "onboard.h"

#include "../commands/check_pieces.h"

#include <string.h>

/* The first error, for a report. */
static void keep_first(void *context, const mmspan_error *error) {
    mmspan_error *first = context;
    if (first->status == MMSPAN_OK)
        *first = *error;
}

static mmspan_status run_examples(const mmspan_config *config, const mmspan_matcher *matcher,
                                  mmspan_error *error) {
    mmspan_result *result = NULL;
    mmspan_status status = mmspan_result_create(NULL, &result);
    for (int32_t i = 0; i < mmspan_config_n_examples(config) && status == MMSPAN_OK; i++)
        status = mmspan_config_run_example(config, i, matcher, result, error);
    mmspan_result_destroy(result);
    return status;
}

bool passes_check(const struct buffer *text, mmspan_tokenizer *tokenizer, mmspan_error *error) {
    const mmspan_resolver resolver = {mmspan_tokenizer_resolve, tokenizer};
    const mmspan_load_options load = {.struct_size = sizeof load,
                                      .resolver = tokenizer ? &resolver : NULL};
    mmspan_config *config = NULL;
    mmspan_matcher *matcher = NULL;
    struct piece_counts counts;
    memset(error, 0, sizeof *error);
    mmspan_status status =
        mmspan_config_load_memory(text->data, text->n, "draft", &load, &config, error);
    if (status == MMSPAN_OK)
        status = mmspan_compile(mmspan_config_spec(config), NULL, NULL, error);
    if (status == MMSPAN_OK)
        status = mmspan_config_compile(config, NULL, &matcher, error);
    if (status == MMSPAN_OK)
        status = run_examples(config, matcher, error);
    if (status == MMSPAN_OK && tokenizer)
        check_pieces(config, tokenizer, keep_first, error, &counts);
    mmspan_matcher_destroy(matcher);
    mmspan_config_destroy(config);
    return status == MMSPAN_OK && error->status == MMSPAN_OK;
}
