/* Runs attempts over stretches and decides what each of them was. */
#include "emit.h"

#include <string.h>

void mm_engine_init(struct mm_engine *e, const mmspan_allocator *allocator,
                    struct mm_output *out) {
    memset(e, 0, sizeof *e);
    e->allocator = *allocator;
    e->out = out;
    mm_cluster_reset(&e->cluster);
}

void mm_engine_reset(struct mm_engine *e, const mmspan_matcher *matcher) {
    e->matcher = matcher;
    e->n_stretches = 0;
    e->covered = 0;
    e->ahead.n = 0;
    mm_cluster_reset(&e->cluster);
    mm_forget(e);
}

void mm_engine_free(struct mm_engine *e) {
    const mmspan_allocator *memory = &e->allocator;
    mm_free(memory, e->stretches, e->cap_stretches * sizeof *e->stretches);
    mm_free(memory, e->fates, e->cap_fates * sizeof *e->fates);
    mm_free(memory, e->crossings, e->cap_crossings * sizeof *e->crossings);
}

/* Gives `to` a copy of the first n elements of an array. */
static bool copy_array(const mmspan_allocator *memory, void *to, size_t *cap, const void *from,
                       size_t n, size_t size) {
    if (!mm_reserve(memory, to, cap, n, size))
        return false;
    void *block;
    memcpy(&block, to, sizeof block);
    if (n)
        memcpy(block, from, n * size);
    return true;
}

bool mm_engine_copy(struct mm_engine *to, const struct mm_engine *from) {
    struct mm_engine copy = *from;
    copy.allocator = to->allocator;
    copy.out = to->out;
    copy.stretches = NULL;
    copy.fates = NULL;
    copy.crossings = NULL;
    copy.cap_stretches = copy.cap_fates = copy.cap_crossings = 0;
    *to = copy;
    const mmspan_allocator *memory = &to->allocator;
    return copy_array(memory, &to->stretches, &to->cap_stretches, from->stretches,
                      from->n_stretches, sizeof *from->stretches) &&
           copy_array(memory, &to->fates, &to->cap_fates, from->fates, from->n_fates,
                      sizeof *from->fates) &&
           copy_array(memory, &to->crossings, &to->cap_crossings, from->crossings,
                      from->n_crossings, sizeof *from->crossings);
}

void mm_begin_attempt(struct mm_engine *e, int64_t start, size_t at) {
    e->start = e->position = start;
    e->start_at = e->at = at;
    e->state = MM_START;
    e->accepted = 0;
    e->accept_end = start;
    e->accept_at = at;
}

/* Reads `left` tokens of one class when the state does not simply stay: token by
 * token until the state repeats, then in whole periods, then the last one or two
 * periods token by token again so that every complete form in them is seen. Returns
 * false when the attempt dies; position is then at the deadly token. */
static bool walk(struct mm_engine *e, uint16_t class_index, int64_t left) {
    const mmspan_matcher *m = e->matcher;
    uint16_t anchor = e->state;
    int64_t period = 0;
    int64_t limit = 1;
    bool searching = true;
    while (left > 0) {
        uint16_t next = mm_next(m, e->state, class_index);
        if (!next)
            return false;
        /* A state that stays is a period of one, and the common one. */
        int64_t read = next == e->state ? left : 1;
        e->state = next;
        e->position += read;
        left -= read;
        mm_note_accept(e);
        if (!searching)
            continue;
        period++;
        if (next == anchor) {
            int64_t skipped = left > 2 * period ? (left / period - 1) * period : 0;
            e->position += skipped;
            left -= skipped;
            searching = false;
        } else if (period == limit) {
            anchor = next;
            limit *= 2;
            period = 0;
        }
    }
    return true;
}

enum outcome { PENDING, COMPLETE, DEAD };

/* Goes on with the live attempt until it is decided or the stretches are used up.
 * For DEAD, *fate says how it died. */
static enum outcome run_attempt(struct mm_engine *e, struct mm_fate *fate) {
    const mmspan_matcher *m = e->matcher;
    while (e->at < e->n_stretches) {
        struct mm_stretch *s = &e->stretches[e->at];
        if (e->at != e->start_at && e->position == e->stretches[e->at - 1].end) {
            uint16_t future = m->future[e->state];
            const struct mm_fate *known = mm_recall(e, e->at, future);
            if (known) {
                *fate = *known;
                return DEAD;
            }
            s->state = future;
        }
        uint16_t next = mm_next(m, e->state, s->class_index);
        int64_t left = s->end - e->position;
        if (next && (left == 1 || mm_next(m, next, s->class_index) == next)) {
            e->state = next;
            e->position = s->end;
            mm_note_accept(e);
        } else if (!walk(e, s->class_index, left)) {
            *fate = (struct mm_fate){e->position, s->id, e->state, 0};
            return DEAD;
        }
        if (m->accept[e->state] & MM_FINAL)
            return COMPLETE;
        e->at++;
    }
    return PENDING;
}

/* Decides the live attempt, which has ended with `fate`, or with a form complete
 * that nothing can follow when fate is NULL. Sets *resume to where to go on. */
static mmspan_status decide(struct mm_engine *e, const struct mm_fate *fate, int64_t *resume) {
    mmspan_status status;
    size_t in_vain = e->start_at + 1;
    if (e->accepted) {
        status = mm_emit(e, &e->matcher->forms[e->accepted - 1], e->start, e->accept_end,
                         e->start_at, e->accept_at);
        in_vain = e->accept_at + 1;
        *resume = e->accept_end;
    } else {
        const struct mm_stretch *s = &e->stretches[e->start_at];
        status = mm_report_broken(e, e->start, s->class_index, fate);
        *resume = mm_may_skip(e->matcher, s->class_index) ? s->end : e->start + 1;
    }
    if (status != MMSPAN_OK || !fate)
        return status;
    /* A stretch whose first token was deadly costs nothing to try again. */
    size_t end = e->at < e->n_stretches ? e->at + 1 : e->n_stretches;
    if (end > in_vain && e->position == mm_stretch_begin(e, end - 1))
        end--;
    return end > in_vain ? mm_remember(e, in_vain, end, fate) : MMSPAN_OK;
}

/* Forgets stretches before `index`, when that is worth moving the others. */
static size_t drop_stretches(struct mm_engine *e, size_t index) {
    enum { WORTH = 64 };
    if (index < WORTH || index < e->n_stretches / 2)
        return index;
    e->base = e->stretches[index - 1].end;
    e->n_stretches -= index;
    memmove(e->stretches, e->stretches + index, e->n_stretches * sizeof *e->stretches);
    return 0;
}

/* Passes over tokens from `resume` on to the next that can start an attempt, and
 * begins it. Sets *found to false when there is none among the stretches. */
static mmspan_status seek(struct mm_engine *e, int64_t resume, bool *found) {
    size_t at = e->start_at;
    for (; at < e->n_stretches; at++) {
        const struct mm_stretch *s = &e->stretches[at];
        if (s->end <= resume)
            continue;
        if (e->matcher->class_flags[s->class_index] & MM_STARTS) {
            mm_begin_attempt(e, resume, drop_stretches(e, at));
            *found = true;
            return MMSPAN_OK;
        }
        mmspan_status status =
            mm_engine_skip(e, resume, s->end - resume, s->id, s->class_index, s->literal);
        if (status != MMSPAN_OK)
            return status;
        resume = s->end;
    }
    mm_engine_rest(e);
    mm_forget(e);
    *found = false;
    return MMSPAN_OK;
}

/* Decides attempts until one has to wait for input, or at the end of the input, when
 * `last`, until none is left. */
static mmspan_status advance(struct mm_engine *e, bool last) {
    bool live = true;
    while (live) {
        struct mm_fate fate = {0};
        enum outcome outcome = run_attempt(e, &fate);
        if (outcome == PENDING && !last)
            return MMSPAN_OK;
        if (outcome == PENDING)
            fate = (struct mm_fate){e->position, -1, e->state, 1};
        int64_t resume;
        mmspan_status status = decide(e, outcome == COMPLETE ? NULL : &fate, &resume);
        if (status == MMSPAN_OK)
            status = seek(e, resume, &live);
        if (status != MMSPAN_OK)
            return status;
    }
    return MMSPAN_OK;
}

mmspan_status mm_engine_push(struct mm_engine *e, int64_t at, int64_t n, int32_t id,
                             uint16_t class_index, bool literal) {
    bool idle = mm_engine_idle(e);
    struct mm_stretch *last = idle ? NULL : &e->stretches[e->n_stretches - 1];
    if (last && last->id == id && last->literal == literal) {
        last->end += n;
        if (e->at == e->n_stretches)
            e->at--;
    } else {
        if (!mm_reserve(&e->allocator, &e->stretches, &e->cap_stretches, e->n_stretches + 1,
                        sizeof *e->stretches))
            return MMSPAN_E_MEMORY;
        e->stretches[e->n_stretches++] =
            (struct mm_stretch){at + n, id, class_index, literal, 0, 0};
    }
    if (idle) {
        e->base = at;
        mm_begin_attempt(e, at, 0);
    }
    return advance(e, false);
}

mmspan_status mm_engine_finish(struct mm_engine *e) {
    mmspan_status status = mm_engine_idle(e) ? MMSPAN_OK : advance(e, true);
    if (e->cluster.n_bare)
        mm_cluster_keep(e);
    return status;
}
