/* Builds nondeterministic automata from pattern trees, from the end to the start. */
#include "nfa.h"

static uint32_t add_sizes(uint64_t a, uint64_t b) {
    return a + b > MM_MAX_NFA_STATES ? MM_MAX_NFA_STATES + 1 : (uint32_t)(a + b);
}

uint32_t mm_nfa_size(const mmspan_spec *spec, const struct mm_node *tree) {
    uint32_t size = 0;
    switch (tree->kind) {
    case MM_NODE_TOKEN:
        if (tree->token == MM_TEXT || spec->tokens[tree->token].kind != MMSPAN_TOKEN_IDS)
            return 1;
        return add_sizes(spec->tokens[tree->token].n_ids, 0);
    case MM_NODE_SEQUENCE:
    case MM_NODE_CHOICE:
        for (const struct mm_node *c = tree->child; c; c = c->next)
            size = add_sizes(size, (uint64_t)mm_nfa_size(spec, c) + 1);
        return size;
    case MM_NODE_REPEAT:
        break;
    }
    uint64_t copies = tree->max == MM_UNBOUNDED ? (uint64_t)tree->min + 1 : tree->max;
    return add_sizes(0, copies * ((uint64_t)mm_nfa_size(spec, tree->child) + 1));
}

bool mm_nfa_init(struct mm_nfa *nfa, struct mm_arena *arena, uint32_t cap) {
    *nfa = (struct mm_nfa){.cap_states = cap};
    nfa->states = mm_arena_alloc(arena, cap, sizeof *nfa->states);
    nfa->seen = mm_arena_alloc(arena, cap, sizeof *nfa->seen);
    /* A state may be pushed once for each of its two edges. */
    nfa->stack = mm_arena_alloc(arena, (size_t)cap * 2 + 1, sizeof *nfa->stack);
    return nfa->states && nfa->seen && nfa->stack;
}

static uint32_t new_state(struct mm_nfa *nfa, struct mm_nfa_state state) {
    nfa->states[nfa->n_states] = state;
    return nfa->n_states++;
}

uint32_t mm_nfa_split(struct mm_nfa *nfa, uint32_t out, uint32_t other) {
    return new_state(nfa, (struct mm_nfa_state){MM_NFA_SPLIT, MM_TEXT, 0, out, other, 0, 0});
}

struct builder {
    struct mm_nfa *nfa;
    const mmspan_spec *spec;
    const struct mm_classes *classes;
    uint32_t form;
};

static uint32_t build(const struct builder *b, const struct mm_node *tree, uint32_t next);

static uint32_t build_token(const struct builder *b, const struct mm_node *tree,
                            uint32_t next) {
    int32_t token = tree->token;
    struct mm_nfa_state read = {MM_NFA_READ, token, 0, next, 0, b->form, tree->begin};
    if (token == MM_TEXT)
        return new_state(b->nfa, read);
    uint32_t first = b->classes->first_atom[token];
    for (uint32_t atom = b->classes->first_atom[token + 1]; atom > first; atom--) {
        read.atom = atom - 1;
        read.out = new_state(b->nfa, read);
    }
    return read.out;
}

static uint32_t build_choice(const struct builder *b, const struct mm_node *first,
                             uint32_t next) {
    uint32_t entry = build(b, first, next);
    for (const struct mm_node *c = first->next; c; c = c->next)
        entry = mm_nfa_split(b->nfa, entry, build(b, c, next));
    return entry;
}

static uint32_t build_repeat(const struct builder *b, const struct mm_node *tree,
                             uint32_t next) {
    uint32_t entry = next;
    uint32_t copies = tree->min;
    if (tree->max == MM_UNBOUNDED) {
        uint32_t loop = mm_nfa_split(b->nfa, next, next);
        entry = build(b, tree->child, loop);
        b->nfa->states[loop].out = entry;
        /* The loop's body serves as the last of the required copies. */
        if (copies == 0)
            entry = loop;
        else
            copies--;
    } else {
        for (uint32_t i = tree->min; i < tree->max; i++)
            entry = mm_nfa_split(b->nfa, build(b, tree->child, entry), next);
    }
    for (; copies > 0; copies--)
        entry = build(b, tree->child, entry);
    return entry;
}

static uint32_t build(const struct builder *b, const struct mm_node *tree, uint32_t next) {
    switch (tree->kind) {
    case MM_NODE_TOKEN:
        return build_token(b, tree, next);
    case MM_NODE_SEQUENCE:
        for (const struct mm_node *c = tree->child; c; c = c->next)
            next = build(b, c, next);
        return next;
    case MM_NODE_CHOICE:
        return build_choice(b, tree->child, next);
    case MM_NODE_REPEAT:
        break;
    }
    return build_repeat(b, tree, next);
}

uint32_t mm_nfa_add(struct mm_nfa *nfa, const mmspan_spec *spec,
                    const struct mm_classes *classes, const struct mm_node *tree,
                    uint32_t form) {
    struct builder b = {nfa, spec, classes, form};
    struct mm_nfa_state accept = {MM_NFA_ACCEPT, MM_TEXT, 0, 0, 0, form, 0};
    return build(&b, tree, new_state(nfa, accept));
}

void mm_nfa_begin_set(struct mm_nfa *nfa) {
    nfa->stamp++;
}

size_t mm_nfa_reach(struct mm_nfa *nfa, uint32_t from, uint32_t *set, size_t n) {
    size_t depth = 0;
    nfa->stack[depth++] = from;
    while (depth > 0) {
        uint32_t at = nfa->stack[--depth];
        if (nfa->seen[at] == nfa->stamp)
            continue;
        nfa->seen[at] = nfa->stamp;
        const struct mm_nfa_state *state = &nfa->states[at];
        if (state->kind != MM_NFA_SPLIT) {
            set[n++] = at;
            continue;
        }
        nfa->stack[depth++] = state->other;
        nfa->stack[depth++] = state->out;
    }
    return n;
}
