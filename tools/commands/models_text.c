/* Lists models for people: what fits 100 columns. */
#include "models_list.h"

#include <stdio.h>
#include <string.h>

/* Of the output, and how many IDs of a set are spelt out. */
enum { WIDTH = 100, MAX_IDS = 4 };

/* Words on their way to lines that begin at one column. */
struct paragraph {
    struct buffer *out;
    size_t indent;
    size_t at; /* the next column of the line */
};

/* Adds a word, after a line break when the line is full. */
static void add_word(struct paragraph *paragraph, const char *word, size_t n) {
    struct buffer *out = paragraph->out;
    if (paragraph->at > paragraph->indent && paragraph->at + 1 + n > WIDTH) {
        buffer_text(out, "\n");
        buffer_repeat(out, ' ', paragraph->indent);
        paragraph->at = paragraph->indent;
    }
    if (paragraph->at > paragraph->indent) {
        buffer_text(out, " ");
        paragraph->at++;
    }
    buffer_bytes(out, word, n);
    paragraph->at += n;
}

static void add_words(struct paragraph *paragraph, const struct buffer *text) {
    size_t start = 0;
    while (start < text->n) {
        size_t end = start;
        while (end < text->n && text->data[end] != ' ')
            end++;
        if (end > start)
            add_word(paragraph, text->data + start, end - start);
        start = end + 1;
    }
    paragraph->out->failed = paragraph->out->failed || text->failed;
    buffer_text(paragraph->out, "\n");
}

static void add_row(struct buffer *out, const struct model_widths *widths, const char *model,
                    const char *modality, struct buffer *text) {
    struct paragraph paragraph = {out, widths->model + widths->modality + 4, 0};
    buffer_format(out, "%-*s  %-*s  ", (int)widths->model, model, (int)widths->modality,
                  modality);
    paragraph.at = paragraph.indent;
    add_words(&paragraph, text);
    buffer_free(text);
}

/* "151655", "5+6+7" for a sequence, "1|2|3" for a set, "10..20". */
static void add_ids(struct buffer *out, const mmspan_token_decl *decl) {
    static const char *const between[] = {"", "+", "|", ".."};
    size_t n = decl->n_ids;
    if (decl->kind != MMSPAN_TOKEN_RANGE && n > MAX_IDS)
        n = MAX_IDS;
    for (size_t i = 0; i < n; i++) {
        buffer_text(out, i ? between[decl->kind] : "");
        buffer_integer(out, decl->ids[i]);
    }
    if (n < decl->n_ids && decl->kind != MMSPAN_TOKEN_RANGE)
        buffer_format(out, "%s(%zu IDs)", between[decl->kind], decl->n_ids);
}

static void add_tokens(struct buffer *out, const struct model *model) {
    mmspan_token_decl decl = {.struct_size = sizeof decl};
    const mmspan_spec *spec = mmspan_config_spec(model->config);
    for (int32_t t = 0; mmspan_spec_token(spec, t, &decl, NULL); t++) {
        buffer_text(out, t ? ", " : "");
        buffer_text(out, decl.name);
        buffer_text(out, " ");
        if (mmspan_config_is_made_up(decl.ids[0]))
            buffer_text(out, "(by its piece)");
        else
            add_ids(out, &decl);
        if (strcmp(mmspan_config_evidence(model->config, t), "C") == 0)
            buffer_text(out, "?");
    }
}

static void add_shape(struct buffer *out, const struct model *model, int32_t modality) {
    const char *pattern = mmspan_matcher_modality_pattern(model->matcher, modality);
    const char *rows = mmspan_matcher_modality_rows(model->matcher, modality);
    const char *bare = mmspan_matcher_modality_bare(model->matcher, modality, 0);
    buffer_text(out, pattern ? pattern : "");
    if (pattern && strcmp(rows, "any") != 0) {
        buffer_text(out, "; rows ");
        buffer_text(out, rows);
    }
    if (!bare)
        return;
    buffer_text(out, pattern ? "; bare " : "bare ");
    for (int32_t i = 0; bare;
         bare = mmspan_matcher_modality_bare(model->matcher, modality, i)) {
        buffer_text(out, i ? ", " : "");
        buffer_text(out, bare);
        i++;
    }
}

void models_text(struct buffer *out, const struct model *model,
                 const struct model_widths *widths) {
    for (int32_t i = 0; i < mmspan_matcher_n_modalities(model->matcher); i++) {
        struct buffer shape = {0};
        add_shape(&shape, model, i);
        add_row(out, widths, model->name, mmspan_matcher_modality_name(model->matcher, i),
                &shape);
    }
    struct buffer tokens = {0};
    add_tokens(&tokens, model);
    add_row(out, widths, model->name, "IDs", &tokens);
}
