/* Inputs that are good: every type, where elements stand, what lines say, kinds that are
 * called by their name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../support/input_files.h"
#include "../../support/scratch_fixture.h"

#include <stdio.h>
#include <string.h>

static struct got got;

static void read_bytes(const void *bytes, size_t n, const struct mr_options *options) {
    got_read(&got, scratch_write(&scratch, "file", bytes, n), options);
}

static void expect_ids(const int64_t *ids, size_t n) {
    if (got.status != MMSPAN_OK)
        fail_msg("%s", got.error.message);
    assert_int_equal(got.n, 1);
    assert_int_equal(got.n_ids, n);
    assert_memory_equal(got.ids, ids, n * sizeof *ids);
}

/* Both byte orders of all widths, with the ends of their ranges. */
static void test_types(void **state) {
    static const char *const names[] = {"int8",  "uint8",  "int16", "uint16",
                                        "int32", "uint32", "int64", "uint64"};
    (void)state;
    for (size_t i = 0; i < 8; i++) {
        struct mr_type type;
        assert_true(mr_type_parse(names[i], &type));
        assert_string_equal(mr_type_name(&type), names[i]);
        const unsigned bits = 8 * type.width;
        const int64_t most =
            type.is_signed || bits == 64 ? INT64_MAX >> (64 - bits) : (INT64_C(1) << bits) - 1;
        const int64_t ids[] = {0, 5, most, type.is_signed ? -most - 1 : 1};
        for (int big = 0; big < 2; big++) {
            unsigned char bytes[32];
            type.big_endian = big;
            for (size_t k = 0; k < 4 * (size_t)type.width; k++) {
                const size_t in = k % type.width;
                const size_t place = big ? type.width - 1 - in : in;
                bytes[k] = (unsigned char)((uint64_t)ids[k / type.width] >> 8 * place);
            }
            const struct mr_options options = {.type = &type};
            read_bytes(bytes, 4 * (size_t)type.width, &options);
            expect_ids(ids, 4);
        }
    }
}

static void test_type_names(void **state) {
    struct mr_type type;
    (void)state;
    assert_true(mr_type_parse("<u2", &type));
    assert_true(type.width == 2 && !type.is_signed && !type.big_endian);
    assert_true(mr_type_parse(">i8", &type) && type.big_endian);
    assert_true(mr_type_parse("i4", &type));
    assert_true(mr_type_parse("|u1", &type) && !type.big_endian);
    static const char *const wrong[] = {"",    "int",  "float32", "<f4", "<i3", "i",
                                        "|i4", "<<i4", "int32 ",  "<",   "u16", "<int32"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (mr_type_parse(wrong[i], &type))
            fail_msg("%s is taken for a type", wrong[i]);
}

static void test_beyond_int64(void **state) {
    const struct mr_type type = {8, false, false};
    const struct mr_options options = {.type = &type};
    const uint64_t values[] = {1, UINT64_MAX};
    (void)state;
    read_bytes(values, sizeof values, &options);
    assert_int_equal(got.status, MMSPAN_E_SYNTAX);
    assert_non_null(strstr(got.error.message, "element [1] is beyond int64"));
    assert_int_equal(got.n, 0);
}

/* What is not aligned is copied, whatever is before it in the file. */
static void test_unaligned(void **state) {
    static struct made made;
    const int64_t ids[] = {151655, -1};
    (void)state;
    for (size_t n_blanks = 0; n_blanks < 8; n_blanks++) {
        char shape[32];
        made.n = 0;
        snprintf(shape, sizeof shape, "(2,%*s)", (int)n_blanks, "");
        made_npy(&made, "<i8", shape);
        made_number(&made, 151655, 8);
        made_number(&made, UINT64_MAX, 8);
        read_bytes(made.bytes, made.n, NULL);
        expect_ids(ids, 2);
    }
}

struct text_case {
    const char *text;
    const char *part; /* of the error; NULL for none */
    uint32_t column;
    size_t n;
    size_t n_ids;
};

static void test_text(void **state) {
    static const struct text_case cases[] = {
        {"1*3 2", NULL, 0, 1, 4},
        {"[7*2,8]", NULL, 0, 1, 3},
        {"-5*2\n(1,2,)\n[ ]\n", NULL, 0, 3, 4},
        {"1*0", "repeats an ID less than once", 1, 0, 0},
        {"1*-1", "is not a token ID", 1, 0, 0},
        {"1*", "is not a token ID", 1, 0, 0},
        {"1*2*3", "is not a token ID", 1, 0, 0},
        {"*2", "is not a token ID", 1, 0, 0},
        {"1 *2", "is not a token ID", 3, 0, 0},
        {"2147483648*2", "is beyond int32", 1, 0, 0},
        {"1*67108865", "more than 67,108,864 repeated", 1, 0, 0},
        {"1*40000000 1*40000000", "more than 67,108,864 repeated", 12, 0, 0},
        {"1*99999999999999999999", "more than 67,108,864 repeated", 1, 0, 0},
        {"[[1, 2], [3]]", "a list inside a list", 2, 0, 0},
        {"[1, 2], [3]", "something follows the closing bracket", 7, 0, 0},
        {"[1] 2", "something follows the closing bracket", 5, 0, 0},
        {"[1] [2]", "a second list", 5, 0, 0},
        {"1 [2]", "a bracket in the middle", 3, 0, 0},
        {"[1)", "of another kind", 3, 0, 0},
        {"1]", "none has opened", 2, 0, 0},
        {"[1]]", "none has opened", 4, 0, 0},
        {"# 1 2", "no comments", 1, 0, 0},
        {"1 2 # 3", "no comments", 5, 0, 0},
        {"[{\"input_ids\": [1]}]", "give each object a line of its own", 2, 0, 0},
        {"[\n{", "also of a file that is one JSON array", 2, 0, 0},
        {"[1, 2\n3]", "ends before its bracket is closed", 6, 0, 0},
        {"[1, 2", "ends before its bracket is closed", 6, 0, 0},
        {"1,,2", "a comma without an ID before it", 3, 0, 0},
        {",1", "a comma without an ID before it", 1, 0, 0},
        {"9\n,\n", "a comma without an ID before it", 1, 1, 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct text_case *c = &cases[i];
        read_bytes(c->text, strlen(c->text), NULL);
        if ((got.status == MMSPAN_OK) != !c->part || got.n != c->n || got.n_ids != c->n_ids ||
            (c->part && !strstr(got.error.message, c->part)) || got.error.column != c->column)
            fail_msg("'%s': %zu sequences, %zu IDs, column %u: %s", c->text, got.n, got.n_ids,
                     got.error.column, got.error.message);
    }
}

/* Files of other kinds, by their first bytes and what the message must say. */
static void test_kinds(void **state) {
#define KIND(bytes, part)                                                                      \
    { bytes, sizeof(bytes) - 1, part }
    static const struct {
        const char *bytes;
        size_t n;
        const char *part;
    } cases[] = {
        KIND("PAR1\x15\0\x15", "Parquet"),
        KIND("ARROW1\0\0\xff\xff\xff\xff", "Arrow file"),
        KIND("\xff\xff\xff\xff\x10\x01\0\0", "Arrow stream"),
        KIND("\xfd"
             "7zXZ\0\0\4",
             "xz -dc FILE |"),
        KIND("BZh91AY", "bzip2 -dc FILE |"),
        KIND("\x80\x04\x95\x0b\0", "Python pickle"),
        KIND("\x80\x02}q\0", "Python pickle"),
        KIND("PK\x03\x04\x14\0", "numpy.load(FILE)[NAME]"),
        KIND("\x89HDF\r\n\x1a\n\0", "h5py.File"),
        KIND("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
             "git lfs pull"),
        KIND("/annex/objects/SHA256E-s1--0\n", "git annex get"),
        KIND("\x08\0\0\0\0\0\0\0{\"a\":{}}", "safetensors"),
        KIND("TNTIDX\0\0\1\0\0", "old format"),
        KIND("\xff\xfe"
             "1\0 \0",
             "UTF-16"),
        KIND("<!DOCTYPE html>\n", "web page"),
        KIND("\1\2\3\4", "--dtype"),
        KIND("12\0\0\3", "--dtype"),
    };
#undef KIND
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        read_bytes(cases[i].bytes, cases[i].n, NULL);
        if (got.status != MMSPAN_E_SYNTAX || !strstr(got.error.message, cases[i].part))
            fail_msg("%zu: \"%s\" lacks \"%s\"", i, got.error.message, cases[i].part);
        assert_int_equal(got.n, 0);
    }
}

/* A control character among the first 512 bytes makes a file binary; one behind them is no ID.
 */
static void test_control_character(void **state) {
    char text[600];
    (void)state;
    for (size_t at = 511; at <= 512; at++) {
        memset(text, ' ', sizeof text);
        text[at] = '\1';
        read_bytes(text, sizeof text, NULL);
        assert_int_equal(got.status, MMSPAN_E_SYNTAX);
        const char *part = at < 512 ? "--dtype" : "not a token ID";
        if (!strstr(got.error.message, part))
            fail_msg("%s", got.error.message);
    }
}

#ifdef MMSPAN_HAVE_SIMDJSON

static struct mr_input *open_line(const char *text, struct mr_sequence *sequence) {
    struct mr_input *input = NULL;
    const struct mr_options none = {0};
    mmspan_error error;
    bool more = false;
    memset(&error, 0, sizeof error);
    assert_int_equal(mr_open(scratch_text(&scratch, "line", text), &none, &input, &error),
                     MMSPAN_OK);
    if (mr_next(input, sequence, &more, &error) != MMSPAN_OK || !more)
        fail_msg("%s: %s", text, error.message);
    return input;
}

static void test_line(void **state) {
    struct mr_sequence sequence;
    (void)state;
    struct mr_input *input = open_line(
        "{\"documents\": [0, 2, 2, 3, 5], \"literal\": [[0, 1], [3, 3], [4, 5]],"
        " \"media\": {\"image\": [256, 280], \"video\": []}, \"input_ids\": [1, 2, 3, 4, 5]}",
        &sequence);
    assert_int_equal(sequence.ids.n, 5);
    assert_int_equal(sequence.n_borders, 2);
    assert_true(sequence.borders[0] == 2 && sequence.borders[1] == 3);
    assert_int_equal(sequence.n_literal, 3);
    assert_true(sequence.literal[2].start == 4 && sequence.literal[2].end == 5);
    assert_true(sequence.has_media);
    assert_int_equal(sequence.n_media, 3);
    assert_memory_equal(sequence.media[1].modality, "image", 5);
    assert_int_equal(sequence.media[1].rows, 280);
    assert_int_equal(sequence.media[2].rows, 0);
    mr_close(input);
    input = open_line("{\"input_ids\": [1], \"media\": null, \"literal\": null}", &sequence);
    assert_true(!sequence.has_media && sequence.n_literal == 0 && sequence.n_borders == 0);
    mr_close(input);
    input = open_line("{\"input_ids\": [1], \"media\": []}", &sequence);
    assert_true(sequence.has_media && sequence.n_media == 0);
    mr_close(input);
}

static void test_bad_lines(void **state) {
    static const struct {
        const char *rest;
        const char *part;
    } cases[] = {
        {"\"media\": 5", "media is not an object"},
        {"\"media\": [256]", "media is not an object"},
        {"\"media\": {\"image\": 256}", "media is not an object"},
        {"\"media\": {\"image\": [0]}", "media is not an object"},
        {"\"media\": {\"image\": [1.5]}", "media is not an object"},
        {"\"media\": {\"image\": [\"x\"]}", "media is not an object"},
        {"\"literal\": [1, 2]", "literal is not a list of spans"},
        {"\"literal\": [[1]]", "literal is not a list of spans"},
        {"\"literal\": [[0, 1, 2]]", "literal is not a list of spans"},
        {"\"literal\": [[2, 1]]", "leave the sequence"},
        {"\"literal\": [[0, 2], [1, 3]]", "overlap"},
        {"\"literal\": [[0, 4]]", "leave the sequence"},
        {"\"literal\": [[-1, 1]]", "literal is not a list of spans"},
        {"\"documents\": {}", "documents is not a list"},
        {"\"documents\": [[1]]", "documents is not a list"},
        {"\"documents\": [2, 1]", "go back"},
        {"\"documents\": [4]", "leave the sequence"},
        {"\"media\": [], \"media\": []", "a second media"},
        {"\"documents\": [1", "not JSON"},
        {"\"literal\": [[0, 1] [2, 3]]", "not JSON"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char line[256];
        snprintf(line, sizeof line, "{\"input_ids\": [1, 2, 3], %s}", cases[i].rest);
        read_bytes(line, strlen(line), NULL);
        if (got.status != MMSPAN_E_SYNTAX || !strstr(got.error.message, cases[i].part))
            fail_msg("%s: \"%s\" lacks \"%s\"", line, got.error.message, cases[i].part);
    }
}

/* Deeper than the parser goes is called that, at any key. */
static void test_deep(void **state) {
    static struct made made;
    (void)state;
    for (size_t depth = 500; depth < 3000; depth += 500) {
        made.n = 0;
        made_text(&made, "{\"input_ids\": [1], \"x\": ");
        for (size_t i = 0; i < depth; i++)
            made_text(&made, "[");
        for (size_t i = 0; i < depth; i++)
            made_text(&made, "]");
        made_text(&made, "}\n");
        read_bytes(made.bytes, made.n, NULL);
        if (depth == 500)
            assert_int_equal(got.status, MMSPAN_OK);
        else if (!strstr(got.error.message, "nested deeper"))
            fail_msg("depth %zu: %s", depth, got.error.message);
    }
}

#endif

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_type_names),
        cmocka_unit_test(test_beyond_int64),
        cmocka_unit_test(test_unaligned),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_control_character),
#ifdef MMSPAN_HAVE_SIMDJSON
        cmocka_unit_test(test_line),
        cmocka_unit_test(test_bad_lines),
        cmocka_unit_test(test_deep),
#endif
    };
    return cmocka_run_group_tests(tests, set_up_scratch, tear_down_scratch);
}
