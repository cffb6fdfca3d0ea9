/* Patterns as syntax trees. */
#ifndef MMSPAN_MATCH_PATTERN_H
#define MMSPAN_MATCH_PATTERN_H

#include "spec.h"

enum mm_node_kind { MM_NODE_TOKEN, MM_NODE_SEQUENCE, MM_NODE_CHOICE, MM_NODE_REPEAT };

/* One node. Sequences and choices own a list of children through `child` and
 * `next`, a sequence from its last part to its first, because automata are built
 * from the end; a repeat has one child. */
struct mm_node {
    enum mm_node_kind kind;
    int32_t token; /* MM_NODE_TOKEN: index or MM_TEXT */
    uint32_t min;  /* MM_NODE_REPEAT */
    uint32_t max;  /* MM_NODE_REPEAT: MM_UNBOUNDED for none */
    /* MM_NODE_TOKEN, MM_NODE_REPEAT: where it stands in the text. */
    uint32_t begin;
    uint32_t end;
    uint32_t height; /* groups, and operators on operators, within each other */
    struct mm_node *child;
    struct mm_node *next;
};

#define MM_UNBOUNDED UINT32_MAX

/* A pattern's text and where it comes from. When `exact`, the place is that of its
 * first character, and errors point to the character that is wrong. */
struct mm_source {
    const char *text;
    struct mm_place place;
    bool exact;
};

/* Parses a whole pattern. The tree lives in the arena. */
mmspan_status mm_parse_pattern(const mmspan_spec *spec, const struct mm_source *source,
                               struct mm_arena *arena, struct mm_node **tree,
                               mmspan_error *error);

/* Parses a space-separated sequence of token names, as in `bare`. */
mmspan_status mm_parse_sequence(const mmspan_spec *spec, const struct mm_source *source,
                                struct mm_arena *arena, struct mm_node **tree,
                                mmspan_error *error);

/* The length of the name that begins at `at`, 0 when none does. */
size_t mm_name_length(const char *at);

#endif
