/* Walks through a JSON text, value by value. C over a C++ parser. */
#ifndef MMSPAN_TOKENIZER_JSON_H
#define MMSPAN_TOKENIZER_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How many readable bytes must follow the text. */
#define MT_JSON_PADDING 64

enum mt_json_kind {
    MT_JSON_OBJECT,
    MT_JSON_LIST,
    MT_JSON_END, /* of the parent; has only `depth` and `parent` */
    MT_JSON_STRING,
    MT_JSON_INTEGER,
    MT_JSON_NUMBER, /* with a fraction, an exponent, or beyond int64 */
    MT_JSON_BOOLEAN,
    MT_JSON_NULL
};

/*
 * A value. Texts are unescaped, UTF-8 and valid until the walk ends, but not terminated.
 *
 *   key, key_size  in the parent object, else NULL
 *   index          among the parent's values, from 0
 *   text, size     of a string
 *   integer        of an integer; 0 or 1 of a boolean
 *   at             its first byte in the text
 *   depth          the number of parents
 *   parent         NULL for the root; only while the callback runs
 */
struct mt_json_value {
    enum mt_json_kind kind;
    unsigned depth;
    const char *key;
    size_t key_size;
    size_t index;
    const char *text;
    size_t size;
    int64_t integer;
    size_t at;
    const struct mt_json_value *parent;
};

/* What to do next. A value that is skipped is checked but not shown; skipping matters for
 * objects and lists only. */
enum mt_json_step { MT_JSON_GO, MT_JSON_SKIP, MT_JSON_STOP };

typedef enum mt_json_step (*mt_json_each)(void *context, const struct mt_json_value *value);

/* MT_JSON_STOPPED: by the callback. MT_JSON_MISSING: this build has no parser. */
enum mt_json_status {
    MT_JSON_OK,
    MT_JSON_STOPPED,
    MT_JSON_MEMORY,
    MT_JSON_CORRUPT,
    MT_JSON_TOO_DEEP,
    MT_JSON_MISSING
};

struct mt_json_error {
    size_t at;
    const char *message; /* static */
};

/* Calls `each` for every value of the n bytes of text, in order, parents first.
 * MT_JSON_CORRUPT and MT_JSON_TOO_DEEP write `error`. */
enum mt_json_status mt_json_walk(const char *text, size_t n, mt_json_each each, void *context,
                                 struct mt_json_error *error);

/* Is the value's key `key`, is its text `text`? */
bool mt_json_has_key(const struct mt_json_value *value, const char *key);
bool mt_json_is_text(const struct mt_json_value *value, const char *text);

#ifdef __cplusplus
}
#endif

#endif
