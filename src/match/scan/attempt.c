/*
 * Reads attempts from the tokens at hand.
 *
 * An attempt reads stretches of equal IDs until it dies, until nothing can follow, or until the
 * tokens at hand are used up. Most die or end soon, and are decided on the spot and forgotten.
 * One that is still alive stays in the engine and reads on when more tokens come; one that
 * died far behind what it can still be is left to the engine as well, since only that
 * remembers, and without memory time would not be linear. Nothing is read twice: what is left
 * to the engine lies in its stretches already.
 */
#include "ahead.h"
#include "emit.h"

/* An attempt that read more tokens than this in vain is left to the engine. */
enum { NEAR = 16 };

enum outcome { PENDING, COMPLETE, DEAD };

/* Lets the live attempt read ids[0..n). *n_read receives how many it has read; when it is
 * dead, the next one killed it. */
static inline enum outcome read_on(struct mm_engine *e, const int32_t *ids, size_t n,
                                   size_t *n_read, mmspan_status *status) {
    const mmspan_matcher *m = e->matcher;
    enum outcome outcome = PENDING;
    uint16_t state = e->state;
    int64_t position = e->position;
    size_t count = e->n_stretches;
    size_t i = 0;
    while (i < n) {
        int32_t id = ids[i];
        uint16_t class_index = mm_class_of(m, id);
        uint16_t next = mm_next(m, state, class_index);
        if (!next) {
            outcome = DEAD;
            break;
        }
        /* A stretch, or one token when the state does not simply stay. */
        size_t length = 1;
        if (i + 1 < n && ids[i + 1] == id && mm_next(m, next, class_index) == next)
            length += mm_run_length(e, ids + i + 1, n - i - 1, id);
        i += length;
        position += (int64_t)length;
        struct mm_stretch *last = count > 0 ? &e->stretches[count - 1] : NULL;
        if (last && last->id == id && !last->literal) {
            last->end = position;
        } else if (mm_reserve(&e->allocator, &e->stretches, &e->cap_stretches, count + 1,
                              sizeof *e->stretches)) {
            e->stretches[count++] =
                (struct mm_stretch){position, id, class_index, 0, m->future[state], 0};
        } else {
            *status = MMSPAN_E_MEMORY;
            break;
        }
        state = next;
        uint16_t accept = m->accept[state];
        if (accept) {
            e->accepted = accept & MM_FORM;
            e->accept_end = position;
            e->accept_at = count - 1;
            if (accept & MM_FINAL) {
                outcome = COMPLETE;
                break;
            }
        }
    }
    e->state = state;
    e->position = position;
    e->n_stretches = e->at = count;
    *n_read = i;
    return outcome;
}

/* Writes the longest form that the attempt has completed. */
static inline mmspan_status emit_accepted(struct mm_engine *e) {
    return mm_emit(e, &e->matcher->forms[e->accepted - 1], e->start, e->accept_end, e->start_at,
                   e->accept_at);
}

/* Writes what the first stretch comes to when each of its tokens is a match. */
static mmspan_status emit_singles(struct mm_engine *e, const struct mm_form *form,
                                  const struct mm_stretch *s, int64_t at) {
    mmspan_status status = MMSPAN_OK;
    if (form->kind == MMSPAN_FORM_BARE)
        return mm_emit_lone(e, form, s->id, s->class_index, at, s->end - at);
    for (; at < s->end && status == MMSPAN_OK; at++)
        status = mm_emit(e, form, at, at + 1, 0, 0);
    return status;
}

/* Does each token of the first stretch come to the same, a match of its own? */
static inline bool is_single(const struct mm_engine *e) {
    return e->accept_end == e->start + 1 &&
           e->matcher->starts[e->stretches[0].class_index].kind == MM_START_SINGLES;
}

/* Where the scan goes on when the attempt has died. */
static inline int64_t resume_at(const struct mm_engine *e) {
    const struct mm_stretch *first = &e->stretches[0];
    if (e->accepted)
        return is_single(e) ? first->end : e->accept_end;
    return mm_may_skip(e->matcher, first->class_index) ? first->end : e->start + 1;
}

/* Does it pay to read again what lies behind that place? A whole stretch behind the first one
 * is read once more at most. */
static inline bool is_near(const struct mm_engine *e, int64_t resume) {
    return e->position - resume <= NEAR ||
           (e->n_stretches <= 2 && resume >= e->stretches[0].end);
}

/* Decides an attempt that was killed by `killer`. */
static inline mmspan_status settle(struct mm_engine *e, int32_t killer) {
    const struct mm_stretch *first = &e->stretches[0];
    if (!e->accepted) {
        const struct mm_fate fate = {e->position, killer, e->state, 0};
        return mm_report_broken(e, e->start, first->class_index, &fate);
    }
    return is_single(e) ? emit_singles(e, &e->matcher->forms[e->accepted - 1], first, e->start)
                        : emit_accepted(e);
}

/* Makes an attempt at ids[0]. Returns how many tokens are dealt with. */
static inline size_t make_attempt(struct mm_engine *e, const int32_t *ids, size_t n, int64_t at,
                                  mmspan_status *status) {
    size_t n_read;
    e->base = at;
    mm_begin_attempt(e, at, 0);
    enum outcome outcome = read_on(e, ids, n, &n_read, status);
    int64_t resume = outcome == DEAD ? resume_at(e) : e->position;
    if (outcome == PENDING || (outcome == DEAD && !is_near(e, resume)))
        return n_read;
    *status = outcome == DEAD ? settle(e, ids[n_read]) : emit_accepted(e);
    mm_engine_rest(e);
    return (size_t)(resume - at);
}

/* Takes a run of equal IDs of which no token needs an attempt. */
static inline size_t take_run(struct mm_engine *e, const int32_t *ids, size_t n, int64_t at,
                              uint16_t class_index, mmspan_status *status) {
    const mmspan_matcher *m = e->matcher;
    const struct mm_start *start = &m->starts[class_index];
    size_t length = 1;
    if (n > 1 && ids[1] == ids[0])
        length += mm_run_length(e, ids + 1, n - 1, ids[0]);
    if (start->kind == MM_START_FINAL) {
        e->stretches[0] =
            (struct mm_stretch){at + (int64_t)length, ids[0], class_index, 0, 0, 0};
        *status = emit_singles(e, &m->forms[start->form[0] - 1], &e->stretches[0], at);
    } else if (m->class_flags[class_index]) {
        *status = mm_engine_skip(e, at, (int64_t)length, ids[0], class_index, false);
    }
    return length;
}

/* Decides an attempt that the second token, `killer`, has killed. */
static inline mmspan_status settle_one(struct mm_engine *e, int32_t id, uint16_t class_index,
                                       int64_t at, int32_t killer) {
    const mmspan_matcher *m = e->matcher;
    const struct mm_start *start = &m->starts[class_index];
    if (!start->form[0]) {
        const struct mm_fate fate = {at + 1, killer, start->state[0], 0};
        return mm_report_broken(e, at, class_index, &fate);
    }
    const struct mm_form *form = &m->forms[start->form[0] - 1];
    if (form->kind == MMSPAN_FORM_BARE)
        return mm_emit_lone(e, form, id, class_index, at, 1);
    e->stretches[0] = (struct mm_stretch){at + 1, id, class_index, 0, 0, 0};
    return mm_emit(e, form, at, at + 1, 0, 0);
}

size_t mm_read_attempts(struct mm_engine *e, const int32_t *ids, size_t n, int64_t at,
                        mmspan_status *status) {
    const mmspan_matcher *m = e->matcher;
    uint16_t class_index = mm_class_of(m, ids[0]);
    size_t i = 0;
    for (;;) {
        const struct mm_start *start = &m->starts[class_index];
        int64_t position = at + (int64_t)i;
        bool last = i + 1 == n;
        uint16_t behind = last ? MM_CLASS_TEXT : mm_class_of(m, ids[i + 1]);
        bool runs = start->kind == MM_START_NONE || start->kind == MM_START_FINAL;
        if (runs) {
            i += take_run(e, ids + i, n - i, position, class_index, status);
        } else if (!last && !mm_next(m, start->state[0], behind)) {
            *status = settle_one(e, ids[i], class_index, position, ids[i + 1]);
            i++;
        } else if (start->plain && i > 0 && !last && ids[i + 1] == e->ahead.id) {
            break;
        } else {
            i += make_attempt(e, ids + i, n - i, position, status);
        }
        if (i >= n || *status != MMSPAN_OK || !mm_engine_idle(e))
            break;
        bool text = runs && !m->class_flags[class_index];
        class_index = mm_class_of(m, ids[i]);
        /* Text that does not part what matters is passed over by the kernel. */
        if (text && !m->class_flags[class_index])
            break;
    }
    return i;
}

size_t mm_read_on(struct mm_engine *e, const int32_t *ids, size_t n, mmspan_status *status) {
    size_t n_read;
    if (read_on(e, ids, n, &n_read, status) == COMPLETE) {
        *status = emit_accepted(e);
        mm_engine_rest(e);
        mm_forget(e);
    }
    return n_read;
}
