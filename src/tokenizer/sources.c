/* Finds the files of a tokenizer and reads one on top of the other. */
#include "tokenizer.h"

#include "../io/path.h"
#include "../io/report.h"
#include "hugging_face.h"

#include <stdlib.h>
#include <string.h>

/* Names under which repositories keep their SentencePiece model. */
static const char *const model_names[] = {"tokenizer.model",     "spiece.model",
                                          "sentencepiece.model", "sentencepiece.bpe.model",
                                          "spm.model",           "tokenizer.model.v3"};

enum { N_MODEL_NAMES = sizeof model_names / sizeof *model_names };

/* A reading of a tokenizer: what goes wrong goes to `error`. */
struct opening {
    mmspan_tokenizer *tokenizer;
    bool lookup_only;
    mmspan_error *error;
};

static bool ends_with(const char *text, const char *end) {
    size_t n = strlen(text);
    size_t n_end = strlen(end);
    return n >= n_end && strcmp(text + n - n_end, end) == 0;
}

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

struct adding {
    struct mt_vocabulary *vocabulary;
    enum mt_added added;
};

static bool add_piece(void *context, const mmspan_piece *piece) {
    struct adding *adding = context;
    adding->added = mt_add_base(adding->vocabulary, piece);
    return adding->added == MT_ADDED;
}

/* Do the model and the vocabulary give a piece the same ID? What an added token took
 * over, and what text never becomes, does not matter. */
static bool agrees(void *context, const mmspan_piece *piece) {
    const struct mt_vocabulary *v = context;
    if (piece->kind != MMSPAN_PIECE_NORMAL && piece->kind != MMSPAN_PIECE_USER)
        return true;
    const struct mt_entry *owner = mt_find_id(v, piece->id);
    if (owner && owner->kind == MMSPAN_PIECE_ADDED)
        return true;
    const struct mt_entry *entry = mt_find_text(v, piece->text, piece->size);
    return entry && entry->id == piece->id;
}

static mmspan_status fail_model(const struct mi_file *file, const char *reason,
                                mmspan_error *error) {
    const struct mm_place place = {.file = file->path};
    return mi_fail(error, MMSPAN_E_SYNTAX, &place, "%s", reason);
}

static mmspan_status open_encoder(const struct opening *opening, const struct mi_file *file) {
    mmspan_tokenizer *t = opening->tokenizer;
    char reason[MT_MODEL_REASON];
    t->obstacle = "it was opened for look-up only";
    if (opening->lookup_only)
        return MMSPAN_OK;
    switch (mt_encoder_open(file->text, file->n, &t->encoder, reason)) {
    case MT_MODEL_OK:
        return MMSPAN_OK;
    case MT_MODEL_MISSING:
        t->obstacle = "this mmspan was built without SentencePiece; install it (Debian: "
                      "libsentencepiece-dev) and build again";
        return MMSPAN_OK;
    case MT_MODEL_MEMORY:
        return mm_fail_memory(opening->error);
    default:
        return fail_model(file, reason, opening->error);
    }
}

/* Reads a model, as the base vocabulary or, when there is one, only to encode with. */
static mmspan_status read_model(const struct opening *opening, const struct mi_file *file) {
    struct mt_vocabulary *v = &opening->tokenizer->vocabulary;
    char reason[MT_MODEL_REASON];
    struct adding adding = {v, MT_ADDED};
    bool is_base = v->n_layers == 0;
    enum mt_model_status read;
    if (is_base && !mt_begin_layer(v, file->path))
        return mm_fail_memory(opening->error);
    if (is_base)
        read = mt_read_model(file->text, file->n, add_piece, &adding, reason);
    else
        read = mt_read_model(file->text, file->n, agrees, v, reason);
    if (read == MT_MODEL_CORRUPT)
        return fail_model(file, reason, opening->error);
    if (read == MT_MODEL_OK)
        return open_encoder(opening, file);
    if (adding.added == MT_NO_MEMORY)
        return mm_fail_memory(opening->error);
    if (adding.added == MT_TOO_MANY) {
        const struct mm_place place = {.file = file->path};
        return mi_fail(opening->error, MMSPAN_E_LIMIT, &place, "more than %d pieces",
                       MMSPAN_MAX_TOKENIZER_PIECES);
    }
    opening->tokenizer->obstacle = "the IDs of its SentencePiece model are not those of its "
                                   "tokenizer.json";
    return MMSPAN_OK;
}

static enum mt_json_file kind_of(const char *path) {
    static const struct {
        const char *name;
        enum mt_json_file kind;
    } known[] = {{"tokenizer.json", MT_TOKENIZER},
                 {"tokenizer_config.json", MT_TOKENIZER_CONFIG},
                 {"added_tokens.json", MT_ADDED_TOKENS},
                 {"vocab.json", MT_VOCAB}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(base_name(path), known[i].name) == 0)
            return known[i].kind;
    return MT_ANY_JSON;
}

/* A model begins with a line feed, which JSON may, too; the name decides if it can. */
static bool is_json(const struct mi_file *file) {
    if (ends_with(file->path, ".json"))
        return true;
    if (ends_with(file->path, ".model") || file->n == 0)
        return false;
    size_t at = strspn(file->text, " \t\r\n");
    return file->text[at] == '{' || (unsigned char)file->text[0] == 0xEF;
}

static mmspan_status read_file(const struct opening *opening, const char *path) {
    static const struct mi_file_rules rules = {.kind = "a tokenizer",
                                               .max_bytes = MMSPAN_MAX_TOKENIZER_BYTES};
    struct mi_file file;
    mmspan_status status = mi_file_read(path, &rules, NULL, &file, opening->error);
    if (status != MMSPAN_OK)
        return status;
    if (is_json(&file))
        status =
            mt_read_json(&file, kind_of(path), &opening->tokenizer->vocabulary, opening->error);
    else
        status = read_model(opening, &file);
    mi_file_free(&file);
    return status;
}

/* Reads a file of the folder if it is there. */
static mmspan_status read_member(const struct opening *opening, const char *folder,
                                 const char *name, bool *found) {
    char *path = mi_join_path(folder, name);
    if (!path)
        return mm_fail_memory(opening->error);
    *found = mi_is_file(path);
    mmspan_status status = *found ? read_file(opening, path) : MMSPAN_OK;
    free(path);
    return status;
}

static mmspan_status read_folder(const struct opening *opening, const char *folder) {
    bool has_base = false;
    bool found = false;
    mmspan_status status = read_member(opening, folder, "tokenizer.json", &has_base);
    bool needs_model = !has_base || !opening->lookup_only;
    for (size_t i = 0; needs_model && i < N_MODEL_NAMES && status == MMSPAN_OK && !found; i++)
        status = read_member(opening, folder, model_names[i], &found);
    if (status == MMSPAN_OK && !has_base && !found)
        status = read_member(opening, folder, "vocab.json", &found);
    if (status == MMSPAN_OK)
        status = read_member(opening, folder, "added_tokens.json", &found);
    if (status == MMSPAN_OK)
        status = read_member(opening, folder, "tokenizer_config.json", &found);
    if (status != MMSPAN_OK || opening->tokenizer->vocabulary.n_entries > 0)
        return status;
    const struct mm_place place = {.file = folder};
    return mi_fail(opening->error, MMSPAN_E_NOT_FOUND, &place,
                   "the folder has no tokenizer: no tokenizer.json, tokenizer.model, "
                   "vocab.json or added_tokens.json, and no tokens in tokenizer_config.json");
}

mmspan_status mt_read_tokenizer(const char *path, bool lookup_only, mmspan_tokenizer *tokenizer,
                                mmspan_error *error) {
    const struct opening opening = {tokenizer, lookup_only, error};
    tokenizer->obstacle = "it has no SentencePiece model, and only such a one can be encoded "
                          "with; encode it with the model's own tokenizer, and pass the IDs";
    return mi_is_directory(path) ? read_folder(&opening, path) : read_file(&opening, path);
}
