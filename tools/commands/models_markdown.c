/* Lists models as a table in Markdown. */
#include "models_list.h"

#include <string.h>

/* The bare forms of a modality, "a, b", or "-". */
static void add_bare(struct buffer *out, const struct model *model, int32_t modality) {
    const char *bare = mmspan_matcher_modality_bare(model->matcher, modality, 0);
    buffer_text(out, bare ? bare : "-");
    for (int32_t i = 1; (bare = mmspan_matcher_modality_bare(model->matcher, modality, i));
         i++) {
        buffer_text(out, ", ");
        buffer_text(out, bare);
    }
}

/* The tokens whose ID only one source gives, "a, b"; of the first modality's row only,
 * because they belong to the model. */
static void add_doubtful(struct buffer *out, const struct model *model, int32_t modality) {
    const char *between = "";
    for (int32_t t = 0; modality == 0 && t < mmspan_matcher_n_tokens(model->matcher); t++) {
        if (strcmp(mmspan_config_evidence(model->config, t), "C") != 0)
            continue;
        buffer_text(out, between);
        buffer_text(out, mmspan_matcher_token_name(model->matcher, t));
        between = ", ";
    }
    buffer_text(out, *between ? "" : "-");
}

static const char *pattern_of(const struct model *model, int32_t modality) {
    const char *pattern = mmspan_matcher_modality_pattern(model->matcher, modality);
    return pattern ? pattern : "-";
}

/* A cell of a Markdown table as code; the table's own bar needs a backslash. */
static void add_code(struct buffer *out, const char *text) {
    if (strcmp(text, "-") == 0) {
        buffer_text(out, " - |");
        return;
    }
    buffer_text(out, " `");
    for (; *text; text++) {
        buffer_text(out, *text == '|' ? "\\" : "");
        buffer_bytes(out, text, 1);
    }
    buffer_text(out, "` |");
}

void models_markdown(struct buffer *out, const struct model *model) {
    for (int32_t i = 0; i < mmspan_matcher_n_modalities(model->matcher); i++) {
        struct buffer bare = {0};
        add_bare(&bare, model, i);
        buffer_bytes(&bare, "", 1);
        buffer_format(out, "| %s | %s | %s |", model->name,
                      mmspan_matcher_modality_name(model->matcher, i),
                      mmspan_matcher_modality_rows(model->matcher, i));
        add_code(out, bare.failed ? "" : bare.data);
        buffer_text(out, " ");
        add_doubtful(out, model, i);
        buffer_text(out, " |");
        add_code(out, pattern_of(model, i));
        buffer_text(out, "\n");
        out->failed = out->failed || bare.failed;
        buffer_free(&bare);
    }
}
