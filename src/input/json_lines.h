/* JSON Lines: takes a sequence and what goes with it out of one JSON object. C over a C++
 * parser. */
#ifndef MMSPAN_INPUT_JSON_LINES_H
#define MMSPAN_INPUT_JSON_LINES_H

#include "../../include/mmspan/scan.h"
#include "ids.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How many readable bytes must follow a line. */
#define JSON_LINES_PADDING 64

enum json_lines_status { JSON_LINES_OK, JSON_LINES_MEMORY, JSON_LINES_CORRUPT };

/* Where (from 0, in bytes) and why a line is no good; no terminator is missing. */
struct json_lines_error {
    size_t at;
    char message[200];
};

/*
 * What a line holds; arrays that grow and are reused from line to line. A zeroed one is empty.
 * Names of media are the parser's, valid until the next line. See struct mr_sequence, to which
 * everything but the borders 0 and n, and repeated ones, goes over.
 */
struct mr_line {
    struct mr_ids ids;
    mmspan_span *literal;
    int64_t *borders;
    struct mr_media *media;
    size_t n_literal;
    size_t n_borders;
    size_t n_media;
    size_t cap_literal;
    size_t cap_borders;
    size_t cap_media;
    bool has_media;
};

void mr_line_free(struct mr_line *line);

/* The parser's working memory, reused from line to line. */
struct json_lines;

/* NULL when memory runs out. */
struct json_lines *json_lines_create(void);
void json_lines_destroy(struct json_lines *parser);

/*
 * Parses a line of n bytes without its line end and replaces what `line` holds. `key` is where
 * the IDs are. Everything else in the object must be well-formed but is ignored. Only
 * JSON_LINES_CORRUPT writes `error`.
 */
enum json_lines_status json_lines_parse(struct json_lines *parser, const char *text, size_t n,
                                        const char *key, struct mr_line *line,
                                        struct json_lines_error *error);

#ifdef __cplusplus
}
#endif

#endif
