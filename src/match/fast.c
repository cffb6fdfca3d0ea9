/* The common attempt: decided by the tokens at hand, without looking back. */
#include "ahead.h"
#include "emit.h"

/* An attempt that read further than this in vain is left to the general engine, since
 * only that remembers, and without memory time would not be linear. */
enum { NEAR = 16 };

/* An attempt at `at` that read `length` tokens and died at `id` in `state`, with no form
 * complete. */
static inline mmspan_status fail(struct mm_engine *e, int64_t at, uint16_t class_index,
                                 size_t length, int32_t id, uint16_t state) {
    struct mm_fate fate = {at + (int64_t)length, id, state, 0};
    return mm_report_broken(e, at, class_index, &fate);
}

/* Writes the item of a block of one begin token, `rows` patches and one end token. */
static inline mmspan_status emit_block(struct mm_engine *e, const struct mm_form *form,
                                       int64_t at, int64_t rows) {
    mmspan_status status = mm_reserve_item(e, 1);
    if (status != MMSPAN_OK)
        return status;
    mmspan_item *item = mm_add_item(e, form->modality, form->kind, at, at + rows + 2);
    mm_add_run(e, form->modality, at + 1, rows);
    item->n_runs = 1;
    item->rows = rows;
    if (rows < form->low || rows > form->high || form->intricate)
        return mm_check_rows(e, &e->matcher->shapes[form->modality]);
    return MMSPAN_OK;
}

/* The form of plain blocks of these IDs, or NULL. */
static const struct mm_form *plain_form(const mmspan_matcher *m, int32_t begin, int32_t patch,
                                        int32_t end) {
    uint16_t begun = mm_next(m, 1, mm_class_of(m, begin));
    const struct mm_block *block = &m->blocks[mm_next(m, begun, mm_class_of(m, patch))];
    return block->end == mm_class_of(m, end) ? &m->forms[block->form] : NULL;
}

size_t mm_fast_blocks(struct mm_engine *e, const int32_t *ids, size_t i, int64_t base,
                      mmspan_status *status) {
    const struct mm_ahead *ahead = &e->ahead;
    const int32_t *marked = ahead->ids;
    const int32_t patch = ahead->id;
    const size_t n = ahead->n;
    const size_t before = (size_t)(marked - ids);
    const struct mm_form *form = NULL;
    int32_t begin_id = 0;
    int32_t end_id = 0;
    size_t at = i - before;
    while (at + 2 < n && marked[at + 1] == patch && *status == MMSPAN_OK) {
        size_t end = mm_next_mark(ahead, at + 2);
        if (end == n)
            break;
        /* Most blocks begin and end as the one before. */
        if (!form || marked[at] != begin_id || marked[end] != end_id) {
            begin_id = marked[at];
            end_id = marked[end];
            form = plain_form(e->matcher, begin_id, patch, end_id);
            if (!form)
                break;
        }
        *status = emit_block(e, form, base + (int64_t)(before + at), (int64_t)(end - at - 1));
        at = mm_next_mark(ahead, end + 1);
    }
    return before + at;
}

size_t mm_fast_attempt(struct mm_engine *e, const int32_t *ids, size_t n, int64_t at,
                       uint16_t class_index, mmspan_status *status) {
    const mmspan_matcher *m = e->matcher;
    struct mm_stretch *stretches = e->stretches;
    size_t length = 0;
    size_t count = 0; /* of stretches */
    uint16_t state = 1;
    uint16_t accepted = 0; /* what was complete after accept_length tokens */
    size_t accept_length = 0;
    size_t accept_count = 0;
    for (;;) {
        uint16_t next = mm_next(m, state, class_index);
        if (!next)
            break;
        int32_t id = ids[length++];
        /* A stretch, or one token when the state does not simply stay. */
        if (length < n && ids[length] == id && mm_next(m, next, class_index) == next)
            length += mm_run_length(e, ids + length, n - length, id);
        if (count == 0 || stretches[count - 1].id != id) {
            stretches[count].id = id;
            stretches[count].class_index = class_index;
            stretches[count++].literal = 0;
        }
        stretches[count - 1].end = at + (int64_t)length;
        state = next;
        if (m->accept[next]) {
            accepted = m->accept[next];
            accept_length = length;
            accept_count = count;
            if (accepted & MM_FINAL)
                break;
        }
        if (length == n || count == MM_FAST_STRETCHES)
            return 0;
        class_index = mm_class_of(m, ids[length]);
    }
    if (accept_length < length && length > NEAR)
        return 0;
    if (!accepted) {
        *status = fail(e, at, stretches[0].class_index, length, ids[length], state);
        return mm_may_skip(m, stretches[0].class_index) ? (size_t)(stretches[0].end - at) : 1;
    }
    const struct mm_form *form = &m->forms[(accepted & MM_FORM) - 1];
    int64_t end = at + (int64_t)accept_length;
    *status = form->whole ? mm_emit_whole(e, form, at, end, 0, accept_count - 1)
                          : mm_emit(e, form, at, end, 0, accept_count - 1);
    return accept_length;
}

size_t mm_fast_singles(struct mm_engine *e, const int32_t *ids, size_t n, int64_t at,
                       uint16_t class_index, mmspan_status *status) {
    const mmspan_matcher *m = e->matcher;
    const struct mm_form *form =
        &m->forms[(m->accept[mm_next(m, 1, class_index)] & MM_FORM) - 1];
    int32_t taker = form->embed[class_index] - 1;
    if (!form->whole)
        return mm_fast_attempt(e, ids, n, at, class_index, status);
    size_t i = 0;
    do {
        *status = mm_reserve_item(e, 1);
        if (*status != MMSPAN_OK)
            return 0;
        int64_t start = at + (int64_t)i++;
        mmspan_item *item = mm_add_item(e, form->modality, form->kind, start, start + 1);
        if (taker >= 0) {
            mm_add_run(e, taker, start, 1);
            item->n_runs = 1;
            item->rows = taker == form->modality;
        }
        if (item->rows < form->low || item->rows > form->high || form->intricate)
            *status = mm_check_rows(e, &m->shapes[form->modality]);
    } while (i < n && ids[i] == ids[0] && *status == MMSPAN_OK);
    return i;
}
