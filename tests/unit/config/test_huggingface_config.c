/* Built-in configs by the Hugging Face names that they list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../support/alloc_fault.h"
#include "mmspan/config.h"

#include <stdbool.h>
#include <string.h>

enum { MAX_CONFIGS = 1024 };

static mmspan_status make_id_up(void *context, const char *piece, int32_t *id,
                                mmspan_error *error) {
    int32_t *next = context;
    (void)piece;
    (void)error;
    *id = (*next)--;
    return MMSPAN_OK;
}

static mmspan_status load(const char *name, const mmspan_allocator *allocator,
                          mmspan_config **config, mmspan_error *error) {
    int32_t next = INT32_MAX;
    const mmspan_resolver resolver = {make_id_up, &next};
    const mmspan_load_options options = {
        .struct_size = sizeof options, .allocator = allocator, .resolver = &resolver};
    *config = NULL;
    return mmspan_config_load_builtin(name, &options, config, error);
}

/* How many built-in configs list the name; *model is one of them. */
static int count(mmspan_config *const *configs, int n, const char *name, const char **model) {
    int found = 0;
    for (int i = 0; i < n; i++) {
        const char *listed;
        bool lists = false;
        for (int32_t k = 0; (listed = mmspan_config_huggingface(configs[i], k)); k++)
            lists = lists || strcmp(listed, name) == 0;
        if (lists)
            *model = mmspan_config_model(configs[i]);
        found += lists;
    }
    return found;
}

static void expect_name(mmspan_config *const *configs, int n, const char *name) {
    const char *model = NULL;
    mmspan_config *config = NULL;
    mmspan_error error;
    const bool single = count(configs, n, name, &model) == 1;
    const mmspan_status status = load(name, NULL, &config, &error);
    if (single) {
        assert_int_equal(status, MMSPAN_OK);
        assert_string_equal(mmspan_config_model(config), model);
    } else {
        assert_int_equal(status, MMSPAN_E_AMBIGUOUS);
        assert_null(config);
        assert_non_null(strstr(error.message, name));
        assert_non_null(strstr(error.message, model));
    }
    mmspan_config_destroy(config);
}

/* Each name that any config lists leads to that config, or to a message that names all. */
static void test_every_name(void **state) {
    static mmspan_config *configs[MAX_CONFIGS];
    int n = 0;
    size_t n_names = 0;
    (void)state;
    for (const char *model; (model = mmspan_builtin_name(n)); n++)
        assert_int_equal(load(model, NULL, &configs[n], NULL), MMSPAN_OK);
    for (int i = 0; i < n; i++) {
        const char *name;
        for (int32_t k = 0; (name = mmspan_config_huggingface(configs[i], k)); k++) {
            expect_name(configs, n, name);
            n_names++;
        }
    }
    assert_true(n_names > 100);
    for (int i = 0; i < n; i++)
        mmspan_config_destroy(configs[i]);
}

static void count_reports(void *context, const mmspan_error *error) {
    int *n = context;
    assert_true(error->message[0]);
    ++*n;
}

static void test_unknown(void **state) {
    mmspan_config *config = NULL;
    mmspan_error error;
    int n_reports = 0;
    (void)state;
    assert_int_equal(load("facebook/chamelon-7b", NULL, &config, &error), MMSPAN_E_NOT_FOUND);
    assert_non_null(strstr(error.message, "did you mean \"facebook/chameleon-7b\"?"));
    /* Another size is nearer than another family. */
    assert_int_equal(load("google/gemma-4-27b-it", NULL, &config, &error), MMSPAN_E_NOT_FOUND);
    assert_non_null(strstr(error.message, "did you mean \"google/gemma-4-"));
    assert_int_equal(load("facebook/chameleon", NULL, &config, &error), MMSPAN_E_NOT_FOUND);
    assert_non_null(strstr(error.message, "did you mean \"facebook/chameleon-"));
    assert_non_null(strstr(error.message, "mmspan models lists them"));
    assert_int_equal(load("facebok/chameleon-7b", NULL, &config, &error), MMSPAN_E_NOT_FOUND);
    assert_non_null(strstr(error.message, "did you mean \"facebook/chameleon-7b\"?"));
    assert_int_equal(load("nobody/has-this", NULL, &config, &error), MMSPAN_E_NOT_FOUND);
    assert_null(strstr(error.message, "did you mean"));
    /* A part of a name is none. */
    assert_int_equal(load("facebook/chameleon", NULL, &config, NULL), MMSPAN_E_NOT_FOUND);
    assert_int_equal(load("/", NULL, &config, NULL), MMSPAN_E_NOT_FOUND);
    const mmspan_load_options options = {
        .struct_size = sizeof options, .report = count_reports, .report_context = &n_reports};
    assert_int_equal(mmspan_config_load_builtin("a/b", &options, &config, NULL),
                     MMSPAN_E_NOT_FOUND);
    assert_int_equal(n_reports, 1);
    assert_null(config);
}

/* Memory may run out anywhere. */
static void test_memory(void **state) {
    struct alloc_fault fault = {0};
    const mmspan_allocator allocator = alloc_fault_allocator(&fault);
    mmspan_config *config = NULL;
    mmspan_status status = MMSPAN_E_MEMORY;
    (void)state;
    for (size_t n = 1; status == MMSPAN_E_MEMORY; n++) {
        alloc_fault_arm(&fault, n);
        status = load("llava-hf/llava-1.5-7b-hf", &allocator, &config, NULL);
        mmspan_config_destroy(config);
        assert_int_equal(fault.n_blocks, 0);
        assert_int_equal(fault.n_misused, 0);
    }
    assert_int_equal(status, MMSPAN_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_name),
        cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
