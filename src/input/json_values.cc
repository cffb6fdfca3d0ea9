// Reads what goes with the IDs of a line: media, literal spans, borders of documents.
#include "json_reader.h"

#include <cstring>
#include <utility>

using simdjson::error_code;
namespace ondemand = simdjson::ondemand;

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

namespace {

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

} // namespace

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

json_lines_status read_literal(const line_reader &reader, ondemand::document &document,
                               ondemand::value value) noexcept {
    return read_list(reader, document, value, literal_shape,
                     [&](ondemand::value inner) { return read_span(reader, document, inner); });
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
