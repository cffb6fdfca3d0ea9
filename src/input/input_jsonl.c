/* JSON Lines input: one object with input_ids per line. */
#include "input_formats.h"

#include <stdlib.h>
#include <string.h>

#ifdef MMSPAN_HAVE_SIMDJSON

_Static_assert(READER_PADDING >= JSON_LINES_PADDING, "the parser reads beyond a line");

int jsonl_open(struct jsonl_input *jsonl, struct reader *reader) {
    *jsonl = (struct jsonl_input){.reader = reader, .count = {1, 0}};
    jsonl->parser = json_lines_create();
    return jsonl->parser ? EXIT_CLEAN : fail_memory();
}

void jsonl_close(struct jsonl_input *jsonl) {
    json_lines_destroy(jsonl->parser);
    id_list_free(&jsonl->list);
}

/* Reads until a whole line is in the buffer and tells where it ends: at its line
 * feed, or at the end of the input. */
static int fill_line(struct reader *reader, size_t *end) {
    size_t searched = 0;
    for (;;) {
        const unsigned char *start = reader->data + reader->begin;
        const size_t n = reader->end - reader->begin;
        const unsigned char *feed = memchr(start + searched, '\n', n - searched);
        if (feed || reader->done) {
            *end = feed ? (size_t)(feed - reader->data) : reader->end;
            return EXIT_CLEAN;
        }
        searched = n;
        int status = reader_fill(reader);
        if (status != EXIT_CLEAN)
            return status;
    }
}

static bool is_blank(const unsigned char *bytes, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r')
            return false;
    return true;
}

/* Parses the line data[begin..end). */
static int parse_line(struct jsonl_input *jsonl, size_t end) {
    const struct reader *reader = jsonl->reader;
    struct json_lines_error error;
    switch (json_lines_parse(jsonl->parser, (const char *)reader->data + reader->begin,
                             end - reader->begin, &jsonl->list, &error)) {
    case JSON_LINES_OK:
        return EXIT_CLEAN;
    case JSON_LINES_MEMORY:
        return fail_memory();
    default: {
        const struct place place = place_of(reader, &jsonl->count, reader->begin + error.at);
        return fail(EXIT_CORRUPT, &place, "%s", error.message);
    }
    }
}

int jsonl_next(struct jsonl_input *jsonl, struct sequence *sequence, bool *more) {
    struct reader *reader = jsonl->reader;
    *more = false;
    while (!*more) {
        size_t end;
        int status = fill_line(reader, &end);
        if (status != EXIT_CLEAN)
            return status;
        if (!is_blank(reader->data + reader->begin, end - reader->begin)) {
            status = parse_line(jsonl, end);
            if (status != EXIT_CLEAN)
                return status;
            *sequence = (struct sequence){jsonl->list.ids, jsonl->list.n, jsonl->count.line};
            *more = true;
        }
        if (end == reader->end) {
            reader->begin = end;
            return EXIT_CLEAN;
        }
        reader->begin = end + 1;
        jsonl->count.line++;
        jsonl->count.start = reader_position(reader, reader->begin);
    }
    return EXIT_CLEAN;
}

#else

int jsonl_open(struct jsonl_input *jsonl, struct reader *reader) {
    const struct place place = {reader->name, 0, 0};
    (void)jsonl;
    return fail(EXIT_USAGE, &place,
                "JSON Lines, which this mmspan cannot read: it was built without simdjson");
}

void jsonl_close(struct jsonl_input *jsonl) {
    (void)jsonl;
}

int jsonl_next(struct jsonl_input *jsonl, struct sequence *sequence, bool *more) {
    (void)jsonl;
    (void)sequence;
    *more = false;
    return EXIT_CLEAN;
}

#endif
