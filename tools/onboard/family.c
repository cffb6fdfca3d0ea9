/* Finds the shipped config whose tokens a model has. */
#include "onboard.h"

#include "../commands/check_pieces.h"

#include "../../src/match/error.h"

#include <string.h>

/* A shipped config that is compared with the folder. */
struct comparison {
    const struct onboard *onboard;
    const mmspan_config *config;
    struct family *family;
    bool all_spelt; /* each token has a piece and one ID */
};

/* Counts a declared token; false when it should be there and is not. */
static bool count_token(const struct onboard *onboard, const mmspan_token_decl *decl,
                        struct family *family) {
    int32_t id;
    const enum standing standing = standing_of(onboard, decl, &id);
    if (standing == TOKEN_ABSENT)
        return false;
    family->n_tokens++;
    family->n_uncounted += standing == TOKEN_UNCOUNTED;
    family->n_same += standing == TOKEN_SAME;
    family->n_named += standing == TOKEN_NAMED;
    family->n_moved += standing == TOKEN_MOVED;
    family->n_found += standing == TOKEN_FOUND;
    family->n_role += standing == TOKEN_ROLE;
    family->n_unknown += standing == TOKEN_UNVERIFIED;
    family->unwritten |= standing == TOKEN_UNVERIFIED && mmspan_config_is_made_up(id);
    return true;
}

static bool count_tokens(struct comparison *c) {
    mmspan_token_decl decl = {.struct_size = sizeof decl};
    c->all_spelt = true;
    for (int32_t i = 0; mmspan_spec_token(mmspan_config_spec(c->config), i, &decl, NULL); i++) {
        if (!count_token(c->onboard, &decl, c->family))
            return false;
        c->all_spelt = c->all_spelt && decl.piece && decl.kind == MMSPAN_TOKEN_ID;
    }
    return true;
}

/* Is it one of the config's, by ID or by piece? A token that was moved has its piece, or its
 * role. */
static bool has_token(const struct comparison *c, const struct draft_token *token) {
    mmspan_token_decl decl = {.struct_size = sizeof decl};
    for (int32_t i = 0; mmspan_spec_token(mmspan_config_spec(c->config), i, &decl, NULL); i++) {
        int32_t id;
        if (has_id(&decl, token->id))
            return true;
        if (decl.piece && token->piece && strlen(decl.piece) == token->piece_size &&
            memcmp(decl.piece, token->piece, token->piece_size) == 0)
            return true;
        const enum standing standing = standing_of(c->onboard, &decl, &id);
        if ((standing == TOKEN_MOVED || standing == TOKEN_FOUND || standing == TOKEN_ROLE) &&
            id == token->id)
            return true;
    }
    return false;
}

/* Would the config miss what is in the prompt, since it has not the token that stands for the
 * rows of a modality? A tokenizer may have tokens that the model does not use; the files of a
 * model have not, but a config for this kind of model may be right to leave something out. */
static bool is_missed(const struct comparison *c, const mmspan_matcher *matcher, int media,
                      const struct draft_token *token) {
    return mmspan_matcher_find_modality(matcher, media_names[media]) >= 0 ||
           (c->family->kinship < KIN_SOURCE &&
            strcmp(token->where, "tokenizer_config.json") != 0);
}

/* Counts the tokens that the folder's files name; false when the config would miss some. */
static bool count_named(const struct comparison *c, const mmspan_matcher *matcher) {
    for (int media = 0; media < N_MEDIA; media++)
        for (int role = 0; role < N_ROLES; role++) {
            const struct draft_token *token = &c->onboard->media[media].tokens[role];
            if (!token->why || !token->where)
                continue;
            const bool has = has_token(c, token);
            c->family->n_covered += has;
            c->family->n_uncovered += !has;
            if (!has && role == ROLE_PATCH && is_missed(c, matcher, media, token))
                return false;
        }
    return true;
}

static void compare_rows(const struct comparison *c, const mmspan_matcher *matcher) {
    for (int media = 0; media < N_MEDIA; media++) {
        const struct fact *fact = folder_rows(c->onboard, media);
        const int32_t modality = mmspan_matcher_find_modality(matcher, media_names[media]);
        if (!fact || modality < 0)
            continue;
        const int64_t rows = unit_of_rows(mmspan_matcher_modality_rows(matcher, modality));
        if (rows > 0 && c->family->rows >= 0)
            c->family->rows = rows == fact->number ? 1 : -1;
    }
}

/*
 * Is there enough to say so? All tokens must be there, unless the names say what the model is.
 * One token alone could be any model's <image>: it counts when it has the same piece and ID, or
 * when the names say so. A token without a piece cannot be told where it moved, and what the
 * keys call it tells so only for this kind of model.
 */
static bool is_evident(const struct comparison *c) {
    const struct family *f = c->family;
    const bool is_kin = f->kinship >= KIN_SOURCE;
    const size_t n_other = f->n_moved + f->n_found + f->n_role;
    const size_t n_seen = f->n_same + f->n_named + n_other;
    if (f->n_role > 0 && !is_kin)
        return false;
    if (n_other > 0)
        return f->n_unknown == 0 && c->all_spelt && n_seen > 1;
    if (f->n_unknown == 0)
        return f->n_same > 0 || f->n_named > 1 || (f->n_named > 0 && is_kin);
    if (n_seen > 0)
        return f->kinship >= KIN_PART;
    /* The names alone, when nothing is there that could speak against them. */
    return f->kinship >= KIN_TYPE && f->n_uncovered == 0;
}

static bool fits(struct comparison *c) {
    mmspan_matcher *matcher = NULL;
    if (!count_tokens(c) || mmspan_config_compile(c->config, NULL, &matcher, NULL) != MMSPAN_OK)
        return false;
    c->family->kinship = kinship(c->onboard, c->config);
    bool fitting = count_named(c, matcher);
    compare_rows(c, matcher);
    mmspan_matcher_destroy(matcher);
    c->family->likeness = likeness(c->onboard, c->config);
    return fitting && is_evident(c);
}

static int compare_counts(size_t a, size_t b) {
    return (a > b) - (a < b);
}

/* Positive when a fits better than b. With `names`, of those that fit equally well one is
 * chosen: one that can be written, and has a name like the folder's. */
static int compare(const struct family *a, const struct family *b, bool names) {
    const bool is_kin = a->kinship >= KIN_SOURCE || b->kinship >= KIN_SOURCE;
    const int orders[] = {
        is_kin ? (int)a->kinship - (int)b->kinship : 0,
        compare_counts(b->n_moved + b->n_role > 0, a->n_moved + a->n_role > 0),
        compare_counts(b->n_uncovered, a->n_uncovered),
        compare_counts(a->n_covered, b->n_covered),
        a->rows - b->rows,
        compare_counts(b->n_unknown, a->n_unknown),
        compare_counts(a->n_same + a->n_named, b->n_same + b->n_named),
        compare_counts(a->n_moved + a->n_found, b->n_moved + b->n_found),
        (int)a->kinship - (int)b->kinship,
        names ? (int)b->unwritten - (int)a->unwritten : 0,
        names ? a->likeness - b->likeness : 0,
    };
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
        if (orders[i] != 0)
            return orders[i];
    return 0;
}

static void add_other(struct buffer *others, const char *name) {
    buffer_text(others, others->n ? ", " : "");
    buffer_text(others, name);
}

/* Takes a fitting config in. */
static void consider(const struct family *family, struct family *best, struct buffer *others) {
    int order = best->name ? compare(family, best, false) : 1;
    if (order < 0)
        return;
    if (order > 0)
        others->n = 0;
    bool wins = !best->name || compare(family, best, true) > 0;
    if (order == 0)
        add_other(others, wins ? best->name : family->name);
    if (wins)
        *best = *family;
}

mmspan_status family_find(const struct onboard *onboard, struct family *best,
                          struct buffer *others) {
    const char *name;
    *best = (struct family){0};
    for (int32_t i = 0; (name = mmspan_builtin_name(i)); i++) {
        struct family family = {.name = name};
        mmspan_config *config = NULL;
        mmspan_status status = mmspan_config_load_shape(name, NULL, &config, NULL);
        if (status == MMSPAN_E_MEMORY)
            return status;
        if (status != MMSPAN_OK)
            continue;
        struct comparison comparison = {
            .onboard = onboard, .config = config, .family = &family};
        if (fits(&comparison))
            consider(&family, best, others);
        mmspan_config_destroy(config);
    }
    return others->failed ? MMSPAN_E_MEMORY : MMSPAN_OK;
}
