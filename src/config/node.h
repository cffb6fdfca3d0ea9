/* A YAML document as a tree of nodes that know where they stand. */
#ifndef MMSPAN_CONFIG_NODE_H
#define MMSPAN_CONFIG_NODE_H

#include "../match/alloc.h"
#include "errors.h"

enum mc_kind { MC_SCALAR, MC_SEQUENCE, MC_MAPPING };

struct mc_node {
    enum mc_kind kind;
    uint32_t line;   /* 1-based */
    uint32_t column; /* 1-based, in bytes */
    bool open;       /* its end has not been read yet */
    /* Scalars: the text without quotes and escapes, terminated, with no NUL inside. */
    const char *text;
    bool plain; /* not quoted */
    bool exact; /* the file has `text` byte for byte, after the quote if any */
    /* Sequences and mappings. */
    struct mc_entry *entries;
    size_t n_entries;
    /* With every alias counted as a copy of what it stands for. */
    uint32_t n_nodes;
    uint32_t height;
};

/* An element of a sequence (then `key` is NULL) or of a mapping. An alias puts the
 * same node behind several entries. */
struct mc_entry {
    struct mc_node *key; /* a scalar */
    struct mc_node *value;
    struct mc_entry *next;
};

/* The one document in `text`, or NULL after an error. The tree lives in the arena. */
struct mc_node *mc_parse_yaml(const char *text, size_t size, struct mm_arena *arena,
                              struct mc_errors *errors);

#endif
