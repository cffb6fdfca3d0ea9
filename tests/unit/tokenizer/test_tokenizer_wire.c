/* The wire format of Protocol Buffers, by its specification: what a field is, and what is
 * none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../src/tokenizer/wire.h"

#define N_OF(array) (sizeof(array) / sizeof *(array))

struct bytes {
    unsigned char at[24];
    size_t n;
};

static struct mt_message message_of(const struct bytes *bytes) {
    return (struct mt_message){bytes->at, bytes->at + bytes->n};
}

/* Each of them is one field, to the last byte. */
static void test_numbers(void **state) {
    (void)state;
    static const struct {
        struct bytes bytes;
        uint64_t number;
        uint64_t value;
    } rows[] = {
        {{{0x08, 0x00}, 2}, 1, 0},
        {{{0x08, 0x7F}, 2}, 1, 127},
        {{{0x08, 0x80, 0x01}, 3}, 1, 128},
        {{{0x08, 0x96, 0x01}, 3}, 1, 150},
        {{{0x08, 0x80, 0x00}, 3}, 1, 0}, /* longer than need be */
        {{{0x78, 0x01}, 2}, 15, 1},
        {{{0x80, 0x01, 0x01}, 3}, 16, 1},
        {{{0xF8, 0xFF, 0xFF, 0xFF, 0x0F, 0x01}, 6}, (1U << 29) - 1, 1},
        {{{0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01}, 11},
         1,
         UINT64_MAX},
        /* Eight bytes and four, which are passed over. */
        {{{0x11, 1, 2, 3, 4, 5, 6, 7, 8}, 9}, 2, 0},
        {{{0x1D, 1, 2, 3, 4}, 5}, 3, 0},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct mt_message message = message_of(&rows[i].bytes);
        struct mt_field field;
        assert_true(mt_read_field(&message, &field));
        assert_ptr_equal(message.at, message.end);
        assert_int_equal(field.number, rows[i].number);
        assert_int_equal(field.value, rows[i].value);
        assert_null(field.content.at);
    }
}

static void test_content(void **state) {
    (void)state;
    static const struct bytes two = {{0x0A, 0x03, 'a', 'b', 'c', 0x12, 0x00}, 7};
    struct mt_message message = message_of(&two);
    struct mt_field field;
    assert_true(mt_read_field(&message, &field));
    assert_int_equal(field.number, 1);
    assert_ptr_equal(field.content.at, two.at + 2);
    assert_ptr_equal(field.content.end, two.at + 5);
    assert_true(mt_read_field(&message, &field));
    assert_int_equal(field.number, 2);
    assert_ptr_equal(field.content.at, two.at + 7);
    assert_ptr_equal(field.content.end, two.at + 7);
    assert_false(mt_read_field(&message, &field));
}

static void test_refused(void **state) {
    (void)state;
    static const struct bytes rows[] = {
        {{0}, 0},
        {{0x80}, 1},       /* a number without an end */
        {{0x08}, 1},       /* no value */
        {{0x08, 0x80}, 2}, /* one without an end */
        {{0x00, 0x01}, 2}, /* field number 0 */
        {{0x07, 0x01}, 2},
        {{0x80, 0x80, 0x80, 0x80, 0x10, 0x01}, 6}, /* field number 2^29 */
        {{0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x80, 0x00}, 12},
        {{0x0B, 0x0C}, 2}, /* a group, its end, and types that there are not */
        {{0x0C, 0x00}, 2},
        {{0x0E, 0x00}, 2},
        {{0x0F, 0x00}, 2},
        {{0x11, 1, 2, 3, 4, 5, 6, 7}, 8}, /* too few bytes */
        {{0x1D, 1, 2, 3}, 4},
        {{0x0A}, 1},
        {{0x0A, 0x80}, 2},
        {{0x0A, 0x03, 'a', 'b'}, 4},
        {{0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 'a'}, 12},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct mt_message message = message_of(&rows[i]);
        struct mt_field field;
        if (mt_read_field(&message, &field))
            fail_msg("row %zu is field %d", i, (int)field.number);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_content),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
