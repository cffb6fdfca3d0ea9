/* JSON Lines input: one object with a list of IDs per line. */
#include "formats.h"

#include <stdlib.h>

void mr_line_free(struct mr_line *line) {
    mr_ids_free(&line->ids);
    free(line->literal);
    free(line->borders);
    free(line->media);
    *line = (struct mr_line){0};
}

#ifdef MMSPAN_HAVE_SIMDJSON

_Static_assert(MR_PADDING >= JSON_LINES_PADDING, "the parser reads beyond a line");

mmspan_status mr_jsonl_open(struct mr_jsonl *jsonl, struct mr_bytes *bytes, const char *key,
                            mmspan_error *error) {
    *jsonl = (struct mr_jsonl){.bytes = bytes,
                               .key = key ? key : "input_ids",
                               .lines = {1, mr_position(bytes, bytes->begin)}};
    jsonl->parser = json_lines_create();
    return jsonl->parser ? MMSPAN_OK : mm_fail_memory(error);
}

void mr_jsonl_close(struct mr_jsonl *jsonl) {
    json_lines_destroy(jsonl->parser);
    mr_line_free(&jsonl->line);
}

/* Parses the line data[begin..end). */
static mmspan_status parse_line(struct mr_jsonl *jsonl, size_t end, mmspan_error *error) {
    const struct mr_bytes *bytes = jsonl->bytes;
    struct json_lines_error why;
    switch (json_lines_parse(jsonl->parser, (const char *)bytes->data + bytes->begin,
                             end - bytes->begin, jsonl->key, &jsonl->line, &why)) {
    case JSON_LINES_OK:
        return MMSPAN_OK;
    case JSON_LINES_MEMORY:
        return mm_fail_memory(error);
    default:
        return mr_fail_at(bytes, &jsonl->lines, bytes->begin + why.at, error, "%s",
                          why.message);
    }
}

static void deliver(struct mr_jsonl *jsonl, struct mr_sequence *sequence) {
    const struct mr_line *line = &jsonl->line;
    *sequence = (struct mr_sequence){
        .ids = {.data = line->ids.ids, .n = line->ids.n, .type = MMSPAN_IDS_INT32},
        .number = jsonl->n_sequences++,
        .line = jsonl->lines.line,
        .literal = line->literal,
        .n_literal = line->n_literal,
        .borders = line->borders,
        .n_borders = line->n_borders,
        .media = line->media,
        .n_media = line->n_media,
        .has_media = line->has_media,
    };
}

mmspan_status mr_jsonl_next(struct mr_jsonl *jsonl, struct mr_sequence *sequence, bool *more,
                            mmspan_error *error) {
    struct mr_bytes *bytes = jsonl->bytes;
    *more = false;
    while (!*more) {
        size_t end;
        mmspan_status status = mr_bytes_line(bytes, &end, error);
        if (status != MMSPAN_OK)
            return status;
        if (!mr_bytes_are_blank(bytes, end)) {
            status = parse_line(jsonl, end, error);
            if (status != MMSPAN_OK)
                return status;
            deliver(jsonl, sequence);
            *more = true;
        }
        if (end == bytes->end) {
            bytes->begin = end;
            return MMSPAN_OK;
        }
        bytes->begin = end + 1;
        jsonl->lines.line++;
        jsonl->lines.start = mr_position(bytes, bytes->begin);
    }
    return MMSPAN_OK;
}

#else

mmspan_status mr_jsonl_open(struct mr_jsonl *jsonl, struct mr_bytes *bytes, const char *key,
                            mmspan_error *error) {
    const struct mm_place place = {.file = bytes->name};
    (void)jsonl;
    (void)key;
    return mi_fail(error, MMSPAN_E_UNSUPPORTED, &place,
                   "JSON Lines, which this mmspan cannot read: it was built without simdjson");
}

void mr_jsonl_close(struct mr_jsonl *jsonl) {
    (void)jsonl;
}

mmspan_status mr_jsonl_next(struct mr_jsonl *jsonl, struct mr_sequence *sequence, bool *more,
                            mmspan_error *error) {
    (void)jsonl;
    (void)sequence;
    (void)error;
    *more = false;
    return MMSPAN_OK;
}

#endif
