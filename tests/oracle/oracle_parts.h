/* What the files of the oracle share. */
#ifndef MMSPAN_TESTS_ORACLE_PARTS_H
#define MMSPAN_TESTS_ORACLE_PARTS_H

#include "oracle.h"

enum { ORACLE_TEXT = -1, ORACLE_NO_LIMIT = -1 };

enum oracle_node_kind {
    ORACLE_NODE_TOKEN,
    ORACLE_NODE_SEQUENCE,
    ORACLE_NODE_CHOICE,
    ORACLE_NODE_REPEAT
};

/* A pattern as a tree. Children hang in a list. */
struct oracle_node {
    enum oracle_node_kind kind;
    int token; /* index or ORACLE_TEXT */
    int min;   /* of a repeat */
    int max;   /* of a repeat, or ORACLE_NO_LIMIT */
    struct oracle_node *child;
    struct oracle_node *next;
};

enum oracle_state_kind { ORACLE_STATE_SPLIT, ORACLE_STATE_READ, ORACLE_STATE_ACCEPT };

/* A state of the automaton. A read takes one ID: ID number `part` of a sequence token,
 * any ID of the other tokens. */
struct oracle_state {
    enum oracle_state_kind kind;
    int token;
    size_t part;
    size_t out;
    size_t other; /* second way out of a split */
    size_t form;
};

struct oracle_form {
    int32_t modality;
    int32_t kind; /* mmspan_form */
    struct oracle_node *tree;
    size_t entry;
};

struct oracle {
    struct oracle_declarations declared;
    struct oracle_form *forms;
    size_t n_forms;
    struct oracle_state *states;
    size_t n_states;
    bool wrong;
    bool too_large;
};

/* Allocates zeroed memory or ends the program: tests need no better. */
void *oracle_alloc(size_t n, size_t size);
/* Makes room for one more element after n. */
void *oracle_grow(void *array, size_t n, size_t size);

/* oracle_pattern.c: NULL when the text is wrong. */
struct oracle_node *oracle_parse(const struct oracle_declarations *declared, const char *text);
struct oracle_node *oracle_parse_list(const struct oracle_declarations *declared,
                                      const char *const *list, size_t n);
struct oracle_node *oracle_new_node(enum oracle_node_kind kind);
void oracle_free_tree(struct oracle_node *tree);
int oracle_find_token(const struct oracle_declarations *declared, const char *name, size_t n);

/* oracle_automaton.c: sets of states are arrays of n_states flags. */
void oracle_build(struct oracle *oracle);
void oracle_start_set(const struct oracle *oracle, bool *set);
/* Moves the set over one ID; false when it becomes empty. */
bool oracle_step(const struct oracle *oracle, const bool *from, int32_t id, bool literal,
                 bool *to);
/* A form that is complete in the set, or -1. *several: more than one is. */
int oracle_accepts(const struct oracle *oracle, const bool *set, bool *several);

/* oracle_ids.c: facts about IDs, straight from the declarations. */
bool oracle_token_has(const mmspan_token_decl *token, int32_t id);
bool oracle_is_declared(const struct oracle_declarations *declared, int32_t id);
bool oracle_is_reserved(const struct oracle_declarations *declared, int32_t id);
/* The first token that has it, or -1. */
int oracle_token_of(const struct oracle_declarations *declared, int32_t id);
/* The modality whose rows an ID takes in an item of `modality`, or -1. */
int32_t oracle_embed_of(const struct oracle_declarations *declared, int32_t modality,
                        int32_t id);
/* IDs that stand for all: every ID behaves as one of these. Returns how many. */
size_t oracle_all_kinds_of_ids(const struct oracle_declarations *declared, int32_t **ids);

/* oracle_items.c: what a match becomes. `literal` has a flag per position. */
void oracle_emit(const struct oracle *oracle, size_t form, const int32_t *ids,
                 const bool *literal, int64_t start, int64_t end, struct oracle_result *result);
struct oracle_finding *oracle_add_finding(struct oracle_result *result,
                                          mmspan_finding_kind kind, int64_t start, int64_t end);

#endif
