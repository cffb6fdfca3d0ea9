// Asks simdjson whether a text is JSON.
#include "json_oracle.h"

#include <simdjson.h>

extern "C" bool json_oracle_is_object(const char *text, size_t n) {
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    return parser.parse(text, n).get(object) == simdjson::SUCCESS;
}
