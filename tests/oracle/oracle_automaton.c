/* The oracle's automaton: trees to states, sets of states, and what is wrong with them. */
#include "oracle_parts.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_STATES = 20000, MAX_SETS = 1500 };

static size_t add_state(struct oracle *o, struct oracle_state state) {
    o->states = oracle_grow(o->states, o->n_states, sizeof *o->states);
    o->states[o->n_states] = state;
    return o->n_states++;
}

/* States that match `tree` and go on at `next`; returns where to enter them. */
static size_t build(struct oracle *o, const struct oracle_node *tree, size_t next, size_t form);

static size_t build_token(struct oracle *o, int token, size_t next, size_t form) {
    size_t n = 1;
    if (token != ORACLE_TEXT && o->declared.tokens[token].kind == MMSPAN_TOKEN_IDS)
        n = o->declared.tokens[token].n_ids;
    while (n-- > 0)
        next = add_state(o, (struct oracle_state){.kind = ORACLE_STATE_READ,
                                                  .token = token,
                                                  .part = n,
                                                  .out = next,
                                                  .form = form});
    return next;
}

static size_t build_sequence(struct oracle *o, const struct oracle_node *part, size_t next,
                             size_t form) {
    if (!part)
        return next;
    return build(o, part, build_sequence(o, part->next, next, form), form);
}

static size_t build_split(struct oracle *o, size_t out, size_t other) {
    return add_state(
        o, (struct oracle_state){.kind = ORACLE_STATE_SPLIT, .out = out, .other = other});
}

static size_t build_repeat(struct oracle *o, const struct oracle_node *repeat, size_t next,
                           size_t form) {
    size_t entry = next;
    if (repeat->max == ORACLE_NO_LIMIT) {
        entry = build_split(o, next, next);
        size_t body = build(o, repeat->child, entry, form);
        o->states[entry].out = body;
    }
    for (int i = repeat->min; i < repeat->max; i++)
        entry = build_split(o, build(o, repeat->child, entry, form), next);
    for (int i = 0; i < repeat->min; i++)
        entry = build(o, repeat->child, entry, form);
    return entry;
}

static size_t build(struct oracle *o, const struct oracle_node *tree, size_t next,
                    size_t form) {
    if (o->n_states > MAX_STATES) {
        o->too_large = true;
        return next;
    }
    switch (tree->kind) {
    case ORACLE_NODE_TOKEN:
        return build_token(o, tree->token, next, form);
    case ORACLE_NODE_SEQUENCE:
        return build_sequence(o, tree->child, next, form);
    case ORACLE_NODE_REPEAT:
        return build_repeat(o, tree, next, form);
    case ORACLE_NODE_CHOICE:
        break;
    }
    size_t entry = build(o, tree->child, next, form);
    for (const struct oracle_node *branch = tree->child->next; branch; branch = branch->next)
        entry = build_split(o, entry, build(o, branch, next, form));
    return entry;
}

void oracle_build(struct oracle *o) {
    for (size_t f = 0; f < o->n_forms; f++) {
        size_t accept =
            add_state(o, (struct oracle_state){.kind = ORACLE_STATE_ACCEPT, .form = f});
        o->forms[f].entry = build(o, o->forms[f].tree, accept, f);
    }
}

void oracle_add_to_set(const struct oracle *o, bool *set, size_t state) {
    while (!set[state]) {
        set[state] = true;
        if (o->states[state].kind != ORACLE_STATE_SPLIT)
            return;
        oracle_add_to_set(o, set, o->states[state].out);
        state = o->states[state].other;
    }
}

void oracle_start_set(const struct oracle *o, bool *set) {
    memset(set, 0, o->n_states);
    for (size_t f = 0; f < o->n_forms; f++)
        oracle_add_to_set(o, set, o->forms[f].entry);
}

static bool reads(const struct oracle *o, const struct oracle_state *state, int32_t id,
                  bool literal) {
    bool reserved = oracle_is_reserved(&o->declared, id);
    if (state->token == ORACLE_TEXT)
        return literal || !reserved;
    if (literal && reserved)
        return false;
    const mmspan_token_decl *token = &o->declared.tokens[state->token];
    if (token->kind == MMSPAN_TOKEN_IDS)
        return token->ids[state->part] == id;
    return oracle_token_has(token, id);
}

bool oracle_step(const struct oracle *o, const bool *from, int32_t id, bool literal, bool *to) {
    bool alive = false;
    memset(to, 0, o->n_states);
    for (size_t s = 0; s < o->n_states; s++)
        if (from[s] && o->states[s].kind == ORACLE_STATE_READ &&
            reads(o, &o->states[s], id, literal)) {
            oracle_add_to_set(o, to, o->states[s].out);
            alive = true;
        }
    return alive;
}

int oracle_accepts(const struct oracle *o, const bool *set, bool *several) {
    int form = -1;
    *several = false;
    for (size_t s = 0; s < o->n_states; s++)
        if (set[s] && o->states[s].kind == ORACLE_STATE_ACCEPT) {
            *several = form >= 0;
            form = (int)o->states[s].form;
        }
    return form;
}

/* No form may match nothing or begin or end with text. */
static bool ends_are_wrong(const struct oracle *o, bool *set) {
    oracle_start_set(o, set);
    for (size_t s = 0; s < o->n_states; s++)
        if (set[s] &&
            (o->states[s].kind == ORACLE_STATE_ACCEPT ||
             (o->states[s].kind == ORACLE_STATE_READ && o->states[s].token == ORACLE_TEXT)))
            return true;
    for (size_t s = 0; s < o->n_states; s++)
        if (o->states[s].kind == ORACLE_STATE_READ && o->states[s].token == ORACLE_TEXT) {
            bool several;
            memset(set, 0, o->n_states);
            oracle_add_to_set(o, set, o->states[s].out);
            if (oracle_accepts(o, set, &several) >= 0)
                return true;
        }
    return false;
}

/* split and by_id: whatever a block reads takes a row of its own modality. */
static bool adjacent_is_wrong(const struct oracle *o, const int32_t *ids, size_t n) {
    for (size_t s = 0; s < o->n_states; s++) {
        const struct oracle_state *state = &o->states[s];
        const struct oracle_form *form = &o->forms[state->form];
        const mmspan_modality_decl *m = &o->declared.modalities[form->modality];
        if (state->kind != ORACLE_STATE_READ || form->kind != MMSPAN_FORM_BLOCK ||
            m->adjacent == MMSPAN_ADJACENT_JOIN)
            continue;
        if (state->token == ORACLE_TEXT)
            return true;
        for (size_t i = 0; i < n; i++)
            if (reads(o, state, ids[i], false) &&
                oracle_embed_of(&o->declared, form->modality, ids[i]) != form->modality)
                return true;
    }
    return false;
}

static bool seen_before(bool *const *sets, size_t n_sets, const bool *set, size_t n) {
    for (size_t i = 0; i < n_sets; i++)
        if (memcmp(sets[i], set, n) == 0)
            return true;
    return false;
}

/* Breadth-first search over all sets that can be reached, for one that completes two
 * forms. */
static enum oracle_verdict search(const struct oracle *o, const int32_t *ids, size_t n,
                                  bool **sets, size_t *witness) {
    size_t n_sets = 1;
    oracle_start_set(o, sets[0]);
    *witness = 0;
    for (size_t begin = 0, end = 1; begin < end; begin = end, end = n_sets) {
        ++*witness;
        for (size_t i = begin; i < end; i++)
            for (size_t k = 0; k < n; k++) {
                bool several;
                if (!oracle_step(o, sets[i], ids[k], false, sets[n_sets]))
                    continue;
                oracle_accepts(o, sets[n_sets], &several);
                if (several)
                    return ORACLE_AMBIGUOUS;
                if (seen_before(sets, n_sets, sets[n_sets], o->n_states))
                    continue;
                if (++n_sets == MAX_SETS)
                    return ORACLE_UNSURE;
            }
    }
    return ORACLE_FINE;
}

enum oracle_verdict oracle_judge(const struct oracle *o, size_t *witness) {
    *witness = 0;
    if (o->wrong)
        return ORACLE_WRONG;
    if (o->too_large)
        return ORACLE_UNSURE;
    bool *memory = oracle_alloc((size_t)MAX_SETS * o->n_states, sizeof *memory);
    bool **sets = oracle_alloc(MAX_SETS, sizeof *sets);
    for (size_t i = 0; i < MAX_SETS; i++)
        sets[i] = memory + i * o->n_states;
    int32_t *ids;
    size_t n = oracle_all_kinds_of_ids(&o->declared, &ids);
    enum oracle_verdict verdict = ORACLE_WRONG;
    if (!ends_are_wrong(o, sets[0]) && !adjacent_is_wrong(o, ids, n) &&
        !oracle_placeholder_is_wrong(o))
        verdict = search(o, ids, n, sets, witness);
    free(ids);
    free(sets);
    free(memory);
    return verdict;
}
