/* Cuts the ID space into segments and segments into token classes. */
#include "classes.h"

#include <stdlib.h>
#include <string.h>

/* The IDs first..last belong to an atom. */
struct interval {
    int64_t first;
    int64_t last;
    uint32_t atom;
};

struct work {
    const mmspan_spec *spec;
    struct mm_arena *keep;
    struct mm_arena *scratch;
    struct mm_classes *out;
    struct interval *intervals;
    size_t n_intervals;
    int64_t *borders; /* where segments start, sorted */
    size_t n_borders;
    uint32_t *atom_token;
    uint32_t *active; /* indices of intervals around the current segment */
    size_t n_active;
    uint32_t *members; /* atoms of the current segment */
    uint32_t *table;   /* hash of atom sets: class index or 0 */
    size_t table_size;
};

static int by_first(const void *left, const void *right) {
    const struct interval *a = left;
    const struct interval *b = right;
    return (a->first > b->first) - (a->first < b->first);
}

static int by_value(const void *left, const void *right) {
    int64_t a, b;
    memcpy(&a, left, sizeof a);
    memcpy(&b, right, sizeof b);
    return (a > b) - (a < b);
}

static int by_atom(const void *left, const void *right) {
    uint32_t a, b;
    memcpy(&a, left, sizeof a);
    memcpy(&b, right, sizeof b);
    return (a > b) - (a < b);
}

static size_t count_atoms(const struct mm_token *token) {
    return token->kind == MMSPAN_TOKEN_IDS ? token->n_ids : 1;
}

static bool number_atoms(struct work *w) {
    const mmspan_spec *spec = w->spec;
    size_t n_intervals = 0;
    w->out->first_atom = mm_arena_alloc(w->keep, spec->n_tokens + 1, sizeof(uint32_t));
    if (!w->out->first_atom)
        return false;
    for (size_t t = 0; t < spec->n_tokens; t++) {
        w->out->first_atom[t + 1] =
            w->out->first_atom[t] + (uint32_t)count_atoms(&spec->tokens[t]);
        n_intervals += spec->tokens[t].n_ids;
    }
    w->intervals = mm_arena_alloc(w->scratch, n_intervals, sizeof *w->intervals);
    w->borders = mm_arena_alloc(w->scratch, 2 * n_intervals + 3, sizeof *w->borders);
    w->active = mm_arena_alloc(w->scratch, n_intervals, sizeof *w->active);
    w->members = mm_arena_alloc(w->scratch, n_intervals, sizeof *w->members);
    w->atom_token =
        mm_arena_alloc(w->scratch, w->out->first_atom[spec->n_tokens], sizeof(uint32_t));
    return w->intervals && w->borders && w->active && w->members && w->atom_token;
}

static void add_interval(struct work *w, int64_t first, int64_t last, uint32_t atom) {
    w->intervals[w->n_intervals++] = (struct interval){first, last, atom};
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
    qsort(w->intervals, w->n_intervals, sizeof *w->intervals, by_first);
    qsort(w->borders, w->n_borders, sizeof *w->borders, by_value);
    size_t n = 0;
    for (size_t i = 0; i < w->n_borders; i++)
        if (n == 0 || w->borders[i] != w->borders[n - 1])
            w->borders[n++] = w->borders[i];
    w->n_borders = n;
}

static uint32_t hash_members(const uint32_t *members, size_t n) {
    uint32_t hash = 2166136261U;
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ members[i]) * 16777619U;
    return hash ^ hash >> 15;
}

/* The class with exactly these atoms, made when it is new; 0 when memory is out or
 * there are too many. */
static uint32_t intern_class(struct work *w, size_t n) {
    struct mm_classes *out = w->out;
    size_t slot = hash_members(w->members, n) & (w->table_size - 1);
    for (; w->table[slot]; slot = (slot + 1) & (w->table_size - 1)) {
        const struct mm_class *old = &out->classes[w->table[slot]];
        if (old->n_atoms == n && memcmp(old->atoms, w->members, n * sizeof *w->members) == 0)
            return w->table[slot];
    }
    if (out->n_classes == MM_MAX_CLASSES)
        return 0;
    struct mm_class *made = &out->classes[out->n_classes];
    *made = (struct mm_class){
        .atoms = mm_arena_copy(w->keep, w->members, n, sizeof *w->members),
        .n_atoms = (uint32_t)n,
        .token = (int32_t)w->atom_token[w->members[0]],
    };
    if (!made->atoms)
        return 0;
    for (size_t i = 0; i < n; i++)
        made->reserved |= !w->spec->tokens[w->atom_token[w->members[i]]].ordinary;
    made->text = !made->reserved;
    w->table[slot] = out->n_classes;
    return out->n_classes++;
}

/* Leaves in `members` the atoms whose intervals contain `id`, sorted and unique.
 * Called with rising ids; `next` is the first interval not seen yet. */
static size_t gather_members(struct work *w, int64_t id, size_t *next) {
    while (*next < w->n_intervals && w->intervals[*next].first <= id)
        w->active[w->n_active++] = (uint32_t)(*next)++;
    size_t kept = 0;
    for (size_t i = 0; i < w->n_active; i++)
        if (w->intervals[w->active[i]].last >= id)
            w->active[kept++] = w->active[i];
    w->n_active = kept;
    for (size_t i = 0; i < kept; i++)
        w->members[i] = w->intervals[w->active[i]].atom;
    if (kept > 1)
        qsort(w->members, kept, sizeof *w->members, by_atom);
    size_t n = 0;
    for (size_t i = 0; i < kept; i++)
        if (n == 0 || w->members[i] != w->members[n - 1])
            w->members[n++] = w->members[i];
    return n;
}

static bool make_segments(struct work *w) {
    struct mm_classes *out = w->out;
    out->starts = mm_arena_alloc(w->keep, w->n_borders, sizeof *out->starts);
    out->class_at = mm_arena_alloc(w->keep, w->n_borders, sizeof *out->class_at);
    size_t most = w->n_borders + MM_N_FIXED_CLASSES;
    out->classes = mm_arena_alloc(w->keep, most < MM_MAX_CLASSES ? most : MM_MAX_CLASSES,
                                  sizeof *out->classes);
    for (w->table_size = 64; w->table_size < 2 * most;)
        w->table_size *= 2;
    w->table = mm_arena_alloc(w->scratch, w->table_size, sizeof *w->table);
    if (!out->starts || !out->class_at || !out->classes || !w->table)
        return false;
    out->n_classes = MM_N_FIXED_CLASSES;
    for (uint32_t c = 0; c < MM_N_FIXED_CLASSES; c++)
        out->classes[c] = (struct mm_class){.token = MM_TEXT, .text = true};
    size_t next = 0;
    int64_t vocab = w->spec->vocab_size;
    for (size_t i = 0; i < w->n_borders; i++) {
        int64_t id = w->borders[i];
        size_t n = gather_members(w, id, &next);
        bool outside = vocab && (id < 0 || id >= vocab);
        uint32_t c = outside ? MM_CLASS_OUTSIDE : MM_CLASS_TEXT;
        if (n && (c = intern_class(w, n)) == 0)
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
    if (out->n_classes == MM_MAX_CLASSES)
        return mm_fail(error, MMSPAN_E_LIMIT, NULL,
                       "the tokens overlap in more than %d different ways", MM_MAX_CLASSES);
    return mm_fail_memory(error);
}
