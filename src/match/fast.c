/* The common attempt: decided by the tokens at hand, without looking back. */
#include "emit.h"

/* An attempt that read further than this in vain is left to the general engine, since
 * only that remembers, and without memory time would not be linear. */
enum { NEAR = 16 };

/* The length of the run of `id` that ids[0..n) begins with. Images of one prompt tend
 * to have equally many rows. Where the last run's length is right, the processor
 * goes on with what follows while it still verifies the run; a length that it had to
 * find by searching, it would have to wait for. */
static inline size_t run_length(struct mm_engine *e, const int32_t *ids, size_t n, int32_t id) {
    const struct mmspan_kernel *kernel = e->matcher->kernel;
    size_t guess = e->last_run;
    if (guess < n && ids[guess] != id && ids[guess - 1] == id &&
        kernel->run(ids, guess, id) == guess)
        return guess;
    size_t length = kernel->run(ids, n, id);
    /* A run that is cut off by the end of a chunk says nothing about others. */
    if (length < n)
        e->last_run = length;
    return length;
}

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

/*
 * The shape of nearly every block: one begin token, a run, one end token. Returns how
 * many tokens are dealt with, or 0 when this is something else or, with *cut set, goes
 * on behind the end of ids. mm_fast_attempt's loop would find the same in twice the time.
 */
static inline size_t try_block(struct mm_engine *e, const int32_t *ids, size_t n, int64_t at,
                               uint16_t begin, bool *cut, mmspan_status *status) {
    const mmspan_matcher *m = e->matcher;
    uint16_t begun = mm_next(m, 1, begin);
    if (n < 3 || m->accept[begun])
        return 0;
    uint16_t patch = mm_class_of(m, ids[1]);
    uint16_t state = mm_next(m, begun, patch);
    if (!state) {
        *status = fail(e, at, begin, 1, ids[1], begun);
        return 1;
    }
    size_t rows = 1;
    if (m->accept[state] || patch == begin ||
        (ids[2] == ids[1] && mm_next(m, state, patch) != state))
        return 0;
    if (ids[2] == ids[1])
        rows += run_length(e, ids + 2, n - 2, ids[1]);
    if (rows + 2 > n) {
        *cut = true;
        return 0;
    }
    uint16_t end = mm_class_of(m, ids[rows + 1]);
    uint16_t last = mm_next(m, state, end);
    if (!last && rows < NEAR) {
        *status = fail(e, at, begin, rows + 1, ids[rows + 1], state);
        return 1;
    }
    if (!(m->accept[last] & MM_FINAL))
        return 0;
    const struct mm_form *form = &m->forms[(m->accept[last] & MM_FORM) - 1];
    const uint8_t *embed = form->embed;
    if (!form->whole || embed[begin] || embed[end] || embed[patch] != form->modality + 1)
        return 0;
    *status = emit_block(e, form, at, (int64_t)rows);
    return rows + 2;
}

size_t mm_fast_attempt(struct mm_engine *e, const int32_t *ids, size_t n, int64_t at,
                       uint16_t class_index, mmspan_status *status) {
    const mmspan_matcher *m = e->matcher;
    struct mm_stretch *stretches = e->stretches;
    bool cut = false;
    size_t length = try_block(e, ids, n, at, class_index, &cut, status);
    if (length || cut || *status != MMSPAN_OK)
        return length;
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
            length += run_length(e, ids + length, n - length, id);
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
