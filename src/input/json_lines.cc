// Reads the IDs of JSON Lines, and what goes with them, with simdjson; no exception leaves this
// file.
#include "json_lines.h"

#include "input.h"
#include "json_syntax.h"

#include <cstdio>
#include <cstdlib>
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

// One line on its way through the parser.
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
        std::snprintf(error->message, sizeof error->message, "%.*s %s",
                      int(key.size() < 100 ? key.size() : 100), key.data(), why);
        return JSON_LINES_CORRUPT;
    }
};

// Adds an element to an array of C.
template <class T> bool add(T *&array, size_t &n, size_t &cap, const T &element) noexcept {
    if (n == cap) {
        size_t more = cap ? 2 * cap : 16;
        T *grown = static_cast<T *>(std::realloc(array, more * sizeof *array));
        if (!grown)
            return false;
        array = grown;
        cap = more;
    }
    array[n++] = element;
    return true;
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

// What a value that does not fit should have been.
constexpr const char media_shape[] =
    "media is not an object of lists of rows, as in {\"image\": [256, 280]}";
constexpr const char literal_shape[] = "literal is not a list of spans, as in [[3, 9]]";
constexpr const char documents_shape[] =
    "documents is not a list of positions, as in [0, 120, 512]";

// A value of the wrong type is told from JSON that is broken.
json_lines_status misshapen(const line_reader &reader, ondemand::document &document,
                            std::string_view token, const char *why) noexcept {
    token = trim(token);
    const bool well_formed =
        is_scalar(token) || (!token.empty() && std::strchr("[{\"", token[0]));
    return well_formed ? reader.corrupt(token.data(), why)
                       : fail(reader, document, simdjson::TAPE_ERROR);
}

// An integer of at least `least`.
json_lines_status read_count(const line_reader &reader, ondemand::document &document,
                             ondemand::value value, int64_t least, const char *why,
                             int64_t *count) noexcept {
    std::string_view token = value.raw_json_token();
    if (value.get_int64().get(*count) || *count < least)
        return misshapen(reader, document, token, why);
    return JSON_LINES_OK;
}

// Calls `each` for the elements of a list.
template <class F>
json_lines_status read_list(const line_reader &reader, ondemand::document &document,
                            ondemand::value value, const char *why, F each) noexcept {
    std::string_view token = value.raw_json_token();
    ondemand::array array;
    if (error_code code = value.get_array().get(array))
        return code == simdjson::INCORRECT_TYPE ? misshapen(reader, document, token, why)
                                                : fail(reader, document, code);
    for (auto element : array) {
        ondemand::value inner;
        if (error_code code = element.get(inner))
            return fail(reader, document, code);
        json_lines_status status = each(inner);
        if (status != JSON_LINES_OK)
            return status;
    }
    return JSON_LINES_OK;
}

json_lines_status read_documents(const line_reader &reader, ondemand::document &document,
                                 ondemand::value value) noexcept {
    mr_line *out = reader.out;
    return read_list(reader, document, value, documents_shape, [&](ondemand::value inner) {
        int64_t border = 0;
        json_lines_status status =
            read_count(reader, document, inner, 0, documents_shape, &border);
        if (status == JSON_LINES_OK &&
            !add(out->borders, out->n_borders, out->cap_borders, border))
            return JSON_LINES_MEMORY;
        return status;
    });
}

json_lines_status read_span(const line_reader &reader, ondemand::document &document,
                            ondemand::value value) noexcept {
    mr_line *out = reader.out;
    std::string_view token = value.raw_json_token();
    int64_t ends[2] = {0, 0};
    size_t n = 0;
    json_lines_status status =
        read_list(reader, document, value, literal_shape, [&](ondemand::value inner) {
            int64_t end = 0;
            json_lines_status read =
                read_count(reader, document, inner, 0, literal_shape, &end);
            if (n < 2)
                ends[n] = end;
            n++;
            return read;
        });
    if (status != JSON_LINES_OK)
        return status;
    if (n != 2)
        return reader.corrupt(token.data(), literal_shape);
    const mmspan_span span = {ends[0], ends[1]};
    return add(out->literal, out->n_literal, out->cap_literal, span) ? JSON_LINES_OK
                                                                     : JSON_LINES_MEMORY;
}

json_lines_status read_literal(const line_reader &reader, ondemand::document &document,
                               ondemand::value value) noexcept {
    return read_list(reader, document, value, literal_shape,
                     [&](ondemand::value inner) { return read_span(reader, document, inner); });
}

// The media of one modality; an empty list is noted as such.
json_lines_status read_rows(const line_reader &reader, ondemand::document &document,
                            std::string_view name, ondemand::value value) noexcept {
    mr_line *out = reader.out;
    const size_t before = out->n_media;
    json_lines_status status =
        read_list(reader, document, value, media_shape, [&](ondemand::value inner) {
            mr_media media = {name.data(), name.size(), 0};
            json_lines_status read =
                read_count(reader, document, inner, 1, media_shape, &media.rows);
            if (read == JSON_LINES_OK && !add(out->media, out->n_media, out->cap_media, media))
                return JSON_LINES_MEMORY;
            return read;
        });
    const mr_media none = {name.data(), name.size(), 0};
    if (status == JSON_LINES_OK && out->n_media == before &&
        !add(out->media, out->n_media, out->cap_media, none))
        return JSON_LINES_MEMORY;
    return status;
}

// An object of lists; an empty list stands for no media at all.
json_lines_status read_media(const line_reader &reader, ondemand::document &document,
                             ondemand::value value) noexcept {
    std::string_view token = value.raw_json_token();
    ondemand::json_type type;
    reader.out->has_media = true;
    if (value.type().get(type) || type == ondemand::json_type::array)
        return read_list(reader, document, value, media_shape, [&](ondemand::value inner) {
            return misshapen(reader, document, inner.raw_json_token(), media_shape);
        });
    ondemand::object object;
    if (error_code code = value.get_object().get(object))
        return code == simdjson::INCORRECT_TYPE
                   ? misshapen(reader, document, token, media_shape)
                   : fail(reader, document, code);
    for (auto entry : object) {
        ondemand::field field;
        std::string_view name;
        if (error_code code = entry.unescaped_key().get(name))
            return fail(reader, document, code);
        if (error_code code = std::move(entry).get(field))
            return fail(reader, document, code);
        json_lines_status status = read_rows(reader, document, name, field.value());
        if (status != JSON_LINES_OK)
            return status;
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
    std::snprintf(why, sizeof why, "a second %.*s", int(name.size() < 100 ? name.size() : 100),
                  name.data());
    return reader.corrupt(where, why);
}

json_lines_status read_value(const line_reader &reader, ondemand::document &document, int index,
                             ondemand::value value) noexcept {
    if (index == KEY_IDS)
        return read_ids(reader, document, value);
    // A column that says nothing of this row.
    bool is_null = false;
    if (index < N_KEYS && !value.is_null().get(is_null) && is_null)
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
    std::snprintf(why, sizeof why, "the object has no %.*s",
                  int(reader.key.size() < 100 ? reader.key.size() : 100), reader.key.data());
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
