/* Text input: one sequence per line, IDs separated by blanks or commas. */
#include "input_formats.h"

#include <string.h>

/* What a byte means between two numbers. Bytes that are not listed are wrong. */
enum { WRONG, BLANK, MARK, NEWLINE, NUMBER };
static const unsigned char kind_of[256] = {
    [' '] = BLANK,    ['\t'] = BLANK, ['\r'] = BLANK, ['\v'] = BLANK, ['\f'] = BLANK,
    [','] = MARK,     ['['] = MARK,   [']'] = MARK,   ['('] = MARK,   [')'] = MARK,
    ['\n'] = NEWLINE, ['+'] = NUMBER, ['-'] = NUMBER, ['0'] = NUMBER, ['1'] = NUMBER,
    ['2'] = NUMBER,   ['3'] = NUMBER, ['4'] = NUMBER, ['5'] = NUMBER, ['6'] = NUMBER,
    ['7'] = NUMBER,   ['8'] = NUMBER, ['9'] = NUMBER};

/* Longer numbers are refused; only leading zeros could make one that fits. */
#define MAX_NUMBER 4096

/* Values stop growing here, well beyond any int32. */
#define SATURATED (INT64_C(1) << 40)

void text_open(struct text_input *text, struct reader *reader) {
    *text = (struct text_input){.reader = reader, .count = {1, 0}};
}

void text_close(struct text_input *text) {
    id_list_free(&text->list);
}

static bool is_digit(unsigned char c) {
    return (unsigned)c - '0' < 10;
}

/* Reports the word at data[at], which is no ID, or none that fits. */
static int fail_word(const struct text_input *text, size_t at, const char *why) {
    const struct reader *reader = text->reader;
    const struct place place = place_of(reader, &text->count, at);
    char shown[32];
    size_t n = 0;
    while (
        at + n < reader->end && n < sizeof shown - 4 &&
        (kind_of[reader->data[at + n]] == WRONG || kind_of[reader->data[at + n]] == NUMBER)) {
        unsigned char c = reader->data[at + n];
        shown[n++] = (char)(c >= 0x20 && c < 0x7f ? c : '?');
    }
    memcpy(shown + n, n == sizeof shown - 4 ? "..." : "", n == sizeof shown - 4 ? 4 : 1);
    return fail(EXIT_CORRUPT, &place, "'%s' %s", shown, why);
}

/* Adds the ID whose first byte is data[begin] and whose last is before data[end]. */
static int add_number(struct text_input *text, size_t end) {
    const unsigned char *p = text->reader->data + text->reader->begin;
    const unsigned char *stop = text->reader->data + end;
    bool negative = *p == '-';
    p += negative || *p == '+';
    if (p == stop || kind_of[*stop] == NUMBER ||
        (kind_of[*stop] == WRONG && end < text->reader->end))
        return fail_word(text, text->reader->begin, "is not a token ID");
    int64_t value = 0;
    for (; p < stop; p++)
        value = value < SATURATED ? 10 * value + (*p - '0') : value;
    if (negative)
        value = -value;
    if (value < INT32_MIN || value > INT32_MAX)
        return fail_word(text, text->reader->begin, "is beyond int32");
    if (!id_list_add(&text->list, (int32_t)value))
        return fail_memory();
    text->reader->begin = end;
    return EXIT_CLEAN;
}

/* Reads the number at reader->begin. The 0 behind the valid bytes stops the search
 * for its end; when it does, the number may go on in bytes that are not read yet. */
static int read_number(struct text_input *text) {
    struct reader *reader = text->reader;
    for (;;) {
        size_t at = reader->begin + 1;
        while (is_digit(reader->data[at]))
            at++;
        if (at < reader->end || reader->done)
            return add_number(text, at);
        if (at - reader->begin > MAX_NUMBER)
            return fail_word(text, reader->begin, "is beyond int32");
        int status = reader_fill(reader);
        if (status != EXIT_CLEAN)
            return status;
    }
}

static void finish_line(struct text_input *text) {
    text->count.line++;
    text->count.start = reader_position(text->reader, text->reader->begin);
}

/*
 * Reads up to the end of a line that is not blank. *more tells whether there was
 * one: brackets and commas make a line a sequence, though an empty one.
 */
static int read_line(struct text_input *text, uint64_t *line, bool *more) {
    struct reader *reader = text->reader;
    int status = EXIT_CLEAN;
    *more = false;
    while (status == EXIT_CLEAN) {
        switch (kind_of[reader->data[reader->begin]]) {
        case BLANK:
            reader->begin++;
            break;
        case MARK:
            reader->begin++;
            *more = true;
            break;
        case NUMBER:
            *more = true;
            status = read_number(text);
            break;
        case NEWLINE:
            *line = text->count.line;
            reader->begin++;
            finish_line(text);
            if (*more)
                return EXIT_CLEAN;
            break;
        default:
            if (reader->begin < reader->end)
                return fail_word(text, reader->begin, "is not a token ID");
            *line = text->count.line;
            if (reader->done)
                return EXIT_CLEAN;
            status = reader_fill(reader);
        }
    }
    return status;
}

int text_next(struct text_input *text, struct sequence *sequence, bool *more) {
    uint64_t line = 0;
    text->list.n = 0;
    int status = read_line(text, &line, more);
    if (status == EXIT_CLEAN && *more)
        *sequence = (struct sequence){text->list.ids, text->list.n, line};
    return status;
}
