/* Reads what a model folder's JSON files say about multimodal tokens. */
#include "onboard.h"

#include "../commands/load.h"

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
    bool failed;
};

/* Nobody names more tokens than this. */
enum { MAX_FACTS = 4096, MAX_TEXT = 200 };

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

/* Writes the keys that lead to the value, with dots between; returns the end. */
static char *write_path(char *to, const struct mt_json_value *value) {
    if (!value->parent)
        return to;
    char *at = write_path(to, value->parent);
    if (at != to && value->key)
        *at++ = '.';
    if (value->key)
        memcpy(at, value->key, value->key_size);
    return at + value->key_size;
}

/* The value whose key names it: {"image_token": {"content": "<image>"}} and lists. */
static const struct mt_json_value *named(const struct mt_json_value *value) {
    bool is_content = mt_json_has_key(value, "content");
    return value->parent && value->parent->parent && (is_content || !value->key) ? value->parent
                                                                                 : value;
}

static bool ends_with(const char *text, size_t n, const char *end) {
    size_t n_end = strlen(end);
    return n >= n_end && memcmp(text + n - n_end, end, n_end) == 0;
}

static bool matters(const struct mt_json_value *value) {
    static const char *const keys[] = {"vocab_size",
                                       "model_type",
                                       "architectures",
                                       "_name_or_path",
                                       "num_image_tokens",
                                       "image_seq_length",
                                       "image_seq_len",
                                       "audio_seq_length",
                                       "mm_tokens_per_image",
                                       "vision_soft_tokens_per_image",
                                       "audio_soft_tokens_per_image"};
    if (!value->key || value->key_size > MAX_TEXT || memchr(value->key, '\0', value->key_size))
        return false;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (mt_json_has_key(value, keys[i]))
            return true;
    return ends_with(value->key, value->key_size, "_token_id") ||
           ends_with(value->key, value->key_size, "_token_index") ||
           ends_with(value->key, value->key_size, "_token_idx") ||
           ends_with(value->key, value->key_size, "_token");
}

static bool add_fact(struct reading *reading, const struct mt_json_value *value) {
    struct facts *facts = reading->facts;
    const struct mt_json_value *name = named(value);
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
    struct fact fact = {.file = reading->file, .path = path, .number = value->integer};
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

/* Other models in the folder have tokens of their own. */
static bool is_foreign(const struct mt_json_value *value) {
    static const char *const keys[] = {
        "added_tokens_decoder", "chat_template", "talker_config",    "code2wav_config",
        "token2wav_config",     "vision_config", "generation_config"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (mt_json_has_key(value, keys[i]))
            return true;
    return false;
}

static enum mt_json_step read_value(void *context, const struct mt_json_value *value) {
    struct reading *reading = context;
    if (value->kind == MT_JSON_OBJECT || value->kind == MT_JSON_LIST)
        return is_foreign(value) ? MT_JSON_SKIP : MT_JSON_GO;
    bool is_text = value->kind == MT_JSON_STRING && value->size > 0 &&
                   value->size <= MAX_TEXT && !memchr(value->text, '\0', value->size);
    if ((!is_text && value->kind != MT_JSON_INTEGER) || !matters(named(value)) ||
        reading->facts->n == MAX_FACTS)
        return MT_JSON_GO;
    reading->failed = !add_fact(reading, value);
    return reading->failed ? MT_JSON_STOP : MT_JSON_GO;
}

static int parse(struct reading *reading, const struct mi_file *file) {
    struct mt_json_error why;
    switch (mt_json_walk(file->text, file->n, read_value, reading, &why)) {
    case MT_JSON_OK:
        return EXIT_CLEAN;
    case MT_JSON_STOPPED:
    case MT_JSON_MEMORY:
        return fail_memory();
    case MT_JSON_MISSING: {
        const struct place place = {file->path, 0, 0};
        return fail(EXIT_USAGE, &place,
                    "this mmspan was built without simdjson and reads no JSON; install it "
                    "(Debian: libsimdjson-dev) and build again");
    }
    default: {
        const struct mm_place at = mi_place_of(file->path, file->text, file->n, why.at);
        const struct place place = {file->path, at.line, at.column};
        return fail(EXIT_CORRUPT, &place, "%s", why.message);
    }
    }
}

static int read_member(struct facts *facts, const char *folder, const char *name) {
    static const struct mi_file_rules rules = {.kind = "a file of a model folder",
                                               .max_bytes = MMSPAN_MAX_TOKENIZER_BYTES};
    struct reading reading = {.facts = facts, .file = name};
    struct mi_file file = {0};
    mmspan_error error;
    int status = EXIT_CLEAN;
    char *path = mi_join_path(folder, name);
    if (!path)
        return fail_memory();
    if (mi_is_file(path)) {
        mmspan_status read = mi_file_read(path, &rules, NULL, &file, &error);
        if (read == MMSPAN_OK)
            status = parse(&reading, &file);
        else
            status = fail_tokenizer(read, &error);
        mi_file_free(&file);
    }
    free(path);
    return status;
}

int facts_read(struct facts *facts, const char *folder) {
    /* In the order in which they are believed. */
    static const char *const names[] = {"config.json", "genai_config.json",
                                        "processor_config.json", "preprocessor_config.json",
                                        "tokenizer_config.json"};
    int status = EXIT_CLEAN;
    for (size_t i = 0; i < sizeof names / sizeof *names && status == EXIT_CLEAN; i++)
        status = read_member(facts, folder, names[i]);
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

const struct fact *facts_find(const struct facts *facts, const char *file, const char *key) {
    for (size_t i = 0; i < facts->n; i++)
        if (strcmp(facts->list[i].key, key) == 0 &&
            (!file || strcmp(facts->list[i].file, file) == 0))
            return &facts->list[i];
    return NULL;
}

const struct fact *facts_vocab_size(const struct facts *facts) {
    static const char *const models[] = {"text_config.vocab_size", "llm_config.vocab_size",
                                         "language_config.vocab_size"};
    const struct fact *top = NULL;
    for (size_t i = 0; i < facts->n; i++) {
        const struct fact *fact = &facts->list[i];
        if (strcmp(fact->key, "vocab_size") != 0 || fact->text || fact->number < 1 ||
            fact->number > INT32_MAX)
            continue;
        for (size_t m = 0; m < sizeof models / sizeof *models; m++)
            if (ends_with(fact->path, strlen(fact->path), models[m]))
                return fact;
        bool is_top = strcmp(fact->path, "vocab_size") == 0 ||
                      strcmp(fact->path, "model.vocab_size") == 0;
        top = !top && is_top ? fact : top;
    }
    return top;
}
