/* Reads the pieces and IDs of Hugging Face's JSON files. */
#include "hugging_face.h"

#include "../io/report.h"
#include "json.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An added token; texts are valid until the walk ends. */
struct token {
    const char *text; /* NULL: not seen yet */
    size_t size;
    int64_t id; /* -1: not seen yet */
    size_t at;
};

/* A file on its way into the vocabulary. */
struct reading {
    const struct mi_file *file;
    struct mt_vocabulary *vocabulary;
    mmspan_error *error;
    mmspan_status status;
    enum mt_json_file kind;
    struct token token; /* whose members are being read */
    /* Of tokenizer.json: added tokens stand before the vocabulary that they overrule. */
    struct token *tokens;
    size_t n_tokens;
    size_t cap_tokens;
    struct token unknown;
    bool has_vocabulary;
};

/* Longer texts are cut in messages. */
static int shown(size_t size) {
    return size < 80 ? (int)size : 80;
}

#if defined(__GNUC__)
__attribute__((format(printf, 4, 5)))
#endif
static enum mt_json_step
stop(struct reading *r, mmspan_status status, size_t at, const char *format, ...) {
    va_list arguments;
    const struct mm_place place = mi_place_of(r->file->path, r->file->text, r->file->n, at);
    va_start(arguments, format);
    r->status = mi_fail_list(r->error, status, &place, format, arguments);
    va_end(arguments);
    return MT_JSON_STOP;
}

static enum mt_json_step stop_memory(struct reading *r) {
    r->status = mm_fail_memory(r->error);
    return MT_JSON_STOP;
}

static enum mt_json_step stop_id(struct reading *r, const char *text, size_t size, size_t at) {
    return stop(r, MMSPAN_E_LIMIT, at,
                "the ID of \"%.*s\" is not between 0 and 2147483647, where IDs are",
                shown(size), text);
}

/* Takes in what became of an entry. */
static enum mt_json_step take(struct reading *r, enum mt_added added, const struct token *token,
                              const struct mt_entry *other) {
    const struct mt_vocabulary *v = r->vocabulary;
    switch (added) {
    case MT_ADDED:
        return MT_JSON_GO;
    case MT_TOO_MANY:
        return stop(r, MMSPAN_E_LIMIT, token->at, "more than %d pieces",
                    MMSPAN_MAX_TOKENIZER_PIECES);
    case MT_REPEATED:
        return stop(r, MMSPAN_E_MISMATCH, token->at,
                    "the added token \"%.*s\" is given twice, with the IDs %d and %" PRId64,
                    shown(token->size), token->text, (int)other->id, token->id);
    case MT_CLASH:
        return stop(r, MMSPAN_E_MISMATCH, token->at,
                    "the added token \"%.*s\" has the ID %" PRId64 " here and %d in %.200s",
                    shown(token->size), token->text, token->id, (int)other->id,
                    v->layers[other->layer]);
    case MT_TAKEN:
        return stop(r, MMSPAN_E_MISMATCH, token->at,
                    "the ID %" PRId64
                    " of the added token \"%.*s\" belongs to \"%.*s\" already",
                    token->id, shown(token->size), token->text, shown(other->size),
                    v->texts + other->text);
    default:
        return stop_memory(r);
    }
}

static enum mt_json_step add_base(struct reading *r, const char *text, size_t size, int64_t id,
                                  size_t at) {
    if (id < 0 || id > INT32_MAX)
        return stop_id(r, text, size, at);
    const mmspan_piece piece = {text, size, (int32_t)id, MMSPAN_PIECE_NORMAL};
    const struct token token = {text, size, id, at};
    return take(r, mt_add_base(r->vocabulary, &piece), &token, NULL);
}

static enum mt_json_step add_token(struct reading *r, const struct token *token) {
    struct mt_entry other = {0};
    if (token->id < 0 || token->id > INT32_MAX)
        return stop_id(r, token->text, token->size, token->at);
    enum mt_added added =
        mt_add_token(r->vocabulary, token->text, token->size, (int32_t)token->id, &other);
    return take(r, added, token, &other);
}

/* A number that is none that fits stays one that does not. */
static int64_t id_of(const struct mt_json_value *value) {
    return value->kind == MT_JSON_INTEGER ? value->integer : INT64_MAX;
}

static void read_text(struct token *token, const struct mt_json_value *value) {
    token->text = value->text;
    token->size = value->size;
    token->at = value->at;
}

/* {piece: ID}, of the whole file or under "vocab". */
static enum mt_json_step read_pair(struct reading *r, const struct mt_json_value *value) {
    if (value->kind == MT_JSON_END)
        return MT_JSON_GO;
    if (value->kind != MT_JSON_INTEGER && value->kind != MT_JSON_NUMBER)
        return stop(r, MMSPAN_E_SYNTAX, value->at, "the ID of \"%.*s\" is no number",
                    shown(value->key_size), value->key);
    if (r->kind != MT_ADDED_TOKENS)
        return add_base(r, value->key, value->key_size, id_of(value), value->at);
    const struct token token = {value->key, value->key_size, id_of(value), value->at};
    return add_token(r, &token);
}

/* [[piece, score], ...]: the IDs are the positions. */
static enum mt_json_step read_scored(struct reading *r, const struct mt_json_value *value) {
    if (value->depth == 3) {
        if (value->kind != MT_JSON_LIST && value->kind != MT_JSON_END)
            return stop(r, MMSPAN_E_SYNTAX, value->at, "a piece is a list of text and score");
        return MT_JSON_GO;
    }
    if (value->depth > 4 || value->index != 0 || value->kind == MT_JSON_END)
        return MT_JSON_SKIP;
    if (value->kind != MT_JSON_STRING)
        return stop(r, MMSPAN_E_SYNTAX, value->at, "a piece is a list of text and score");
    return add_base(r, value->text, value->size, (int64_t)value->parent->index, value->at);
}

/* The parent of the value that is `depth` steps below the root. */
static const struct mt_json_value *parent_at(const struct mt_json_value *value,
                                             unsigned depth) {
    while (value->depth > depth)
        value = value->parent;
    return value;
}

static enum mt_json_step read_model(struct reading *r, const struct mt_json_value *value) {
    if (value->depth == 1)
        return value->kind == MT_JSON_OBJECT ? MT_JSON_GO : MT_JSON_SKIP;
    const struct mt_json_value *member = parent_at(value, 2);
    if (member->kind == MT_JSON_END)
        return MT_JSON_GO;
    if (!mt_json_has_key(member, "vocab")) {
        if (mt_json_has_key(member, "unk_token") && value->kind == MT_JSON_STRING)
            read_text(&r->unknown, value);
        if (mt_json_has_key(member, "unk_id") && value->kind == MT_JSON_INTEGER)
            r->unknown.id = value->integer;
        return MT_JSON_SKIP;
    }
    if (value->depth == 2) {
        r->has_vocabulary = value->kind == MT_JSON_OBJECT || value->kind == MT_JSON_LIST;
        return MT_JSON_GO;
    }
    return member->kind == MT_JSON_OBJECT ? read_pair(r, value) : read_scored(r, value);
}

static bool keep_token(struct reading *r) {
    if (r->n_tokens == r->cap_tokens) {
        size_t cap = r->cap_tokens ? 2 * r->cap_tokens : 256;
        struct token *tokens = realloc(r->tokens, cap * sizeof *tokens);
        if (!tokens)
            return false;
        r->tokens = tokens;
        r->cap_tokens = cap;
    }
    r->tokens[r->n_tokens++] = r->token;
    return true;
}

/* [{"id": 5, "content": "<image>", ...}, ...]. */
static enum mt_json_step read_added(struct reading *r, const struct mt_json_value *value) {
    if (value->depth == 2 && value->kind != MT_JSON_OBJECT && value->kind != MT_JSON_END)
        return stop(r, MMSPAN_E_SYNTAX, value->at,
                    "an added token is an object with \"id\" and \"content\"");
    if (value->depth == 2)
        r->token = (struct token){.id = -1, .at = value->at};
    if (value->depth < 3)
        return MT_JSON_GO;
    if (value->kind == MT_JSON_END) {
        if (!r->token.text || r->token.id == -1)
            return stop(r, MMSPAN_E_SYNTAX, r->token.at,
                        "an added token without \"id\" or \"content\"");
        return keep_token(r) ? MT_JSON_GO : stop_memory(r);
    }
    if (mt_json_has_key(value, "content") && value->kind == MT_JSON_STRING)
        read_text(&r->token, value);
    if (mt_json_has_key(value, "id") &&
        (value->kind == MT_JSON_INTEGER || value->kind == MT_JSON_NUMBER))
        r->token.id =
            value->kind == MT_JSON_INTEGER && value->integer < 0 ? INT64_MIN : id_of(value);
    return MT_JSON_SKIP;
}

static enum mt_json_step finish_tokenizer(struct reading *r) {
    enum mt_json_step step = MT_JSON_GO;
    for (size_t i = 0; i < r->n_tokens && step == MT_JSON_GO; i++)
        step = add_token(r, &r->tokens[i]);
    if (step != MT_JSON_GO)
        return step;
    if (!r->has_vocabulary)
        return stop(r, MMSPAN_E_SYNTAX, 0,
                    "this tokenizer.json has no \"model\" with a "
                    "\"vocab\"");
    struct mt_entry *entry = NULL;
    if (r->unknown.text)
        entry = mt_find_text(r->vocabulary, r->unknown.text, r->unknown.size);
    else if (r->unknown.id >= 0 && r->unknown.id <= INT32_MAX)
        entry = mt_find_id(r->vocabulary, (int32_t)r->unknown.id);
    if (entry)
        entry->kind = MMSPAN_PIECE_UNKNOWN;
    return MT_JSON_GO;
}

static enum mt_json_step read_tokenizer(struct reading *r, const struct mt_json_value *value) {
    const struct mt_json_value *section = parent_at(value, 1);
    if (section->kind == MT_JSON_END)
        return finish_tokenizer(r);
    if (mt_json_has_key(section, "added_tokens"))
        return read_added(r, value);
    return mt_json_has_key(section, "model") ? read_model(r, value) : MT_JSON_SKIP;
}

/* {"added_tokens_decoder": {"5": {"content": "<image>", ...}, ...}, ...}. */
static enum mt_json_step read_config(struct reading *r, const struct mt_json_value *value) {
    if (value->depth == 1)
        return mt_json_has_key(value, "added_tokens_decoder") ? MT_JSON_GO : MT_JSON_SKIP;
    if (value->depth == 2 && value->kind != MT_JSON_END) {
        char digits[24];
        char *end = digits;
        r->token = (struct token){.id = INT64_MAX, .at = value->at};
        if (value->key && value->key_size > 0 && value->key_size < sizeof digits) {
            memcpy(digits, value->key, value->key_size);
            digits[value->key_size] = '\0';
            r->token.id = strtoll(digits, &end, 10);
        }
        if (value->kind != MT_JSON_OBJECT || end == digits || *end)
            return stop(r, MMSPAN_E_SYNTAX, value->at,
                        "added_tokens_decoder is not a mapping of IDs to tokens");
    }
    if (value->depth == 3 && mt_json_has_key(value, "content") &&
        value->kind == MT_JSON_STRING) {
        read_text(&r->token, value);
        return add_token(r, &r->token);
    }
    return MT_JSON_GO;
}

static enum mt_json_step read_value(void *context, const struct mt_json_value *value) {
    struct reading *r = context;
    if (value->depth == 0) {
        if (value->kind != MT_JSON_OBJECT)
            return stop(r, MMSPAN_E_SYNTAX, value->at, "this JSON is no tokenizer");
        return MT_JSON_GO;
    }
    switch (r->kind) {
    case MT_TOKENIZER:
        return read_tokenizer(r, value);
    case MT_TOKENIZER_CONFIG:
        return read_config(r, value);
    default:
        return read_pair(r, value);
    }
}

/* Stops at the first key that tells. */
static enum mt_json_step detect(void *context, const struct mt_json_value *value) {
    enum mt_json_file *kind = context;
    if (value->depth == 0)
        return MT_JSON_GO;
    if (mt_json_has_key(value, "model") || mt_json_has_key(value, "added_tokens"))
        *kind = MT_TOKENIZER;
    else if (mt_json_has_key(value, "added_tokens_decoder"))
        *kind = MT_TOKENIZER_CONFIG;
    else if (value->index == 0 && value->kind == MT_JSON_INTEGER)
        *kind = MT_VOCAB;
    else if (value->kind != MT_JSON_INTEGER && *kind == MT_VOCAB)
        *kind = MT_ANY_JSON;
    return *kind == MT_TOKENIZER || *kind == MT_TOKENIZER_CONFIG ? MT_JSON_STOP : MT_JSON_SKIP;
}

/* Takes in how a walk ended. */
static mmspan_status finish(struct reading *r, enum mt_json_status walked,
                            const struct mt_json_error *json) {
    switch (walked) {
    case MT_JSON_OK:
        return MMSPAN_OK;
    case MT_JSON_STOPPED:
        return r->status;
    case MT_JSON_MEMORY:
        return mm_fail_memory(r->error);
    case MT_JSON_MISSING: {
        const struct mm_place place = {.file = r->file->path};
        return mi_fail(r->error, MMSPAN_E_UNSUPPORTED, &place,
                       "this mmspan was built without simdjson and reads no JSON; install it "
                       "(Debian: libsimdjson-dev) and build again");
    }
    default:
        stop(r, walked == MT_JSON_TOO_DEEP ? MMSPAN_E_LIMIT : MMSPAN_E_SYNTAX, json->at, "%s",
             json->message);
        return r->status;
    }
}

mmspan_status mt_read_json(const struct mi_file *file, enum mt_json_file kind,
                           struct mt_vocabulary *vocabulary, mmspan_error *error) {
    struct mt_json_error json = {0, ""};
    struct reading r = {.file = file, .vocabulary = vocabulary, .error = error, .kind = kind};
    r.unknown.id = -1;
    if (!mt_begin_layer(vocabulary, file->path))
        return mm_fail_memory(error);
    enum mt_json_status walked = MT_JSON_OK;
    if (kind == MT_ANY_JSON)
        walked = mt_json_walk(file->text, file->n, detect, &r.kind, &json);
    if (walked == MT_JSON_STOPPED)
        walked = MT_JSON_OK;
    if (walked == MT_JSON_OK && r.kind == MT_ANY_JSON) {
        const struct mm_place place = {.file = file->path};
        return mi_fail(error, MMSPAN_E_SYNTAX, &place,
                       "this JSON is no tokenizer; a folder is read by the names of its files, "
                       "a single file must be like tokenizer.json");
    }
    if (walked == MT_JSON_OK)
        walked = mt_json_walk(file->text, file->n, read_value, &r, &json);
    mmspan_status status = finish(&r, walked, &json);
    free(r.tokens);
    return status;
}
