/* The parser of rows: what it reads, what it refuses, and that it agrees with simdjson. */
#include "audit/rows.h"
#include "audit/writing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../support/fixture.h"
#include "../../support/json_oracle.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE = 4096 };

static struct ma_rows *rows;
static struct fixture fixture;

static int open_rows(void **state) {
    mmspan_error error;
    (void)state;
    fixture_open(&fixture, FIXTURE_GEMMA);
    rows = calloc(1, sizeof *rows);
    assert_non_null(rows);
    assert_int_equal(ma_rows_open(rows, fixture.matcher, NULL, 0, &error), MMSPAN_OK);
    return 0;
}

static int close_rows(void **state) {
    (void)state;
    ma_rows_close(rows);
    free(rows);
    fixture_close(&fixture);
    return 0;
}

/* Adds a row that ends where memory that may be read does. */
static enum ma_row_status add(const char *text, struct ma_row_error *error) {
    const size_t n = strlen(text);
    char *copy = calloc(1, n + MA_ROW_PADDING);
    assert_non_null(copy);
    memcpy(copy, text, n);
    copy[n] = n % 2 ? '\n' : '\0';
    memset(copy + n + 1, '1', MA_ROW_PADDING - 1);
    enum ma_row_status status = ma_rows_add(rows, copy, n, 7, error);
    free(copy);
    return status;
}

/* The rows of a role as "1 2 | - |". */
static void expect_list(int role, const char *wanted) {
    char text[SIZE] = "";
    size_t used = 0;
    const struct ma_list *list = rows->lists[role];
    for (size_t i = 0; i < rows->n_rows; i++) {
        used += (size_t)snprintf(text + used, SIZE - used, "%s", i ? "| " : "");
        if (!list || !(list->validity[i / 8] >> i % 8 & 1))
            used += (size_t)snprintf(text + used, SIZE - used, "- ");
        for (int64_t v = list ? list->offsets[i] : 0; list && v < list->offsets[i + 1]; v++)
            used += (size_t)snprintf(text + used, SIZE - used, "%" PRId32 " ", list->values[v]);
    }
    assert_string_equal(text, wanted);
}

static void expect_good(const char *text) {
    struct ma_row_error error = {0};
    if (add(text, &error) != MA_ROW_OK)
        fail_msg("%s: %s at %zu", text, error.message, error.at);
}

static void test_columns(void **state) {
    (void)state;
    expect_good("{\"input_ids\": [1, 2,3 , -4], \"labels\":[-100,5]}");
    expect_good(
        "{ \"text\" : \"\xe2\x82\xac \\u00e9 \\\"x\", \"input_ids\":[ ] , \"image_grid_thw\": "
        "[[1, 4, 6], [1,2,2]], \"n\": -1.5e+3, \"deep\": [[], {}, {\"a\": [true, null]}]}\r");
    expect_good("{\"input_ids\": null, \"labels\": [], \"image_grid_thw\": [1, 2, 3]}");
    expect_good("{\"media\": {\"image\": [256, 280], \"what\": [1]}, \"num_videos\": 3, "
                "\"input_ids\": [2147483647, -2147483648, 0, -0]}");
    expect_good("{\"media\": [], \"position_ids\": [[0], [1]], \"input_ids\": []}");
    expect_list(MA_IDS, "1 2 3 -4 | | - | 2147483647 -2147483648 0 0 | ");
    expect_list(MA_LABELS, "-100 5 | - | | - | - ");
    expect_list(MA_POSITION_IDS, "- | - | - | - | - ");
    expect_list(MA_MEDIA, "- | 1 4 6 1 2 2 | 1 2 3 | - | - ");
    expect_list(MA_MEDIA + 1, "- | - | - | 256 280 | ");
    expect_list(MA_MEDIA + 3 + 2, "- | - | - | 3 | - ");
    assert_int_equal(rows->lines[4], 7);
}

/* What is not as nearly all writers leave it: digits beyond the six that are read at once,
 * leading zeros, other blanks. */
/* A name that was given is compared whole, however long it is. */
static void test_long_names(void **state) {
    char name[300], text[SIZE];
    struct ma_row_error error;
    mmspan_error refused;
    (void)state;
    memset(name, 'n', sizeof name);
    name[sizeof name - 1] = '\0';
    const mmspan_audit_name given[] = {{.role = "labels", .name = "first"},
                                       {.role = "labels", .name = name}};
    ma_rows_close(rows);
    assert_int_equal(ma_rows_open(rows, fixture.matcher, given, 2, &refused), MMSPAN_OK);
    snprintf(text, sizeof text,
             "{\"input_ids\": [1], \"%s\": [4], \"%.127s\": 5, \"%.298s\": 6, \"%sn\": 7, "
             "\"first\": 8, \"media\": {\"imag\": 2, \"image2\": 3}}",
             name, name, name, name);
    expect_good(text);
    expect_list(MA_LABELS, "4 ");
    expect_list(MA_MEDIA + MMSPAN_MEDIA_ROWS, "");
    snprintf(text, sizeof text, "{\"%s\": 4, \"%s\": 5}", name, name);
    assert_int_equal(add(text, &error), MA_ROW_CORRUPT);
}

static void test_unusual_numbers(void **state) {
    static const char *const wrong[] = {"007", "00", "-", "1.5", "1e3", "12345.",    "123456x",
                                        "1 2", ",",  "",  "0x1", "--1", "2147483648"};
    struct ma_row_error error;
    (void)state;
    expect_good(
        "{\"input_ids\": [0, 9, 10, 99999, 100000, 999999, 1000000, 9999999, 10000000, 5]}");
    expect_good("{\"input_ids\": [1,2,  3 ,4, \t5,6 , 123456,1234567 ]}");
    expect_good("{\"input_ids\": [1, -2, 3 ]}");
    expect_list(MA_IDS, "0 9 10 99999 100000 999999 1000000 9999999 10000000 5 | "
                        "1 2 3 4 5 6 123456 1234567 | 1 -2 3 ");
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char text[SIZE];
        snprintf(text, sizeof text, "{\"input_ids\": [1, %s, 2]}", wrong[i]);
        assert_int_equal(add(text, &error), MA_ROW_CORRUPT);
        snprintf(text, sizeof text, "{\"input_ids\": [1, %s]}", wrong[i]);
        assert_int_equal(add(text, &error), MA_ROW_CORRUPT);
    }
}

/* Stretches of one number are counted, not read; what follows them must not be lost. */
static void test_repeats(void **state) {
    static const char *const numbers[] = {"1", "-100",       "151655",
                                          "0", "2147483647", "-2147483648"};
    static const char *const between[] = {",", ", ", " , "};
    struct ma_row_error error;
    (void)state;
    for (size_t k = 0; k < 18; k++) {
        for (size_t n = 1; n < 90; n++) {
            char text[SIZE] = "{\"input_ids\": [7, ";
            for (size_t i = 0; i < n; i++) {
                strcat(text, numbers[k % 6]);
                strcat(text, between[k / 6]);
            }
            const size_t used = strlen(text);
            strcpy(text + used, "]}");
            assert_int_equal(add(text, &error), MA_ROW_CORRUPT);
            /* Now and then with more blanks than between the others. */
            strcpy(text + used, n % 2 ? "15]}" : " 15]}");
            expect_good(text);
            const struct ma_list *list = rows->lists[MA_IDS];
            const int64_t first = list->offsets[rows->n_rows - 1];
            assert_int_equal(list->offsets[rows->n_rows] - first, n + 2);
            assert_int_equal(list->values[first], 7);
            for (size_t i = 1; i <= n; i++)
                assert_int_equal(list->values[first + (int64_t)i], atoll(numbers[k % 6]));
            assert_int_equal(list->values[first + (int64_t)n + 1], 15);
            if (rows->n_rows > 500)
                ma_rows_clear(rows);
        }
    }
}

static void test_refused(void **state) {
    static const struct {
        const char *text;
        size_t at;
        const char *message;
    } cases[] = {
        {"[1]", 0, "a list where others are objects: {\"input_ids\": [...]}"},
        {"1", 0, "not an object"},
        {"{\"input_ids\": [1, 2}", 19, "not JSON"},
        {"{\"input_ids\": [1, 2", 19, "cut short"},
        {"{\"input_ids\": [1,]}", 17, "not JSON"},
        {"{\"input_ids\": [1.5]}", 15, "input_ids holds something that is no integer"},
        {"{\"input_ids\": [2147483648]}", 15, "input_ids holds a number beyond int32"},
        {"{\"input_ids\": [99999999999999999999]}", 15, "beyond int32"},
        {"{\"input_ids\": [01]}", 15, "not JSON"},
        {"{\"input_ids\": [-]}", 15, "not JSON"},
        {"{\"input_ids\": [\"a\"]}", 15, "no integer"},
        {"{\"input_ids\": [[1]]}", 15, "give each sequence a line"},
        {"{\"input_ids\": 3}", 14, "input_ids is not a list"},
        {"{\"input_ids\": [1], \"input_ids\": [2]}", 19, "a second input_ids"},
        {"{\"labels\": [1]}", 0, "the object has no input_ids"},
        {"{\"input_ids\": []} x", 18, "something follows"},
        {"{\"input_ids\": [], \"image_grid_thw\": [[1, 2]]}", 37, "not t, h, w"},
        {"{\"input_ids\": [], \"image_grid_thw\": [1, 2]}", 36, "no list of t, h, w"},
        {"{\"input_ids\": [], \"media\": [1]}", 27, "media is not like"},
        {"{\"input_ids\": [], \"a\": \"\xff\"}", 24, "not UTF-8"},
        {"{\"input_ids\": [], \"a\": \"\\x\"}", 24, "wrong escape"},
        {"{\"input_ids\": [], \"a\": \"b}", 26, "not closed"},
        {"{\"input_ids\": [], \"a\": \"\x01\"}", 24, "control character"},
        {"{\"input_ids\": [] \"a\": 1}", 17, "not JSON"},
    };
    struct ma_row_error error;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (add(cases[i].text, &error) != MA_ROW_CORRUPT ||
            !strstr(error.message, cases[i].message) || error.at != cases[i].at)
            fail_msg("%s: '%s' at %zu", cases[i].text, error.message, error.at);
        assert_int_equal(rows->n_rows, 0);
        assert_int_equal(rows->lists[MA_IDS]->n, 0);
    }
}

/* Lists of as many modalities as a config may have, of which the last one is the last list. */
static void test_most_modalities(void **state) {
    mmspan_spec *spec;
    mmspan_matcher *matcher;
    mmspan_error error;
    mmspan_audit_batch batch = {0};
    (void)state;
    assert_int_equal(mmspan_spec_create(NULL, &spec), MMSPAN_OK);
    for (int32_t m = 0; m < MMSPAN_MAX_MODALITIES; m++) {
        char name[16];
        snprintf(name, sizeof name, "m%d", (int)m);
        const mmspan_token_decl token = {
            .struct_size = sizeof token, .name = name, .ids = &m, .n_ids = 1};
        const mmspan_modality_decl modality = {
            .struct_size = sizeof modality, .name = name, .pattern = name};
        assert_int_equal(mmspan_spec_add_token(spec, &token, NULL), MMSPAN_OK);
        assert_int_equal(mmspan_spec_add_modality(spec, &modality, NULL), MMSPAN_OK);
    }
    assert_int_equal(mmspan_compile(spec, NULL, &matcher, NULL), MMSPAN_OK);
    mmspan_spec_destroy(spec);
    ma_rows_close(rows);
    assert_int_equal(ma_rows_open(rows, matcher, NULL, 0, &error), MMSPAN_OK);
    assert_int_equal(rows->n_lists, MA_MAX_LISTS);
    expect_good("{\"input_ids\": [1], \"m0_grid_thw\": [1, 2, 2], \"num_m31s\": 5}");
    ma_rows_batch(rows, &batch);
    assert_int_equal(batch.n_media, 2);
    assert_int_equal(batch.media[0].modality, 0);
    assert_int_equal(batch.media[0].form, MMSPAN_MEDIA_GRID);
    assert_int_equal(batch.media[1].modality, 31);
    assert_int_equal(batch.media[1].form, MMSPAN_MEDIA_COUNT);
    mmspan_matcher_destroy(matcher);
}

/* Any four digits of base 16 are an escape, and nothing else is. */
static void test_hex(void **state) {
    struct ma_row_error error;
    (void)state;
    for (int c = ' '; c < 0x7F; c++) {
        char text[] = "{\"input_ids\": [], \"a\": \"\\u0000\"}";
        if (c == '"' || c == '\\')
            continue;
        for (size_t at = sizeof text - 7; at < sizeof text - 3; at++) {
            text[at] = (char)c;
            const bool good = strchr("0123456789abcdefABCDEF", c) != NULL;
            if ((add(text, &error) == MA_ROW_OK) != good)
                fail_msg("%s", text);
            text[at] = '0';
        }
        ma_rows_clear(rows);
    }
}

/* The code point of two to four bytes that look like UTF-8, or -1. */
static int32_t code_point(const unsigned char *p, size_t n) {
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    static const unsigned char mask[] = {0, 0, 0xe0, 0xf0, 0xf8};
    int32_t code = p[0] & ~mask[n];
    if ((p[0] & mask[n]) != lead[n])
        return -1;
    for (size_t i = 1; i < n; i++) {
        if (p[i] >> 6 != 2)
            return -1;
        code = code << 6 | (p[i] & 0x3f);
    }
    return code;
}

/* As the definition has it: the shortest form, no surrogates, nothing beyond U+10FFFF. */
static size_t length_of(const unsigned char *p) {
    static const int32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (*p < 0x80)
        return 1;
    for (size_t n = 2; n <= 4; n++) {
        const int32_t code = code_point(p, n);
        if (code >= least[n] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF))
            return n;
    }
    return 0;
}

static void test_utf8(void **state) {
    static const unsigned char behind[] = {0x7f, 0x80, 0xbf, 0xc0};
    (void)state;
    for (unsigned a = 1; a < 256; a++) {
        for (unsigned b = 1; b < 256; b++) {
            for (size_t k = 0; k < 16; k++) {
                const unsigned char text[] = {(unsigned char)a, (unsigned char)b, behind[k % 4],
                                              behind[k / 4]};
                if (ma_utf8_length(text) != length_of(text))
                    fail_msg("%02x %02x %02x %02x", a, b, text[2], text[3]);
            }
        }
    }
}

static void test_names(void **state) {
    const mmspan_audit_name names[] = {{"ids", "tokens"}, {"image_rows", "lengths"}};
    const mmspan_audit_name wrong = {"label", "labels"};
    mmspan_error error;
    (void)state;
    ma_rows_close(rows);
    assert_int_equal(ma_rows_open(rows, fixture.matcher, names, 2, &error), MMSPAN_OK);
    expect_good("{\"tokens\": [1], \"lengths\": [3], \"input_ids\": \"no\"}");
    expect_list(MA_IDS, "1 ");
    expect_list(MA_MEDIA + 1, "3 ");
    ma_rows_close(rows);
    assert_int_equal(ma_rows_open(rows, fixture.matcher, &wrong, 1, &error), MMSPAN_E_ARGUMENT);
    assert_non_null(strstr(error.message, "'label' is no column"));
}

/* What is taken for a row is JSON, and JSON that is refused is so for what it says. */
static void test_against_simdjson(void **state) {
    static const char good[] =
        "{\"input_ids\": [1, 22, 151655, 151655, -100, 0], \"a\": {\"b\": [1.5e-3, "
        "\"x\\n\\u00e9\", "
        "true, null, {}], \"c\": []}, \"text\": \"\xc3\xa9\xe2\x82\xac\"}";
    static const char bytes[] = "0123456789-+.eE\"\\[]{},: tfnu\xc3\xa9x";
    struct random_source random = {2026};
    size_t n_good = 0;
    (void)state;
    for (size_t i = 0; i < 100000; i++) {
        char text[SIZE] = "";
        struct ma_row_error error;
        size_t n = sizeof good - 1;
        memcpy(text, good, n);
        for (size_t k = random_between(&random, 0, 2); k > 0; k--) {
            const size_t at = random_between(&random, 0, n - 1);
            if (random_between(&random, 0, 2) == 0)
                memmove(text + at, text + at + 1, n-- - at);
            else
                text[at] = bytes[random_between(&random, 0, sizeof bytes - 2)];
        }
        const bool is_json = json_oracle_is_object(text, n);
        const bool is_row = add(text, &error) == MA_ROW_OK;
        if (is_row && !is_json)
            fail_msg("%s is not JSON", text);
        if (is_json && !is_row && !strstr(error.message, "input_ids"))
            fail_msg("%s: %s", text, error.message);
        n_good += is_row;
        ma_rows_clear(rows);
    }
    assert_true(n_good > 20000 && n_good < 90000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_columns, open_rows, close_rows),
        cmocka_unit_test_setup_teardown(test_long_names, open_rows, close_rows),
        cmocka_unit_test_setup_teardown(test_unusual_numbers, open_rows, close_rows),
        cmocka_unit_test_setup_teardown(test_repeats, open_rows, close_rows),
        cmocka_unit_test_setup_teardown(test_refused, open_rows, close_rows),
        cmocka_unit_test_setup_teardown(test_names, open_rows, close_rows),
        cmocka_unit_test_setup_teardown(test_most_modalities, open_rows, close_rows),
        cmocka_unit_test_setup_teardown(test_hex, open_rows, close_rows),
        cmocka_unit_test(test_utf8),
        cmocka_unit_test_setup_teardown(test_against_simdjson, open_rows, close_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
