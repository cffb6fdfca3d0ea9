/* Compares keys and texts of JSON values, and stands in for a parser that is not built in. */
#include "json.h"

#include <string.h>

static bool equals(const char *text, size_t size, const char *word) {
    return text && size == strlen(word) && memcmp(text, word, size) == 0;
}

bool mt_json_has_key(const struct mt_json_value *value, const char *key) {
    return equals(value->key, value->key_size, key);
}

bool mt_json_is_text(const struct mt_json_value *value, const char *text) {
    return value->kind == MT_JSON_STRING && equals(value->text, value->size, text);
}

#ifndef MMSPAN_HAVE_SIMDJSON

enum mt_json_status mt_json_walk(const char *text, size_t n, mt_json_each each, void *context,
                                 struct mt_json_error *error) {
    (void)text;
    (void)n;
    (void)each;
    (void)context;
    (void)error;
    return MT_JSON_MISSING;
}

#endif
