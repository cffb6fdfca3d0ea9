/* Finds the shipped config whose tokens a model has. */
#include "onboard.h"

#include "../commands/check_pieces.h"
#include "../commands/load.h"

#include <string.h>

/* Counts a declared token; false when the tokenizer has it not or not as one that could be
 * moved. Pieces that are several tokens prove nothing. */
static bool count_token(const mmspan_tokenizer *tokenizer, const mmspan_token_decl *decl,
                        struct family *family) {
    mmspan_piece piece;
    if (!decl->piece || decl->kind == MMSPAN_TOKEN_IDS)
        return true;
    if (!mmspan_tokenizer_find(tokenizer, decl->piece, strlen(decl->piece), &piece))
        return false;
    bool same = has_id(decl, piece.id);
    bool open = decl->kind == MMSPAN_TOKEN_ID && mmspan_config_is_made_up(decl->ids[0]);
    family->n_same += same;
    family->n_open += open;
    family->n_moved += !same && !open;
    return same || decl->kind == MMSPAN_TOKEN_ID;
}

/* Is it one of the config's, by ID or by piece? */
static bool has_token(const mmspan_spec *spec, const struct draft_token *token) {
    mmspan_token_decl decl = {.struct_size = sizeof decl};
    for (int32_t i = 0; mmspan_spec_token(spec, i, &decl, NULL); i++) {
        if (has_id(&decl, token->id))
            return true;
        if (decl.piece && token->piece && strlen(decl.piece) == token->piece_size &&
            memcmp(decl.piece, token->piece, token->piece_size) == 0)
            return true;
    }
    return false;
}

/* Counts the tokens that the folder's files name; false when the config lacks one. */
static bool count_named(const struct onboard *onboard, const mmspan_spec *spec,
                        struct family *family) {
    for (int media = 0; media < N_MEDIA; media++)
        for (int role = 0; role < N_ROLES; role++) {
            const struct draft_token *token = &onboard->media[media].tokens[role];
            if (!token->why || !token->where)
                continue;
            if (!has_token(spec, token))
                return false;
            family->n_named++;
        }
    return true;
}

/* The letters and digits of a name, in lower case. */
static void simplify(const char *name, char *to, size_t size) {
    size_t n = 0;
    for (; *name && n + 1 < size; name++) {
        char c = *name >= 'A' && *name <= 'Z' ? (char)(*name - 'A' + 'a') : *name;
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            to[n++] = c;
    }
    to[n] = '\0';
}

static const char *last_part(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* How much two names look alike: the letters that they begin with alike, or 40. */
static int compare_names(const char *a, const char *b) {
    char x[128];
    char y[128];
    int n = 0;
    simplify(last_part(a), x, sizeof x);
    simplify(last_part(b), y, sizeof y);
    if (*x && strcmp(x, y) == 0)
        return 40;
    while (x[n] && x[n] == y[n])
        n++;
    return n < 3 ? 0 : n;
}

/* The repository's name is worth more than the architecture's. */
static int likeness(const struct onboard *onboard, const mmspan_config *config) {
    const struct fact *path = facts_find(&onboard->facts, "config.json", "_name_or_path");
    const struct fact *type = facts_find(&onboard->facts, "config.json", "model_type");
    const char *model = mmspan_config_model(config);
    const char *name;
    int best = 0;
    for (int32_t i = 0; (name = mmspan_config_huggingface(config, i)); i++)
        if (compare_names(name, onboard->name) == 40 ||
            (path && path->text && compare_names(name, path->text) == 40))
            best = 200;
    if (type && type->text)
        best += 2 * compare_names(type->text, model);
    return best + compare_names(onboard->name, model);
}

/* All tokens must be there. One moved token alone could be any model's <image>; and a token
 * without a piece cannot be told where it moved. */
static bool fits(const struct onboard *onboard, const mmspan_config *config,
                 struct family *family) {
    const mmspan_spec *spec = mmspan_config_spec(config);
    mmspan_token_decl decl = {.struct_size = sizeof decl};
    bool all_spelt = true;
    for (int32_t i = 0; mmspan_spec_token(spec, i, &decl, NULL); i++) {
        if (!count_token(onboard->tokenizer, &decl, family))
            return false;
        all_spelt = all_spelt && decl.piece && decl.kind == MMSPAN_TOKEN_ID;
    }
    size_t n_other = family->n_moved + family->n_open;
    if (family->n_same + n_other == 0 || !count_named(onboard, spec, family))
        return false;
    return n_other == 0 || (all_spelt && family->n_same + n_other > 1);
}

/* Positive when a fits better than b. */
static int compare(const struct family *a, const struct family *b, bool names) {
    if ((a->n_moved == 0) != (b->n_moved == 0))
        return a->n_moved == 0 ? 1 : -1;
    if (a->n_named != b->n_named)
        return a->n_named > b->n_named ? 1 : -1;
    if (a->n_same != b->n_same)
        return a->n_same > b->n_same ? 1 : -1;
    if (a->n_moved + a->n_open != b->n_moved + b->n_open)
        return a->n_moved + a->n_open > b->n_moved + b->n_open ? 1 : -1;
    return names ? a->likeness - b->likeness : 0;
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

int family_find(const struct onboard *onboard, struct family *best, struct buffer *others) {
    const char *name;
    *best = (struct family){0};
    if (!onboard->tokenizer)
        return EXIT_CLEAN;
    for (int32_t i = 0; (name = mmspan_builtin_name(i)); i++) {
        struct family family = {.name = name};
        mmspan_config *config = NULL;
        mmspan_status status = mmspan_config_load_shape(name, NULL, &config, NULL);
        if (status == MMSPAN_E_MEMORY)
            return fail_memory();
        if (status != MMSPAN_OK)
            continue;
        if (fits(onboard, config, &family)) {
            family.likeness = likeness(onboard, config);
            consider(&family, best, others);
        }
        mmspan_config_destroy(config);
    }
    return EXIT_CLEAN;
}
