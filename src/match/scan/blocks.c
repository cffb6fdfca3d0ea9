/* Plain blocks: one begin token, a run of patches, one end token; read off the marks. */
#include "ahead.h"
#include "emit.h"

/* Writes the item of a block of one begin token, `rows` patches and one end token. */
static inline mmspan_status emit_block(struct mm_engine *e, const struct mm_form *form,
                                       int64_t at, int64_t rows) {
    const mmspan_span run = {at + 1, at + 1 + rows};
    return mm_emit_run(e, form, at, run.end + 1, form->modality, run);
}

/* The form of plain blocks of these IDs, or NULL. */
static const struct mm_form *plain_form(const mmspan_matcher *m, int32_t begin, int32_t patch,
                                        int32_t end) {
    uint16_t begun = mm_next(m, 1, mm_class_of(m, begin));
    const struct mm_block *block = &m->blocks[mm_next(m, begun, mm_class_of(m, patch))];
    return block->end == mm_class_of(m, end) ? &m->forms[block->form] : NULL;
}

/* Leaves a plain block that the tokens end within to the engine, as if its tokens had been
 * pushed. Returns false when it is none. */
static bool begin_block(struct mm_engine *e, int32_t begin, int32_t patch, int64_t at,
                        int64_t rows) {
    const mmspan_matcher *m = e->matcher;
    uint16_t classes[] = {mm_class_of(m, begin), mm_class_of(m, patch)};
    uint16_t begun = mm_next(m, 1, classes[0]);
    uint16_t state = mm_next(m, begun, classes[1]);
    if (m->blocks[state].end == MM_NO_BLOCK || m->accept[begun] || m->accept[state])
        return false;
    mm_begin_attempt(e, at, 0);
    e->base = at;
    e->stretches[0] = (struct mm_stretch){at + 1, begin, classes[0], 0, 0, 0, 0};
    e->stretches[1] =
        (struct mm_stretch){at + 1 + rows, patch, classes[1], 0, m->future[begun], 0, 0};
    e->n_stretches = 2;
    e->at = 2;
    e->position = at + 1 + rows;
    e->state = state;
    return true;
}

size_t mm_fast_blocks(struct mm_engine *e, const int32_t *ids, size_t i, size_t n, int64_t base,
                      mmspan_status *status) {
    const struct mm_ahead *ahead = &e->ahead;
    const int32_t *marked = ahead->ids;
    const int32_t patch = ahead->id;
    const size_t n_marked = ahead->n;
    const size_t before = (size_t)(marked - ids);
    const struct mm_form *form = NULL;
    int32_t begin_id = 0;
    int32_t end_id = 0;
    size_t at = i - before;
    while (at + 2 < n_marked && marked[at + 1] == patch && *status == MMSPAN_OK) {
        size_t end = mm_next_mark(ahead, at + 2);
        int64_t position = base + (int64_t)(before + at);
        int64_t rows = (int64_t)(end - at - 1);
        if (end == n_marked) {
            bool cut = before + end == n && begin_block(e, marked[at], patch, position, rows);
            return before + (cut ? end : at);
        }
        /* Most blocks begin and end as the one before. */
        if (!form || marked[at] != begin_id || marked[end] != end_id) {
            begin_id = marked[at];
            end_id = marked[end];
            form = plain_form(e->matcher, begin_id, patch, end_id);
            if (!form)
                break;
        }
        *status = emit_block(e, form, position, rows);
        at = mm_next_mark(ahead, end + 1);
    }
    return before + at;
}

size_t mm_fast_resume(struct mm_engine *e, const int32_t *ids, size_t n,
                      mmspan_status *status) {
    const mmspan_matcher *m = e->matcher;
    const struct mm_stretch *first = &e->stretches[0];
    struct mm_stretch *run = &e->stretches[1];
    if (e->n_stretches != 2 || e->accepted || e->n_fates || e->start_at != 0 ||
        first->end != e->start + 1 ||
        mm_next(m, mm_next(m, 1, first->class_index), run->class_index) != e->state)
        return 0;
    const struct mm_block *block = &m->blocks[e->state];
    size_t more = ids[0] == run->id ? 1 + mm_run_length(e, ids + 1, n - 1, run->id) : 0;
    if (block->end == MM_NO_BLOCK || (more < n && block->end != mm_class_of(m, ids[more])))
        return 0;
    run->end += (int64_t)more;
    e->position = run->end;
    if (more == n)
        return n;
    *status = emit_block(e, &m->forms[block->form], e->start, run->end - first->end);
    e->dropped += e->n_stretches;
    e->n_stretches = 0;
    return more + 1;
}
