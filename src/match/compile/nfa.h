/* Nondeterministic automata built from pattern trees. */
#ifndef MMSPAN_MATCH_NFA_H
#define MMSPAN_MATCH_NFA_H

#include "classes.h"
#include "pattern.h"

enum mm_nfa_kind { MM_NFA_READ, MM_NFA_SPLIT, MM_NFA_ACCEPT };

/* READ consumes one ID of `atom`, or of `text` when `token` is MM_TEXT, and goes to
 * `out`. SPLIT goes to `out` and `other` and consumes nothing. */
struct mm_nfa_state {
    enum mm_nfa_kind kind;
    int32_t token;
    uint32_t atom;
    uint32_t out;
    uint32_t other;
    uint32_t form;
    uint32_t at; /* READ: where in the pattern the token stands */
};

/* Before determinisation; bounds the time and memory of a hostile pattern. */
enum { MM_MAX_NFA_STATES = 32768 };

struct mm_nfa {
    struct mm_nfa_state *states;
    uint32_t n_states;
    uint32_t cap_states;
    /* For walks that consume nothing: states seen in the walk number `stamp`. */
    uint32_t *seen;
    uint32_t *stack;
    uint32_t stamp;
};

/* How many states a tree needs, saturating above MM_MAX_NFA_STATES. */
uint32_t mm_nfa_size(const mmspan_spec *spec, const struct mm_node *tree);

/* Room for `cap` states. */
bool mm_nfa_init(struct mm_nfa *nfa, struct mm_arena *arena, uint32_t cap);

/* Adds a tree as form number `form`; returns its entry. There must be room. */
uint32_t mm_nfa_add(struct mm_nfa *nfa, const mmspan_spec *spec,
                    const struct mm_classes *classes, const struct mm_node *tree,
                    uint32_t form);

/* Adds a SPLIT. There must be room. */
uint32_t mm_nfa_split(struct mm_nfa *nfa, uint32_t out, uint32_t other);

/* Calls of mm_nfa_reach between two of these collect one set. */
void mm_nfa_begin_set(struct mm_nfa *nfa);

/* Appends to `set` every READ and ACCEPT state that can be reached from `from`
 * without consuming and is not yet in the set; returns the set's new size. `set`
 * has room for all states. */
size_t mm_nfa_reach(struct mm_nfa *nfa, uint32_t from, uint32_t *set, size_t n);

#endif
