/* Finds the blocks of the shape that nearly all have: begin token, patches, end token. */
#include "matcher.h"

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

bool mm_make_blocks(mmspan_matcher *m) {
    m->blocks = mm_arena_alloc(&m->arena, m->n_states, sizeof *m->blocks);
    if (!m->blocks)
        return false;
    for (uint32_t state = 0; state < m->n_states; state++)
        m->blocks[state] = find_end(m, state);
    for (uint32_t begin = 0; begin < m->n_classes; begin++) {
        uint16_t begun = mm_next(m, 1, (uint16_t)begin);
        for (uint32_t patch = 0; begun && patch < m->n_classes; patch++) {
            uint16_t state = mm_next(m, begun, (uint16_t)patch);
            if (!fits(m, state, (uint16_t)begin, (uint16_t)patch))
                m->blocks[state].end = MM_NO_BLOCK;
        }
    }
    return true;
}
