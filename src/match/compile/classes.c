/* Cuts the ID space into segments and segments into token classes. */
#include "classes.h"

#include <stdlib.h>
#include <string.h>

/* At an ID, a stretch of an atom's IDs begins, or the last one was the one before. */
struct event {
    int64_t at;
    uint32_t atom;
    bool begins;
};

struct work {
    const mmspan_spec *spec;
    struct mm_arena *keep;
    struct mm_arena *scratch;
    struct mm_classes *out;
    struct event *events; /* sorted */
    size_t n_events;
    int64_t *borders; /* where segments start, sorted */
    size_t n_borders;
    uint32_t *atom_token;
    /* The atoms of the current segment: how often each, as a set, and as its hash. */
    uint32_t *count;
    uint64_t *set;
    size_t n_words;
    uint32_t n_atoms;
    uint64_t hash;
    uint32_t last_atom; /* the last one that came or went */
    bool crowded;       /* there would be a class too many */
    /* By class: its set and its hash. */
    uint64_t **sets;
    uint64_t *hashes;
    uint32_t *table; /* hash of sets: class index or 0 */
    size_t table_size;
};

static int by_place(const void *left, const void *right) {
    const struct event *a = left;
    const struct event *b = right;
    return (a->at > b->at) - (a->at < b->at);
}

static int by_value(const void *left, const void *right) {
    int64_t a, b;
    memcpy(&a, left, sizeof a);
    memcpy(&b, right, sizeof b);
    return (a > b) - (a < b);
}

static size_t count_atoms(const struct mm_token *token) {
    return token->kind == MMSPAN_TOKEN_IDS ? token->n_ids : 1;
}

static bool number_atoms(struct work *w) {
    const mmspan_spec *spec = w->spec;
    size_t n_ids = 0;
    w->out->first_atom = mm_arena_alloc(w->keep, spec->n_tokens + 1, sizeof(uint32_t));
    if (!w->out->first_atom)
        return false;
    for (size_t t = 0; t < spec->n_tokens; t++) {
        w->out->first_atom[t + 1] =
            w->out->first_atom[t] + (uint32_t)count_atoms(&spec->tokens[t]);
        n_ids += spec->tokens[t].n_ids;
    }
    size_t n_atoms = w->out->first_atom[spec->n_tokens];
    w->n_words = n_atoms / 64 + 1;
    w->events = mm_arena_alloc(w->scratch, 2 * n_ids, sizeof *w->events);
    w->borders = mm_arena_alloc(w->scratch, 2 * n_ids + 3, sizeof *w->borders);
    w->atom_token = mm_arena_alloc(w->scratch, n_atoms, sizeof *w->atom_token);
    w->count = mm_arena_alloc(w->scratch, n_atoms, sizeof *w->count);
    w->set = mm_arena_alloc(w->scratch, w->n_words, sizeof *w->set);
    return w->events && w->borders && w->atom_token && w->count && w->set;
}

static void add_interval(struct work *w, int64_t first, int64_t last, uint32_t atom) {
    w->events[w->n_events++] = (struct event){first, atom, true};
    w->events[w->n_events++] = (struct event){last + 1, atom, false};
    w->borders[w->n_borders++] = first;
    if (last < INT32_MAX)
        w->borders[w->n_borders++] = last + 1;
}

static void collect_intervals(struct work *w) {
    for (size_t t = 0; t < w->spec->n_tokens; t++) {
        const struct mm_token *token = &w->spec->tokens[t];
        uint32_t atom = w->out->first_atom[t];
        for (size_t k = 0; k < count_atoms(token); k++)
            w->atom_token[atom + k] = (uint32_t)t;
        if (token->kind == MMSPAN_TOKEN_RANGE) {
            add_interval(w, token->ids[0], token->ids[1], atom);
            continue;
        }
        for (size_t k = 0; k < token->n_ids; k++) {
            bool sequence = token->kind == MMSPAN_TOKEN_IDS;
            add_interval(w, token->ids[k], token->ids[k], sequence ? atom + (uint32_t)k : atom);
        }
    }
    w->borders[w->n_borders++] = INT32_MIN;
    if (w->spec->vocab_size) {
        w->borders[w->n_borders++] = 0;
        w->borders[w->n_borders++] = w->spec->vocab_size;
    }
    qsort(w->events, w->n_events, sizeof *w->events, by_place);
    qsort(w->borders, w->n_borders, sizeof *w->borders, by_value);
    size_t n = 0;
    for (size_t i = 0; i < w->n_borders; i++)
        if (n == 0 || w->borders[i] != w->borders[n - 1])
            w->borders[n++] = w->borders[i];
    w->n_borders = n;
}

/* Sums of these tell sets apart. */
static uint64_t hash_atom(uint32_t atom) {
    uint64_t hash = (atom + UINT64_C(1)) * 0x9E3779B97F4A7C15U;
    hash = (hash ^ hash >> 30) * 0xBF58476D1CE4E5B9U;
    return hash ^ hash >> 27;
}

/* Brings the set up to date. An ID may be given twice, so that atoms are counted. */
static void pass_event(struct work *w, const struct event *event) {
    uint32_t *count = &w->count[event->atom];
    uint32_t before = *count;
    *count += event->begins ? 1 : UINT32_MAX;
    if (before && *count)
        return;
    w->last_atom = event->atom;
    w->set[event->atom / 64] ^= UINT64_C(1) << event->atom % 64;
    w->n_atoms += event->begins ? 1 : UINT32_MAX;
    w->hash += event->begins ? hash_atom(event->atom) : -hash_atom(event->atom);
}

/* A new class of the set's atoms; 0 when memory is out. */
static uint32_t make_class(struct work *w) {
    struct mm_classes *out = w->out;
    uint32_t *atoms = mm_arena_alloc(w->keep, w->n_atoms, sizeof *atoms);
    uint64_t *set = mm_arena_copy(w->scratch, w->set, w->n_words, sizeof *set);
    if (!atoms || !set)
        return 0;
    uint32_t n = 0;
    for (uint32_t word = 0; word < w->n_words; word++)
        for (uint64_t bits = set[word], bit = 0; bits; bit++, bits >>= 1)
            if (bits & 1)
                atoms[n++] = word * 64 + (uint32_t)bit;
    struct mm_class *made = &out->classes[out->n_classes];
    *made = (struct mm_class){
        .atoms = atoms, .n_atoms = n, .token = (int32_t)w->atom_token[atoms[0]]};
    for (uint32_t i = 0; i < n; i++)
        made->reserved |= !w->spec->tokens[w->atom_token[atoms[i]]].ordinary;
    made->text = !made->reserved;
    w->sets[out->n_classes] = set;
    w->hashes[out->n_classes] = w->hash;
    return out->n_classes++;
}

/* The class with exactly the set's atoms, made when it is new; 0 when memory is out or
 * there are too many. */
static uint32_t intern_class(struct work *w) {
    size_t slot = w->hash & (w->table_size - 1);
    for (; w->table[slot]; slot = (slot + 1) & (w->table_size - 1)) {
        uint32_t k = w->table[slot];
        if (w->hashes[k] == w->hash &&
            memcmp(w->sets[k], w->set, w->n_words * sizeof *w->set) == 0)
            return k;
    }
    w->crowded = w->out->n_classes == MM_MAX_CLASSES;
    if (w->crowded)
        return 0;
    return w->table[slot] = make_class(w);
}

static bool allocate_classes(struct work *w) {
    struct mm_classes *out = w->out;
    size_t most = w->n_borders + MM_N_FIXED_CLASSES;
    most = most < MM_MAX_CLASSES ? most : MM_MAX_CLASSES;
    for (w->table_size = 64; w->table_size < 2 * most;)
        w->table_size *= 2;
    out->starts = mm_arena_alloc(w->keep, w->n_borders, sizeof *out->starts);
    out->class_at = mm_arena_alloc(w->keep, w->n_borders, sizeof *out->class_at);
    out->classes = mm_arena_alloc(w->keep, most, sizeof *out->classes);
    w->sets = mm_arena_alloc(w->scratch, most, sizeof *w->sets);
    w->hashes = mm_arena_alloc(w->scratch, most, sizeof *w->hashes);
    w->table = mm_arena_alloc(w->scratch, w->table_size, sizeof *w->table);
    return out->starts && out->class_at && out->classes && w->sets && w->hashes && w->table;
}

static bool make_segments(struct work *w) {
    struct mm_classes *out = w->out;
    if (!allocate_classes(w))
        return false;
    out->n_classes = MM_N_FIXED_CLASSES;
    for (uint32_t c = 0; c < MM_N_FIXED_CLASSES; c++)
        out->classes[c] = (struct mm_class){.token = MM_TEXT, .text = true};
    size_t next = 0;
    int64_t vocab = w->spec->vocab_size;
    for (size_t i = 0; i < w->n_borders; i++) {
        int64_t id = w->borders[i];
        for (; next < w->n_events && w->events[next].at <= id; next++)
            pass_event(w, &w->events[next]);
        bool outside = vocab && (id < 0 || id >= vocab);
        uint32_t c = outside ? MM_CLASS_OUTSIDE : MM_CLASS_TEXT;
        if (w->n_atoms && (c = intern_class(w)) == 0)
            return false;
        if (out->n_segments && out->class_at[out->n_segments - 1] == c)
            continue;
        out->starts[out->n_segments] = (int32_t)id;
        out->class_at[out->n_segments++] = (uint16_t)c;
    }
    return true;
}

/* Inverts "class has atoms" into "atom is in classes". */
static bool list_classes(struct work *w) {
    struct mm_classes *out = w->out;
    size_t n_atoms = out->first_atom[w->spec->n_tokens];
    size_t total = 0;
    out->class_begin = mm_arena_alloc(w->keep, n_atoms + 2, sizeof *out->class_begin);
    if (!out->class_begin)
        return false;
    for (uint32_t c = 0; c < out->n_classes; c++)
        for (uint32_t i = 0; i < out->classes[c].n_atoms; i++, total++)
            out->class_begin[out->classes[c].atoms[i] + 2]++;
    out->class_list = mm_arena_alloc(w->keep, total, sizeof *out->class_list);
    if (!out->class_list)
        return false;
    for (size_t a = 2; a < n_atoms + 2; a++)
        out->class_begin[a] += out->class_begin[a - 1];
    for (uint32_t c = 0; c < out->n_classes; c++)
        for (uint32_t i = 0; i < out->classes[c].n_atoms; i++)
            out->class_list[out->class_begin[out->classes[c].atoms[i] + 1]++] = (uint16_t)c;
    return true;
}

/* Names a token that is one of too many that overlap. */
static mmspan_status refuse_overlap(const struct work *w, mmspan_error *error) {
    uint32_t t = 0;
    while (w->out->first_atom[t + 1] <= w->last_atom)
        t++;
    return mm_fail(error, MMSPAN_E_LIMIT, &w->spec->tokens[t].place,
                   "the IDs of \"%s\" and other tokens overlap in more than %d different ways: "
                   "let tokens have the same IDs or none in common",
                   w->spec->tokens[t].name, MM_MAX_CLASSES);
}

mmspan_status mm_classes_make(const mmspan_spec *spec, struct mm_arena *keep,
                              struct mm_arena *scratch, struct mm_classes *out,
                              mmspan_error *error) {
    struct work w = {.spec = spec, .keep = keep, .scratch = scratch, .out = out};
    size_t n_atoms = 0;
    for (size_t t = 0; t < spec->n_tokens; t++)
        if ((n_atoms += count_atoms(&spec->tokens[t])) > MM_MAX_ATOMS)
            return mm_fail(error, MMSPAN_E_LIMIT, &spec->tokens[t].place,
                           "the sequences of all tokens together have more than %d IDs",
                           MM_MAX_ATOMS);
    if (!number_atoms(&w))
        return mm_fail_memory(error);
    collect_intervals(&w);
    if (make_segments(&w) && list_classes(&w))
        return MMSPAN_OK;
    return w.crowded ? refuse_overlap(&w, error) : mm_fail_memory(error);
}
