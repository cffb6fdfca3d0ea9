// What the parser does not look at by itself: is a value that nobody needs well-formed?
#ifndef MMSPAN_INPUT_JSON_SYNTAX_H
#define MMSPAN_INPUT_JSON_SYNTAX_H

#include <simdjson.h>
#include <string_view>

// Why a line is no JSON, for people.
const char *explain(simdjson::error_code code) noexcept;

// A scalar's text without the blanks that follow it.
std::string_view trim(std::string_view token) noexcept;

// The length of the integer part of a JSON number, 0 when there is none.
size_t integer_length(std::string_view token) noexcept;

// A number, true, false or null.
bool is_scalar(std::string_view token) noexcept;

// STRING_ERROR when an escape is none of JSON.
simdjson::error_code check_escapes(simdjson::ondemand::raw_json_string string) noexcept;

// Walks through a value that nobody needs: a line that is no JSON must not pass for one.
// `depth` of its parents.
simdjson::error_code skip(simdjson::ondemand::value value, int depth) noexcept;

#endif
