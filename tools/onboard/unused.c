/* Lists what the files of a folder name and a draft does not use. */
#include "onboard.h"

#include "../commands/check_pieces.h"

#include <inttypes.h>
#include <string.h>

/* Comments are broken here. */
enum { WIDTH = 96 };

static bool is_declared(const struct onboard *onboard, const mmspan_spec *spec,
                        const struct fact *fact) {
    mmspan_token_decl decl = {.struct_size = sizeof decl};
    int32_t id;
    const bool has = fact_id(onboard, fact, &id);
    for (int32_t i = 0; mmspan_spec_token(spec, i, &decl, NULL); i++)
        if ((has && has_id(&decl, id)) ||
            (fact->text && decl.piece && strcmp(fact->text, decl.piece) == 0))
            return true;
    return false;
}

void facts_mark_used(struct onboard *onboard, const struct buffer *text) {
    const mmspan_resolver resolver = {mmspan_tokenizer_resolve, onboard->tokenizer};
    const mmspan_load_options load = {.struct_size = sizeof load,
                                      .resolver = onboard->tokenizer ? &resolver : NULL};
    mmspan_config *config = NULL;
    if (mmspan_config_load_memory(text->data, text->n, "draft", &load, &config, NULL))
        return;
    for (size_t i = 0; i < onboard->facts.n; i++) {
        struct fact *fact = &onboard->facts.list[i];
        if (names_token(fact->key) && !fact->foreign &&
            is_declared(onboard, mmspan_config_spec(config), fact))
            fact->used = true;
    }
    mmspan_config_destroy(config);
}

/* Why a fact is listed. */
enum list { LIST_NONE, LIST_MEDIA, LIST_ROWS, LIST_FOREIGN, LIST_OTHER, N_LISTS };

/* Texts say a piece: only those of media matter. */
static enum list list_of(const struct fact *fact) {
    if (fact->used)
        return LIST_NONE;
    if (!names_token(fact->key))
        return names_rows(fact) ? LIST_ROWS : LIST_NONE;
    const struct meaning meaning = meaning_of_key(fact->key);
    if (fact->text && meaning.media == MEDIA_NONE)
        return LIST_NONE;
    if (fact->foreign)
        return LIST_FOREIGN;
    return meaning.media == MEDIA_NONE ? LIST_OTHER : LIST_MEDIA;
}

/* "image_token_id 5", "image_token "<image>" (5)". */
static void add_fact(const struct onboard *onboard, const struct fact *fact,
                     struct buffer *out) {
    int32_t id;
    yaml_comment(out, fact->path, strlen(fact->path));
    buffer_text(out, " ");
    if (!fact->text) {
        buffer_format(out, "%" PRId64, fact->number);
        return;
    }
    buffer_text(out, "\"");
    yaml_comment(out, fact->text, strlen(fact->text));
    buffer_text(out, "\"");
    if (fact_id(onboard, fact, &id))
        buffer_format(out, " (%d)", (int)id);
    else
        buffer_text(out, " (no file has its ID)");
}

/* Facts on lines of comments, which are broken where they get too long. */
struct lines {
    struct buffer *out;
    size_t column;
    size_t n_words;
};

static void add_word(struct lines *lines, const struct buffer *word) {
    struct buffer *out = lines->out;
    buffer_text(out, lines->n_words > 0 ? "," : "");
    if (lines->column + word->n + 3 > WIDTH) {
        buffer_text(out, "\n#   ");
        lines->column = 4;
    } else {
        buffer_text(out, " ");
        lines->column += 2;
    }
    buffer_bytes(out, word->data, word->n);
    out->failed = out->failed || word->failed;
    lines->column += word->n;
    lines->n_words++;
}

static void list_file(const struct onboard *onboard, enum list list, const char *file,
                      struct buffer *out) {
    static const char *const heads[N_LISTS] = {
        [LIST_MEDIA] = "open: not used, though the names are of media",
        [LIST_ROWS] = "open: not used, numbers that may be rows",
        [LIST_FOREIGN] = "not used, of what makes sound or images",
        [LIST_OTHER] = "not used",
    };
    struct lines lines = {.out = out};
    for (size_t i = 0; i < onboard->facts.n; i++) {
        const struct fact *fact = &onboard->facts.list[i];
        if (strcmp(fact->file, file) != 0 || list_of(fact) != list)
            continue;
        const size_t start = out->n;
        if (lines.n_words == 0)
            buffer_format(out, "# %s, in %s:", heads[list], file);
        lines.column += out->n - start;
        struct buffer word = {0};
        add_fact(onboard, fact, &word);
        add_word(&lines, &word);
        buffer_free(&word);
    }
    buffer_text(out, lines.n_words ? "\n" : "");
}

void facts_list_unused(const struct onboard *onboard, struct buffer *out) {
    for (int list = LIST_MEDIA; list < N_LISTS; list++) {
        const char *file = NULL;
        for (size_t i = 0; i < onboard->facts.n; i++) {
            if (file && strcmp(onboard->facts.list[i].file, file) == 0)
                continue;
            file = onboard->facts.list[i].file;
            list_file(onboard, (enum list)list, file, out);
        }
    }
}
