/* Reads what a model folder's JSON files say about multimodal tokens. */
#include "onboard.h"

#include "../../src/io/path.h"
#include "../../src/io/report.h"
#include "../../src/io/whole_file.h"
#include "../../src/tokenizer/json.h"

#include <stdlib.h>
#include <string.h>

struct block {
    struct block *next;
    char text[];
};

/* A file on its way into the facts. */
struct reading {
    struct facts *facts;
    const char *file;
};

/* Nobody names more tokens than this, or in more letters. */
enum { MAX_FACTS = 4096, MAX_TEXT = 200, MAX_PATH = 400 };

static char *new_text(struct facts *facts, size_t size) {
    struct block *block = malloc(sizeof *block + size);
    if (!block)
        return NULL;
    block->next = facts->blocks;
    facts->blocks = block;
    return block->text;
}

static size_t path_size(const struct mt_json_value *value) {
    return value->parent ? path_size(value->parent) + value->key_size + 1 : 0;
}

/* Writes the keys that lead to the value, with dots between, and printable, for they are shown;
 * returns the end. */
static char *write_path(char *to, const struct mt_json_value *value) {
    if (!value->parent)
        return to;
    char *at = write_path(to, value->parent);
    if (at != to && value->key)
        *at++ = '.';
    for (size_t i = 0; i < value->key_size; i++)
        at[i] = value->key[i] >= ' ' && value->key[i] < 0x7F ? value->key[i] : '?';
    return at + value->key_size;
}

/* The value whose key names it: {"image_token": {"content": "<image>"}} and lists. */
static const struct mt_json_value *named(const struct mt_json_value *value) {
    bool is_content = mt_json_has_key(value, "content");
    return value->parent && value->parent->parent && (is_content || !value->key) ? value->parent
                                                                                 : value;
}

static bool matters(const struct mt_json_value *value) {
    static const char *const keys[] = {"vocab_size",
                                       "model_type",
                                       "type",
                                       "architectures",
                                       "_name_or_path",
                                       "cross_attention_layers",
                                       "mm_tokens_per_image",
                                       "vision_soft_tokens_per_image",
                                       "audio_soft_tokens_per_image",
                                       "image_seq_length",
                                       "image_seq_len",
                                       "num_image_tokens",
                                       "num_image_token",
                                       "audio_seq_length"};
    char key[MAX_TEXT + 1];
    if (!value->key || value->key_size > MAX_TEXT || memchr(value->key, '\0', value->key_size))
        return false;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (mt_json_has_key(value, keys[i]))
            return true;
    memcpy(key, value->key, value->key_size);
    key[value->key_size] = '\0';
    return names_token(key);
}

/* What speaks or draws has tokens of its own, which are in no prompt. */
static bool is_foreign(const struct mt_json_value *value) {
    static const char *const keys[] = {"talker_config", "code2wav_config", "token2wav_config",
                                       "tts_config", "generation_config"};
    for (; value; value = value->parent)
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
            if (mt_json_has_key(value, keys[i]))
                return true;
    return false;
}

static bool add_fact(struct reading *reading, const struct mt_json_value *value) {
    struct facts *facts = reading->facts;
    const struct mt_json_value *name = named(value);
    /* No model has such a key, and what shows it has its limits. */
    if (path_size(name) > MAX_PATH)
        return true;
    if (facts->n == facts->cap) {
        size_t cap = facts->cap ? 2 * facts->cap : 64;
        struct fact *list = realloc(facts->list, cap * sizeof *list);
        if (!list)
            return false;
        facts->list = list;
        facts->cap = cap;
    }
    char *path = new_text(facts, path_size(name) + 1);
    if (!path)
        return false;
    *write_path(path, name) = '\0';
    struct fact fact = {.file = reading->file,
                        .path = path,
                        .number = value->integer,
                        .depth = name->depth,
                        .order = (unsigned)facts->n,
                        .foreign = is_foreign(value)};
    fact.key = path + strlen(path) - name->key_size;
    if (value->kind == MT_JSON_STRING) {
        char *text = new_text(facts, value->size + 1);
        if (!text)
            return false;
        memcpy(text, value->text, value->size);
        text[value->size] = '\0';
        fact.text = text;
    }
    facts->list[facts->n++] = fact;
    return true;
}

/* No tokens of the model, or far too many. */
static bool is_skipped(const struct mt_json_value *value) {
    return mt_json_has_key(value, "added_tokens_decoder") ||
           mt_json_has_key(value, "chat_template");
}

static enum mt_json_step read_value(void *context, const struct mt_json_value *value) {
    struct reading *reading = context;
    if (value->kind == MT_JSON_OBJECT || value->kind == MT_JSON_LIST)
        return is_skipped(value) ? MT_JSON_SKIP : MT_JSON_GO;
    bool is_text = value->kind == MT_JSON_STRING && value->size > 0 &&
                   value->size <= MAX_TEXT && !memchr(value->text, '\0', value->size);
    if ((!is_text && value->kind != MT_JSON_INTEGER) || !matters(named(value)) ||
        reading->facts->n == MAX_FACTS)
        return MT_JSON_GO;
    return add_fact(reading, value) ? MT_JSON_GO : MT_JSON_STOP;
}

static mmspan_status parse(struct reading *reading, const struct mi_file *file,
                           mmspan_error *error) {
    struct mt_json_error why;
    const struct mm_place whole = {.file = file->path};
    const enum mt_json_status walked =
        mt_json_walk(file->text, file->n, read_value, reading, &why);
    switch (walked) {
    case MT_JSON_OK:
        return MMSPAN_OK;
    case MT_JSON_STOPPED:
    case MT_JSON_MEMORY:
        return mm_fail_memory(error);
    case MT_JSON_MISSING:
        return mi_fail(error, MMSPAN_E_UNSUPPORTED, &whole,
                       "this mmspan was built without simdjson and reads no JSON; install it "
                       "(Debian: libsimdjson-dev) and build again");
    default: {
        const struct mm_place at = mi_place_of(file->path, file->text, file->n, why.at);
        return mi_fail(error, walked == MT_JSON_TOO_DEEP ? MMSPAN_E_LIMIT : MMSPAN_E_SYNTAX,
                       &at, "%s", why.message);
    }
    }
}

/* What a model says of itself stands above what it says of its parts. */
static int compare_depth(const void *a, const void *b) {
    const struct fact *x = a;
    const struct fact *y = b;
    if (x->depth != y->depth)
        return x->depth < y->depth ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static mmspan_status read_member(struct facts *facts, const char *folder, const char *name,
                                 mmspan_error *error) {
    static const struct mi_file_rules rules = {.kind = "a JSON file",
                                               .max_bytes = MMSPAN_MAX_TOKENIZER_BYTES};
    struct reading reading = {.facts = facts, .file = name};
    struct mi_file file = {0};
    mmspan_status status = MMSPAN_OK;
    const size_t first = facts->n;
    char *path = mi_join_path(folder, name);
    if (!path)
        return mm_fail_memory(error);
    if (mi_is_file(path)) {
        status = mi_file_read(path, &rules, NULL, &file, error);
        if (status == MMSPAN_OK)
            status = parse(&reading, &file, error);
        mi_file_free(&file);
    }
    free(path);
    if (facts->n > first)
        qsort(facts->list + first, facts->n - first, sizeof *facts->list, compare_depth);
    return status;
}

mmspan_status facts_read(struct facts *facts, const char *folder, mmspan_error *error) {
    /* In the order in which they are believed. */
    static const char *const names[] = {"config.json", "genai_config.json",
                                        "processor_config.json", "preprocessor_config.json",
                                        "tokenizer_config.json"};
    mmspan_status status = MMSPAN_OK;
    for (size_t i = 0; i < sizeof names / sizeof *names && status == MMSPAN_OK; i++)
        status = read_member(facts, folder, names[i], error);
    return status;
}

void facts_free(struct facts *facts) {
    while (facts->blocks) {
        struct block *next = facts->blocks->next;
        free(facts->blocks);
        facts->blocks = next;
    }
    free(facts->list);
    *facts = (struct facts){0};
}

const char *facts_text(const struct facts *facts, const char *file, const char *path) {
    for (size_t i = 0; i < facts->n; i++)
        if (strcmp(facts->list[i].file, file) == 0 && strcmp(facts->list[i].path, path) == 0)
            return facts->list[i].text;
    return NULL;
}

static bool ends_with(const char *text, const char *end) {
    const size_t n = strlen(text);
    const size_t n_end = strlen(end);
    return n >= n_end && strcmp(text + n - n_end, end) == 0;
}

struct fact *facts_vocab_size(const struct facts *facts) {
    static const char *const models[] = {"text_config.vocab_size", "llm_config.vocab_size",
                                         "language_config.vocab_size"};
    struct fact *top = NULL;
    for (size_t i = 0; i < facts->n; i++) {
        struct fact *fact = &facts->list[i];
        if (strcmp(fact->key, "vocab_size") != 0 || fact->text || fact->number < 1 ||
            fact->number > INT32_MAX || fact->foreign)
            continue;
        for (size_t m = 0; m < sizeof models / sizeof *models; m++)
            if (ends_with(fact->path, models[m]))
                return fact;
        bool is_top = strcmp(fact->path, "vocab_size") == 0 ||
                      strcmp(fact->path, "model.vocab_size") == 0;
        top = !top && is_top ? fact : top;
    }
    return top;
}
