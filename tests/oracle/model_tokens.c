/* The model of everything that has a value for each token: rows, items, running counts. */
#include "model.h"

void model_tokens(const struct model *m, struct model_token *tokens) {
    int64_t next[MMSPAN_MAX_MODALITIES] = {0};
    int64_t rows = 0;
    for (int64_t at = 0; at < m->n_tokens; at++) {
        struct model_token *token = &tokens[at];
        *token = (struct model_token){.modality = -1, .item = -1, .run = -1};
        for (size_t i = 0; i < m->n_items; i++)
            if (m->items[i].start <= at && at < m->items[i].end)
                token->item = (int32_t)i;
        for (size_t r = 0; r < m->n_runs; r++)
            if (m->runs[r].start <= at && at < m->runs[r].start + m->runs[r].length) {
                token->run = (int32_t)r;
                token->modality = m->runs[r].modality;
            }
        rows += token->run >= 0;
        token->cumsum = rows;
        if (token->modality >= 0)
            token->row = next[token->modality]++;
    }
}

int64_t model_rows(const struct model *m, int32_t modality) {
    int64_t rows = 0;
    if (modality < 0 || (size_t)modality >= m->declared->n_modalities)
        return -1;
    for (size_t r = 0; r < m->n_runs; r++)
        if (m->runs[r].modality == modality)
            rows += m->runs[r].length;
    return rows;
}
