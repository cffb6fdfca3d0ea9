// Checks JSON values that nobody needs.
#include "json_syntax.h"

#include "../io/json_escapes.h"

#include <cstring>
#include <utility>

using simdjson::error_code;
namespace ondemand = simdjson::ondemand;

static constexpr int max_depth = 512;

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
    case simdjson::STRING_ERROR:
        return "a string with a wrong escape";
    case simdjson::CAPACITY:
        return "a line of more than 4 GiB";
    case simdjson::EMPTY:
        return "nothing to parse";
    case simdjson::INCORRECT_TYPE:
        return "not an object";
    case simdjson::DEPTH_ERROR:
        return "nested deeper than 512 levels";
    default:
        return "not JSON: a comma, colon, quote or bracket is missing or too many";
    }
}

std::string_view trim(std::string_view token) noexcept {
    while (!token.empty() && std::strchr(" \t\r\n", token.back()))
        token.remove_suffix(1);
    return token;
}

static size_t count_digits(std::string_view token, size_t at) noexcept {
    size_t n = 0;
    while (at + n < token.size() && token[at + n] >= '0' && token[at + n] <= '9')
        n++;
    return n;
}

size_t integer_length(std::string_view token) noexcept {
    size_t sign = !token.empty() && token[0] == '-';
    size_t digits = count_digits(token, sign);
    if (digits == 0 || (digits > 1 && token[sign] == '0'))
        return 0;
    return sign + digits;
}

static bool is_number(std::string_view token) noexcept {
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

error_code check_escapes(ondemand::raw_json_string string) noexcept {
    return mi_json_escapes(string.raw()) ? simdjson::SUCCESS : simdjson::STRING_ERROR;
}

// A string is closed and UTF-8, or the first stage would have refused the line. It is also
// consumed: left to itself, the parser takes one with a colon behind it for a key.
static error_code skip_string(ondemand::value value) noexcept {
    ondemand::raw_json_string string;
    if (error_code code = value.get_raw_json_string().get(string))
        return code;
    return check_escapes(string);
}

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
            ondemand::raw_json_string key;
            if (error_code code = entry.key().get(key))
                return code;
            if (error_code code = check_escapes(key))
                return code;
            if (error_code code = std::move(entry).get(field))
                return code;
            if (error_code code = skip(field.value(), depth + 1))
                return code;
        }
        return simdjson::SUCCESS;
    }
    if (type == ondemand::json_type::string)
        return skip_string(value);
    return is_scalar(value.raw_json_token()) ? simdjson::SUCCESS : simdjson::TAPE_ERROR;
}
