/* What the states of an automaton mean to people: expected tokens and modalities. */
#ifndef MMSPAN_MATCH_OUTPUTS_H
#define MMSPAN_MATCH_OUTPUTS_H

#include "../matcher.h"
#include "dfa.h"

struct mm_outputs {
    const struct mmspan_matcher *matcher;
    const struct mm_nfa *nfa;
    const struct mm_dfa *dfa;
    struct mm_arena *scratch;
    /* Names in order: token_order[rank] is a token index or MM_TEXT. */
    int32_t *token_order;
    uint32_t *token_rank; /* by token index + 1 */
    int32_t *modality_order;
    uint32_t *modality_rank;
    uint32_t *ranks; /* room for one key */
    uint32_t *seen;  /* by rank: in which list it was met last */
    uint32_t stamp;
    /* For each state: accepted form, then the counts and ranks of both lists. */
    struct mm_meaning {
        const uint32_t *key;
        uint32_t size;
        uint32_t state;
    } * meanings;
};

/* Works the meanings out and colors the states: two states have one color when they
 * mean the same. false when memory is out. */
bool mm_outputs_make(struct mm_outputs *o, uint32_t *color, uint32_t *n_colors);

/* Fills the matcher's lists for its minimal states; block[s] is the minimal state of
 * raw state s. false when memory is out. */
bool mm_outputs_store(const struct mm_outputs *o, const uint32_t *block,
                      struct mmspan_matcher *matcher);

#endif
