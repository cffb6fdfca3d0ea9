/* Models of what assign and expand check of a list of media, and of the tokens of a media. */
#include "model.h"
#include "oracle_parts.h"

#include <string.h>

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
        const mmspan_modality_decl *decl = &m->declared->modalities[one->modality];
        bool takes_rows = decl->n_patch || decl->n_embed; /* not so: cross attention */
        if (one->ids && takes_rows &&
            model_count_embeds(m, one->modality, one->modality, one->ids, one->n_ids) !=
                one->rows)
            return MMSPAN_E_ARGUMENT;
    }
    return MMSPAN_OK;
}

size_t model_count_items(const struct model *m, const mmspan_media *media, mmspan_span *span) {
    size_t n = 0;
    struct oracle_result found = {0};
    oracle_scan(m->oracle, media->ids, media->n_ids, NULL, 0, &found);
    *span = (mmspan_span){0, (int64_t)media->n_ids};
    for (size_t i = 0; i < found.n_items; i++) {
        if (found.items[i].modality != media->modality)
            continue;
        span->start = n++ ? span->start : found.items[i].start;
        span->end = found.items[i].end;
    }
    oracle_result_free(&found);
    return n;
}

mmspan_span model_core(const struct model *m, const mmspan_media *media) {
    int64_t n = (int64_t)media->n_ids;
    mmspan_span core;
    size_t n_items = model_count_items(m, media, &core);
    if (n_items == 0 && m->declared->modalities[media->modality].each_run) {
        /* The rows of an item of each_run stand between delimiters that are not its own. */
        while (core.start < n &&
               oracle_embed_of(m->declared, media->modality, media->ids[core.start]) < 0)
            core.start++;
        while (core.end > core.start &&
               oracle_embed_of(m->declared, media->modality, media->ids[core.end - 1]) < 0)
            core.end--;
    } else if (n_items && !m->declared->modalities[media->modality].each_run) {
        while (core.end < n && oracle_is_reserved(m->declared, media->ids[core.end]))
            core.end++;
    }
    return core;
}

bool model_is_plain_run(const struct model *m, const mmspan_modality_decl *decl) {
    /* Half of a token is none. */
    for (size_t i = 0; i < m->declared->n_tokens; i++)
        if (m->declared->tokens[i].kind == MMSPAN_TOKEN_IDS && m->declared->tokens[i].n_ids > 1)
            return false;
    if (decl->pattern) {
        const char *at = decl->pattern;
        at += *at == '[' ? strcspn(at, "]") + 1 : strcspn(at, " +*?{|(");
        return strcmp(at, "+") == 0 ||
               (*at == '{' && strspn(at, "{0123456789,}") == strlen(at) && strstr(at, ",}"));
    }
    for (size_t i = 0; i < decl->n_patch; i++)
        if (strchr(decl->patch[i], ' '))
            return false;
    return decl->n_patch && decl->n_begin == 0 && decl->n_end == 0;
}
