/*
 * Compile step: bounds the work of a scan by the most attempts alive at one token.
 *
 * A dead attempt leaves its state at each stretch that it crossed, so what a scan keeps and
 * does at a token grows with the number of states that attempts can be in there. Which those
 * are follows from the tokens before: all lists of live attempts that any input leads to are
 * explored here, from the attempt that began first to the one that began last. What a scan
 * does not try is left out: attempts that begin inside what an earlier one has matched. What
 * it does not tell apart is one: attempts that go on alike.
 */
#include "compiler.h"
#include "table_hash.h"

#include <string.h>

/* How much is explored before a cheaper bound must do: a tenth of a second. */
enum { MAX_STEPS = 32 * 1024 * 1024, MAX_LISTS = 1 << 16 };

/* The attempts that are alive behind a token, by their states' futures. */
struct list {
    uint32_t n;
    uint16_t states[MMSPAN_MAX_WORK + 1];
};

enum outcome { GOES_ON, EXPLORED, TOO_MANY, UNDECIDED, NO_MEMORY };

struct exploration {
    const mmspan_matcher *matcher;
    mmspan_allocator allocator;
    uint64_t *leads; /* by state, a bit for each class that leads on from it */
    uint64_t *any;   /* the same for all states of a list together */
    uint32_t n_words;
    struct list *lists;
    size_t n_lists, cap_lists;
    uint32_t *table; /* hash of lists: index + 1, or 0 */
    size_t table_size;
    uint64_t steps;
    struct list longest;
};

static bool has_state(const struct list *list, uint16_t state) {
    for (uint32_t i = 0; i < list->n; i++)
        if (list->states[i] == state)
            return true;
    return false;
}

/* Adds the attempt that a token has brought to a state. Returns false when a form is complete
 * there, so that those which began later are not tried. */
static bool add_attempt(const mmspan_matcher *m, struct list *list, uint16_t state) {
    if (state == MM_DEAD)
        return true;
    uint16_t future = m->future[state];
    if (!(m->accept[state] & MM_FINAL) && !has_state(list, future))
        list->states[list->n++] = future;
    return !(m->accept[state] & MM_FORM);
}

/* What a token of the class makes of a list. */
static struct list step(struct exploration *x, const struct list *from, uint16_t class_index) {
    const mmspan_matcher *m = x->matcher;
    struct list to = {0};
    x->steps += from->n + 1;
    for (uint32_t i = 0; i < from->n; i++)
        if (!add_attempt(m, &to, mm_next(m, from->states[i], class_index)))
            return to;
    add_attempt(m, &to, mm_next(m, MM_START, class_index));
    return to;
}

static bool same_list(const struct list *a, const struct list *b) {
    return a->n == b->n && memcmp(a->states, b->states, a->n * sizeof *a->states) == 0;
}

static size_t hash_list(const struct list *list) {
    return mm_table_hash(list->states, list->n * sizeof *list->states);
}

/* The table's slot of a list, or the free one where it belongs. What probing costs counts:
 * whoever chooses lists that collide reaches the end of the exploration sooner. */
static uint32_t *find_slot(struct exploration *x, const struct list *list) {
    size_t slot = hash_list(list) & (x->table_size - 1);
    for (; x->table[slot]; slot = (slot + 1) & (x->table_size - 1)) {
        x->steps++;
        if (same_list(&x->lists[x->table[slot] - 1], list))
            break;
    }
    return &x->table[slot];
}

static bool grow_table(struct exploration *x) {
    size_t size = x->table_size ? 2 * x->table_size : 256;
    uint32_t *table = mm_resize(&x->allocator, NULL, 0, size * sizeof *table);
    if (!table)
        return false;
    memset(table, 0, size * sizeof *table);
    mm_free(&x->allocator, x->table, x->table_size * sizeof *table);
    x->table = table;
    x->table_size = size;
    for (uint32_t i = 0; i < x->n_lists; i++)
        *find_slot(x, &x->lists[i]) = i + 1;
    return true;
}

/* Takes note of a list unless it is known. */
static enum outcome note_list(struct exploration *x, const struct list *list) {
    if (list->n > x->longest.n)
        x->longest = *list;
    if (list->n > MMSPAN_MAX_WORK)
        return TOO_MANY;
    if (x->steps > MAX_STEPS)
        return UNDECIDED;
    if (2 * x->n_lists >= x->table_size && !grow_table(x))
        return NO_MEMORY;
    uint32_t *slot = find_slot(x, list);
    if (*slot)
        return GOES_ON;
    if (x->n_lists == MAX_LISTS)
        return UNDECIDED;
    if (!mm_reserve(&x->allocator, &x->lists, &x->cap_lists, x->n_lists + 1, sizeof *list))
        return NO_MEMORY;
    x->lists[x->n_lists] = *list;
    *slot = (uint32_t)++x->n_lists;
    return GOES_ON;
}

/* Takes note of what each class that leads on makes of a list. */
static enum outcome expand(struct exploration *x, const struct list *from) {
    enum outcome outcome = GOES_ON;
    struct list before = {0};
    for (uint32_t w = 0; w < x->n_words; w++) {
        uint64_t bits = x->any[w];
        for (uint32_t bit = 0; bits && outcome == GOES_ON; bit++, bits >>= 1) {
            if (!(bits & 1))
                continue;
            struct list to = step(x, from, (uint16_t)(w * 64 + bit));
            /* Tokens of a set stand side by side, and do the same. */
            if (!same_list(&to, &before))
                outcome = note_list(x, &to);
            before = to;
        }
    }
    return outcome;
}

static enum outcome explore(struct exploration *x) {
    /* Tokens behind which nothing is alive but what they begin. */
    struct list from = {0};
    memcpy(x->any, x->leads + (size_t)MM_START * x->n_words, x->n_words * sizeof *x->any);
    enum outcome outcome = expand(x, &from);
    for (size_t i = 0; i < x->n_lists && outcome == GOES_ON; i++) {
        from = x->lists[i];
        memset(x->any, 0, x->n_words * sizeof *x->any);
        for (uint32_t k = 0; k < from.n; k++)
            for (uint32_t w = 0; w < x->n_words; w++)
                x->any[w] |= x->leads[(size_t)from.states[k] * x->n_words + w];
        x->steps += (uint64_t)from.n * x->n_words;
        outcome = expand(x, &from);
    }
    return outcome == GOES_ON ? EXPLORED : outcome;
}

static bool find_leads(struct exploration *x, struct mm_arena *scratch) {
    const mmspan_matcher *m = x->matcher;
    x->n_words = m->n_classes / 64 + 1;
    x->any = mm_arena_alloc(scratch, x->n_words, sizeof *x->any);
    x->leads = mm_arena_alloc(scratch, (size_t)m->n_states * x->n_words, sizeof *x->leads);
    if (!x->any || !x->leads)
        return false;
    for (uint32_t s = MM_START; s < m->n_states; s++) {
        uint64_t *row = x->leads + (size_t)s * x->n_words;
        for (uint32_t k = 0; k < m->n_classes; k++)
            if (mm_next(m, (uint16_t)s, (uint16_t)k))
                row[k / 64] |= UINT64_C(1) << k % 64;
    }
    return true;
}

/* Attempts that are alive behind a token are in states to which its class leads: the most
 * states of one class, and some of them, for want of something better. */
static bool bound_by_class(struct exploration *x, struct mm_arena *scratch, uint32_t *most) {
    const mmspan_matcher *m = x->matcher;
    uint32_t *seen = mm_arena_alloc(scratch, m->n_states, sizeof *seen);
    *most = 0;
    for (uint32_t k = 0; seen && k < m->n_classes; k++) {
        struct list some = {0};
        uint32_t n = 0;
        for (uint32_t s = MM_START; s < m->n_states; s++) {
            uint16_t to = m->future[mm_next(m, (uint16_t)s, (uint16_t)k)];
            if (to == MM_DEAD || m->accept[to] & MM_FINAL || seen[to] == k + 1)
                continue;
            seen[to] = k + 1;
            if (n++ <= MMSPAN_MAX_WORK)
                some.states[some.n++] = to;
        }
        if (n > *most) {
            *most = n;
            x->longest = some;
        }
    }
    return seen != NULL;
}

bool mm_step_work(struct mm_compiler *c) {
    struct exploration x = {.matcher = c->matcher, .allocator = c->scratch.allocator};
    enum outcome outcome = find_leads(&x, &c->scratch) ? explore(&x) : NO_MEMORY;
    uint32_t most = x.longest.n;
    if (outcome == UNDECIDED && !bound_by_class(&x, &c->scratch, &most))
        outcome = NO_MEMORY;
    mm_free(&x.allocator, x.lists, x.cap_lists * sizeof *x.lists);
    mm_free(&x.allocator, x.table, x.table_size * sizeof *x.table);
    if (outcome == NO_MEMORY)
        return mm_no_memory(c);
    c->matcher->attempts = most ? most : 1;
    return most <= MMSPAN_MAX_WORK || mm_refuse_repetition(c, x.longest.states, x.longest.n);
}
