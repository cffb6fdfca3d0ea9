// Reads the `input_ids` of JSON Lines with simdjson; no exception leaves this file.
#include "json_lines.h"

#include <cstdio>
#include <cstring>
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

constexpr int max_depth = 512;

// One line on its way through the parser.
struct line_reader {
    const char *line;
    size_t n;
    id_list *list;
    json_lines_error *error;

    json_lines_status corrupt(const char *where, const char *why) const noexcept {
        // The parser's place may be beyond the line or unknown.
        size_t at = where && where >= line && where <= line + n ? size_t(where - line) : n;
        error->at = at;
        std::snprintf(error->message, sizeof error->message, "%s", why);
        return JSON_LINES_CORRUPT;
    }
};

const char *explain(error_code code) noexcept {
    switch (code) {
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
        return "the object is cut short, or something follows it";
    case simdjson::UNCLOSED_STRING:
        return "a string is not closed";
    case simdjson::UTF8_ERROR:
        return "not UTF-8";
    case simdjson::UNESCAPED_CHARS:
        return "a control character inside a string";
    case simdjson::CAPACITY:
        return "a line of more than 4 GiB";
    case simdjson::EMPTY:
        return "nothing to parse";
    case simdjson::INCORRECT_TYPE:
        return "not an object";
    default:
        return "not JSON: a comma, colon, quote or bracket is missing or too many";
    }
}

json_lines_status fail(const line_reader &reader, ondemand::document &document,
                       error_code code) noexcept {
    if (code == simdjson::MEMALLOC)
        return JSON_LINES_MEMORY;
    // An object without its end is at fault there, not where it begins.
    const char *where = nullptr;
    if (code == simdjson::INCOMPLETE_ARRAY_OR_OBJECT || document.current_location().get(where))
        where = nullptr;
    return reader.corrupt(where, explain(code));
}

// A scalar's text without the blanks that follow it.
std::string_view trim(std::string_view token) noexcept {
    while (!token.empty() && std::strchr(" \t\r\n", token.back()))
        token.remove_suffix(1);
    return token;
}

size_t count_digits(std::string_view token, size_t at) noexcept {
    size_t n = 0;
    while (at + n < token.size() && token[at + n] >= '0' && token[at + n] <= '9')
        n++;
    return n;
}

// The length of the integer part of a JSON number, 0 when there is none.
size_t integer_length(std::string_view token) noexcept {
    size_t sign = !token.empty() && token[0] == '-';
    size_t digits = count_digits(token, sign);
    if (digits == 0 || (digits > 1 && token[sign] == '0'))
        return 0;
    return sign + digits;
}

bool is_number(std::string_view token) noexcept {
    size_t at = integer_length(token);
    if (at == 0)
        return false;
    if (at < token.size() && token[at] == '.') {
        size_t digits = count_digits(token, at + 1);
        if (digits == 0)
            return false;
        at += 1 + digits;
    }
    if (at < token.size() && (token[at] == 'e' || token[at] == 'E')) {
        at++;
        at += at < token.size() && (token[at] == '+' || token[at] == '-');
        size_t digits = count_digits(token, at);
        if (digits == 0)
            return false;
        at += digits;
    }
    return at == token.size();
}

bool is_scalar(std::string_view token) noexcept {
    token = trim(token);
    return token == "true" || token == "false" || token == "null" || is_number(token);
}

// Walks through a value that nobody needs: On Demand checks only what it is asked
// for, and a line that is no JSON must not pass for one.
error_code skip(ondemand::value value, int depth) noexcept {
    ondemand::json_type type;
    if (error_code code = value.type().get(type))
        return code;
    if (depth > max_depth)
        return simdjson::DEPTH_ERROR;
    if (type == ondemand::json_type::array) {
        ondemand::array array;
        if (error_code code = value.get_array().get(array))
            return code;
        for (auto element : array) {
            ondemand::value inner;
            if (error_code code = element.get(inner))
                return code;
            if (error_code code = skip(inner, depth + 1))
                return code;
        }
        return simdjson::SUCCESS;
    }
    if (type == ondemand::json_type::object) {
        ondemand::object object;
        if (error_code code = value.get_object().get(object))
            return code;
        for (auto entry : object) {
            ondemand::field field;
            if (error_code code = std::move(entry).get(field))
                return code;
            if (error_code code = skip(field.value(), depth + 1))
                return code;
        }
        return simdjson::SUCCESS;
    }
    // A string is closed and UTF-8, or the first stage would have refused the line.
    if (type == ondemand::json_type::string)
        return simdjson::SUCCESS;
    return is_scalar(value.raw_json_token()) ? simdjson::SUCCESS : simdjson::TAPE_ERROR;
}

json_lines_status bad_element(const line_reader &reader, ondemand::document &document,
                              std::string_view token) noexcept {
    token = trim(token);
    if (!token.empty() && (token[0] == '[' || token[0] == '{'))
        return reader.corrupt(token.data(), "input_ids holds a list; give each sequence a line "
                                            "of its own");
    if (integer_length(token) && integer_length(token) == token.size())
        return reader.corrupt(token.data(), "this ID is beyond int32");
    if (is_scalar(token) || (!token.empty() && token[0] == '"'))
        return reader.corrupt(token.data(), "input_ids holds something that is no integer");
    return fail(reader, document, simdjson::TAPE_ERROR);
}

json_lines_status read_ids(const line_reader &reader, ondemand::document &document,
                           ondemand::value value) noexcept {
    std::string_view whole = value.raw_json_token();
    ondemand::array array;
    if (error_code code = value.get_array().get(array)) {
        if (code == simdjson::INCORRECT_TYPE)
            return reader.corrupt(whole.data(), "input_ids is not a list");
        return fail(reader, document, code);
    }
    reader.list->n = 0;
    for (auto element : array) {
        ondemand::value inner;
        if (error_code code = element.get(inner))
            return fail(reader, document, code);
        std::string_view token = inner.raw_json_token();
        int64_t id;
        if (inner.get_int64().get(id) || id < INT32_MIN || id > INT32_MAX)
            return bad_element(reader, document, token);
        if (!id_list_add(reader.list, int32_t(id)))
            return JSON_LINES_MEMORY;
    }
    return JSON_LINES_OK;
}

json_lines_status read_object(const line_reader &reader,
                              ondemand::document &document) noexcept {
    ondemand::object object;
    bool found = false;
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
        if (error_code code = entry.unescaped_key().get(key))
            return fail(reader, document, code);
        if (error_code code = std::move(entry).get(field))
            return fail(reader, document, code);
        const char *where = raw.raw() - 1;
        if (key == "input_ids") {
            if (found)
                return reader.corrupt(where, "a second input_ids");
            found = true;
            json_lines_status status = read_ids(reader, document, field.value());
            if (status != JSON_LINES_OK)
                return status;
        } else if (error_code code = skip(field.value(), 0)) {
            return fail(reader, document, code);
        }
    }
    const char *rest = nullptr;
    if (!document.current_location().get(rest))
        return reader.corrupt(rest, "something follows the object");
    return found ? JSON_LINES_OK : reader.corrupt(reader.line, "the object has no input_ids");
}

} // namespace

extern "C" json_lines *json_lines_create(void) {
    return new (std::nothrow) json_lines;
}

extern "C" void json_lines_destroy(json_lines *parser) {
    delete parser;
}

extern "C" json_lines_status json_lines_parse(json_lines *parser, const char *line, size_t n,
                                              id_list *list, json_lines_error *error) try {
    const line_reader reader = {line, n, list, error};
    ondemand::document document;
    if (error_code code =
            parser->parser.iterate(line, n, n + JSON_LINES_PADDING).get(document)) {
        if (code == simdjson::MEMALLOC)
            return JSON_LINES_MEMORY;
        return reader.corrupt(nullptr, explain(code));
    }
    return read_object(reader, document);
} catch (const std::bad_alloc &) {
    return JSON_LINES_MEMORY;
} catch (...) {
    error->at = 0;
    std::snprintf(error->message, sizeof error->message, "%s", "the JSON parser failed");
    return JSON_LINES_CORRUPT;
}
