/* JSON Lines: takes `input_ids` out of one JSON object. C over a C++ parser. */
#ifndef MMSPAN_INPUT_JSON_LINES_H
#define MMSPAN_INPUT_JSON_LINES_H

#include "id_list.h"

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

/* The parser's working memory, reused from line to line. */
struct json_lines;

/* NULL when memory runs out. */
struct json_lines *json_lines_create(void);
void json_lines_destroy(struct json_lines *parser);

/*
 * Parses a line of n bytes without its line end and replaces the IDs in `list` by
 * those of its `input_ids`. Everything else in the object must be well-formed but
 * is ignored. Only JSON_LINES_CORRUPT writes `error`.
 */
enum json_lines_status json_lines_parse(struct json_lines *parser, const char *line, size_t n,
                                        struct id_list *list, struct json_lines_error *error);

#ifdef __cplusplus
}
#endif

#endif
