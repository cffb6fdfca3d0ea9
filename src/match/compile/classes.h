/* Token classes: IDs that no pattern can tell apart are one letter of the alphabet. */
#ifndef MMSPAN_MATCH_CLASSES_H
#define MMSPAN_MATCH_CLASSES_H

#include "spec.h"

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

/* More would make the transition table larger than any model can justify. */
enum { MM_MAX_CLASSES = 4096, MM_MAX_ATOMS = 16384 };

struct mm_classes {
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

/* Computes the classes of a spec. What outlives the compilation is put in `keep`,
 * the rest in `scratch`. */
mmspan_status mm_classes_make(const mmspan_spec *spec, struct mm_arena *keep,
                              struct mm_arena *scratch, struct mm_classes *out,
                              mmspan_error *error);

/* The class of an ID by binary search. */
uint16_t mm_classes_find(const struct mm_classes *classes, int32_t id);

#endif
