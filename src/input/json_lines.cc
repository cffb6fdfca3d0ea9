// Reads the IDs of JSON Lines, and what goes with them, with simdjson; no exception leaves this
// file.
#include "json_lines.h"

#include "json_reader.h"

#include <cstdio>
#include <new>
#include <simdjson.h>
#include <string_view>
#include <utility>

using simdjson::error_code;
namespace ondemand = simdjson::ondemand;

static_assert(JSON_LINES_PADDING >= simdjson::SIMDJSON_PADDING, "padding");

struct json_lines {
    ondemand::parser parser;
};

namespace {

json_lines_status bad_element(const line_reader &reader, ondemand::document &document,
                              std::string_view token) noexcept {
    token = trim(token);
    if (!token.empty() && (token[0] == '[' || token[0] == '{'))
        return reader.corrupt_ids(token.data(),
                                  "holds a list; give each sequence a line of its own");
    if (integer_length(token) && integer_length(token) == token.size())
        return reader.corrupt(token.data(), "this ID is beyond int32");
    if (is_scalar(token) || (!token.empty() && token[0] == '"'))
        return reader.corrupt_ids(token.data(), "holds something that is no integer");
    return fail(reader, document, simdjson::TAPE_ERROR);
}

json_lines_status read_ids(const line_reader &reader, ondemand::document &document,
                           ondemand::value value) noexcept {
    std::string_view whole = value.raw_json_token();
    ondemand::array array;
    if (error_code code = value.get_array().get(array)) {
        if (code == simdjson::INCORRECT_TYPE)
            return reader.corrupt_ids(whole.data(), "is not a list");
        return fail(reader, document, code);
    }
    mr_ids *list = &reader.out->ids;
    for (auto element : array) {
        ondemand::value inner;
        if (error_code code = element.get(inner))
            return fail(reader, document, code);
        std::string_view token = inner.raw_json_token();
        int64_t id;
        if (inner.get_int64().get(id) || id < INT32_MIN || id > INT32_MAX)
            return bad_element(reader, document, token);
        if (!mr_ids_add(list, int32_t(id)))
            return JSON_LINES_MEMORY;
    }
    return JSON_LINES_OK;
}

// The keys that are read. `where` is each one's place in the line, or NULL.
enum { KEY_IDS, KEY_MEDIA, KEY_LITERAL, KEY_DOCUMENTS, N_KEYS };
constexpr const char *key_names[N_KEYS] = {"", "media", "literal", "documents"};

struct keys {
    const char *where[N_KEYS] = {};
};

int find_key(const line_reader &reader, std::string_view key) noexcept {
    if (key == reader.key)
        return KEY_IDS;
    for (int i = KEY_MEDIA; i < N_KEYS; i++)
        if (key == key_names[i])
            return i;
    return N_KEYS;
}

json_lines_status second(const line_reader &reader, const char *where, int index) noexcept {
    char why[128];
    const std::string_view name = index == KEY_IDS ? reader.key : key_names[index];
    std::snprintf(why, sizeof why, "a second %.*s", shown(name), name.data());
    return reader.corrupt(where, why);
}

// simdjson 1, which Ubuntu 22.04 has, answers without an error.
[[maybe_unused]] bool holds(bool truth) noexcept {
    return truth;
}

[[maybe_unused]] bool holds(simdjson::simdjson_result<bool> result) noexcept {
    bool truth = false;
    return !std::move(result).get(truth) && truth;
}

json_lines_status read_value(const line_reader &reader, ondemand::document &document, int index,
                             ondemand::value value) noexcept {
    if (index == KEY_IDS)
        return read_ids(reader, document, value);
    // A column that says nothing of this row.
    if (index < N_KEYS && holds(value.is_null()))
        return JSON_LINES_OK;
    switch (index) {
    case KEY_MEDIA:
        return read_media(reader, document, value);
    case KEY_LITERAL:
        return read_literal(reader, document, value);
    case KEY_DOCUMENTS:
        return read_documents(reader, document, value);
    default:
        error_code code = skip(value, 0);
        return code ? fail(reader, document, code) : JSON_LINES_OK;
    }
}

json_lines_status read_object(const line_reader &reader, ondemand::document &document,
                              keys &keys) noexcept {
    ondemand::object object;
    if (error_code code = document.get_object().get(object))
        return code == simdjson::INCORRECT_TYPE ? reader.corrupt(reader.line, explain(code))
                                                : fail(reader, document, code);
    for (auto entry : object) {
        ondemand::field field;
        ondemand::raw_json_string raw;
        std::string_view key;
        // Asked of the result and not of the field: simdjson 3.6, which Ubuntu 24.04 has,
        // wants an argument there that older versions do not take.
        if (error_code code = entry.key().get(raw))
            return fail(reader, document, code);
        const char *where = raw.raw() - 1;
        if (error_code code = check_escapes(raw))
            return reader.corrupt(where, explain(code));
        // A key with half a surrogate pair is legal and has no name.
        const bool has_name = !entry.unescaped_key().get(key);
        if (error_code code = std::move(entry).get(field))
            return fail(reader, document, code);
        const int index = has_name ? find_key(reader, key) : N_KEYS;
        if (index < N_KEYS && keys.where[index])
            return second(reader, where, index);
        if (index < N_KEYS)
            keys.where[index] = where;
        json_lines_status status = read_value(reader, document, index, field.value());
        if (status != JSON_LINES_OK)
            return status;
    }
    const char *rest = nullptr;
    if (!document.current_location().get(rest))
        return reader.corrupt(rest, "something follows the object");
    if (keys.where[KEY_IDS])
        return JSON_LINES_OK;
    char why[128];
    std::snprintf(why, sizeof why, "the object has no %.*s", shown(reader.key),
                  reader.key.data());
    return reader.corrupt(reader.line, why);
}

// Do spans and borders fit the sequence? Drops the borders that part nothing.
json_lines_status check_positions(const line_reader &reader, const keys &keys) noexcept {
    mr_line *out = reader.out;
    const int64_t n = int64_t(out->ids.n);
    int64_t last = 0;
    for (size_t i = 0; i < out->n_literal; i++) {
        const mmspan_span &span = out->literal[i];
        if (span.start < last || span.end < span.start || span.end > n)
            return reader.corrupt(keys.where[KEY_LITERAL],
                                  "literal has spans that overlap, are not in order, or leave "
                                  "the sequence");
        last = span.end;
    }
    size_t kept = 0;
    last = 0;
    for (size_t i = 0; i < out->n_borders; i++) {
        const int64_t border = out->borders[i];
        if (border < last || border > n)
            return reader.corrupt(keys.where[KEY_DOCUMENTS],
                                  "documents has borders that go back, or leave the sequence");
        if (border > last && border < n)
            out->borders[kept++] = border;
        last = border;
    }
    out->n_borders = kept;
    return JSON_LINES_OK;
}

} // namespace

extern "C" json_lines *json_lines_create(void) {
    return new (std::nothrow) json_lines;
}

extern "C" void json_lines_destroy(json_lines *parser) {
    delete parser;
}

extern "C" json_lines_status json_lines_parse(json_lines *parser, const char *text, size_t n,
                                              const char *key, mr_line *line,
                                              json_lines_error *error) try {
    const line_reader reader = {text, n, key, line, error};
    ondemand::document document;
    line->ids.n = line->n_literal = line->n_borders = line->n_media = 0;
    line->has_media = false;
    if (error_code code =
            parser->parser.iterate(text, n, n + JSON_LINES_PADDING).get(document)) {
        if (code == simdjson::MEMALLOC)
            return JSON_LINES_MEMORY;
        return reader.corrupt(nullptr, explain(code));
    }
    keys keys;
    json_lines_status status = read_object(reader, document, keys);
    return status == JSON_LINES_OK ? check_positions(reader, keys) : status;
} catch (const std::bad_alloc &) {
    return JSON_LINES_MEMORY;
} catch (...) {
    error->at = 0;
    std::snprintf(error->message, sizeof error->message, "%s", "the JSON parser failed");
    return JSON_LINES_CORRUPT;
}
