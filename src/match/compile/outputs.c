/* Works out which tokens each state expects and which modalities are possible. */
#include "outputs.h"

#include <stdlib.h>
#include <string.h>

struct named {
    const char *name;
    int32_t index;
};

static int by_name(const void *left, const void *right) {
    const struct named *a = left;
    const struct named *b = right;
    return strcmp(a->name, b->name);
}

static int by_rank(const void *left, const void *right) {
    uint32_t a, b;
    memcpy(&a, left, sizeof a);
    memcpy(&b, right, sizeof b);
    return (a > b) - (a < b);
}

static int by_key(const void *left, const void *right) {
    const struct mm_meaning *a = left;
    const struct mm_meaning *b = right;
    if (a->size != b->size)
        return a->size < b->size ? -1 : 1;
    int order = memcmp(a->key, b->key, a->size * sizeof *a->key);
    return order ? order : (a->state > b->state) - (a->state < b->state);
}

static bool order_names(struct mm_outputs *o) {
    const mmspan_matcher *m = o->matcher;
    size_t most = (size_t)m->n_tokens + m->n_modalities + 1;
    struct named *names = mm_arena_alloc(o->scratch, most, sizeof *names);
    o->token_order = mm_arena_alloc(o->scratch, most, sizeof *o->token_order);
    o->token_rank = mm_arena_alloc(o->scratch, most, sizeof *o->token_rank);
    o->modality_order = mm_arena_alloc(o->scratch, most, sizeof *o->modality_order);
    o->modality_rank = mm_arena_alloc(o->scratch, most, sizeof *o->modality_rank);
    if (!names || !o->token_order || !o->token_rank || !o->modality_order || !o->modality_rank)
        return false;
    names[0] = (struct named){"text", MM_TEXT};
    for (uint32_t t = 0; t < m->n_tokens; t++)
        names[t + 1] = (struct named){m->tokens[t].name, (int32_t)t};
    qsort(names, m->n_tokens + 1, sizeof *names, by_name);
    for (uint32_t r = 0; r < m->n_tokens + 1; r++) {
        o->token_order[r] = names[r].index;
        o->token_rank[names[r].index + 1] = r;
    }
    for (uint32_t i = 0; i < m->n_modalities; i++)
        names[i] = (struct named){m->shapes[i].name, (int32_t)i};
    qsort(names, m->n_modalities, sizeof *names, by_name);
    for (uint32_t r = 0; r < m->n_modalities; r++) {
        o->modality_order[r] = names[r].index;
        o->modality_rank[names[r].index] = r;
    }
    return true;
}

/* Appends a rank unless the list number `stamp` has it. */
static uint32_t add_rank(struct mm_outputs *o, uint32_t *list, uint32_t n, uint32_t rank) {
    if (o->seen[rank] == o->stamp)
        return n;
    o->seen[rank] = o->stamp;
    list[n] = rank;
    return n + 1;
}

/* ranks receives: accept, count, token ranks, count, modality ranks. */
static uint32_t describe(struct mm_outputs *o, uint32_t state) {
    const struct mm_dfa_state *s = &o->dfa->states[state];
    const uint32_t *set = o->dfa->sets + s->set_begin;
    uint32_t *tokens = o->ranks + 2;
    uint32_t n_tokens = 0;
    o->stamp++;
    for (uint32_t i = 0; i < s->set_size; i++) {
        const struct mm_nfa_state *member = &o->nfa->states[set[i]];
        if (member->kind == MM_NFA_READ)
            n_tokens = add_rank(o, tokens, n_tokens, o->token_rank[member->token + 1]);
    }
    qsort(tokens, n_tokens, sizeof *tokens, by_rank);
    uint32_t *modalities = tokens + n_tokens + 1;
    uint32_t n_modalities = 0;
    o->stamp++;
    for (uint32_t i = 0; i < s->set_size; i++) {
        const struct mm_nfa_state *member = &o->nfa->states[set[i]];
        int32_t modality = o->matcher->forms[member->form].modality;
        if (member->kind == MM_NFA_READ)
            n_modalities = add_rank(o, modalities, n_modalities, o->modality_rank[modality]);
    }
    qsort(modalities, n_modalities, sizeof *modalities, by_rank);
    o->ranks[0] = s->accept;
    o->ranks[1] = n_tokens;
    modalities[-1] = n_modalities;
    return n_tokens + n_modalities + 3;
}

bool mm_outputs_make(struct mm_outputs *o, uint32_t *color, uint32_t *n_colors) {
    size_t n = o->dfa->n_states;
    size_t n_names = (size_t)o->matcher->n_tokens + o->matcher->n_modalities + 1;
    o->ranks = mm_arena_alloc(o->scratch, n_names + 3, sizeof *o->ranks);
    o->seen = mm_arena_alloc(o->scratch, n_names, sizeof *o->seen);
    o->meanings = mm_arena_alloc(o->scratch, n, sizeof *o->meanings);
    if (!o->ranks || !o->seen || !o->meanings || !order_names(o))
        return false;
    for (uint32_t s = MM_START; s < n; s++) {
        uint32_t size = describe(o, s);
        const uint32_t *key = mm_arena_copy(o->scratch, o->ranks, size, sizeof *key);
        if (!key)
            return false;
        o->meanings[s] = (struct mm_meaning){key, size, s};
    }
    qsort(o->meanings + 1, n - 1, sizeof *o->meanings, by_key);
    uint32_t colors = 0;
    for (size_t i = 1; i < n; i++) {
        const struct mm_meaning *this = &o->meanings[i];
        const struct mm_meaning *before = &o->meanings[i - 1];
        if (i > 1 && (this->size != before->size ||
                      memcmp(this->key, before->key, this->size * sizeof *this->key) != 0))
            colors++;
        color[this->state] = colors;
    }
    *n_colors = colors + 1;
    return true;
}

static bool allocate_lists(struct mm_arena *arena, struct mm_lists *lists, uint32_t n_states,
                           size_t total) {
    lists->begin = mm_arena_alloc(arena, (size_t)n_states + 1, sizeof *lists->begin);
    lists->items = mm_arena_alloc(arena, total, sizeof *lists->items);
    return lists->begin && lists->items;
}

static void append(struct mm_lists *lists, uint32_t state, const uint32_t *ranks, uint32_t n,
                   const int32_t *order) {
    uint32_t at = lists->begin[state];
    for (uint32_t i = 0; i < n; i++)
        lists->items[at++] = order[ranks[i]];
    lists->begin[state + 1] = at;
}

bool mm_outputs_store(const struct mm_outputs *o, const uint32_t *block,
                      struct mmspan_matcher *matcher) {
    uint32_t n_states = matcher->n_states;
    /* Any raw state of a block has the block's meaning. */
    const struct mm_meaning **of =
        mm_arena_alloc(o->scratch, n_states, sizeof(const struct mm_meaning *));
    if (!of)
        return false;
    size_t n_expected = 0;
    size_t n_possible = 0;
    for (size_t i = 1; i < o->dfa->n_states; i++)
        of[block[o->meanings[i].state]] = &o->meanings[i];
    for (uint32_t s = MM_START; s < n_states; s++) {
        n_expected += of[s]->key[1];
        n_possible += of[s]->key[of[s]->key[1] + 2];
    }
    if (!allocate_lists(&matcher->arena, &matcher->expected, n_states, n_expected) ||
        !allocate_lists(&matcher->arena, &matcher->possible, n_states, n_possible))
        return false;
    for (uint32_t s = MM_START; s < n_states; s++) {
        const uint32_t *key = of[s]->key;
        append(&matcher->expected, s, key + 2, key[1], o->token_order);
        append(&matcher->possible, s, key + key[1] + 3, key[key[1] + 2], o->modality_order);
        matcher->accept[s] |= (uint16_t)key[0];
    }
    return true;
}
