/* YAML text: it loads, compiles and runs its examples, or an error says what is wrong. */
#include "target.h"

#include "mmspan/config.h"

#include <stdlib.h>

static void count(void *context, const mmspan_error *error) {
    ++*(size_t *)context;
    if (error->status == MMSPAN_OK || !error->message[0])
        abort();
}

static void run(const mmspan_config *config) {
    mmspan_matcher *matcher;
    mmspan_result *result;
    mmspan_error error;
    mmspan_status status = mmspan_config_compile(config, NULL, &matcher, &error);
    if (status != MMSPAN_OK) {
        if (error.status != (int32_t)status || !error.message[0])
            abort();
        return;
    }
    if (mmspan_result_create(NULL, &result) != MMSPAN_OK)
        abort();
    for (int32_t i = 0; i < mmspan_config_n_examples(config); i++) {
        status = mmspan_config_run_example(config, i, matcher, result, &error);
        if (status != MMSPAN_OK && status != MMSPAN_E_MISMATCH)
            abort();
    }
    mmspan_result_destroy(result);
    mmspan_matcher_destroy(matcher);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *text = size ? (const char *)data : "";
    size_t n_errors = 0;
    mmspan_load_options options = {
        .struct_size = sizeof options, .report = count, .report_context = &n_errors};
    mmspan_config *config = NULL;
    mmspan_error error;
    mmspan_status status = mmspan_config_load_memory(text, size, NULL, NULL, &config, &error);
    if (status == MMSPAN_OK)
        run(config);
    else if (error.status != (int32_t)status || !error.message[0])
        abort();
    mmspan_config_destroy(config);
    /* Reporting all errors must not change whether there is one. */
    mmspan_config *again = NULL;
    if (mmspan_config_load_memory(text, size, NULL, &options, &again, NULL) != status ||
        (status != MMSPAN_OK) != (n_errors > 0))
        abort();
    mmspan_config_destroy(again);
    return 0;
}
