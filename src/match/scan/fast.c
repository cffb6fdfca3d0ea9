/* What few stretches of equal IDs decide, without looking back. */
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

/* Writes the item or items of a match of `length` times the ID, which is of the class. */
static inline mmspan_status emit_stretch(struct mm_engine *e, const struct mm_form *form,
                                         int32_t id, uint16_t class_index, int64_t at,
                                         int64_t length) {
    if (!form->uniform) {
        e->stretches[0] = (struct mm_stretch){at + length, id, class_index, 0, 0, 0, 0};
        return mm_emit(e, form, at, at + length, 0, 0);
    }
    const mmspan_span run = {at, at + length};
    return mm_emit_run(e, form, run.start, run.end, form->embed[class_index] - 1, run);
}

/* The same for `n` matches of one token each. */
static mmspan_status emit_singles(struct mm_engine *e, const struct mm_form *form, int32_t id,
                                  uint16_t class_index, int64_t at, size_t n) {
    mmspan_status status = MMSPAN_OK;
    for (size_t i = 0; i < n && status == MMSPAN_OK; i++)
        status = emit_stretch(e, form, id, class_index, at + (int64_t)i, 1);
    return status;
}

/* Tokens of equal IDs, with which an attempt begins. */
struct first {
    int64_t at;
    size_t length;
    int32_t id;
    uint16_t class_index;
};

/* Writes what such an attempt comes to when it dies `length` tokens behind its beginning,
 * at `killer` in `state`, and no more than the first tokens were complete. */
static inline mmspan_status settle(struct mm_engine *e, const struct first *first,
                                   size_t length, int32_t killer, uint16_t state) {
    const mmspan_matcher *m = e->matcher;
    const struct mm_start *start = &m->starts[first->class_index];
    if (start->kind == MM_START_SINGLES || start->kind == MM_START_FINAL)
        return emit_singles(e, &m->forms[start->form[0] - 1], first->id, first->class_index,
                            first->at, first->length);
    uint16_t form = start->form[first->length > 1];
    if (!form)
        return fail(e, first->at, first->class_index, length, killer, state);
    return emit_stretch(e, &m->forms[form - 1], first->id, first->class_index, first->at,
                        (int64_t)first->length);
}

/* Writes a match of the first tokens and one of another ID. */
static mmspan_status emit_pair(struct mm_engine *e, uint16_t accept, const struct first *first,
                               int32_t id, uint16_t class_index) {
    int64_t middle = first->at + (int64_t)first->length;
    e->stretches[0] = (struct mm_stretch){middle, first->id, first->class_index, 0, 0, 0, 0};
    e->stretches[1] = (struct mm_stretch){middle + 1, id, class_index, 0, 0, 0, 0};
    return mm_emit(e, &e->matcher->forms[(accept & MM_FORM) - 1], first->at, middle + 1, 0, 1);
}

/* Decides an attempt of which ids[0..n) follow the first tokens, when the first or second
 * stretch of equal IDs among these does. Returns how many tokens are dealt with, or 0. */
static inline size_t decide(struct mm_engine *e, const struct first *first, const int32_t *ids,
                            size_t n, uint16_t class_index, mmspan_status *status) {
    const mmspan_matcher *m = e->matcher;
    const struct mm_start *start = &m->starts[first->class_index];
    if (n == 0)
        return 0;
    uint16_t alive = start->state[first->length > 1];
    uint16_t state = mm_next(m, alive, class_index);
    if (!state) {
        *status = settle(e, first, first->length, ids[0], alive);
        return first->length;
    }
    if (m->accept[state] & MM_FINAL) {
        *status = emit_pair(e, m->accept[state], first, ids[0], class_index);
        return first->length + 1;
    }
    if (m->accept[state])
        return 0;
    size_t more = 1;
    if (n > 1 && ids[1] == ids[0]) {
        if (mm_next(m, state, class_index) != state)
            return 0;
        more += mm_run_length(e, ids + 1, n - 1, ids[0]);
    }
    if (more == n || mm_next(m, state, mm_class_of(m, ids[more])))
        return 0;
    *status = settle(e, first, first->length + more, ids[more], state);
    return first->length;
}

/* Decides the attempt that begins at ids[0] when it has few stretches. Returns how many tokens
 * are dealt with, or 0. */
static size_t try_attempt(struct mm_engine *e, const int32_t *ids, size_t n, int64_t at,
                          mmspan_status *status) {
    const mmspan_matcher *m = e->matcher;
    struct mm_stretch *stretches = e->stretches;
    uint16_t class_index = mm_class_of(m, ids[0]);
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

/* Takes what begins with the first tokens, before ids[0..n). Returns how many tokens are dealt
 * with, or 0. */
static inline size_t take(struct mm_engine *e, const struct first *first, const int32_t *ids,
                          size_t n, uint16_t behind, mmspan_status *status) {
    const mmspan_matcher *m = e->matcher;
    enum mm_start_kind kind = m->starts[first->class_index].kind;
    if (kind == MM_START_NONE && m->class_flags[first->class_index])
        *status = mm_engine_skip(e, first->at, (int64_t)first->length, first->id,
                                 first->class_index, false);
    else if (kind == MM_START_FINAL)
        *status = settle(e, first, 0, 0, 0);
    else if (kind != MM_START_NONE)
        return decide(e, first, ids, n, behind, status);
    return first->length;
}

size_t mm_fast_stretches(struct mm_engine *e, const int32_t *ids, size_t n, int64_t at,
                         mmspan_status *status) {
    const mmspan_matcher *m = e->matcher;
    uint16_t class_index = mm_class_of(m, ids[0]);
    size_t i = 0;
    while (*status == MMSPAN_OK) {
        const struct mm_start *start = &m->starts[class_index];
        struct first first = {at + (int64_t)i, 1, ids[i], class_index};
        /* Where only some of the run is taken, it must not be read again and again. */
        bool again = i + 1 < n && ids[i + 1] == ids[i];
        if (again && start->kind != MM_START_ONCE && start->kind != MM_START_GROWS)
            first.length += mm_run_length(e, ids + i + 1, n - i - 1, ids[i]);
        size_t end = i + first.length;
        uint16_t behind = end < n ? mm_class_of(m, ids[end]) : MM_CLASS_TEXT;
        if (!m->class_flags[class_index] && !m->class_flags[behind])
            return end;
        size_t taken = 0;
        if (!again || start->kind != MM_START_GROWS)
            taken = take(e, &first, ids + end, n - end, behind, status);
        /* For plain blocks there is a faster way. */
        if (taken == 0 && !(start->plain && i > 0))
            taken = try_attempt(e, ids + i, n - i, first.at, status);
        i += taken;
        if (taken == 0 || i >= n)
            break;
        class_index = i == end ? behind : mm_class_of(m, ids[i]);
    }
    return i;
}

size_t mm_fast_feed(struct mm_engine *e, const int32_t *ids, size_t n, mmspan_status *status) {
    const mmspan_matcher *m = e->matcher;
    /* More of the last stretch is not a stretch of its own. */
    if (ids[0] == e->stretches[e->n_stretches - 1].id)
        return 0;
    size_t i = 0;
    while (i < n) {
        uint16_t class_index = mm_class_of(m, ids[i]);
        uint16_t next = mm_next(m, e->state, class_index);
        if (!next || m->accept[next] & MM_FINAL)
            break;
        size_t length = 1;
        if (i + 1 < n && ids[i + 1] == ids[i]) {
            if (mm_next(m, next, class_index) != next)
                break;
            length += mm_run_length(e, ids + i + 1, n - i - 1, ids[i]);
        }
        if (!mm_reserve(&e->allocator, &e->stretches, &e->cap_stretches, e->n_stretches + 1,
                        sizeof *e->stretches)) {
            *status = MMSPAN_E_MEMORY;
            break;
        }
        e->position += (int64_t)length;
        e->stretches[e->n_stretches] =
            (struct mm_stretch){e->position, ids[i], class_index, 0, m->future[e->state], 0, 0};
        e->state = next;
        mm_note_accept(e);
        e->at = ++e->n_stretches;
        i += length;
    }
    return i;
}
