/* Passes over JSON that fills no column, and refuses what is none. */
#include "row_text.h"

#include "writing.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MAX_DEPTH = 512 };

const char *ma_refuse(struct ma_parser *parser, const char *at, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(parser->error->message, sizeof parser->error->message, format, arguments);
    va_end(arguments);
    parser->error->at = (size_t)(at - parser->text);
    return NULL;
}

const char *ma_no_json(struct ma_parser *parser, const char *at) {
    if (*at == '\n' || *at == '\0')
        return ma_refuse(parser, at, "the object is cut short");
    return ma_refuse(parser, at,
                     "not JSON: a comma, colon, quote or bracket is missing or too many");
}

static bool is_hex(char c) {
    return ma_is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* The length of the escape behind a backslash, 0 when it is none. */
static size_t escape_length(const char *p) {
    if (*p != 'u')
        return *p && strchr("\"\\/bfnrt", *p) ? 1 : 0;
    for (int i = 1; i <= 4; i++)
        if (!is_hex(p[i]))
            return 0;
    return 5;
}

/* Behind the string that begins at `p`, a quote. */
const char *ma_skip_string(struct ma_parser *parser, const char *p) {
    for (p++; *p != '"';) {
        const unsigned char c = (unsigned char)*p;
        size_t n = c == '\\' ? 1 + escape_length(p + 1) : 1;
        if (c == '\n' || c == '\0')
            return ma_refuse(parser, p, "a string is not closed");
        if (c < 0x20)
            return ma_refuse(parser, p, "a control character inside a string");
        if (c == '\\' && n == 1)
            return ma_refuse(parser, p, "a string with a wrong escape");
        if (c >= 0x80 && (n = ma_utf8_length((const unsigned char *)p)) == 0)
            return ma_refuse(parser, p, "not UTF-8");
        p += n;
    }
    return p + 1;
}

static const char *skip_number(struct ma_parser *parser, const char *p) {
    const char *start = p;
    p += *p == '-';
    if (!ma_is_digit(*p) || (*p == '0' && ma_is_digit(p[1])))
        return ma_no_json(parser, start);
    while (ma_is_digit(*p))
        p++;
    if (*p == '.') {
        if (!ma_is_digit(*++p))
            return ma_no_json(parser, start);
        while (ma_is_digit(*p))
            p++;
    }
    if (*p == 'e' || *p == 'E') {
        p++;
        p += *p == '+' || *p == '-';
        if (!ma_is_digit(*p))
            return ma_no_json(parser, start);
        while (ma_is_digit(*p))
            p++;
    }
    return p;
}

const char *ma_skip_word(struct ma_parser *parser, const char *p) {
    static const char *const words[] = {"true", "false", "null"};
    for (int i = 0; i < 3; i++) {
        const size_t n = strlen(words[i]);
        if (strncmp(p, words[i], n) == 0)
            return p + n;
    }
    return skip_number(parser, p);
}

/*
 * Behind a value that nobody needs. Lists and objects that are open are the bits of a stack, 1
 * for an object, so that a deep value costs no memory.
 */
const char *ma_skip_value(struct ma_parser *parser, const char *p) {
    bool is_object[MAX_DEPTH];
    size_t depth = 0;
    for (;;) {
        p = ma_skip_blanks(p);
        if (*p == '[' || *p == '{') {
            if (depth == MAX_DEPTH)
                return ma_refuse(parser, p, "nested more than %d deep", MAX_DEPTH);
            is_object[depth++] = *p == '{';
            const char closer = *p == '{' ? '}' : ']';
            p = ma_skip_blanks(p + 1);
            if (*p != closer)
                goto key;
            depth--;
            p++;
        } else {
            p = *p == '"' ? ma_skip_string(parser, p) : ma_skip_word(parser, p);
            if (!p)
                return NULL;
        }
        for (;;) {
            if (depth == 0)
                return p;
            p = ma_skip_blanks(p);
            if (*p == ',') {
                p = ma_skip_blanks(p + 1);
                break;
            }
            if (*p != (is_object[depth - 1] ? '}' : ']'))
                return ma_no_json(parser, p);
            depth--;
            p++;
        }
    key:
        if (!is_object[depth - 1])
            continue;
        if (*p != '"')
            return ma_no_json(parser, p);
        p = ma_skip_string(parser, p);
        if (!p)
            return NULL;
        p = ma_skip_blanks(p);
        if (*p++ != ':')
            return ma_no_json(parser, p - 1);
    }
}
