/* Says which repetition of a pattern lets too many attempts be alive at once. */
#include "compiler.h"

#include <string.h>

/* A place in a form's pattern where attempts are: a token of it, by where it is written. */
struct spot {
    uint32_t form;
    uint32_t at;
    uint32_t n_states;                /* how many of the attempts' states */
    uint32_t last;                    /* the number of the last one, + 1 */
    const struct mm_node *repetition; /* around the token, or NULL */
};

/* Any state of the automaton before it was minimised that means the same. */
static const struct mm_dfa_state *raw_state(const struct mm_compiler *c, uint16_t state) {
    for (uint32_t s = MM_START; s < c->dfa.n_states; s++)
        if (c->block[s] == state)
            return &c->dfa.states[s];
    return NULL;
}

static uint32_t copies_of(const struct mm_node *repeat) {
    return repeat->max == MM_UNBOUNDED ? repeat->min : repeat->max;
}

/* The repetition around the place that is spelt out most often, or NULL. */
static const struct mm_node *find_repetition(const struct mm_node *tree, uint32_t at) {
    const struct mm_node *found = NULL;
    if (tree->kind == MM_NODE_REPEAT && at >= tree->begin && at < tree->end)
        found = tree;
    for (const struct mm_node *child = tree->child; child; child = child->next) {
        const struct mm_node *inner = find_repetition(child, at);
        if (inner && (!found || copies_of(inner) >= copies_of(found)))
            found = inner;
    }
    return found;
}

static struct spot *find_spot(struct spot *spots, uint32_t n, const struct mm_nfa_state *leaf) {
    uint32_t i = 0;
    while (i < n && (spots[i].form != leaf->form || spots[i].at != leaf->at))
        i++;
    return &spots[i];
}

/* The token that most attempts wait for, of those that are repeated if there are any: when
 * they have lost count, all of them wait for what follows the repetition, too. */
static bool busiest_spot(struct mm_compiler *c, const uint16_t *states, uint32_t n,
                         struct spot *busiest) {
    struct spot *spots = mm_arena_alloc(&c->scratch, c->nfa.n_states + 1, sizeof *spots);
    uint32_t n_spots = 0;
    *busiest = (struct spot){0};
    for (uint32_t i = 0; spots && i < n; i++) {
        const struct mm_dfa_state *state = raw_state(c, states[i]);
        for (uint32_t k = 0; k < state->set_size; k++) {
            const struct mm_nfa_state *leaf = &c->nfa.states[c->dfa.sets[state->set_begin + k]];
            if (leaf->kind != MM_NFA_READ)
                continue;
            struct spot *spot = find_spot(spots, n_spots, leaf);
            if (!spot->last)
                spots[n_spots++] = (struct spot){
                    .form = leaf->form,
                    .at = leaf->at,
                    .repetition = find_repetition(c->sources[leaf->form].tree, leaf->at)};
            spot->n_states += spot->last != i + 1;
            spot->last = i + 1;
            bool better = !busiest->repetition == !spot->repetition
                              ? spot->n_states > busiest->n_states
                              : spot->repetition != NULL;
            if (better)
                *busiest = *spot;
        }
    }
    return spots != NULL;
}

bool mm_refuse_repetition(struct mm_compiler *c, const uint16_t *states, uint32_t n) {
    struct spot spot;
    if (!busiest_spot(c, states, n, &spot))
        return mm_no_memory(c);
    const struct mm_form_source *form = &c->sources[spot.form];
    const struct mm_node *repetition = spot.repetition;
    struct mm_place place = form->source.place;
    uint32_t begin = repetition ? repetition->begin : 0;
    size_t size = repetition ? repetition->end - begin : strlen(form->source.text);
    if (form->source.exact)
        place.column += begin;
    mm_note(c, mm_fail(c->error, MMSPAN_E_LIMIT, &place,
                       "pattern: \"%.*s\" may let more than %d attempts be alive at one token, "
                       "and a scan would pay for each. Use + or * and a `rows` rule for the "
                       "number, or begin the block with a token that does not recur in it",
                       (int)(size < 200 ? size : 200), form->source.text + begin,
                       MMSPAN_MAX_WORK));
    return false;
}
