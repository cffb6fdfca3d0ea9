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
 * Most of what happens never comes here: plain blocks and attempts of few stretches
 * are decided from the tokens at hand by the functions named mm_fast_..., which give
 * the same items and findings and remember nothing.
 */
#ifndef MMSPAN_MATCH_ENGINE_H
#define MMSPAN_MATCH_ENGINE_H

#include "../../../include/mmspan/scan.h"
#include "../matcher.h"

/* A run of one ID. It begins where the one before ends. */
struct mm_stretch {
    int64_t end;
    int32_t id;
    uint16_t class_index;
    uint16_t literal;    /* a reserved token in a literal span: class is text */
    uint16_t state;      /* whose future the current attempt had when it entered */
    uint16_t dead_state; /* an attempt entered with this one's in vain, or 0 */
    uint32_t fate;       /* what became of it */
};

/* How an attempt ended: at which token, in which state. */
struct mm_fate {
    int64_t end;
    int32_t id;
    uint16_t state;
    uint16_t truncated; /* the input ended */
};

/* Entries (stretch, state) -> fate for stretches whose own slot is taken. An entry of
 * another generation is a free slot, so that forgetting all costs nothing. */
struct mm_memo {
    struct mm_memo_entry {
        uint64_t key;
        uint32_t fate;
        uint32_t generation;
    } * entries;
    size_t n_entries;
    size_t cap_entries;
    uint32_t generation;
};

/* The tokens ids[0..n) and their marks, see the kernel's `mark`. */
struct mm_ahead {
    const int32_t *ids;
    size_t n;
    int32_t id;
    uint32_t words;
    uint64_t marks[MM_MARK_WORDS];
};

struct mm_engine {
    const mmspan_matcher *matcher;
    mmspan_allocator allocator;

    struct mm_stretch *stretches;
    size_t n_stretches, cap_stretches;
    int64_t base;     /* where stretches[0] begins */
    uint64_t dropped; /* stretches that were before it */

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
    struct mm_memo memo;
    struct mm_ahead
        ahead;       /* of the part that is scanned; behind it, only n > 0 means anything */
    int64_t covered; /* end of the broken and truncated blocks reported so far */

    mmspan_item *items;
    size_t n_items, cap_items;
    mmspan_run *runs;
    size_t n_runs, cap_runs;
    mmspan_finding *findings;
    size_t n_findings, cap_findings;
    int64_t rows[MMSPAN_MAX_MODALITIES]; /* counted so far, by modality */

    /* For assign and expand: of each media, the next one of its modality, if need be; and
     * notes on the items. */
    size_t *links;
    size_t cap_links;
};

/* Makes an engine empty, or ready for the next sequence. Memory is kept. */
void mm_engine_init(struct mm_engine *e, const mmspan_allocator *allocator);
void mm_engine_reset(struct mm_engine *e, const mmspan_matcher *matcher);
void mm_engine_free(struct mm_engine *e);

/* Makes `to`, which is fresh from mm_engine_reset, a copy. false when memory is out;
 * `to` may then only be freed. */
bool mm_engine_copy(struct mm_engine *to, const struct mm_engine *from);

/* Blocks of more stretches than this, rows of a large image for one, are not tried by
 * mm_fast_stretches. */
enum { MM_FAST_STRETCHES = 16 };

/* Makes the room that the functions named mm_fast_... rely on; false when memory is
 * out. */
static inline bool mm_engine_reserve(struct mm_engine *e) {
    return mm_reserve(&e->allocator, &e->stretches, &e->cap_stretches, MM_FAST_STRETCHES,
                      sizeof *e->stretches);
}

/* No attempt is live: tokens that start none may be skipped. */
static inline bool mm_engine_idle(const struct mm_engine *e) {
    return e->n_stretches == 0;
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
 * nothing but text in between, as far as the marks reach. ids[i], of n, stands at position
 * base + i and is inside the filter. Returns where it stopped: at what is no such block,
 * where the marks end, or at n within a block, which the engine then has.
 */
size_t mm_fast_blocks(struct mm_engine *e, const int32_t *ids, size_t i, size_t n, int64_t base,
                      mmspan_status *status);

/*
 * Goes on with ids[0..n) when the live attempt is a plain block that was cut within its
 * patches. Returns how many tokens are dealt with, or 0 when mm_engine_push must take them.
 */
size_t mm_fast_resume(struct mm_engine *e, const int32_t *ids, size_t n, mmspan_status *status);

/*
 * Lets the live attempt read as many of ids[0..n), which are not literal, as keep it alive and
 * undecided. Returns how many; mm_engine_push must take the next one.
 */
size_t mm_fast_feed(struct mm_engine *e, const int32_t *ids, size_t n, mmspan_status *status);

/*
 * Takes, on an idle engine, all that is decided by few stretches of equal IDs, as far as such
 * things follow each other from ids[0] on: placeholders, runs, blocks, attempts that die
 * soon, stray tokens, text between them. ids[0..n) stand at position `at` and are not
 * literal. Returns how many tokens are dealt with; when 0, mm_engine_push must take them.
 * It gives the same items and findings, only sooner.
 */
size_t mm_fast_stretches(struct mm_engine *e, const int32_t *ids, size_t n, int64_t at,
                         mmspan_status *status);

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

/* Writes the item or items of a form that covers [start, end), whose first token is
 * in stretch `first` and whose last one is in stretch `last`. */
mmspan_status mm_emit(struct mm_engine *e, const struct mm_form *form, int64_t start,
                      int64_t end, size_t first, size_t last);

/* Adds a finding of a kind of which a stretch of equal IDs is one. */
mmspan_status mm_report_token(struct mm_engine *e, mmspan_finding_kind kind, int64_t start,
                              int64_t end, int32_t id);

/* Remembers that the attempt's entries into stretches [first, end) led to `fate`. */
mmspan_status mm_remember(struct mm_engine *e, size_t first, size_t end,
                          const struct mm_fate *fate);

/* What became of an attempt that entered the stretch in this state, or NULL. */
const struct mm_fate *mm_recall(const struct mm_engine *e, size_t index, uint16_t state);

/* Forgets everything. */
void mm_forget(struct mm_engine *e);

#endif
