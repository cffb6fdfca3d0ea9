/* Models of what assign and expand check of a list of media, and of the tokens of a media. */
#include "model.h"
#include "oracle_parts.h"

int64_t model_count_embeds(const struct model *m, int32_t host, int32_t modality,
                           const int32_t *ids, size_t n) {
    int64_t rows = 0;
    for (size_t i = 0; i < n; i++)
        rows += oracle_embed_of(m->declared, host, ids[i]) == modality;
    return rows;
}

mmspan_status model_check_media(const struct model *m, const mmspan_media *media,
                                size_t n_media) {
    int64_t left = INT64_MAX;
    for (size_t i = 0; i < n_media; i++) {
        const mmspan_media *one = &media[i];
        if (one->modality < 0 || (size_t)one->modality >= m->declared->n_modalities ||
            one->rows < 1 || one->rows > left || one->n_items < 0)
            return MMSPAN_E_ARGUMENT;
        left -= one->rows;
        if (one->n_items && one->rows % one->n_items)
            return MMSPAN_E_ARGUMENT;
        if (one->ids && model_count_embeds(m, one->modality, one->modality, one->ids,
                                           one->n_ids) != one->rows)
            return MMSPAN_E_ARGUMENT;
    }
    return MMSPAN_OK;
}

mmspan_span model_core(const struct model *m, const mmspan_media *media) {
    struct oracle_result found = {0};
    mmspan_span core = {0, (int64_t)media->n_ids};
    bool any = false;
    oracle_scan(m->oracle, media->ids, media->n_ids, NULL, 0, &found);
    for (size_t i = 0; i < found.n_items; i++) {
        if (found.items[i].modality != media->modality)
            continue;
        if (!any)
            core.start = found.items[i].start;
        core.end = found.items[i].end;
        any = true;
    }
    oracle_result_free(&found);
    return core;
}
