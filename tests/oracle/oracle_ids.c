/* What the oracle knows about single IDs, looked up in the declarations each time. */
#include "oracle_parts.h"

#include <stdlib.h>
#include <string.h>

bool oracle_token_has(const mmspan_token_decl *token, int32_t id) {
    if (token->kind == MMSPAN_TOKEN_RANGE)
        return token->ids[0] <= id && id <= token->ids[1];
    for (size_t i = 0; i < token->n_ids; i++)
        if (token->ids[i] == id)
            return true;
    return false;
}

int oracle_token_of(const struct oracle_declarations *declared, int32_t id) {
    for (size_t i = 0; i < declared->n_tokens; i++)
        if (oracle_token_has(&declared->tokens[i], id))
            return (int)i;
    return -1;
}

bool oracle_is_declared(const struct oracle_declarations *declared, int32_t id) {
    return oracle_token_of(declared, id) >= 0;
}

bool oracle_is_reserved(const struct oracle_declarations *declared, int32_t id) {
    for (size_t i = 0; i < declared->n_tokens; i++)
        if (!declared->tokens[i].ordinary && oracle_token_has(&declared->tokens[i], id))
            return true;
    return false;
}

/* Does a token of this space-separated list have the ID? */
static bool names_have(const struct oracle_declarations *declared, const char *names,
                       int32_t id) {
    while (*names) {
        size_t n = strcspn(names, " ");
        int token = oracle_find_token(declared, names, n);
        if (token >= 0 && oracle_token_has(&declared->tokens[token], id))
            return true;
        names += n + strspn(names + n, " ");
    }
    return false;
}

static bool list_has(const struct oracle_declarations *declared, const char *const *list,
                     size_t n, int32_t id) {
    for (size_t i = 0; i < n; i++)
        if (names_have(declared, list[i], id))
            return true;
    return false;
}

static int32_t find_modality(const struct oracle_declarations *declared, const char *name) {
    for (size_t i = 0; i < declared->n_modalities; i++)
        if (strcmp(declared->modalities[i].name, name) == 0)
            return (int32_t)i;
    return -1;
}

int32_t oracle_embed_of(const struct oracle_declarations *declared, int32_t modality,
                        int32_t id) {
    const mmspan_modality_decl *m = &declared->modalities[modality];
    if (m->n_embed == 0)
        return list_has(declared, m->patch, m->n_patch, id) ? modality : -1;
    for (size_t i = 0; i < m->n_embed; i++) {
        const mmspan_embed_decl *embed = &m->embed[i];
        if (list_has(declared, embed->tokens, embed->n_tokens, id))
            return embed->modality ? find_modality(declared, embed->modality) : modality;
    }
    return -1;
}

size_t oracle_all_kinds_of_ids(const struct oracle_declarations *declared, int32_t **ids) {
    /* Behaviour changes only at the ends of declarations, so each declared ID and its two
     * neighbours are enough. */
    *ids = NULL;
    size_t n = 0;
    for (size_t t = 0; t < declared->n_tokens; t++)
        for (size_t i = 0; i < declared->tokens[t].n_ids; i++)
            for (int64_t id = (int64_t)declared->tokens[t].ids[i] - 1, k = 0; k < 3; id++, k++)
                if (id >= INT32_MIN && id <= INT32_MAX) {
                    *ids = oracle_grow(*ids, n, sizeof **ids);
                    (*ids)[n++] = (int32_t)id;
                }
    return n;
}
