/* The subset construction. */
#include "dfa.h"

#include <stdlib.h>
#include <string.h>

/* Bounds on the automaton before it is minimised. A config that passes one would
 * take seconds and hundreds of megabytes. */
enum { MAX_RAW_STATES = 32768, MAX_WORK = 32 * 1024 * 1024 };

/* One move of the state that is being expanded. */
struct move {
    uint16_t class_index;
    uint32_t target;
};

struct subset {
    struct mm_nfa *nfa;
    const struct mm_classes *classes;
    struct mm_dfa *dfa;
    struct move *moves;
    size_t n_moves, cap_moves;
    uint32_t *set; /* the set under construction */
    size_t set_cap;
    uint32_t *table; /* hash of sets: state or 0 */
    size_t table_size;
    size_t work;
    const uint16_t *text_classes;
    size_t n_text_classes;
};

static int by_number(const void *left, const void *right) {
    uint32_t a, b;
    memcpy(&a, left, sizeof a);
    memcpy(&b, right, sizeof b);
    return (a > b) - (a < b);
}

static int by_class(const void *left, const void *right) {
    const struct move *a = left;
    const struct move *b = right;
    if (a->class_index != b->class_index)
        return a->class_index < b->class_index ? -1 : 1;
    return (a->target > b->target) - (a->target < b->target);
}

static size_t hash_set(const uint32_t *set, size_t n) {
    uint64_t hash = 0xcbf29ce484222325U;
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ set[i]) * 0x100000001b3U;
    return (size_t)(hash ^ hash >> 32);
}

static bool grow_table(struct subset *s) {
    size_t size = s->table_size * 2;
    const mmspan_allocator *memory = &s->dfa->allocator;
    uint32_t *table = mm_resize(memory, NULL, 0, size * sizeof *table);
    if (!table)
        return false;
    memset(table, 0, size * sizeof *table);
    for (uint32_t i = 1; i < s->dfa->n_states; i++) {
        const struct mm_dfa_state *state = &s->dfa->states[i];
        size_t slot = hash_set(s->dfa->sets + state->set_begin, state->set_size) & (size - 1);
        while (table[slot])
            slot = (slot + 1) & (size - 1);
        table[slot] = i;
    }
    mm_free(memory, s->table, s->table_size * sizeof *table);
    s->table = table;
    s->table_size = size;
    return true;
}

static bool reserve_state(struct subset *s, size_t set_size) {
    struct mm_dfa *dfa = s->dfa;
    return (dfa->n_states * 2 < s->table_size || grow_table(s)) &&
           mm_reserve(&dfa->allocator, &dfa->states, &dfa->cap_states, dfa->n_states + 1,
                      sizeof *dfa->states) &&
           mm_reserve(&dfa->allocator, &dfa->next, &dfa->cap_next,
                      (dfa->n_states + 1) * dfa->n_classes, sizeof *dfa->next) &&
           mm_reserve(&dfa->allocator, &dfa->sets, &dfa->cap_sets, dfa->n_sets + set_size,
                      sizeof *dfa->sets);
}

/* Which forms are complete in a set. */
static void note_accepts(struct subset *s, struct mm_dfa_state *state, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const struct mm_nfa_state *member = &s->nfa->states[s->set[i]];
        if (member->kind != MM_NFA_ACCEPT)
            continue;
        if (!state->accept)
            state->accept = member->form + 1;
        else if (!state->conflict && state->accept != member->form + 1)
            state->conflict = member->form + 1;
    }
}

/* The state for the set under construction; 0 when memory is out. */
static uint32_t intern_set(struct subset *s, size_t n, uint32_t parent, uint16_t by) {
    struct mm_dfa *dfa = s->dfa;
    qsort(s->set, n, sizeof *s->set, by_number);
    if (!reserve_state(s, n))
        return 0;
    size_t slot = hash_set(s->set, n) & (s->table_size - 1);
    for (; s->table[slot]; slot = (slot + 1) & (s->table_size - 1)) {
        const struct mm_dfa_state *old = &dfa->states[s->table[slot]];
        if (old->set_size == n &&
            memcmp(dfa->sets + old->set_begin, s->set, n * sizeof *s->set) == 0)
            return s->table[slot];
    }
    uint32_t index = (uint32_t)dfa->n_states++;
    struct mm_dfa_state *state = &dfa->states[index];
    *state = (struct mm_dfa_state){(uint32_t)dfa->n_sets, (uint32_t)n, parent, by, 0, 0};
    note_accepts(s, state, n);
    memcpy(dfa->sets + dfa->n_sets, s->set, n * sizeof *s->set);
    dfa->n_sets += n;
    memset(dfa->next + (size_t)index * dfa->n_classes, 0, dfa->n_classes * sizeof *dfa->next);
    s->table[slot] = index;
    return index;
}

static bool add_moves(struct subset *s, const uint16_t *list, size_t n, uint32_t target) {
    if (!mm_reserve(&s->dfa->allocator, &s->moves, &s->cap_moves, s->n_moves + n,
                    sizeof *s->moves))
        return false;
    for (size_t i = 0; i < n; i++)
        s->moves[s->n_moves++] = (struct move){list[i], target};
    return true;
}

static bool collect_moves(struct subset *s, uint32_t index) {
    const struct mm_dfa_state state = s->dfa->states[index];
    s->n_moves = 0;
    for (uint32_t i = 0; i < state.set_size; i++) {
        const struct mm_nfa_state *from =
            &s->nfa->states[s->dfa->sets[state.set_begin + i]];
        if (from->kind != MM_NFA_READ)
            continue;
        const uint16_t *list = s->text_classes;
        size_t n = s->n_text_classes;
        if (from->token != MM_TEXT) {
            uint32_t begin = s->classes->class_begin[from->atom];
            list = s->classes->class_list + begin;
            n = s->classes->class_begin[from->atom + 1] - begin;
        }
        if (!add_moves(s, list, n, from->out))
            return false;
    }
    qsort(s->moves, s->n_moves, sizeof *s->moves, by_class);
    return true;
}

static enum mm_dfa_outcome expand(struct subset *s, uint32_t index) {
    if (!collect_moves(s, index))
        return MM_DFA_NO_MEMORY;
    s->work += s->n_moves;
    for (size_t i = 0; i < s->n_moves;) {
        uint16_t by = s->moves[i].class_index;
        size_t n = 0;
        mm_nfa_begin_set(s->nfa);
        for (; i < s->n_moves && s->moves[i].class_index == by; i++)
            n = mm_nfa_reach(s->nfa, s->moves[i].target, s->set, n);
        s->work += n;
        if (s->work > MAX_WORK || s->dfa->n_states > MAX_RAW_STATES)
            return MM_DFA_TOO_LARGE;
        uint32_t target = intern_set(s, n, index, by);
        if (!target)
            return MM_DFA_NO_MEMORY;
        s->dfa->next[(size_t)index * s->dfa->n_classes + by] = target;
    }
    return MM_DFA_DONE;
}

static enum mm_dfa_outcome explore(struct subset *s, uint32_t start) {
    mm_nfa_begin_set(s->nfa);
    size_t n = mm_nfa_reach(s->nfa, start, s->set, 0);
    /* The dead state is there so that state numbers and table slots agree. */
    if (!reserve_state(s, n))
        return MM_DFA_NO_MEMORY;
    s->dfa->states[s->dfa->n_states++] = (struct mm_dfa_state){0};
    memset(s->dfa->next, 0, s->dfa->n_classes * sizeof *s->dfa->next);
    enum mm_dfa_outcome outcome = intern_set(s, n, 0, 0) ? MM_DFA_DONE : MM_DFA_NO_MEMORY;
    for (uint32_t i = MM_START; i < s->dfa->n_states && outcome == MM_DFA_DONE; i++)
        outcome = expand(s, i);
    return outcome;
}

enum mm_dfa_outcome mm_dfa_make(struct mm_nfa *nfa, const struct mm_classes *classes,
                                uint32_t start, struct mm_dfa *dfa) {
    const mmspan_allocator *memory = &dfa->allocator;
    struct subset s = {.nfa = nfa, .classes = classes, .dfa = dfa};
    enum mm_dfa_outcome outcome = MM_DFA_NO_MEMORY;
    dfa->n_classes = classes->n_classes;
    size_t table_cap = 0;
    size_t text_cap = 0;
    uint16_t *text = NULL;
    if (mm_reserve(memory, &s.set, &s.set_cap, nfa->n_states, sizeof *s.set) &&
        mm_reserve(memory, &s.table, &table_cap, 256, sizeof *s.table) &&
        mm_reserve(memory, &text, &text_cap, classes->n_classes, sizeof *text)) {
        s.table_size = table_cap;
        memset(s.table, 0, table_cap * sizeof *s.table);
        for (uint32_t c = 0; c < classes->n_classes; c++)
            if (classes->classes[c].text)
                text[s.n_text_classes++] = (uint16_t)c;
        s.text_classes = text;
        outcome = explore(&s, start);
        table_cap = s.table_size;
    }
    mm_free(memory, s.set, s.set_cap * sizeof *s.set);
    mm_free(memory, s.table, table_cap * sizeof *s.table);
    mm_free(memory, text, text_cap * sizeof *text);
    mm_free(memory, s.moves, s.cap_moves * sizeof *s.moves);
    return outcome;
}

void mm_dfa_free(struct mm_dfa *dfa) {
    const mmspan_allocator *memory = &dfa->allocator;
    mm_free(memory, dfa->states, dfa->cap_states * sizeof *dfa->states);
    mm_free(memory, dfa->sets, dfa->cap_sets * sizeof *dfa->sets);
    mm_free(memory, dfa->next, dfa->cap_next * sizeof *dfa->next);
}
