/*
 * The alphabet of an automaton: declared tokens, and classes of IDs. IDs that no
 * pattern can tell apart are one class, and a class is one letter.
 */
#ifndef MMSPAN_MATCH_ALPHABET_H
#define MMSPAN_MATCH_ALPHABET_H

#include "error.h"

#include <stdbool.h>

/* The token index that stands for `text`. */
enum { MM_TEXT = -1 };

struct mm_token {
    const char *name;
    const char *piece; /* NULL when there is none */
    const int32_t *ids;
    size_t n_ids;
    int32_t kind; /* mmspan_token_kind */
    bool ordinary;
    struct mm_place place; /* while it is compiled */
};

/*
 * An atom is one ID position of a declared token: a token of kind IDS has one for
 * each ID of its sequence, all others have exactly one. Atom number `k` of token
 * `t` is first_atom[t] + k. A class is a set of atoms that share IDs.
 */
struct mm_class {
    const uint32_t *atoms; /* sorted */
    uint32_t n_atoms;
    int32_t token; /* the first declared token in it, or MM_TEXT */
    bool reserved; /* some token in it is not ordinary */
    bool text;     /* `text` matches it */
};

/* The two classes that every alphabet has. */
enum { MM_CLASS_TEXT = 0, MM_CLASS_OUTSIDE = 1, MM_N_FIXED_CLASSES = 2 };

/* The classes of the IDs first + 0..size, for speed. When it is complete it has all
 * declared IDs, and the others are text from 0 to before text_end, and outside the
 * vocabulary elsewhere. */
struct mm_window {
    uint32_t first;
    uint32_t size;
    uint16_t *classes;
    bool complete;
    uint64_t text_end;
};

struct mm_classes {
    struct mm_window window;
    struct mm_class *classes;
    uint32_t n_classes;
    /* Segment i holds the IDs from starts[i] to before starts[i + 1]. */
    int32_t *starts;
    uint16_t *class_at;
    size_t n_segments;
    uint32_t *first_atom; /* n_tokens + 1 entries */
    /* The classes that contain an atom: class_list[class_begin[a]..[a + 1]). */
    uint32_t *class_begin;
    uint16_t *class_list;
};

/* The class of an ID by binary search. */
uint16_t mm_classes_find(const struct mm_classes *classes, int32_t id);

/* The same, by the window when that knows. */
static inline uint16_t mm_classes_at(const struct mm_classes *classes, int32_t id) {
    const struct mm_window *window = &classes->window;
    uint32_t offset = (uint32_t)id - window->first;
    if (offset < window->size)
        return window->classes[offset];
    if (window->complete)
        return (uint32_t)id < window->text_end ? MM_CLASS_TEXT : MM_CLASS_OUTSIDE;
    return mm_classes_find(classes, id);
}

/* Do the atom's IDs include those of the class? */
bool mm_class_has_atom(const struct mm_classes *classes, uint16_t class_index, uint32_t atom);

#endif
