/* Models of what assign and expand check of a list of media, and of the tokens of a media. */
#include "model.h"
#include "oracle_parts.h"

#include <stdlib.h>
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
    mmspan_span core;
    size_t n_items = model_count_items(m, media, &core);
    if (n_items == 0 && m->declared->modalities[media->modality].each_run) {
        /* The rows of an item of each_run stand between delimiters that are not its own. */
        while (core.start < core.end &&
               oracle_embed_of(m->declared, media->modality, media->ids[core.start]) < 0)
            core.start++;
        while (core.end > core.start &&
               oracle_embed_of(m->declared, media->modality, media->ids[core.end - 1]) < 0)
            core.end--;
    }
    return core;
}

/* Calls for each token name in a pattern or a sequence; false as soon as that is. */
typedef bool check_name(const struct model *m, int32_t modality, int token, void *data);

static bool each_name(const struct model *m, int32_t modality, const char *at,
                      check_name *check, void *data) {
    static const char marks[] = " ()[]{}|+*?,0123456789";
    for (at += strspn(at, marks); *at; at += strspn(at, marks)) {
        size_t n = strcspn(at, " ()[]{}|+*?,");
        if (!check(m, modality, oracle_find_token(m->declared, at, n), data))
            return false;
        at += n;
    }
    return true;
}

static bool each_token(const struct model *m, int32_t modality, check_name *check, void *data) {
    const mmspan_modality_decl *decl = &m->declared->modalities[modality];
    bool fine =
        decl->pattern ? each_name(m, modality, decl->pattern, check, data) : decl->n_patch > 0;
    for (size_t i = 0; fine && !decl->pattern && i < decl->n_begin; i++)
        fine = each_name(m, modality, decl->begin[i], check, data);
    for (size_t i = 0; fine && !decl->pattern && i < decl->n_patch; i++)
        fine = each_name(m, modality, decl->patch[i], check, data);
    for (size_t i = 0; fine && !decl->pattern && i < decl->n_end; i++)
        fine = each_name(m, modality, decl->end[i], check, data);
    return fine;
}

struct kinds {
    int32_t ids[256];
    size_t n;
};

static bool has_kind(const struct kinds *kinds, int32_t id) {
    for (size_t i = 0; i < kinds->n; i++)
        if (kinds->ids[i] == id)
            return true;
    return false;
}

/* Adds IDs that stand for all that the token may be. */
static bool add_kinds(const struct model *m, int32_t modality, int token, void *data) {
    struct kinds *kinds = data;
    int32_t *ids;
    (void)modality;
    if (token < 0)
        return false;
    size_t n = oracle_all_kinds_of_ids(m->declared, &ids);
    for (size_t i = 0; i < n && kinds->n < 256; i++)
        if (oracle_token_has(&m->declared->tokens[token], ids[i]) && !has_kind(kinds, ids[i]))
            kinds->ids[kinds->n++] = ids[i];
    free(ids);
    return true;
}

static bool takes_rows(const struct model *m, int32_t modality, int token, void *data) {
    struct kinds kinds = {.n = 0};
    bool takes = add_kinds(m, modality, token, &kinds);
    (void)data;
    for (size_t i = 0; i < kinds.n; i++)
        takes = takes && oracle_embed_of(m->declared, modality, kinds.ids[i]) == modality;
    return takes;
}

bool model_takes_only_rows(const struct model *m, int32_t modality) {
    return each_token(m, modality, takes_rows, NULL);
}

static bool all_are_items(const struct model *m, int32_t modality, const struct kinds *kinds) {
    int32_t word[8];
    for (size_t a = 0; a < kinds->n; a++) {
        for (size_t n = 1; n <= 8; n++) {
            word[n - 1] = kinds->ids[a];
            if (!model_is_one_item(m, modality, word, n))
                return false;
        }
        for (size_t b = 0; b < kinds->n; b++) {
            word[1] = kinds->ids[b];
            if (!model_is_one_item(m, modality, word, 2) ||
                !model_is_one_item(m, modality, word, 3))
                return false;
        }
    }
    return true;
}

bool model_divides(struct model *m, int32_t modality) {
    const mmspan_modality_decl *decl = &m->declared->modalities[modality];
    struct kinds kinds = {.n = 0};
    if (m->divides[modality])
        return m->divides[modality] == 2;
    bool divides = decl->adjacent == MMSPAN_ADJACENT_JOIN && !decl->each_run &&
                   model_takes_only_rows(m, modality) &&
                   each_token(m, modality, add_kinds, &kinds) &&
                   all_are_items(m, modality, &kinds);
    m->divides[modality] = divides ? 2 : 1;
    return divides;
}
