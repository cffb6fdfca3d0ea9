/* Compile step: the automaton's tables, in the layout that the scan reads. */
#include "compiler.h"
#include "outputs.h"

#include <string.h>

/* Gemma 4's seven IDs span 2,886, the image tokens of Emu3 32,768; one table of this size
 * covers nearly every model, and of a large one mostly its ends are read. */
enum { MAX_WINDOW = 65536 };

static bool fill_transitions(struct mm_compiler *c) {
    const uint32_t *block = c->block;
    struct mmspan_matcher *m = c->matcher;
    while (1U << m->class_bits < m->n_classes)
        m->class_bits++;
    m->next = mm_arena_alloc(&m->arena, (size_t)m->n_states << m->class_bits, sizeof *m->next);
    m->accept = mm_arena_alloc(&m->arena, m->n_states, sizeof *m->accept);
    if (!m->next || !m->accept)
        return false;
    for (uint32_t s = MM_START; s < m->n_states; s++)
        m->accept[s] = MM_FINAL;
    for (uint32_t s = MM_START; s < c->dfa.n_states; s++) {
        const uint32_t *row = c->dfa.next + (size_t)s * m->n_classes;
        for (uint32_t k = 0; k < m->n_classes; k++) {
            m->next[(size_t)block[s] << m->class_bits | k] = (uint16_t)block[row[k]];
            if (row[k])
                m->accept[block[s]] = 0;
        }
    }
    return true;
}

static bool fill_flags(struct mmspan_matcher *m) {
    m->class_flags = mm_arena_alloc(&m->arena, m->n_classes, sizeof *m->class_flags);
    if (!m->class_flags)
        return false;
    for (uint32_t k = 0; k < m->n_classes; k++) {
        uint16_t state = mm_next(m, MM_START, (uint16_t)k);
        unsigned flags = state ? MM_STARTS : 0;
        flags |= m->classes.classes[k].reserved ? MM_RESERVED : 0;
        flags |= k == MM_CLASS_OUTSIDE ? MM_OUTSIDE : 0;
        m->class_flags[k] = (uint8_t)flags;
    }
    return true;
}

/* The first token from number `from` on that the class has part in, or n_tokens. */
static uint32_t token_of_class(const struct mmspan_matcher *m, const struct mm_class *class,
                               uint32_t *atom, uint32_t from) {
    const uint32_t *first_atom = m->classes.first_atom;
    while (*atom < class->n_atoms && class->atoms[*atom] < first_atom[from])
        ++*atom;
    if (*atom == class->n_atoms)
        return m->n_tokens;
    while (class->atoms[*atom] >= first_atom[from + 1])
        from++;
    return from;
}

/* "boi", or "boi & any_mark" for IDs that several tokens share. A long list is cut, which
 * keeps many long names that overlap from filling the memory. */
static const char *class_name(struct mmspan_matcher *m, uint16_t k) {
    enum { LONG = 200 };
    static const char more[] = " & ...";
    const struct mm_class *class = &m->classes.classes[k];
    if (k == MM_CLASS_TEXT || k == MM_CLASS_OUTSIDE)
        return k == MM_CLASS_TEXT ? "text" : "out-of-vocabulary";
    uint32_t atom = 0;
    uint32_t t = token_of_class(m, class, &atom, 0);
    size_t used = strlen(m->tokens[t].name);
    char *name = mm_arena_alloc(&m->arena, (used > LONG ? used : LONG) + sizeof more, 1);
    if (!name)
        return NULL;
    memcpy(name, m->tokens[t].name, used);
    while ((t = token_of_class(m, class, &atom, t + 1)) < m->n_tokens) {
        size_t n = strlen(m->tokens[t].name);
        if (used + 3 + n > LONG) {
            memcpy(name + used, more, sizeof more);
            break;
        }
        memcpy(name + used, more, 3);
        memcpy(name + used + 3, m->tokens[t].name, n);
        used += 3 + n;
    }
    return name;
}

static bool name_classes(struct mmspan_matcher *m) {
    m->class_names = mm_arena_alloc(&m->arena, m->n_classes, sizeof *m->class_names);
    if (!m->class_names)
        return false;
    for (uint32_t k = 0; k < m->n_classes; k++)
        if (!(m->class_names[k] = class_name(m, (uint16_t)k)))
            return false;
    return true;
}

/* Is the segment made of declared IDs, and short enough for a window? */
static bool is_small(const struct mm_classes *classes, size_t i) {
    return classes->class_at[i] >= MM_N_FIXED_CLASSES && i + 1 < classes->n_segments &&
           (int64_t)classes->starts[i + 1] - classes->starts[i] <= MAX_WINDOW;
}

/* Fills the window, which begins with a segment and ends with one. */
static void fill_segments(struct mm_classes *classes, size_t segment) {
    struct mm_window *window = &classes->window;
    uint32_t at = 0;
    for (size_t i = segment; at < window->size; i++) {
        uint32_t end = (uint32_t)classes->starts[i + 1] - window->first;
        while (at < end)
            window->classes[at++] = classes->class_at[i];
    }
}

/* Places the window where it covers the most declared segments: behind the first of them, its
 * end moves on with it, so that each segment is passed twice at most. */
static bool fill_window(struct mmspan_matcher *m) {
    const struct mm_classes *classes = &m->classes;
    struct mm_window *window = &m->classes.window;
    size_t most = 0;
    size_t segment = 0;
    int64_t first = 0;
    int64_t end = 0;
    size_t n = 0; /* declared segments from i to before k */
    int64_t last = 0;
    for (size_t i = 0, k = 0; i < classes->n_segments; i++) {
        if (!is_small(classes, i))
            continue;
        if (k < i)
            k = i;
        for (; k + 1 < classes->n_segments; k++) {
            if ((int64_t)classes->starts[k + 1] - classes->starts[i] > MAX_WINDOW)
                break;
            if (is_small(classes, k)) {
                n++;
                last = classes->starts[k + 1];
            }
        }
        if (n > most) {
            most = n;
            segment = i;
            first = classes->starts[i];
            end = last;
        }
        n--;
    }
    window->first = (uint32_t)first;
    window->size = (uint32_t)(end - first);
    window->classes = mm_arena_alloc(&m->arena, window->size, sizeof *window->classes);
    if (window->classes)
        fill_segments(&m->classes, segment);
    window->text_end = m->vocab_size ? (uint64_t)m->vocab_size : UINT64_MAX;
    window->complete = true;
    for (size_t i = 0; i < classes->n_segments; i++) {
        bool covered = (uint32_t)classes->starts[i] - window->first < window->size;
        if (classes->class_at[i] >= MM_N_FIXED_CLASSES && !covered)
            window->complete = false;
    }
    return window->classes != NULL;
}

static bool too_large(struct mm_compiler *c, uint32_t n_states) {
    mm_note(c,
            mm_fail(c->error, MMSPAN_E_LIMIT, &c->sources[0].source.place,
                    "pattern: the config needs %u states, more than %d. Counts are spelt out "
                    "one by one: use + or * and a `rows` rule for the number",
                    n_states, MMSPAN_MAX_STATES));
    return false;
}

bool mm_step_tables(struct mm_compiler *c) {
    struct mmspan_matcher *m = c->matcher;
    struct mm_outputs outputs = {
        .matcher = m, .nfa = &c->nfa, .dfa = &c->dfa, .scratch = &c->scratch};
    /* The names are needed for the order of the modalities. */
    m->shapes = mm_arena_alloc(&m->arena, m->n_modalities, sizeof *m->shapes);
    uint32_t *color = mm_arena_alloc(&c->scratch, c->dfa.n_states, sizeof *color);
    c->block = mm_arena_alloc(&c->scratch, c->dfa.n_states, sizeof *c->block);
    if (!m->shapes || !color || !c->block)
        return mm_no_memory(c);
    for (uint32_t i = 0; i < m->n_modalities; i++)
        if (!(m->shapes[i].name = mm_arena_string(&m->arena, c->spec->modalities[i].name)))
            return mm_no_memory(c);
    uint32_t n_colors;
    if (!mm_outputs_make(&outputs, color, &n_colors))
        return mm_no_memory(c);
    m->n_states = mm_dfa_minimize(&c->dfa, color, n_colors, c->block);
    if (!m->n_states)
        return mm_no_memory(c);
    if (m->n_states - 1 > MMSPAN_MAX_STATES)
        return too_large(c, m->n_states - 1);
    if (!fill_transitions(c) || !mm_outputs_store(&outputs, c->block, m) || !fill_flags(m) ||
        !name_classes(m) || !fill_window(m) || !mm_make_filter(m) || !mm_make_futures(m))
        return mm_no_memory(c);
    return true;
}
