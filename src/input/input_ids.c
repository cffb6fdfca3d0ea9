/* Reads IDs in text: one sequence per line, separated by blanks or commas. */
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

void ids_open(struct ids_input *ids, struct reader *reader) {
    *ids = (struct ids_input){.reader = reader, .count = {1, 0}};
}

void ids_close(struct ids_input *ids) {
    id_list_free(&ids->list);
}

static bool is_digit(unsigned char c) {
    return (unsigned)c - '0' < 10;
}

/* Reports the word at data[at], which is no ID, or none that fits. */
static int fail_word(const struct ids_input *ids, size_t at, const char *why) {
    const struct reader *reader = ids->reader;
    const struct place place = place_of(reader, &ids->count, at);
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
static int add_number(struct ids_input *ids, size_t end) {
    const unsigned char *p = ids->reader->data + ids->reader->begin;
    const unsigned char *stop = ids->reader->data + end;
    bool negative = *p == '-';
    p += negative || *p == '+';
    if (p == stop || kind_of[*stop] == NUMBER ||
        (kind_of[*stop] == WRONG && end < ids->reader->end))
        return fail_word(ids, ids->reader->begin, "is not a token ID");
    int64_t value = 0;
    for (; p < stop; p++)
        value = value < SATURATED ? 10 * value + (*p - '0') : value;
    if (negative)
        value = -value;
    if (value < INT32_MIN || value > INT32_MAX)
        return fail_word(ids, ids->reader->begin, "is beyond int32");
    if (!id_list_add(&ids->list, (int32_t)value))
        return fail_memory();
    ids->reader->begin = end;
    return EXIT_CLEAN;
}

/* Reads the number at reader->begin. The 0 behind the valid bytes stops the search
 * for its end; when it does, the number may go on in bytes that are not read yet. */
static int read_number(struct ids_input *ids) {
    struct reader *reader = ids->reader;
    for (;;) {
        size_t at = reader->begin + 1;
        while (is_digit(reader->data[at]))
            at++;
        if (at < reader->end || reader->done)
            return add_number(ids, at);
        if (at - reader->begin > MAX_NUMBER)
            return fail_word(ids, reader->begin, "is beyond int32");
        int status = reader_fill(reader);
        if (status != EXIT_CLEAN)
            return status;
    }
}

static void finish_line(struct ids_input *ids) {
    ids->count.line++;
    ids->count.start = reader_position(ids->reader, ids->reader->begin);
}

/*
 * Reads up to the end of a line that is not blank. *more tells whether there was
 * one: brackets and commas make a line a sequence, though an empty one.
 */
static int read_line(struct ids_input *ids, uint64_t *line, bool *more) {
    struct reader *reader = ids->reader;
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
            status = read_number(ids);
            break;
        case NEWLINE:
            *line = ids->count.line;
            reader->begin++;
            finish_line(ids);
            if (*more)
                return EXIT_CLEAN;
            break;
        default:
            if (reader->begin < reader->end)
                return fail_word(ids, reader->begin, "is not a token ID");
            *line = ids->count.line;
            if (reader->done)
                return EXIT_CLEAN;
            status = reader_fill(reader);
        }
    }
    return status;
}

int ids_next(struct ids_input *ids, struct sequence *sequence, bool *more) {
    uint64_t line = 0;
    ids->list.n = 0;
    int status = read_line(ids, &line, more);
    if (status == EXIT_CLEAN && *more)
        *sequence = (struct sequence){ids->list.ids, ids->list.n, line};
    return status;
}
