/* The subset construction. */
#include "dfa.h"
#include "table_hash.h"

#include <stdlib.h>
#include <string.h>

/* Bounds on the automaton before it is minimised. A config that passes one would
 * take seconds and hundreds of megabytes. */
enum { MAX_RAW_STATES = 32768, MAX_CELLS = 5 * 1024 * 1024, MAX_WORK = 20 * 1024 * 1024 };

struct subset {
    struct mm_nfa *nfa;
    const struct mm_classes *classes;
    struct mm_dfa *dfa;
    /* The moves of the state that is being expanded, grouped by class: those of
     * touched[i] are targets[begin[touched[i]]..end[touched[i]]). */
    uint32_t *targets;
    size_t cap_targets;
    uint32_t *begin;
    uint32_t *end;
    uint32_t *touched;
    size_t n_touched;
    uint32_t *set;   /* the set under construction */
    uint64_t *bits;  /* one for each automaton state or class; clear between uses */
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

static size_t hash_set(const uint32_t *set, size_t n) {
    return mm_table_hash(set, n * sizeof *set);
}

static bool grow_table(struct subset *s) {
    size_t size = s->table_size * 2;
    const mmspan_allocator *memory = &s->dfa->allocator;
    uint32_t *table = mm_resize(memory, NULL, 0, size * sizeof *table);
    if (!table)
        return false;
    memset(table, 0, size * sizeof *table);
    for (uint32_t i = MM_START; i < s->dfa->n_states; i++) {
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

/* Sorts numbers of states or of classes, each once. Large sets by setting bits and reading
 * them off, since sorting is nearly all the work that a hostile pattern causes. */
static void sort_numbers(struct subset *s, uint32_t *set, size_t n) {
    enum { SMALL = 32 };
    if (n <= SMALL) {
        qsort(set, n, sizeof *set, by_number);
        return;
    }
    uint32_t low = UINT32_MAX;
    uint32_t high = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t word = set[i] / 64;
        s->bits[word] |= UINT64_C(1) << set[i] % 64;
        low = word < low ? word : low;
        high = word > high ? word : high;
    }
    size_t k = 0;
    for (uint32_t word = low; word <= high; word++) {
        uint64_t bits = s->bits[word];
        s->bits[word] = 0;
        for (uint32_t bit = 0; bits; bit++, bits >>= 1)
            if (bits & 1)
                set[k++] = word * 64 + bit;
    }
}

/* The state for the set under construction; 0 when memory is out. */
static uint32_t intern_set(struct subset *s, size_t n, uint32_t parent, uint16_t by) {
    struct mm_dfa *dfa = s->dfa;
    sort_numbers(s, s->set, n);
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

/* The classes by which an automaton state is left. */
static const uint16_t *classes_of(const struct subset *s, const struct mm_nfa_state *state,
                                  size_t *n) {
    if (state->token == MM_TEXT) {
        *n = s->n_text_classes;
        return s->text_classes;
    }
    uint32_t begin = s->classes->class_begin[state->atom];
    *n = s->classes->class_begin[state->atom + 1] - begin;
    return s->classes->class_list + begin;
}

/* Counts the moves of each class, in `end`, and lists the classes that have any. */
static size_t count_moves(struct subset *s, const uint32_t *set, size_t size) {
    size_t total = 0;
    s->n_touched = 0;
    for (size_t i = 0; i < size; i++) {
        const struct mm_nfa_state *from = &s->nfa->states[set[i]];
        size_t n;
        const uint16_t *list = classes_of(s, from, &n);
        for (size_t k = 0; from->kind == MM_NFA_READ && k < n; k++, total++)
            if (s->end[list[k]]++ == 0)
                s->touched[s->n_touched++] = list[k];
    }
    return total;
}

/* Groups the moves of a state by class. */
static bool collect_moves(struct subset *s, uint32_t index, size_t *total) {
    const struct mm_dfa_state state = s->dfa->states[index];
    const uint32_t *set = s->dfa->sets + state.set_begin;
    *total = count_moves(s, set, state.set_size);
    if (!mm_reserve(&s->dfa->allocator, &s->targets, &s->cap_targets, *total,
                    sizeof *s->targets))
        return false;
    sort_numbers(s, s->touched, s->n_touched);
    uint32_t at = 0;
    for (size_t i = 0; i < s->n_touched; i++) {
        uint32_t c = s->touched[i];
        s->begin[c] = at;
        at += s->end[c];
        s->end[c] = s->begin[c];
    }
    for (uint32_t i = 0; i < state.set_size; i++) {
        const struct mm_nfa_state *from = &s->nfa->states[set[i]];
        size_t n;
        const uint16_t *list = classes_of(s, from, &n);
        for (size_t k = 0; from->kind == MM_NFA_READ && k < n; k++)
            s->targets[s->end[list[k]]++] = from->out;
    }
    return true;
}

/* Do both classes move to the same states? Those of a set of tokens do, side by side. */
static bool same_moves(const struct subset *s, uint32_t a, uint32_t b) {
    uint32_t n = s->end[a] - s->begin[a];
    return n == s->end[b] - s->begin[b] &&
           memcmp(s->targets + s->begin[a], s->targets + s->begin[b], n * sizeof *s->targets) ==
               0;
}

/* Finds the state that a class leads to. */
static enum mm_dfa_outcome move_by(struct subset *s, uint32_t index, uint32_t by,
                                   uint32_t *target) {
    size_t n = 0;
    mm_nfa_begin_set(s->nfa);
    for (uint32_t k = s->begin[by]; k < s->end[by]; k++)
        n = mm_nfa_reach(s->nfa, s->targets[k], s->set, n);
    s->work += n;
    if (s->work > MAX_WORK || s->dfa->n_states > MAX_RAW_STATES ||
        s->dfa->n_states * s->dfa->n_classes > MAX_CELLS)
        return MM_DFA_TOO_LARGE;
    *target = intern_set(s, n, index, (uint16_t)by);
    return *target ? MM_DFA_DONE : MM_DFA_NO_MEMORY;
}

static enum mm_dfa_outcome expand(struct subset *s, uint32_t index) {
    size_t n_moves;
    if (!collect_moves(s, index, &n_moves))
        return MM_DFA_NO_MEMORY;
    s->work += n_moves;
    uint32_t target = 0;
    for (size_t i = 0; i < s->n_touched; i++) {
        uint32_t by = s->touched[i];
        if (i == 0 || !same_moves(s, s->touched[i - 1], by)) {
            enum mm_dfa_outcome outcome = move_by(s, index, by, &target);
            if (outcome != MM_DFA_DONE)
                return outcome;
        }
        s->dfa->next[(size_t)index * s->dfa->n_classes + by] = target;
    }
    for (size_t i = 0; i < s->n_touched; i++)
        s->end[s->touched[i]] = 0;
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

/* The arrays that do not grow, from an arena. */
static bool allocate(struct subset *s, struct mm_arena *scratch) {
    size_t n_states = s->nfa->n_states;
    size_t n_classes = s->classes->n_classes;
    uint16_t *text = mm_arena_alloc(scratch, n_classes, sizeof *text);
    s->set = mm_arena_alloc(scratch, n_states, sizeof *s->set);
    s->bits = mm_arena_alloc(scratch, (n_states + n_classes) / 64 + 1, sizeof *s->bits);
    s->begin = mm_arena_alloc(scratch, n_classes, sizeof *s->begin);
    s->end = mm_arena_alloc(scratch, n_classes, sizeof *s->end);
    s->touched = mm_arena_alloc(scratch, n_classes, sizeof *s->touched);
    if (!text || !s->set || !s->bits || !s->begin || !s->end || !s->touched)
        return false;
    for (size_t c = 0; c < n_classes; c++)
        if (s->classes->classes[c].text)
            text[s->n_text_classes++] = (uint16_t)c;
    s->text_classes = text;
    return true;
}

enum mm_dfa_outcome mm_dfa_make(struct mm_nfa *nfa, const struct mm_classes *classes,
                                uint32_t start, struct mm_dfa *dfa) {
    const mmspan_allocator *memory = &dfa->allocator;
    struct subset s = {.nfa = nfa, .classes = classes, .dfa = dfa};
    struct mm_arena scratch;
    mm_arena_init(&scratch, memory);
    enum mm_dfa_outcome outcome = MM_DFA_NO_MEMORY;
    dfa->n_classes = classes->n_classes;
    if (allocate(&s, &scratch) &&
        mm_reserve(memory, &s.table, &s.table_size, 256, sizeof *s.table)) {
        memset(s.table, 0, s.table_size * sizeof *s.table);
        outcome = explore(&s, start);
    }
    mm_free(memory, s.table, s.table_size * sizeof *s.table);
    mm_free(memory, s.targets, s.cap_targets * sizeof *s.targets);
    mm_arena_free(&scratch);
    return outcome;
}

void mm_dfa_free(struct mm_dfa *dfa) {
    const mmspan_allocator *memory = &dfa->allocator;
    mm_free(memory, dfa->states, dfa->cap_states * sizeof *dfa->states);
    mm_free(memory, dfa->sets, dfa->cap_sets * sizeof *dfa->sets);
    mm_free(memory, dfa->next, dfa->cap_next * sizeof *dfa->next);
}
