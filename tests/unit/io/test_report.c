/* Error reports: bytes that would upset a terminal, and places in a text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../src/io/report.h"

#include <string.h>

/* What a report makes of quoted bytes: in its message, and in its path. */
static void test_quoted(void **state) {
    (void)state;
    static const struct {
        const char *quoted;
        const char *shown;
    } cases[] = {
        {" ~", " ~"},
        {"\x01\x1F\x7F", "???"},
        {"a\x1B[31mb", "a?[31mb"},
        {"\x80"
         "a",
         "?a"}, /* a byte that only continues */
        {"\xC1\xBF", "??"},
        {"\xC2\x80 \xC2\x9F", "?? ??"}, /* control characters */
        {"\xC2\xA0", "\xC2\xA0"},
        {"\xC3\x80\xC3\x9F", "\xC3\x80\xC3\x9F"},
        {"\xDF\xBF!", "\xDF\xBF!"},
        {"\xE0\xA4\x85!", "\xE0\xA4\x85!"},
        {"\xE2\x82\xAC!", "\xE2\x82\xAC!"},
        {"\xEF\xBF\xBD", "\xEF\xBF\xBD"},
        {"\xF0\x9F\x98\x80!", "\xF0\x9F\x98\x80!"},
        {"\xC2", "?"}, /* cut in two */
        {"\xE2\x82", "??"},
        {"\xE2\x82.", "??."},
        {"\xF0\x9F\x98", "???"},
        {"\xF0\x9F\x98..", "???.."},
        {"\xEF\xBF", "??"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        mmspan_error error;
        const struct mm_place place = {"a file", cases[i].quoted, 3, 4};
        assert_int_equal(mi_fail(&error, MMSPAN_E_CONFIG, &place, "%s", cases[i].quoted),
                         MMSPAN_E_CONFIG);
        assert_string_equal(error.message, cases[i].shown);
        assert_string_equal(error.path, cases[i].shown);
        assert_string_equal(error.file, "a file");
        assert_int_equal(error.status, MMSPAN_E_CONFIG);
        assert_int_equal(error.line, 3);
        assert_int_equal(error.column, 4);
    }
    assert_int_equal(mi_fail(NULL, MMSPAN_E_IO, NULL, "nobody listens"), MMSPAN_E_IO);
}

/* A message that is too long ends at the border of a character. */
static void test_long(void **state) {
    (void)state;
    mmspan_error error;
    char text[sizeof error.message + 8];
    for (size_t n = sizeof error.message - 6; n < sizeof error.message + 2; n++) {
        memset(text, 'x', n);
        strcpy(text + n, "\xE2\x82\xAC");
        mi_fail(&error, MMSPAN_E_CONFIG, NULL, "%s", text);
        size_t length = strlen(error.message);
        assert_memory_equal(error.message, text, length);
        const size_t room = sizeof error.message - 1;
        assert_int_equal(length, n + 3 <= room ? n + 3 : n < room ? n : room);
        assert_null(strchr(error.message, '?'));
    }
}

static void test_place(void **state) {
    (void)state;
    static const char text[] = "ab\n\ncd\n";
    static const struct {
        size_t offset;
        uint32_t line;
        uint32_t column;
    } cases[] = {{0, 1, 1}, {1, 1, 2}, {2, 1, 3}, {3, 2, 1}, {4, 3, 1},
                 {5, 3, 2}, {6, 3, 3}, {7, 4, 1}, {99, 4, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mm_place place = mi_place_of("f", text, sizeof text - 1, cases[i].offset);
        assert_string_equal(place.file, "f");
        assert_int_equal(place.line, cases[i].line);
        assert_int_equal(place.column, cases[i].column);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quoted),
        cmocka_unit_test(test_long),
        cmocka_unit_test(test_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
