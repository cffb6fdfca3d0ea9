/* Lists models as JSON. */
#include "models_list.h"

/* How a token is spelt in IDs; null when that takes a tokenizer. */
static void add_ids(struct buffer *out, const struct model *model, int32_t token) {
    static const char *const kinds[] = {"id", "ids", "any", "range"};
    mmspan_token_decl decl = {.struct_size = sizeof decl};
    if (!mmspan_spec_token(mmspan_config_spec(model->config), token, &decl, NULL))
        return;
    buffer_format(out, ", \"%s\": ", kinds[decl.kind]);
    if (mmspan_config_is_made_up(decl.ids[0])) {
        buffer_text(out, "null");
        return;
    }
    buffer_text(out, decl.kind == MMSPAN_TOKEN_ID ? "" : "[");
    buffer_ids(out, decl.ids, decl.n_ids, ", ");
    buffer_text(out, decl.kind == MMSPAN_TOKEN_ID ? "" : "]");
}

static void add_json_modality(struct buffer *out, const struct model *model, int32_t modality) {
    const char *bare;
    buffer_text(out, "{\"name\": ");
    buffer_json(out, mmspan_matcher_modality_name(model->matcher, modality));
    buffer_text(out, ", \"pattern\": ");
    buffer_json(out, mmspan_matcher_modality_pattern(model->matcher, modality));
    buffer_text(out, ", \"bare\": [");
    for (int32_t i = 0; (bare = mmspan_matcher_modality_bare(model->matcher, modality, i));
         i++) {
        buffer_text(out, i ? ", " : "");
        buffer_json(out, bare);
    }
    buffer_text(out, "], \"rows\": ");
    buffer_json(out, mmspan_matcher_modality_rows(model->matcher, modality));
    buffer_text(out, ", \"multi\": ");
    buffer_text(out,
                mmspan_matcher_modality_multi(model->matcher, modality) ? "true" : "false");
    buffer_text(out, ", \"atomic\": ");
    buffer_text(out,
                mmspan_matcher_modality_atomic(model->matcher, modality) ? "true}" : "false}");
}

void models_json(struct buffer *out, const struct model *model) {
    const char *repository;
    buffer_text(out, "{\"model\": ");
    buffer_json(out, model->name);
    buffer_text(out, ", \"about\": ");
    buffer_json(out, mmspan_config_about(model->config));
    buffer_text(out, ", \"huggingface\": [");
    for (int32_t i = 0; (repository = mmspan_config_huggingface(model->config, i)); i++) {
        buffer_text(out, i ? ", " : "");
        buffer_json(out, repository);
    }
    buffer_text(out, "], \"modalities\": [");
    for (int32_t i = 0; i < mmspan_matcher_n_modalities(model->matcher); i++) {
        buffer_text(out, i ? ", " : "");
        add_json_modality(out, model, i);
    }
    buffer_text(out, "], \"tokens\": [");
    for (int32_t t = 0; t < mmspan_matcher_n_tokens(model->matcher); t++) {
        buffer_text(out, t ? ", {\"name\": " : "{\"name\": ");
        buffer_json(out, mmspan_matcher_token_name(model->matcher, t));
        buffer_text(out, ", \"piece\": ");
        buffer_json(out, mmspan_matcher_token_piece(model->matcher, t));
        add_ids(out, model, t);
        buffer_text(out, ", \"evidence\": ");
        buffer_json(out, mmspan_config_evidence(model->config, t));
        buffer_text(out, "}");
    }
    buffer_text(out, "]}\n");
}
