/* Text in a buffer that may be too small: every size, and characters of every length. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../src/match/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The whole text in `size` bytes: as much as fits, of whole characters only, and not a byte
 * beyond. */
static void expect_cut(const char *whole, size_t size, const char *text, size_t length) {
    const size_t n = strlen(whole);
    size_t kept = n;
    assert_int_equal(length, n);
    if (n >= size) {
        kept = size - 1;
        while (kept > 0 && ((unsigned char)whole[kept] & 0xC0) == 0x80)
            kept--;
    }
    assert_memory_equal(text, whole, kept);
    assert_int_equal(text[kept], 0);
    for (size_t i = size; i < size + 8; i++)
        assert_int_equal(text[i], '#');
}

static void test_sizes(void **state) {
    (void)state;
    static const char *const parts[] = {"", "a", "ä", "bild", "図", "😀😀", "", "éz"};
    static const char whole[] = "aäbild図😀😀éz";
    for (size_t size = 1; size < sizeof whole + 8; size++) {
        char text[64];
        struct mm_text out = {text, size, 0};
        memset(text, '#', sizeof text);
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
            mm_add_text(&out, parts[i]);
        const size_t length = mm_end_text(&out);
        expect_cut(whole, size, text, length);
    }
}

/* By hand, since the loop above knows only what the code knows. */
static void test_characters(void **state) {
    (void)state;
    static const struct {
        size_t size;
        const char *text;
    } cuts[] = {{1, ""},       {2, "x"},       {3, "x"},      {4, "xä"},   {5, "xä"},
                {6, "xä"},     {7, "xä図"},    {8, "xä図"},   {9, "xä図"}, {10, "xä図"},
                {11, "xä図😀"}, {12, "xä図😀!"}, {13, "xä図😀!"}};
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        char text[16];
        struct mm_text out = {text, cuts[i].size, 0};
        mm_add_text(&out, "xä図😀!");
        assert_int_equal(mm_end_text(&out), 11);
        assert_string_equal(text, cuts[i].text);
    }
}

static void test_no_room(void **state) {
    (void)state;
    struct mm_text out = {NULL, 0, 0};
    mm_add_text(&out, "abc");
    mm_add_integer(&out, -12);
    assert_int_equal(mm_end_text(&out), 6);
    /* Bytes that continue nothing are no place to cut at. */
    char text[3];
    struct mm_text bytes = {text, sizeof text, 0};
    mm_add_text(&bytes, "\x80\x80\x80\x80");
    assert_int_equal(mm_end_text(&bytes), 4);
    assert_string_equal(text, "");
}

static void test_integers(void **state) {
    (void)state;
    static const int64_t values[] = {
        0,   1,         -1,        9,         10,        -10,           99,
        100, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN, INT64_MIN + 1, 1234567890123456789};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        char wanted[32];
        char text[32];
        struct mm_text out = {text, sizeof text, 0};
        snprintf(wanted, sizeof wanted, "<%lld>", (long long)values[i]);
        mm_add_text(&out, "<");
        mm_add_integer(&out, values[i]);
        mm_add_text(&out, ">");
        assert_int_equal(mm_end_text(&out), strlen(wanted));
        assert_string_equal(text, wanted);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_characters),
        cmocka_unit_test(test_no_room),
        cmocka_unit_test(test_integers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
