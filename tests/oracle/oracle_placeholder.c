/* What the oracle knows of placeholders: what they are, and what equals one. */
#include "oracle_parts.h"

#include <stdlib.h>
#include <string.h>

enum { FAR = 1 << 30 };

static void add_slot(struct oracle_placeholder *p) {
    p->slots = oracle_grow(p->slots, p->n, sizeof *p->slots);
    p->slots[p->n++] = (struct oracle_slot){0};
}

static void add_symbol(struct oracle_slot *slot, int token, size_t part) {
    for (size_t i = 0; i < slot->n; i++)
        if (slot->symbols[i].token == token && slot->symbols[i].part == part)
            return;
    slot->symbols = oracle_grow(slot->symbols, slot->n, sizeof *slot->symbols);
    slot->symbols[slot->n++] = (struct oracle_symbol){token, part};
}

/* Spells a sequence of names; false when one of them is not declared. */
static bool spell_names(const struct oracle *o, const char *names,
                        struct oracle_placeholder *p) {
    for (names += strspn(names, " "); *names; names += strspn(names, " ")) {
        size_t n = strcspn(names, " ");
        int token = oracle_find_token(&o->declared, names, n);
        if (token < 0)
            return false;
        const mmspan_token_decl *decl = &o->declared.tokens[token];
        size_t parts = decl->kind == MMSPAN_TOKEN_IDS ? decl->n_ids : 1;
        for (size_t part = 0; part < parts; part++) {
            add_slot(p);
            add_symbol(&p->slots[p->n - 1], token, part);
        }
        names += n;
    }
    return p->n > 0;
}

static bool reads_token(const struct oracle_state *state) {
    return state->kind == ORACLE_STATE_READ && state->token != ORACLE_TEXT;
}

/* By state: how few tokens, none of them text, complete the form from there. */
static int *find_distances(const struct oracle *o, size_t form) {
    int *distance = oracle_alloc(o->n_states, sizeof *distance);
    for (size_t s = 0; s < o->n_states; s++)
        distance[s] =
            o->states[s].kind == ORACLE_STATE_ACCEPT && o->states[s].form == form ? 0 : FAR;
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t s = 0; s < o->n_states; s++) {
            const struct oracle_state *state = &o->states[s];
            int best = FAR;
            if (state->kind == ORACLE_STATE_SPLIT)
                best = distance[state->out] < distance[state->other] ? distance[state->out]
                                                                     : distance[state->other];
            else if (reads_token(state))
                best = distance[state->out] + 1;
            if (best < distance[s]) {
                distance[s] = best;
                changed = true;
            }
        }
    }
    return distance;
}

void oracle_spell_shortest(const struct oracle *o, size_t form, struct oracle_placeholder *p) {
    int *distance = find_distances(o, form);
    bool *set = oracle_alloc(o->n_states, sizeof *set);
    bool *next = oracle_alloc(o->n_states, sizeof *next);
    int left = distance[o->forms[form].entry];
    oracle_add_to_set(o, set, o->forms[form].entry);
    for (left = left < FAR ? left : 0; left > 0; left--) {
        memset(next, 0, o->n_states);
        add_slot(p);
        for (size_t s = 0; s < o->n_states; s++) {
            const struct oracle_state *state = &o->states[s];
            if (!set[s] || !reads_token(state) || distance[state->out] + 1 != left)
                continue;
            add_symbol(&p->slots[p->n - 1], state->token, state->part);
            oracle_add_to_set(o, next, state->out);
        }
        bool *swap = set;
        set = next;
        next = swap;
    }
    free(distance);
    free(set);
    free(next);
}

static int32_t id_of(const struct oracle *o, const struct oracle_symbol *symbol) {
    return o->declared.tokens[symbol->token].ids[symbol->part];
}

/* For an item that is cut out of a run, only the first token that takes a row is kept, and
 * it is the item's own. */
static void keep_own_id(const struct oracle *o, int32_t modality,
                        struct oracle_placeholder *p) {
    for (size_t i = 0; i < p->n; i++) {
        size_t n_embed = 0;
        for (size_t k = 0; k < p->slots[i].n; k++)
            n_embed +=
                oracle_embed_of(&o->declared, modality, id_of(o, &p->slots[i].symbols[k])) >= 0;
        p->own_id = p->own_id || n_embed == p->slots[i].n;
        p->own_id_unsure = p->own_id_unsure || n_embed;
    }
    p->own_id_unsure = p->own_id_unsure && !p->own_id;
}

void oracle_find_placeholders(struct oracle *o) {
    o->placeholders = oracle_alloc(o->declared.n_modalities, sizeof *o->placeholders);
    if (o->wrong || o->too_large)
        return;
    for (size_t i = 0; i < o->declared.n_modalities; i++) {
        const mmspan_modality_decl *m = &o->declared.modalities[i];
        struct oracle_placeholder *p = &o->placeholders[i];
        if (m->placeholder || m->n_bare) {
            if (!spell_names(o, m->placeholder ? m->placeholder : m->bare[0], p))
                o->wrong = true;
            continue;
        }
        for (size_t f = 0; f < o->n_forms; f++)
            if (o->forms[f].modality == (int32_t)i)
                oracle_spell_shortest(o, f, p);
        if (m->each_run || m->adjacent != MMSPAN_ADJACENT_JOIN)
            keep_own_id(o, (int32_t)i, p);
    }
}

void oracle_free_placeholders(struct oracle *o) {
    for (size_t i = 0; i < o->declared.n_modalities; i++) {
        for (size_t k = 0; k < o->placeholders[i].n; k++)
            free(o->placeholders[i].slots[k].symbols);
        free(o->placeholders[i].slots);
    }
    free(o->placeholders);
}

/* It must itself match as an item of its modality; a run of each_run does so between the
 * delimiters that stay. */
static bool matches_itself(const struct oracle *o, int32_t modality, bool *set, bool *next) {
    const struct oracle_placeholder *p = &o->placeholders[modality];
    bool several;
    bool takes_rows = true;
    bool alive = true;
    oracle_start_set(o, set);
    for (size_t i = 0; i < p->n; i++) {
        int32_t id = id_of(o, p->slots[i].symbols);
        takes_rows = takes_rows && oracle_embed_of(&o->declared, modality, id) == modality;
        alive = alive && oracle_step(o, set, id, false, next);
        memcpy(set, next, o->n_states);
    }
    if (o->declared.modalities[modality].each_run && takes_rows)
        return true;
    int form = alive ? oracle_accepts(o, set, &several) : -1;
    return form >= 0 && o->forms[form].modality == modality;
}

bool oracle_placeholder_is_wrong(const struct oracle *o) {
    bool *set = oracle_alloc(o->n_states, sizeof *set);
    bool *next = oracle_alloc(o->n_states, sizeof *next);
    bool wrong = false;
    for (size_t i = 0; i < o->declared.n_modalities && !wrong; i++)
        wrong =
            o->declared.modalities[i].placeholder && !matches_itself(o, (int32_t)i, set, next);
    free(set);
    free(next);
    return wrong;
}

/* A literal reserved token is text, whatever its ID. */
static bool fits(const struct oracle_scene *scene, const struct oracle_slot *slot, int64_t at) {
    int32_t id = scene->ids[at];
    const struct oracle_declarations *declared = &scene->oracle->declared;
    if (scene->literal[at] && oracle_is_reserved(declared, id))
        return false;
    for (size_t i = 0; i < slot->n; i++) {
        const mmspan_token_decl *token = &declared->tokens[slot->symbols[i].token];
        if (token->kind == MMSPAN_TOKEN_IDS ? token->ids[slot->symbols[i].part] == id
                                            : oracle_token_has(token, id))
            return true;
    }
    return false;
}

bool oracle_is_placeholder(const struct oracle_scene *scene, int32_t modality, int64_t start,
                           int64_t end, bool *unsure) {
    const struct oracle_placeholder *p = &scene->oracle->placeholders[modality];
    if (p->own_id_unsure && end - start == 1)
        *unsure = true;
    if (p->own_id)
        return end - start == 1;
    if (p->n == 0 || end - start != (int64_t)p->n)
        return false;
    bool several = false;
    for (size_t i = 0; i < p->n; i++) {
        if (!fits(scene, &p->slots[i], start + (int64_t)i))
            return false;
        several = several || p->slots[i].n > 1;
    }
    *unsure = *unsure || several;
    return true;
}

bool oracle_is_bare(const struct oracle *o, int32_t modality, int32_t id) {
    const mmspan_modality_decl *m = &o->declared.modalities[modality];
    for (size_t i = 0; i < m->n_bare; i++) {
        int token = oracle_find_token(&o->declared, m->bare[i], strlen(m->bare[i]));
        if (token < 0)
            continue;
        const mmspan_token_decl *decl = &o->declared.tokens[token];
        if ((decl->kind != MMSPAN_TOKEN_IDS || decl->n_ids == 1) && oracle_token_has(decl, id))
            return true;
    }
    return false;
}
