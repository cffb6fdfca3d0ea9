/* Finds what a scan may decide at a glance: plain blocks, and stretches of equal IDs. */
#include "../matcher.h"

/* The end token and the form, as far as the state tells; how it is reached may object. */
static struct mm_block find_end(const mmspan_matcher *m, uint32_t state) {
    for (uint32_t end = 0; state && end < m->n_classes; end++) {
        uint16_t accept = m->accept[mm_next(m, (uint16_t)state, (uint16_t)end)];
        if (!(accept & MM_FINAL) || !(accept & MM_FORM))
            continue;
        uint16_t form = (uint16_t)((accept & MM_FORM) - 1);
        if (m->forms[form].whole && !m->forms[form].embed[end])
            return (struct mm_block){(uint16_t)end, form};
    }
    return (struct mm_block){MM_NO_BLOCK, 0};
}

/* Do tokens of these classes, which lead to the state, make a plain block's beginning? */
static bool fits(const mmspan_matcher *m, uint16_t state, uint16_t begin, uint16_t patch) {
    const struct mm_form *form = &m->forms[m->blocks[state].form];
    return mm_next(m, state, patch) == state && !form->embed[begin] &&
           form->embed[patch] == form->modality + 1;
}

static void find_blocks(mmspan_matcher *m) {
    for (uint32_t state = 0; state < m->n_states; state++)
        m->blocks[state] = find_end(m, state);
    for (uint32_t begin = 0; begin < m->n_classes; begin++) {
        uint16_t begun = mm_next(m, MM_START, (uint16_t)begin);
        for (uint32_t patch = 0; begun && patch < m->n_classes; patch++) {
            uint16_t state = mm_next(m, begun, (uint16_t)patch);
            if (!fits(m, state, (uint16_t)begin, (uint16_t)patch))
                m->blocks[state].end = MM_NO_BLOCK;
        }
    }
}

static enum mm_start_kind kind_of(const mmspan_matcher *m, uint16_t class_index,
                                  const struct mm_start *start) {
    uint16_t one = start->state[0];
    uint16_t two = start->state[1];
    if (!one)
        return MM_START_NONE;
    if (m->accept[one] & MM_FINAL)
        return MM_START_FINAL;
    if (!two)
        return MM_START_ONCE;
    if (mm_next(m, two, class_index) != two)
        return MM_START_GROWS;
    if (one == two || start->form[1])
        return MM_START_RUN;
    /* Every other token of the stretch would begin an attempt with the same future. */
    return start->form[0] && m->future[one] == m->future[two] ? MM_START_SINGLES
                                                              : MM_START_GROWS;
}

static void make_start(const mmspan_matcher *m, uint16_t class_index, struct mm_start *start) {
    start->state[0] = mm_next(m, MM_START, class_index);
    start->state[1] = mm_next(m, start->state[0], class_index);
    start->form[0] = m->accept[start->state[0]] & MM_FORM;
    start->form[1] = m->accept[start->state[1]] & MM_FORM;
    start->kind = (uint8_t)kind_of(m, class_index, start);
    for (uint32_t patch = 0; start->state[0] && patch < m->n_classes; patch++)
        start->plain |=
            m->blocks[mm_next(m, start->state[0], (uint16_t)patch)].end != MM_NO_BLOCK;
}

bool mm_make_starts(mmspan_matcher *m) {
    m->blocks = mm_arena_alloc(&m->arena, m->n_states, sizeof *m->blocks);
    m->starts = mm_arena_alloc(&m->arena, m->n_classes, sizeof *m->starts);
    if (!m->blocks || !m->starts)
        return false;
    find_blocks(m);
    for (uint32_t k = 0; k < m->n_classes; k++)
        make_start(m, (uint16_t)k, &m->starts[k]);
    return true;
}
