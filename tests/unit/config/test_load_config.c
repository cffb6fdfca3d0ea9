/* Tests from where a config is loaded, and how: files, memory, those that are compiled in,
 * options of any size, memory that runs out. */
#define _POSIX_C_SOURCE 200809L

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../include/mmspan/config.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char good[] = "mmspan: 1\nmodel: m\ntokens: {a: 1, b: 2, c: 3}\n"
                           "modalities: {image: {begin: a, patch: b, end: c, bare: b}}\n";

static void expect_file_error(const char *path, mmspan_status status, const char *part) {
    mmspan_config *config = NULL;
    mmspan_error error;
    assert_int_equal(mmspan_config_load_file(path, NULL, &config, &error), status);
    assert_null(config);
    assert_string_equal(error.file, path);
    if (!strstr(error.message, part))
        fail_msg("\"%s\" lacks \"%s\"", error.message, part);
}

static void write_file(const char *path, const char *text, size_t n, off_t size) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(truncate(path, size), 0);
}

static void test_files(void **state) {
    (void)state;
    char directory[] = "/tmp/mmspan-test-XXXXXX";
    assert_non_null(mkdtemp(directory));
    char path[64];
    snprintf(path, sizeof path, "%s/c.yaml", directory);
    expect_file_error(path, MMSPAN_E_IO, "No such file");
    expect_file_error(directory, MMSPAN_E_IO, "is a directory");
    expect_file_error("", MMSPAN_E_IO, "cannot open");
    write_file(path, "", 0, 0);
    expect_file_error(path, MMSPAN_E_CONFIG, "empty");
    write_file(path,
               "\x7f"
               "ELF\2\1\1\0\0\0",
               10, 10);
    expect_file_error(path, MMSPAN_E_SYNTAX, "byte 0x7F");
    write_file(path, "mmspan: 1\n", 10, 100 * 1024 * 1024);
    expect_file_error(path, MMSPAN_E_LIMIT, "more than 1 MiB, too much for a config");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    expect_file_error(path, MMSPAN_E_IO, "not a regular file");
    assert_int_equal(unlink(path), 0);
    write_file(path, good, sizeof good - 1, sizeof good - 1);
    mmspan_config *config = NULL;
    assert_int_equal(mmspan_config_load_file(path, NULL, &config, NULL), MMSPAN_OK);
    assert_string_equal(mmspan_config_model(config), "m");
    mmspan_config_destroy(config);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(directory), 0);
}

static void test_arguments(void **state) {
    (void)state;
    mmspan_config *config = NULL;
    mmspan_load_options options = {.struct_size = 4};
    assert_int_equal(mmspan_config_load_file(NULL, NULL, &config, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_config_load_file("x", NULL, NULL, NULL), MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_config_load_memory(NULL, 1, NULL, NULL, &config, NULL),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_config_load_memory("", 0, NULL, &options, &config, NULL),
                     MMSPAN_E_ARGUMENT);
    assert_int_equal(mmspan_config_load_memory(NULL, 0, NULL, NULL, &config, NULL),
                     MMSPAN_E_CONFIG);
    assert_int_equal(mmspan_config_load_builtin(NULL, NULL, &config, NULL), MMSPAN_E_ARGUMENT);
    assert_null(config);
    mmspan_config_destroy(NULL);
}

/* Options of callers that know more or less of them. */
static void test_option_sizes(void **state) {
    (void)state;
    struct {
        mmspan_load_options known;
        int64_t more;
    } options = {.known.struct_size = sizeof options};
    mmspan_config *config = NULL;
    for (uint32_t n = 0; n <= sizeof options; n += 4) {
        bool legal = n >= sizeof options.known;
        options.known.struct_size = n;
        mmspan_status wanted = legal ? MMSPAN_OK : MMSPAN_E_ARGUMENT;
        assert_int_equal(mmspan_config_load_builtin("gemma-4", &options.known, &config, NULL),
                         wanted);
        if (legal)
            mmspan_config_destroy(config);
        assert_int_equal(mmspan_config_load_file("none", &options.known, &config, NULL),
                         legal ? MMSPAN_E_IO : MMSPAN_E_ARGUMENT);
        assert_int_equal(mmspan_config_load_memory("", 0, NULL, &options.known, &config, NULL),
                         legal ? MMSPAN_E_CONFIG : MMSPAN_E_ARGUMENT);
    }
    options.more = 1;
    assert_int_equal(mmspan_config_load_builtin("gemma-4", &options.known, &config, NULL),
                     MMSPAN_E_ARGUMENT);
}

static void test_builtin_names(void **state) {
    (void)state;
    mmspan_config *config = NULL;
    mmspan_error error;
    assert_int_equal(mmspan_config_load_builtin("gema-4", NULL, &config, &error),
                     MMSPAN_E_NOT_FOUND);
    assert_non_null(strstr(error.message, "did you mean \"gemma-4\"?"));
    assert_string_equal(error.file, "");
    assert_int_equal(mmspan_config_load_builtin("", NULL, &config, &error), MMSPAN_E_NOT_FOUND);
    assert_null(config);
    int32_t n = 0;
    for (const char *name; (name = mmspan_builtin_name(n)); n++) {
        size_t size = 0;
        const char *text = mmspan_builtin_text(name, &size);
        assert_non_null(text);
        assert_int_equal(strlen(text), size);
        if (n > 0)
            assert_true(strcmp(mmspan_builtin_name(n - 1), name) < 0);
    }
    assert_true(n >= 11);
    assert_null(mmspan_builtin_name(INT32_MAX));
    assert_null(mmspan_builtin_text("none", NULL));
}

/* Memory that counts what is out, and runs out at the n-th allocation. */
struct limited {
    size_t bytes;
    size_t calls;
    size_t fail_at; /* 0: never */
};

static void *resize_limited(void *context, void *block, size_t old_size, size_t new_size) {
    struct limited *limited = context;
    if (new_size && ++limited->calls == limited->fail_at)
        return NULL;
    limited->bytes += new_size - old_size;
    if (new_size)
        return realloc(block, new_size);
    free(block);
    return NULL;
}

static void test_out_of_memory(void **state) {
    (void)state;
    const char *name;
    for (int32_t i = 0; (name = mmspan_builtin_name(i)); i++) {
        size_t n = 0;
        /* One that needs a tokenizer ends with MMSPAN_E_UNSUPPORTED. */
        for (mmspan_status status = MMSPAN_E_MEMORY; status == MMSPAN_E_MEMORY;) {
            struct limited limited = {.fail_at = ++n};
            mmspan_allocator allocator = {resize_limited, &limited};
            mmspan_load_options options = {.struct_size = sizeof options,
                                           .allocator = &allocator};
            mmspan_config *config = NULL;
            mmspan_error error = {0};
            status = mmspan_config_load_builtin(name, &options, &config, &error);
            assert_true(status == MMSPAN_OK || status == MMSPAN_E_MEMORY ||
                        status == MMSPAN_E_UNSUPPORTED);
            assert_int_equal(error.status, status);
            assert_true((status == MMSPAN_OK) == (config != NULL));
            mmspan_config_destroy(config);
            assert_int_equal(limited.bytes, 0);
        }
        assert_true(n > 4);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files),         cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_option_sizes),  cmocka_unit_test(test_builtin_names),
        cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
