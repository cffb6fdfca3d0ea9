/* Plain blocks: one begin token, a run of patches, one end token; read off the marks. */
#include "ahead.h"
#include "emit.h"

/* Writes the item of a block of one begin token, `rows` patches and one end token. */
static inline mmspan_status emit_block(struct mm_engine *e, const struct mm_form *form,
                                       const int32_t *ids, int64_t at, int64_t rows) {
    const mmspan_matcher *m = e->matcher;
    const int64_t end = at + rows + 2;
    if (mm_rows_fit(form, rows)) {
        const mmspan_span run = {at + 1, at + 1 + rows};
        return mm_emit_run(e, form, at, end, form->modality, run);
    }
    for (int64_t i = 0, n = 0; i < 3; i++) {
        int32_t id = ids[n];
        n += i == 1 ? rows : 1;
        e->stretches[i] = (struct mm_stretch){at + n, id, mm_class_of(m, id), 0, 0, 0};
    }
    return mm_emit(e, form, at, end, 0, 2);
}

/* The form of plain blocks of these IDs, or NULL. */
static const struct mm_form *plain_form(const mmspan_matcher *m, int32_t begin, int32_t patch,
                                        int32_t end) {
    uint16_t begun = mm_next(m, MM_START, mm_class_of(m, begin));
    const struct mm_block *block = &m->blocks[mm_next(m, begun, mm_class_of(m, patch))];
    return block->end == mm_class_of(m, end) ? &m->forms[block->form] : NULL;
}

size_t mm_read_blocks(struct mm_engine *e, const int32_t *ids, size_t i, int64_t base,
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
        if (end == n_marked)
            break;
        /* Most blocks begin and end as the one before. */
        if (!form || marked[at] != begin_id || marked[end] != end_id) {
            begin_id = marked[at];
            end_id = marked[end];
            form = plain_form(e->matcher, begin_id, patch, end_id);
            if (!form)
                break;
        }
        *status = emit_block(e, form, marked + at, base + (int64_t)(before + at),
                             (int64_t)(end - at - 1));
        at = mm_next_mark(ahead, end + 1);
    }
    return before + at;
}
