// Walks through JSON with simdjson; no exception leaves this file.
#include "json.h"

#include "../../include/mmspan/tokenizer.h"
#include "../io/json_escapes.h"

#include <new>
#include <simdjson.h>
#include <string_view>
#include <utility>

using simdjson::error_code;
namespace ondemand = simdjson::ondemand;

static_assert(MT_JSON_PADDING >= simdjson::SIMDJSON_PADDING, "padding");

namespace {

const char *explain(error_code code) noexcept {
    switch (code) {
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
        return "the JSON is cut short, or something follows it";
    case simdjson::UNCLOSED_STRING:
        return "the JSON is cut short, or a string is not closed";
    case simdjson::UTF8_ERROR:
        return "not UTF-8";
    case simdjson::UNESCAPED_CHARS:
        return "a control character inside a string";
    case simdjson::STRING_ERROR:
        return "a string with a wrong escape";
    case simdjson::EMPTY:
        return "nothing but blanks";
    default:
        return "not JSON: a comma, colon, quote or bracket is missing or too many";
    }
}

// One walk. A failure leaves its status in `status`; all functions that return bool return
// false to end it.
class walker {
  public:
    walker(const char *text, size_t start, size_t n, mt_json_each each, void *context) noexcept
        : text_(text), start_(start), n_(n), each_(each), context_(context) {
    }

    mt_json_status run(mt_json_error *error) noexcept {
        const size_t n = n_ - start_;
        if (auto code = parser_.iterate(text_ + start_, n, n + MT_JSON_PADDING).get(document_))
            fail(code);
        else
            walk_document();
        if (status == MT_JSON_CORRUPT || status == MT_JSON_TOO_DEEP)
            *error = error_;
        return status;
    }

    mt_json_status status = MT_JSON_OK;

  private:
    const char *text_;
    size_t start_; // where the JSON begins
    size_t n_;
    mt_json_each each_;
    void *context_;
    mt_json_error error_ = {0, ""};
    ondemand::parser parser_;
    ondemand::document document_;
    bool started_ = false; // there is a document to ask for its place

    // The parser's place may be beyond the text.
    size_t place(const char *where) const noexcept {
        return where >= text_ && where <= text_ + n_ ? size_t(where - text_) : n_;
    }

    bool fail(error_code code) noexcept {
        status = code == simdjson::MEMALLOC ? MT_JSON_MEMORY : MT_JSON_CORRUPT;
        error_ = {n_, explain(code)};
        const char *where = nullptr;
        // What lacks its end is at fault there, not where it begins.
        if (started_ && code != simdjson::INCOMPLETE_ARRAY_OR_OBJECT &&
            !document_.current_location().get(where))
            error_.at = place(where);
        return false;
    }

    void walk_document() noexcept {
        started_ = true;
        if (walk_root())
            check_end();
    }

    bool check_end() noexcept {
        const char *rest = nullptr;
        if (document_.current_location().get(rest))
            return true;
        status = MT_JSON_CORRUPT;
        error_ = {place(rest), "something follows the end of the JSON"};
        return false;
    }

    // Shows a value, unless its parent was skipped; `skip` tells whether its inside is.
    bool show(const mt_json_value &value, bool *skip) noexcept {
        if (*skip)
            return true;
        switch (each_(context_, &value)) {
        case MT_JSON_STOP:
            status = MT_JSON_STOPPED;
            return false;
        case MT_JSON_SKIP:
            *skip = true;
            return true;
        default:
            return true;
        }
    }

    bool show_end(const mt_json_value &parent, size_t index, bool skip) noexcept {
        mt_json_value end = {};
        end.kind = MT_JSON_END;
        end.depth = parent.depth + 1;
        end.index = index;
        end.at = n_;
        end.parent = &parent;
        return show(end, &skip);
    }

    bool check_depth(const mt_json_value &value) noexcept {
        if (value.depth < MMSPAN_MAX_TOKENIZER_DEPTH)
            return true;
        status = MT_JSON_TOO_DEEP;
        error_ = {value.at, "the JSON is nested too deeply"};
        return false;
    }

    bool walk_root() noexcept {
        mt_json_value root = {};
        bool skip = false;
        ondemand::json_type type;
        if (auto code = document_.type().get(type))
            return fail(code);
        if (type == ondemand::json_type::object) {
            ondemand::object object;
            root.kind = MT_JSON_OBJECT;
            if (auto code = document_.get_object().get(object))
                return fail(code);
            return show(root, &skip) && walk_object(object, root, skip);
        }
        if (type == ondemand::json_type::array) {
            ondemand::array array;
            root.kind = MT_JSON_LIST;
            if (auto code = document_.get_array().get(array))
                return fail(code);
            return show(root, &skip) && walk_list(array, root, skip);
        }
        status = MT_JSON_CORRUPT;
        error_ = {0, "neither an object nor a list"};
        return false;
    }

    bool walk_object(ondemand::object object, const mt_json_value &parent, bool skip) noexcept {
        size_t index = 0;
        if (!check_depth(parent))
            return false;
        for (auto entry : object) {
            ondemand::field field;
            mt_json_value value = {};
            std::string_view key;
            ondemand::raw_json_string raw;
            // Asked of the result and not of the field: simdjson 3.6, which Ubuntu 24.04 has,
            // wants an argument there that older versions do not take.
            if (skip) {
                if (!skip_string(entry.key().get(raw), raw))
                    return false;
            } else {
                if (auto code = entry.unescaped_key().get(key))
                    return fail(code);
                value.key = key.data();
                value.key_size = key.size();
            }
            if (auto code = std::move(entry).get(field))
                return fail(code);
            value.index = index++;
            value.parent = &parent;
            value.depth = parent.depth + 1;
            if (!walk_value(field.value(), value, skip))
                return false;
        }
        return show_end(parent, index, skip);
    }

    bool walk_list(ondemand::array array, const mt_json_value &parent, bool skip) noexcept {
        size_t index = 0;
        if (!check_depth(parent))
            return false;
        for (auto element : array) {
            ondemand::value inner;
            mt_json_value value = {};
            if (auto code = element.get(inner))
                return fail(code);
            value.index = index++;
            value.parent = &parent;
            value.depth = parent.depth + 1;
            if (!walk_value(inner, value, skip))
                return false;
        }
        return show_end(parent, index, skip);
    }

    bool walk_value(ondemand::value inner, mt_json_value &value, bool skip) noexcept {
        ondemand::json_type type;
        value.at = place(inner.raw_json_token().data());
        if (auto code = inner.type().get(type))
            return fail(code);
        if (type == ondemand::json_type::object) {
            ondemand::object object;
            value.kind = MT_JSON_OBJECT;
            if (auto code = inner.get_object().get(object))
                return fail(code);
            return show(value, &skip) && walk_object(object, value, skip);
        }
        if (type == ondemand::json_type::array) {
            ondemand::array array;
            value.kind = MT_JSON_LIST;
            if (auto code = inner.get_array().get(array))
                return fail(code);
            return show(value, &skip) && walk_list(array, value, skip);
        }
        ondemand::raw_json_string string;
        if (type == ondemand::json_type::string && skip)
            return skip_string(inner.get_raw_json_string().get(string), string);
        return read_scalar(inner, type, value) && show(value, &skip);
    }

    // A string that nobody wants is closed and UTF-8, or the parser would have refused the
    // text. It must be taken all the same: left to itself, the parser reads one with a colon
    // behind it as a key.
    bool skip_string(error_code code, const ondemand::raw_json_string &string) noexcept {
        if (code)
            return fail(code);
        return mi_json_escapes(string.raw()) || fail(simdjson::STRING_ERROR);
    }

    bool read_scalar(ondemand::value inner, ondemand::json_type type,
                     mt_json_value &value) noexcept {
        error_code code = simdjson::SUCCESS;
        bool truth = false;
        std::string_view text;
        switch (type) {
        case ondemand::json_type::string:
            value.kind = MT_JSON_STRING;
            code = inner.get_string().get(text);
            value.text = text.data();
            value.size = text.size();
            break;
        case ondemand::json_type::boolean:
            value.kind = MT_JSON_BOOLEAN;
            code = inner.get_bool().get(truth);
            value.integer = truth;
            break;
        case ondemand::json_type::null:
            value.kind = MT_JSON_NULL;
            code = check_null(inner.is_null());
            break;
        default:
            code = read_number(inner, value);
        }
        return code ? fail(code) : true;
    }

    // simdjson 1, which Ubuntu 22.04 has, says false where later versions give an error.
    static error_code check_null(bool is_null) noexcept {
        return is_null ? simdjson::SUCCESS : simdjson::N_ATOM_ERROR;
    }

    static error_code check_null(simdjson::simdjson_result<bool> result) noexcept {
        bool is_null = false;
        error_code code = std::move(result).get(is_null);
        return code ? code : check_null(is_null);
    }

    // transformers writes 1000000000000000019884624838656 for "no limit": a number that is
    // no int64 is still a number.
    static error_code read_number(ondemand::value inner, mt_json_value &value) noexcept {
        double ignored;
        value.kind = MT_JSON_INTEGER;
        if (inner.get_int64().get(value.integer) == simdjson::SUCCESS)
            return simdjson::SUCCESS;
        value.kind = MT_JSON_NUMBER;
        value.integer = 0;
        return inner.get_double().get(ignored);
    }
};

} // namespace

extern "C" mt_json_status mt_json_walk(const char *text, size_t n, mt_json_each each,
                                       void *context, mt_json_error *error) try {
    // A byte-order mark, which some editors write.
    const size_t mark = n >= 3 && std::string_view(text, 3) == "\xEF\xBB\xBF" ? 3 : 0;
    walker walk(text, mark, n, each, context);
    return walk.run(error);
} catch (const std::bad_alloc &) {
    return MT_JSON_MEMORY;
} catch (...) {
    *error = {0, "the JSON parser failed"};
    return MT_JSON_CORRUPT;
}
