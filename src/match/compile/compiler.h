/* The steps of mmspan_compile and what they hand to each other. */
#ifndef MMSPAN_MATCH_COMPILER_H
#define MMSPAN_MATCH_COMPILER_H

#include "../matcher.h"
#include "dfa.h"
#include "nfa.h"

/* A form on its way into the automaton. */
struct mm_form_source {
    struct mm_source source;
    struct mm_node *tree;
    uint32_t entry;
    uint32_t size;
};

struct mm_compiler {
    const mmspan_spec *spec;
    struct mmspan_matcher *matcher;
    struct mm_arena scratch;
    struct mm_form_source *sources; /* as many as matcher->forms */
    struct mm_nfa nfa;
    uint32_t start; /* entry of all forms together */
    struct mm_dfa dfa;
    uint32_t *block; /* of a state of dfa: the matcher's */
    /* Every error goes to `report` when there is one and the step goes on; without,
     * the first one ends the compilation. */
    void (*report)(void *context, const mmspan_error *error);
    void *context;
    mmspan_error *error;
    mmspan_status first;
};

/* Takes note of an error in *c->error. Returns whether to go on looking for more. */
bool mm_note(struct mm_compiler *c, mmspan_status status);

/* Each step returns false to stop, with the reason noted in c->first. */
bool mm_step_forms(struct mm_compiler *c);     /* declarations -> trees */
bool mm_step_automaton(struct mm_compiler *c); /* trees -> nfa -> dfa, ambiguity */
bool mm_step_tables(struct mm_compiler *c);    /* dfa -> the matcher's tables */
bool mm_step_work(struct mm_compiler *c);      /* the bound on a scan's work */
bool mm_step_shapes(struct mm_compiler *c);    /* embed tokens, placeholders, rules */

/* For mm_step_work: notes which repetition lets attempts be in all of these states at once,
 * and returns false. */
bool mm_refuse_repetition(struct mm_compiler *c, const uint16_t *states, uint32_t n);

/* For steps: notes that memory is out, and returns false. */
bool mm_no_memory(struct mm_compiler *c);

#endif
