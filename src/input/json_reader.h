// One line of JSON on its way through the parser, and how its values are read.
#ifndef MMSPAN_INPUT_JSON_READER_H
#define MMSPAN_INPUT_JSON_READER_H

#include "input.h"
#include "json_lines.h"
#include "json_syntax.h"

#include <cstdio>
#include <cstdlib>
#include <simdjson.h>
#include <string_view>

// How much of a key fits a message.
inline int shown(std::string_view key) noexcept {
    return int(key.size() < 100 ? key.size() : 100);
}

struct line_reader {
    const char *line;
    size_t n;
    std::string_view key; // of the IDs
    mr_line *out;
    json_lines_error *error;

    json_lines_status corrupt(const char *where, const char *why) const noexcept {
        // The parser's place may be beyond the line or unknown.
        size_t at = where && where >= line && where <= line + n ? size_t(where - line) : n;
        error->at = at;
        std::snprintf(error->message, sizeof error->message, "%s", why);
        return JSON_LINES_CORRUPT;
    }

    // The same for the IDs, named by their key.
    json_lines_status corrupt_ids(const char *where, const char *why) const noexcept {
        corrupt(where, "");
        std::snprintf(error->message, sizeof error->message, "%.*s %s", shown(key), key.data(),
                      why);
        return JSON_LINES_CORRUPT;
    }
};

// What the parser says of the document, at its place.
json_lines_status fail(const line_reader &reader, simdjson::ondemand::document &document,
                       simdjson::error_code code) noexcept;

// What goes with the IDs, into the line.
json_lines_status read_media(const line_reader &reader, simdjson::ondemand::document &document,
                             simdjson::ondemand::value value) noexcept;
json_lines_status read_literal(const line_reader &reader,
                               simdjson::ondemand::document &document,
                               simdjson::ondemand::value value) noexcept;
json_lines_status read_documents(const line_reader &reader,
                                 simdjson::ondemand::document &document,
                                 simdjson::ondemand::value value) noexcept;

#endif
