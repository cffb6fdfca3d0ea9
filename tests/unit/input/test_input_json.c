/* Lines of JSON that were changed at random: what is no JSON is refused, wherever in the line
 * the fault is, and nothing else is called that. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../src/input/input.h"
#include "../../../src/input/json_lines.h"
#include "../../support/random.h"
#include "../../support/strict_json.h"

#include <stdbool.h>
#include <string.h>

enum { LONGEST = 1000 };

/* The line that is parsed, with the padding that the parser wants. */
struct line {
    char text[LONGEST + JSON_LINES_PADDING];
    size_t n;
};

static struct mr_line read_line;
static struct json_lines_error why;

static int set_up(void **state) {
    *state = json_lines_create();
    assert_non_null(*state);
    return 0;
}

static int tear_down(void **state) {
    json_lines_destroy(*state);
    mr_line_free(&read_line);
    return 0;
}

static bool is_read(struct json_lines *parser, const struct line *line) {
    const enum json_lines_status status =
        json_lines_parse(parser, line->text, line->n, "input_ids", &read_line, &why);
    assert_true(status == JSON_LINES_OK || status == JSON_LINES_CORRUPT);
    if (status == JSON_LINES_CORRUPT)
        assert_true(why.at <= line->n && why.message[0]);
    return status == JSON_LINES_OK;
}

static void set_line(struct line *line, const char *text) {
    memset(line, 0, sizeof *line);
    line->n = strlen(text);
    memcpy(line->text, text, line->n);
}

/* Puts bytes where `drop` others were. */
static void replace(struct line *line, size_t at, size_t drop, const char *bytes, size_t n) {
    if (line->n - drop + n > LONGEST)
        return;
    memmove(line->text + at + n, line->text + at + drop, line->n - at - drop);
    memcpy(line->text + at, bytes, n);
    line->n = line->n - drop + n;
    memset(line->text + line->n, 0, sizeof line->text - line->n);
}

static const char *const seeds[] = {
    "{\"input_ids\": [1, -2], \"a\": \"b\", \"c\": [1, {\"x\": \"y\\n\", \"z\": [true, null, "
    "-1.5e3]}], \"d\": {\"e\": {}}}",
    "{\"text\": \"a: \\\"b\\\" \\\\ [\", \"input_ids\": [-5, 0], \"media\": {\"image\": [2, "
    "3]}, "
    "\"literal\": [[0, 1]], \"documents\": [0, 1]}",
    "{\"input_ids\":[1],\"a\":[],\"b\":{\"c\":[[\"d\"],\"e\"]},\"f\":"
    "\"\\u00e9\\ud83d\\ude00\"}",
    "{\"meta\": {\"k\": \"v\", \"l\": [\"1\", \"2\"]}, \"input_ids\": [1], \"media\": null}",
};

static const char *const bits[] = {
    "{",
    "}",
    "[",
    "]",
    "\"",
    ",",
    ":",
    " ",
    "\\",
    "0",
    "1",
    "-",
    ".",
    "e",
    "E",
    "+",
    "t",
    "u",
    "\t",
    "\x01",
    "\xC3\xA9",
    "\xC3",
    "\"a\"",
    "\"a\":",
    "true",
    "nul",
    "[]",
    "{}",
    "\\u00e",
    "\\q",
    "\\ud800",
    "\"b\": ",
    "01",
    "1.",
    ".5",
    ":[1]",
    ",\"a\":\"b\"",
    ": \"c\"",
    ": \"c\": ",
    ", ",
    "\"b\":[",
    "NaN",
    "/**/",
    "\x7F",
};

static void change(struct line *line, struct random_source *random) {
    const size_t at = random_below(random, line->n + 1);
    const char *bit = bits[random_below(random, sizeof bits / sizeof *bits)];
    const size_t drop = at < line->n && random_chance(random, 50);
    if (random_chance(random, 25)) {
        /* What stands elsewhere, once more. */
        char copy[16];
        const size_t n = random_between(random, 1, sizeof copy);
        const size_t from = random_below(random, line->n);
        const size_t kept = n < line->n - from ? n : line->n - from;
        memcpy(copy, line->text + from, kept);
        replace(line, at, drop, copy, kept);
    } else {
        replace(line, at, drop, bit, random_chance(random, 25) ? 0 : strlen(bit));
    }
}

/* The messages for JSON that is none. */
static bool says_no_json(void) {
    static const char *const messages[] = {"not JSON",        "cut short", "is not closed",
                                           "not UTF-8",       "control",   "something follows",
                                           "nothing to parse"};
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++)
        if (strstr(why.message, messages[i]))
            return true;
    return false;
}

static void test_changed(void **state) {
    struct random_source random = {8259};
    size_t n_read = 0, n_refused = 0;
    for (size_t i = 0; i < 200000; i++) {
        struct line line;
        set_line(&line, seeds[i % (sizeof seeds / sizeof *seeds)]);
        for (size_t k = random_between(&random, 1, 3); k > 0 && line.n > 0; k--)
            change(&line, &random);
        const bool is_json = strict_json(line.text, line.n);
        const bool accepted = is_read(*state, &line);
        if (accepted && !is_json)
            fail_msg("taken for JSON: %s", line.text);
        if (is_json && !accepted && says_no_json())
            fail_msg("%s: %s", why.message, line.text);
        n_read += accepted;
        n_refused += !is_json;
    }
    assert_true(n_read > 10000 && n_refused > 50000);
}

/* Faults in what nobody needs, which random changes seldom make. */
static void test_unneeded(void **state) {
    static const char *const refused[] = {
        "{\"input_ids\": [1], \"a\": {\"b\": \"c\": [2]}}",
        "{\"a\": \"b\": [2], \"input_ids\": [1]}",
        "{\"a\": \"b\": \"c\", \"input_ids\": [1]}",
        "{\"a\": [\"b\": 2], \"input_ids\": [1]}",
        "{\"a\": \"\\q\", \"input_ids\": [1]}",
        "{\"a\": [\"\\u12g4\"], \"input_ids\": [1]}",
        "{\"a\": {\"\\x\": 2}, \"input_ids\": [1]}",
        "{\"\\x\": 2, \"input_ids\": [1]}",
        "{\"a\": \"b\" \"c\", \"input_ids\": [1]}",
    };
    static const char *const taken[] = {
        "{\"a\": \"\\ud800\", \"input_ids\": [1]}",
        "{\"\\ud800\": {\"\\udc00\": 1}, \"input_ids\": [1]}",
        "{\"a\": \"\\\\\\\"\\/\\b\\f\\n\\r\\t\\uABcd\", \"input_ids\": [1]}",
        "{\"a\": 1e999, \"b\": 123456789012345678901234567890, \"input_ids\": [1]}",
    };
    struct line line;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        set_line(&line, refused[i]);
        assert_false(strict_json(line.text, line.n));
        if (is_read(*state, &line))
            fail_msg("taken for JSON: %s", line.text);
    }
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
        set_line(&line, taken[i]);
        assert_true(strict_json(line.text, line.n));
        if (!is_read(*state, &line))
            fail_msg("%s: %s", why.message, line.text);
        assert_int_equal(read_line.ids.n, 1);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_changed),
        cmocka_unit_test(test_unneeded),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
