/* JSON on one line, as text. The byte behind it is a line feed or a zero. */
#ifndef MMSPAN_AUDIT_ROW_TEXT_H
#define MMSPAN_AUDIT_ROW_TEXT_H

#include "rows.h"

/* The text at hand. Functions return where they have got to; one that returns NULL has filled
 * in `error`, or `memory`. */
struct ma_parser {
    struct ma_rows *rows;
    const char *text;
    struct ma_row_error *error;
    bool memory;
    bool has_ids; /* the key was there, even if its value is null */
};

#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
const char *
ma_refuse(struct ma_parser *parser, const char *at, const char *format, ...);
const char *ma_no_json(struct ma_parser *parser, const char *at);

static inline const char *ma_skip_blanks(const char *p) {
    while (*p == ' ' || *p == '\t' || *p == '\r')
        p++;
    return p;
}

static inline bool ma_is_digit(char c) {
    return (unsigned char)(c - '0') < 10;
}

/* Behind a string, which begins at `p` with its quote; behind a number, true, false or null;
 * and behind any value. */
const char *ma_skip_string(struct ma_parser *parser, const char *p);
const char *ma_skip_word(struct ma_parser *parser, const char *p);
const char *ma_skip_value(struct ma_parser *parser, const char *p);

#endif
