/* Random words that the oracle's patterns match. */
#include "oracle_parts.h"

#include <stdlib.h>

struct sample {
    const struct oracle_declarations *declared;
    struct random_source *random;
    int32_t *ids;
    size_t n;
    size_t cap;
};

static void put(struct sample *s, int32_t id) {
    if (s->n < s->cap)
        s->ids[s->n++] = id;
}

/* An undeclared ID in most cases, else an ordinary one. */
static void put_text(struct sample *s) {
    int32_t *ids;
    size_t n = oracle_all_kinds_of_ids(s->declared, &ids);
    int32_t id = 1000;
    for (size_t i = 0; i < 8; i++) {
        int32_t other = ids[random_below(s->random, n)];
        if (!oracle_is_reserved(s->declared, other))
            id = other;
    }
    free(ids);
    put(s, id);
}

static void put_token(struct sample *s, int index) {
    if (index == ORACLE_TEXT) {
        put_text(s);
        return;
    }
    const mmspan_token_decl *token = &s->declared->tokens[index];
    if (token->kind == MMSPAN_TOKEN_RANGE) {
        size_t width = (size_t)((int64_t)token->ids[1] - token->ids[0]) + 1;
        put(s, (int32_t)(token->ids[0] + (int64_t)random_below(s->random, width)));
    } else if (token->kind == MMSPAN_TOKEN_IDS) {
        for (size_t i = 0; i < token->n_ids; i++)
            put(s, token->ids[i]);
    } else {
        put(s, token->ids[random_below(s->random, token->n_ids)]);
    }
}

static size_t pick_count(struct sample *s, const struct oracle_node *repeat) {
    size_t min = (size_t)repeat->min;
    if (repeat->max != ORACLE_NO_LIMIT)
        return random_between(s->random, min, (size_t)repeat->max);
    return min + random_below(s->random, random_chance(s->random, 10) ? 12 : 3);
}

static void put_tree(struct sample *s, const struct oracle_node *tree) {
    size_t n = 0;
    const struct oracle_node *child = tree->child;
    switch (tree->kind) {
    case ORACLE_NODE_TOKEN:
        put_token(s, tree->token);
        break;
    case ORACLE_NODE_SEQUENCE:
        for (; child; child = child->next)
            put_tree(s, child);
        break;
    case ORACLE_NODE_CHOICE:
        for (; child; child = child->next)
            n++;
        child = tree->child;
        for (size_t skip = random_below(s->random, n); skip > 0; skip--)
            child = child->next;
        put_tree(s, child);
        break;
    case ORACLE_NODE_REPEAT:
        for (n = pick_count(s, tree); n > 0 && s->n < s->cap; n--)
            put_tree(s, child);
        break;
    }
}

size_t oracle_sample(const struct oracle *o, size_t form, struct random_source *random,
                     int32_t *ids, size_t cap) {
    struct sample s = {&o->declared, random, ids, 0, cap};
    put_tree(&s, o->forms[form % o->n_forms].tree);
    return s.n;
}
