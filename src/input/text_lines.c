/* Reads IDs in text: one sequence per line, separated by blanks or commas. */
#include "formats.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What a byte means between two numbers. Bytes that are not listed are wrong. */
enum { WRONG, BLANK, COMMA, OPEN, CLOSE, NEWLINE, NUMBER, STAR };
static const unsigned char kind_of[256] = {
    [' '] = BLANK,  ['\t'] = BLANK, ['\r'] = BLANK,   ['\v'] = BLANK, ['\f'] = BLANK,
    [','] = COMMA,  ['['] = OPEN,   [']'] = CLOSE,    ['('] = OPEN,   [')'] = CLOSE,
    ['+'] = NUMBER, ['-'] = NUMBER, ['\n'] = NEWLINE, ['*'] = STAR,   ['0'] = NUMBER,
    ['1'] = NUMBER, ['2'] = NUMBER, ['3'] = NUMBER,   ['4'] = NUMBER, ['5'] = NUMBER,
    ['6'] = NUMBER, ['7'] = NUMBER, ['8'] = NUMBER,   ['9'] = NUMBER};

/* Longer words are refused; only leading zeros could make one that fits. */
#define MAX_WORD 4096

/* Values stop growing here, well beyond any int32. */
#define SATURATED (INT64_C(1) << 40)

/* How many IDs the repeats of one line may make: a few bytes must not take all memory. */
#define MAX_REPEATED ((size_t)64 << 20)

/*
 * The line at hand.
 *
 *   opened        the bracket that was opened, or 0
 *   closed        it has been closed, and nothing may follow
 *   after_comma   and no ID since
 *   any           there is a sequence in it
 */
struct line {
    unsigned char opened;
    bool closed;
    bool after_comma;
    bool any;
};

void mr_text_open(struct mr_text *text, struct mr_bytes *bytes) {
    *text = (struct mr_text){.bytes = bytes, .lines = {1, mr_position(bytes, bytes->begin)}};
}

void mr_text_close(struct mr_text *text) {
    mr_ids_free(&text->list);
}

mmspan_status mr_fail_at(const struct mr_bytes *bytes, const struct mr_lines *lines, size_t at,
                         mmspan_error *error, const char *format, ...) {
    const uint64_t column = mr_position(bytes, at) - lines->start + 1;
    const struct mm_place place = {
        .file = bytes->name,
        .line = lines->line > UINT32_MAX ? 0 : (uint32_t)lines->line,
        .column = column > UINT32_MAX ? 0 : (uint32_t)column,
    };
    va_list arguments;
    va_start(arguments, format);
    mmspan_status status = mi_fail_list(error, MMSPAN_E_SYNTAX, &place, format, arguments);
    va_end(arguments);
    return status;
}

static bool is_digit(unsigned char c) {
    return (unsigned)c - '0' < 10;
}

static mmspan_status fail_here(const struct mr_text *text, mmspan_error *error,
                               const char *why) {
    return mr_fail_at(text->bytes, &text->lines, text->bytes->begin, error, "%s", why);
}

/* Reports the word at data[begin], which is no ID, or none that fits. */
static mmspan_status fail_word(const struct mr_text *text, mmspan_error *error,
                               const char *why) {
    const struct mr_bytes *bytes = text->bytes;
    char shown[32];
    size_t n = 0;
    while (bytes->begin + n < bytes->end && n < sizeof shown - 4) {
        const unsigned char c = bytes->data[bytes->begin + n];
        if (kind_of[c] != WRONG && kind_of[c] != NUMBER && kind_of[c] != STAR)
            break;
        shown[n++] = (char)(c >= 0x20 && c < 0x7f ? c : '?');
    }
    const bool cut = n == sizeof shown - 4;
    memcpy(shown + n, cut ? "..." : "", cut ? 4 : 1);
    return mr_fail_at(text->bytes, &text->lines, bytes->begin, error, "'%s' %s", shown, why);
}

/* A number at *at, whose digits end before `stop`; false when there are none. */
static bool parse_number(const unsigned char **at, const unsigned char *stop, int64_t *value) {
    const bool negative = **at == '-';
    const unsigned char *p = *at + (negative || **at == '+');
    const unsigned char *first = p;
    int64_t sum = 0;
    for (; p < stop && is_digit(*p); p++)
        sum = sum < SATURATED ? 10 * sum + (*p - '0') : sum;
    *value = negative ? -sum : sum;
    *at = p;
    return p > first;
}

static mmspan_status add_repeated(struct mr_text *text, int32_t id, int64_t count,
                                  mmspan_error *error) {
    if (count < 1)
        return fail_word(text, error, "repeats an ID less than once");
    if ((uint64_t)count > MAX_REPEATED - text->n_repeated)
        return fail_word(text, error, "makes a line of more than 67,108,864 repeated IDs");
    const size_t n = (size_t)count;
    if (!mr_ids_reserve(&text->list, n))
        return mm_fail_memory(error);
    for (size_t i = 0; i < n; i++)
        text->list.ids[text->list.n + i] = id;
    text->list.n += n;
    text->n_repeated += n;
    return MMSPAN_OK;
}

/* Adds the word data[begin..end): an ID, or ID*COUNT. */
static mmspan_status add_word(struct mr_text *text, size_t end, mmspan_error *error) {
    struct mr_bytes *bytes = text->bytes;
    const unsigned char *p = bytes->data + bytes->begin;
    const unsigned char *stop = bytes->data + end;
    const unsigned char next = kind_of[*stop];
    int64_t id = 0;
    int64_t count = 0;
    bool good = parse_number(&p, stop, &id);
    const bool repeated = good && p < stop && *p == '*';
    if (repeated) {
        p++;
        good = p < stop && is_digit(*p) && parse_number(&p, stop, &count);
    }
    if (!good || p < stop || next == NUMBER || (next == WRONG && end < bytes->end))
        return fail_word(text, error, "is not a token ID");
    if (id < INT32_MIN || id > INT32_MAX)
        return fail_word(text, error, "is beyond int32");
    mmspan_status status = MMSPAN_OK;
    if (repeated)
        status = add_repeated(text, (int32_t)id, count, error);
    else if (!mr_ids_add(&text->list, (int32_t)id))
        status = mm_fail_memory(error);
    if (status == MMSPAN_OK)
        bytes->begin = end;
    return status;
}

/* Reads the word at data[begin]. The 0 behind the valid bytes stops the search for its end;
 * when it does, the word may go on in bytes that are not read yet. */
static mmspan_status read_word(struct mr_text *text, mmspan_error *error) {
    struct mr_bytes *bytes = text->bytes;
    for (;;) {
        size_t at = bytes->begin + 1;
        while (is_digit(bytes->data[at]) || bytes->data[at] == '*')
            at++;
        if (at < bytes->end || bytes->done)
            return add_word(text, at, error);
        if (at - bytes->begin > MAX_WORD)
            return fail_word(text, error, "is beyond int32");
        mmspan_status status = mr_bytes_fill(bytes, error);
        if (status != MMSPAN_OK)
            return status;
    }
}

static mmspan_status take_word(struct mr_text *text, struct line *line, mmspan_error *error) {
    if (line->closed)
        return fail_here(text, error, "something follows the closing bracket");
    line->any = true;
    line->after_comma = false;
    return read_word(text, error);
}

static mmspan_status take_comma(struct mr_text *text, struct line *line, mmspan_error *error) {
    if (line->closed)
        return fail_here(text, error,
                         "something follows the closing bracket; give each sequence a line of "
                         "its own");
    if (line->after_comma || text->list.n == 0)
        return fail_here(text, error, "a comma without an ID before it");
    line->after_comma = true;
    text->bytes->begin++;
    return MMSPAN_OK;
}

static mmspan_status take_opening(struct mr_text *text, struct line *line,
                                  mmspan_error *error) {
    if (line->opened && !line->closed)
        return fail_here(text, error,
                         "a list inside a list; give each sequence a line of its own");
    if (line->closed)
        return fail_here(text, error, "a second list; give each sequence a line of its own");
    if (line->any)
        return fail_here(text, error, "a bracket in the middle of a sequence");
    line->opened = text->bytes->data[text->bytes->begin++];
    line->any = true;
    return MMSPAN_OK;
}

static mmspan_status take_closing(struct mr_text *text, struct line *line,
                                  mmspan_error *error) {
    const unsigned char wanted = line->opened == '[' ? ']' : ')';
    if (!line->opened || line->closed)
        return fail_here(text, error, "a closing bracket that none has opened");
    if (text->bytes->data[text->bytes->begin] != wanted)
        return fail_here(text, error, "a closing bracket of another kind than the opening one");
    line->closed = true;
    text->bytes->begin++;
    return MMSPAN_OK;
}

/* The line has ended at data[begin]. */
static mmspan_status end_line(const struct mr_text *text, const struct line *line,
                              mmspan_error *error) {
    if (line->opened && !line->closed)
        return fail_here(
            text, error,
            "the line ends before its bracket is closed; a sequence is one line, "
            "also of a file that is one JSON array (jq -c '.[]' makes lines of it)");
    return MMSPAN_OK;
}

/* Takes what stands at data[begin], which is neither the end of a line nor of the input. */
static mmspan_status take(struct mr_text *text, struct line *line, mmspan_error *error) {
    switch (kind_of[text->bytes->data[text->bytes->begin]]) {
    case BLANK:
        text->bytes->begin++;
        return MMSPAN_OK;
    case COMMA:
        return take_comma(text, line, error);
    case OPEN:
        return take_opening(text, line, error);
    case CLOSE:
        return take_closing(text, line, error);
    case NUMBER:
        return take_word(text, line, error);
    default:
        if (line->opened && text->bytes->data[text->bytes->begin] == '{')
            return fail_here(text, error,
                             "an object inside a list; give each object a line of its own "
                             "(jq -c '.[]' makes such lines of a JSON array)");
        if (text->bytes->data[text->bytes->begin] == '#')
            return fail_here(text, error, "IDs in text have no comments; remove this one");
        return fail_word(text, error, "is not a token ID");
    }
}

/* Reads up to the end of a line that is not blank, and tells its number. *more tells whether
 * there was one: a pair of brackets makes a line a sequence, though an empty one. */
static mmspan_status read_line(struct mr_text *text, uint64_t *number, bool *more,
                               mmspan_error *error) {
    struct mr_bytes *bytes = text->bytes;
    struct line line = {0};
    mmspan_status status = MMSPAN_OK;
    *more = false;
    while (status == MMSPAN_OK) {
        if (bytes->begin == bytes->end) {
            if (!bytes->done) {
                status = mr_bytes_fill(bytes, error);
                continue;
            }
            *number = text->lines.line;
            *more = line.any;
            return end_line(text, &line, error);
        }
        if (bytes->data[bytes->begin] != '\n') {
            status = take(text, &line, error);
            continue;
        }
        status = end_line(text, &line, error);
        if (status != MMSPAN_OK)
            break;
        *number = text->lines.line++;
        text->lines.start = mr_position(bytes, ++bytes->begin);
        *more = line.any;
        if (line.any)
            return MMSPAN_OK;
    }
    return status;
}

mmspan_status mr_text_next(struct mr_text *text, struct mr_sequence *sequence, bool *more,
                           mmspan_error *error) {
    uint64_t line = 0;
    text->list.n = 0;
    text->n_repeated = 0;
    mmspan_status status = read_line(text, &line, more, error);
    if (status == MMSPAN_OK && *more)
        *sequence = (struct mr_sequence){
            .ids = {.data = text->list.ids, .n = text->list.n, .type = MMSPAN_IDS_INT32},
            .number = text->n_sequences++,
            .line = line,
        };
    return status;
}
