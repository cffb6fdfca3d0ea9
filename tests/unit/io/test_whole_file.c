/* Reading files whole: limits, kinds of file, and what stands behind the text. */
#define _POSIX_C_SOURCE 200809L

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../src/io/whole_file.h"
#include "../../support/alloc_fault.h"
#include "../../support/scratch_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MEBIBYTE = 1 << 20 };

static const struct mi_file_rules any = {.kind = "a test", .max_bytes = MEBIBYTE};
static const struct mi_file_rules regular = {
    .kind = "a test", .max_bytes = MEBIBYTE, .regular = true};

static void expect_refused(const char *path, const struct mi_file_rules *rules,
                           mmspan_status status, const char *part) {
    struct mi_file file;
    mmspan_error error;
    assert_int_equal(mi_file_read(path, rules, NULL, &file, &error), status);
    assert_int_equal(error.status, status);
    assert_string_equal(error.file, path);
    if (!strstr(error.message, part))
        fail_msg("\"%s\" lacks \"%s\"", error.message, part);
    assert_null(file.text);
    assert_int_equal(file.n, 0);
    mi_file_free(&file);
    assert_int_equal(mi_file_read(path, rules, NULL, &file, NULL), status);
}

/* Byte i of the files here. */
static char byte_at(size_t i) {
    return (char)(i * 7 % 251);
}

static const char *make_file(size_t n) {
    char *bytes = malloc(n + 1);
    assert_non_null(bytes);
    for (size_t i = 0; i < n; i++)
        bytes[i] = byte_at(i);
    const char *path = scratch_write(&scratch, "file", bytes, n);
    free(bytes);
    return path;
}

static void expect_bytes(const struct mi_file *file, size_t n) {
    assert_int_equal(file->n, n);
    for (size_t i = 0; i < n; i++)
        if (file->text[i] != byte_at(i))
            fail_msg("byte %zu of %zu", i, n);
    for (size_t i = 0; i < MI_FILE_PADDING; i++)
        assert_int_equal(file->text[n + i], 0);
}

static void test_sizes(void **state) {
    (void)state;
    static const size_t sizes[] = {0, 1, 63, 64, 65, 127, 128, 4096, 65536, MEBIBYTE};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const char *path = make_file(sizes[i]);
        struct mi_file file;
        assert_int_equal(mi_file_read(path, i % 2 ? &any : &regular, NULL, &file, NULL),
                         MMSPAN_OK);
        assert_string_equal(file.path, path);
        expect_bytes(&file, sizes[i]);
        mi_file_free(&file);
        assert_null(file.text);
    }
    expect_refused(make_file(MEBIBYTE + 1), &regular, MMSPAN_E_LIMIT,
                   "more than 1 MiB, too much for a test");
    scratch_remove(&scratch, "file");
}

static void test_kinds(void **state) {
    (void)state;
    const char *path = scratch_path(&scratch, "nothing");
    expect_refused(path, &any, MMSPAN_E_IO, "cannot open the file: No such file");
    expect_refused(scratch_path(&scratch, ""), &any, MMSPAN_E_IO, "is a directory");
    expect_refused("/dev/null", &regular, MMSPAN_E_IO, "is not a regular file");
    expect_refused("/dev/zero", &any, MMSPAN_E_LIMIT, "more than 1 MiB");
    struct mi_file file;
    assert_int_equal(mi_file_read("/dev/null", &any, NULL, &file, NULL), MMSPAN_OK);
    expect_bytes(&file, 0);
    mi_file_free(&file);
    /* Nothing is mapped at its beginning. */
    if (access("/proc/self/mem", R_OK) == 0)
        expect_refused("/proc/self/mem", &any, MMSPAN_E_IO, "cannot read the file: ");
}

/* A pipe has no size, and gives its bytes in pieces. */
static void test_pipe(void **state) {
    (void)state;
    enum { N = 200000 };
    char name[32];
    int ends[2];
    struct mi_file file;
    assert_int_equal(pipe(ends), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[0]);
        for (size_t i = 0; i < N;) {
            char some[1000];
            for (size_t k = 0; k < sizeof some; k++)
                some[k] = byte_at(i + k);
            ssize_t n = write(ends[1], some, sizeof some);
            i += n > 0 ? (size_t)n : 0;
        }
        _exit(0);
    }
    close(ends[1]);
    snprintf(name, sizeof name, "/dev/fd/%d", ends[0]);
    assert_int_equal(mi_file_read(name, &any, NULL, &file, NULL), MMSPAN_OK);
    close(ends[0]);
    assert_int_equal(waitpid(child, NULL, 0), child);
    expect_bytes(&file, N);
    mi_file_free(&file);
}

/* A FIFO that nobody writes to is not waited for when it is refused anyway. */
static void test_fifo(void **state) {
    (void)state;
    const char *path = scratch_path(&scratch, "fifo");
    assert_int_equal(mkfifo(path, 0600), 0);
    expect_refused(path, &regular, MMSPAN_E_IO, "is not a regular file");
    scratch_remove(&scratch, "fifo");
}

/* What says that it is empty, and is not. */
static void test_no_size(void **state) {
    (void)state;
    struct mi_file file;
    if (access("/proc/self/maps", R_OK) != 0)
        skip();
    assert_int_equal(mi_file_read("/proc/self/maps", &regular, NULL, &file, NULL), MMSPAN_OK);
    assert_true(file.n > 0);
    assert_non_null(strstr(file.text, "test_whole_file"));
    mi_file_free(&file);
}

/* Each allocation fails once; nothing leaks. */
static void test_memory(void **state) {
    (void)state;
    const char *path = make_file(70000);
    struct alloc_fault fault = {0};
    const mmspan_allocator allocator = alloc_fault_allocator(&fault);
    struct mi_file file;
    mmspan_status status;
    size_t n = 0;
    do {
        alloc_fault_arm(&fault, ++n);
        status = mi_file_read(path, &regular, &allocator, &file, NULL);
        assert_true(status == MMSPAN_OK || status == MMSPAN_E_MEMORY);
        mi_file_free(&file);
        assert_int_equal(fault.n_blocks, 0);
        assert_int_equal(fault.n_misused, 0);
    } while (status != MMSPAN_OK);
    assert_true(n > 1);
    scratch_remove(&scratch, "file");
}

/* A literal that may hold zeros, and its length. */
#define BYTES(literal) literal, sizeof(literal) - 1

/* What people have by mistake is named, however large it is. */
static void test_mistaken(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        size_t n;
        const char *wanted;
    } kinds[] = {
        {BYTES("version https://git-lfs.github.com/spec/v1\noid sha256:0\n"),
         "not a test but a Git LFS pointer"},
        {BYTES("\x1F\x8B\x08"), "gunzip"},
        {BYTES("\x28\xB5\x2F\xFD"), "unzstd"},
        {BYTES("\xFD"
               "7zXZ"),
         "unxz"},
        {BYTES("BZh9"), "bunzip2"},
        {BYTES("PK\x03\x04"), "zip archive"},
        {BYTES("GGUF\x03"), "GGUF"},
        {BYTES("PAR1"), "Parquet"},
        {BYTES("\x89HDF\r\n"), "HDF5"},
        {BYTES("<!DOCTYPE html>"), "web page"},
        {BYTES("\x80\x04\x95"), "pickle"},
        {BYTES("\x40\x00\x00\x00\x00\x00\x00\x00{\"__metadata__\""), "safetensors"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const char *path = scratch_write(&scratch, "kind", kinds[i].bytes, kinds[i].n);
        expect_refused(path, &any, MMSPAN_E_SYNTAX, kinds[i].wanted);
        assert_int_equal(truncate(path, 2 * MEBIBYTE), 0);
        expect_refused(path, &any, MMSPAN_E_SYNTAX, kinds[i].wanted);
        /* The same without its last byte is no longer it, or cannot be told. */
        struct mi_file file;
        if (i < 6) {
            scratch_write(&scratch, "kind", kinds[i].bytes, i ? 1 : 20);
            assert_int_equal(mi_file_read(path, &any, NULL, &file, NULL), MMSPAN_OK);
            mi_file_free(&file);
        }
    }
    /* A number, a brace: but no header is that long, or that short. */
    static const char *const others[] = {"\x01\x00\x00\x00\x00\x00\x00\x00{}",
                                         "\x40\x00\x00\x00\x00\x00\x00\x01{}",
                                         "\x40\x00\x00\x00\x00\x00\x00\x00[]"};
    for (size_t i = 0; i < 3; i++) {
        struct mi_file file;
        const char *path = scratch_write(&scratch, "other", others[i], 10);
        assert_int_equal(mi_file_read(path, &any, NULL, &file, NULL), MMSPAN_OK);
        mi_file_free(&file);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),    cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_pipe),     cmocka_unit_test(test_fifo),
        cmocka_unit_test(test_no_size),  cmocka_unit_test(test_memory),
        cmocka_unit_test(test_mistaken),
    };
    return cmocka_run_group_tests(tests, set_up_scratch, tear_down_scratch);
}
