/* Loads the configs that are compiled in, and walks through their examples. */
#include "shipped.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

struct shipped *shipped;
int32_t n_shipped;

/* Stands in for a tokenizer: every piece has an ID of its own that no model uses. */
static mmspan_status invent_id(void *context, const char *piece, int32_t *id,
                               mmspan_error *error) {
    (void)piece;
    (void)error;
    *id = ++*(int32_t *)context;
    return MMSPAN_OK;
}

struct shipped shipped_load(const char *model, const char *text, size_t size) {
    struct shipped new = {.model = model};
    mmspan_error error;
    mmspan_status status =
        mmspan_config_load_memory(text, size, model, NULL, &new.config, &error);
    int32_t last_id = 2000000000;
    mmspan_resolver resolver = {.id_of = invent_id, .context = &last_id};
    mmspan_load_options options = {.struct_size = sizeof options, .resolver = &resolver};
    if (status == MMSPAN_E_UNSUPPORTED) {
        new.needs_tokenizer = true;
        status = mmspan_config_load_memory(text, size, model, &options, &new.config, &error);
    }
    if (status == MMSPAN_OK)
        status = mmspan_config_compile(new.config, NULL, &new.matcher, &error);
    if (status != MMSPAN_OK)
        fail_msg("%s:%u:%u: %s", error.file, error.line, error.column, error.message);
    return new;
}

void shipped_unload(struct shipped *model) {
    mmspan_matcher_destroy(model->matcher);
    mmspan_config_destroy(model->config);
}

int shipped_open_all(void **state) {
    (void)state;
    while (mmspan_builtin_name(n_shipped))
        n_shipped++;
    shipped = calloc((size_t)n_shipped, sizeof *shipped);
    if (!shipped)
        return -1;
    for (int32_t i = 0; i < n_shipped; i++) {
        const char *model = mmspan_builtin_name(i);
        size_t size = 0;
        const char *text = mmspan_builtin_text(model, &size);
        shipped[i] = shipped_load(model, text, size);
    }
    return 0;
}

int shipped_close_all(void **state) {
    (void)state;
    for (int32_t i = 0; i < n_shipped; i++)
        shipped_unload(&shipped[i]);
    free(shipped);
    return 0;
}

mmspan_result *shipped_result(void) {
    mmspan_result *result = NULL;
    assert_int_equal(mmspan_result_create(NULL, &result), MMSPAN_OK);
    return result;
}

const mmspan_view *shipped_scan(const struct shipped *model, const int32_t *ids, size_t n,
                                mmspan_result *result) {
    mmspan_error error;
    if (mmspan_scan(model->matcher, ids, n, NULL, result, &error) != MMSPAN_OK)
        fail_msg("%s: %s", model->model, error.message);
    return mmspan_result_view(result);
}

void shipped_examples(const struct shipped *model, shipped_check *check,
                      mmspan_result *result) {
    for (int32_t i = 0; i < mmspan_config_n_examples(model->config); i++) {
        size_t n = 0;
        const int32_t *ids = mmspan_config_example_ids(model->config, i, &n);
        check(model, mmspan_config_example_name(model->config, i), ids, n, result);
    }
}

void shipped_all_examples(shipped_check *check) {
    mmspan_result *result = shipped_result();
    for (int32_t i = 0; i < n_shipped; i++)
        shipped_examples(&shipped[i], check, result);
    mmspan_result_destroy(result);
}
