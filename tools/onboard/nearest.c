/* Compares a draft by names with the shipped configs that come nearest. */
#include "onboard.h"

#include "../commands/check_pieces.h"

#include <string.h>

/* A shipped config, and how many of the draft's tokens it has. */
struct nearest {
    const char *name;
    size_t n;
    enum kinship kinship;
};

/* The tokens of the draft, each once. */
static size_t list_tokens(const struct onboard *onboard, const struct draft_token **list) {
    size_t n = 0;
    for (int media = 0; media < N_MEDIA; media++)
        for (int role = 0; role < N_ROLES; role++) {
            const struct draft_token *token = &onboard->media[media].tokens[role];
            bool listed = !token->why || !draft_has_modality(&onboard->media[media]);
            for (size_t i = 0; i < n && !listed; i++)
                listed = list[i]->id == token->id;
            if (!listed)
                list[n++] = token;
        }
    return n;
}

static bool has_token(const mmspan_spec *spec, const struct draft_token *token) {
    mmspan_token_decl decl = {.struct_size = sizeof decl};
    for (int32_t i = 0; mmspan_spec_token(spec, i, &decl, NULL); i++)
        if ((decl.kind != MMSPAN_TOKEN_RANGE && has_id(&decl, token->id)) ||
            (decl.piece && token->piece && strlen(decl.piece) == token->piece_size &&
             memcmp(decl.piece, token->piece, token->piece_size) == 0))
            return true;
    return false;
}

/* Names say more than a token or two. */
static bool is_nearer(const struct nearest *a, const struct nearest *b) {
    const bool kin = a->kinship >= KIN_SOURCE || b->kinship >= KIN_SOURCE;
    if (kin && a->kinship != b->kinship)
        return a->kinship > b->kinship;
    return a->n > b->n;
}

static void describe(const struct nearest *nearest, size_t n_tokens, struct buffer *out) {
    if (!nearest->name) {
        buffer_text(out, "no shipped config has any of these tokens");
        return;
    }
    buffer_text(out, "no shipped config fits; nearest is ");
    buffer_format(out, "%s, ", nearest->name);
    if (nearest->kinship >= KIN_SOURCE)
        buffer_text(out, "for this kind of model, ");
    if (nearest->n == 0)
        buffer_text(out, "which has none of these tokens");
    else
        buffer_format(out, "which has %zu of these %zu tokens%s", nearest->n, n_tokens,
                      nearest->n == n_tokens ? ", and others" : "");
}

mmspan_status draft_compare(const struct onboard *onboard, struct buffer *out) {
    const struct draft_token *tokens[N_MEDIA * N_ROLES];
    const size_t n_tokens = list_tokens(onboard, tokens);
    struct nearest best = {NULL, 0, KIN_NONE};
    const char *name;
    for (int32_t i = 0; (name = mmspan_builtin_name(i)); i++) {
        struct nearest nearest = {name, 0, KIN_NONE};
        mmspan_config *config = NULL;
        mmspan_status status = mmspan_config_load_shape(name, NULL, &config, NULL);
        if (status == MMSPAN_E_MEMORY)
            return status;
        if (status != MMSPAN_OK)
            continue;
        for (size_t t = 0; t < n_tokens; t++)
            nearest.n += has_token(mmspan_config_spec(config), tokens[t]);
        nearest.kinship = kinship(onboard, config);
        if ((nearest.n > 0 || nearest.kinship >= KIN_SOURCE) && is_nearer(&nearest, &best))
            best = nearest;
        mmspan_config_destroy(config);
    }
    describe(&best, n_tokens, out);
    return out->failed ? MMSPAN_E_MEMORY : MMSPAN_OK;
}
