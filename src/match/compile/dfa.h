/* Deterministic automata over token classes. */
#ifndef MMSPAN_MATCH_DFA_H
#define MMSPAN_MATCH_DFA_H

#include "../matcher.h"
#include "nfa.h"

/* What one state of the automaton means. */
struct mm_dfa_state {
    uint32_t set_begin; /* its automaton states: sets[set_begin..set_begin + set_size) */
    uint32_t set_size;
    uint32_t parent; /* the state it was first reached from, on a shortest way */
    uint16_t parent_class;
    uint32_t accept;   /* form + 1, or 0 */
    uint32_t conflict; /* another form it accepts + 1, or 0 */
};

/* MM_DEAD has no transitions. */
struct mm_dfa {
    mmspan_allocator allocator;
    struct mm_dfa_state *states;
    size_t n_states, cap_states;
    uint32_t *sets;
    size_t n_sets, cap_sets;
    /* next[state * n_classes + class] */
    uint32_t *next;
    size_t cap_next;
    uint32_t n_classes;
};

/* Why mm_dfa_make stopped. */
enum mm_dfa_outcome { MM_DFA_DONE, MM_DFA_TOO_LARGE, MM_DFA_NO_MEMORY };

/* Determinises the part of the automaton that is reachable from `start`. Free the
 * result with mm_dfa_free in every case. */
enum mm_dfa_outcome mm_dfa_make(struct mm_nfa *nfa, const struct mm_classes *classes,
                                uint32_t start, struct mm_dfa *dfa);

void mm_dfa_free(struct mm_dfa *dfa);

/*
 * Merges states that no input can tell apart. Writes the block of every state to
 * `block`, with 0 for the dead state, 1 for the start's and the rest in breadth-first
 * order; returns the number of blocks including the dead one, or 0 when memory is
 * out. `color` is the initial partition: states of different color are never merged.
 */
uint32_t mm_dfa_minimize(const struct mm_dfa *dfa, const uint32_t *color, uint32_t n_colors,
                         uint32_t *block);

#endif
