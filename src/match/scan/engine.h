/*
 * The scanning engine: attempts over runs of equal IDs.
 *
 * Whoever feeds it pushes stretches (runs of one ID) from the first token of an
 * attempt on; the engine keeps them until every attempt among them is decided, so
 * it never needs to see a token twice. One array, a batch and a stream of chunks
 * all push into this same engine.
 *
 * Why time is linear: an attempt that dies far behind its last complete form would
 * make the next one, a token later, read the same tokens again. But the automaton
 * is deterministic: if a second attempt ever stands in the same state at the same
 * place, it ends as the first did. So a dead attempt leaves its state at the start
 * of every stretch that it crossed in vain (the idea is from T. Reps, "Maximal-munch
 * tokenization in linear time", 1998, reduced to run boundaries). Each pair of
 * stretch and state is crossed once; inside a stretch the state repeats after at
 * most as many tokens as there are states, and whole periods are skipped.
 *
 * Most attempts are decided from the tokens at hand, before the next one begins, and are
 * forgotten: see attempt.c. What such an attempt has read lies in the same stretches; when
 * it turns out to be long, it stays there and the engine goes on with it.
 */
#ifndef MMSPAN_MATCH_ENGINE_H
#define MMSPAN_MATCH_ENGINE_H

#include "../matcher.h"
#include "output.h"

/* A run of one ID. It begins where the one before ends. */
struct mm_stretch {
    int64_t end;
    int32_t id;
    uint16_t class_index;
    uint16_t literal;   /* a reserved token in a literal span: class is text */
    uint16_t state;     /* whose future the current attempt had when it entered */
    uint32_t crossings; /* the last one noted + 1, or 0: in vain, each in another state */
};

/* That an attempt entered a stretch in a state, and what became of it. The compiler sees to it
 * that a stretch has few of them, and those of one attempt lie side by side, so that a list
 * is faster than a hash table, whose every access is a miss of the cache. */
struct mm_crossing {
    uint32_t next; /* of the same stretch, + 1, or 0 */
    uint32_t fate;
    uint16_t state;
    uint16_t reserved;
};

/* How an attempt ended: at which token, in which state. */
struct mm_fate {
    int64_t end;
    int32_t id;
    uint16_t state;
    uint16_t truncated; /* the input ended */
};

/* The tokens ids[0..n) and their marks, see the kernel's `mark`. */
struct mm_ahead {
    const int32_t *ids;
    size_t n;
    int32_t id;
    uint32_t words;
    uint64_t marks[MM_MARK_WORDS];
};

/*
 * Matches, broken blocks and stray tokens that touch: the open cluster, or the last one. What
 * it holds begins at first_item, first_run and first_finding. As long as nothing in it is
 * broken, the items from first_bare on that are bare forms of one token may still turn out to
 * be wreckage; `reserved` of such an item is its ID until then.
 */
struct mm_cluster {
    int64_t start;
    int64_t end; /* so far */
    size_t first_item;
    size_t first_run;
    size_t first_finding;
    size_t first_bare;
    size_t n_bare;
    bool wrecked; /* something in it is broken, truncated or stray */
};

struct mm_engine {
    const mmspan_matcher *matcher;
    mmspan_allocator allocator;
    struct mm_output *out;

    struct mm_stretch *stretches;
    size_t n_stretches, cap_stretches;
    int64_t base; /* where stretches[0] begins */

    /* The live attempt: it began at `start`, has read up to `position`, which lies
     * in or at the end of stretch `at`, and is in `state`. */
    int64_t start;
    int64_t position;
    size_t start_at;
    size_t at;
    uint16_t state;
    uint16_t accepted; /* form + 1 of the longest complete form so far, or 0 */
    int64_t accept_end;
    size_t accept_at;

    struct mm_fate *fates;
    size_t n_fates, cap_fates;
    struct mm_crossing *crossings;
    size_t n_crossings, cap_crossings;
    struct mm_ahead
        ahead;       /* of the part that is scanned; behind it, only n > 0 means anything */
    int64_t covered; /* end of the broken and truncated blocks reported so far */
    struct mm_cluster cluster;
};

/* Makes an engine that writes to `out`; makes it ready for the next sequence. Memory is
 * kept. */
void mm_engine_init(struct mm_engine *e, const mmspan_allocator *allocator,
                    struct mm_output *out);
void mm_engine_reset(struct mm_engine *e, const mmspan_matcher *matcher);
void mm_engine_free(struct mm_engine *e);

/* Makes `to`, which is fresh from mm_engine_reset, a copy of the work in hand; `out` is left
 * alone. false when memory is out; `to` may then only be freed. */
bool mm_engine_copy(struct mm_engine *to, const struct mm_engine *from);

/* Makes the room for three stretches that readers of the tokens at hand rely on; false when
 * memory is out. */
static inline bool mm_engine_reserve(struct mm_engine *e) {
    return mm_reserve(&e->allocator, &e->stretches, &e->cap_stretches, 3, sizeof *e->stretches);
}

/* No attempt is live: tokens that start none may be skipped. */
static inline bool mm_engine_idle(const struct mm_engine *e) {
    return e->n_stretches == 0;
}

/* Drops all stretches: nothing is left to be tried. */
static inline void mm_engine_rest(struct mm_engine *e) {
    e->n_stretches = 0;
}

/* Takes in `n` equal tokens from position `at` on, which must follow what was pushed
 * before. On an idle engine, they must be able to start an attempt. */
mmspan_status mm_engine_push(struct mm_engine *e, int64_t at, int64_t n, int32_t id,
                             uint16_t class_index, bool literal);

/* Tells that an idle engine passes over `n` equal tokens that start nothing, and
 * reports what is wrong with them. */
mmspan_status mm_engine_skip(struct mm_engine *e, int64_t at, int64_t n, int32_t id,
                             uint16_t class_index, bool literal);

/*
 * Takes, on an idle engine, the plain blocks that follow each other from ids[i] on with
 * nothing but text in between, as far as the marks reach. ids[i] stands at position
 * base + i and is inside the filter. Returns where it stopped: at what is no such block, or
 * where the marks end.
 */
size_t mm_read_blocks(struct mm_engine *e, const int32_t *ids, size_t i, int64_t base,
                      mmspan_status *status);

/*
 * Reads attempts from ids[0..n), which are not literal and stand at position `at`, on an idle
 * engine, as long as something that matters follows what was decided. Returns how many tokens
 * it has dealt with, 1 or more unless it fails or blocks may follow; then the engine is idle,
 * or it has an attempt that has read all of them.
 */
size_t mm_read_attempts(struct mm_engine *e, const int32_t *ids, size_t n, int64_t at,
                        mmspan_status *status);

/*
 * Lets the live attempt read as many of ids[0..n), which are not literal, as keep it alive, and
 * decides it when nothing can follow. Returns how many; when the attempt is still live, the
 * next one kills it and mm_engine_push must take it.
 */
size_t mm_read_on(struct mm_engine *e, const int32_t *ids, size_t n, mmspan_status *status);

/* The input ends: decides what is still live. */
mmspan_status mm_engine_finish(struct mm_engine *e);

/* For the parts of the engine: */

/* Begins an attempt at position `start` in stretch number `at`. */
void mm_begin_attempt(struct mm_engine *e, int64_t start, size_t at);

static inline int64_t mm_stretch_begin(const struct mm_engine *e, size_t index) {
    return index ? e->stretches[index - 1].end : e->base;
}

/* Notes what is complete behind the tokens that the attempt has read. */
static inline void mm_note_accept(struct mm_engine *e) {
    uint16_t form = e->matcher->accept[e->state] & MM_FORM;
    if (form) {
        e->accepted = form;
        e->accept_end = e->position;
        e->accept_at = e->at;
    }
}

/* Remembers that the attempt's entries into stretches [first, end) led to `fate`. */
mmspan_status mm_remember(struct mm_engine *e, size_t first, size_t end,
                          const struct mm_fate *fate);

/* What became of an attempt that entered the stretch in this state, or NULL. */
const struct mm_fate *mm_recall(const struct mm_engine *e, size_t index, uint16_t state);

/* Forgets everything. */
void mm_forget(struct mm_engine *e);

#endif
