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

/* One ID of a declared token: ID number `part` of a sequence token, any ID of the others. */
struct oracle_symbol {
    int token;
    size_t part;
};

/* What may stand at one place of a placeholder. More than one symbol: the pattern matches
 * several shortest sequences, and the contract does not say which of them it is. */
struct oracle_slot {
    struct oracle_symbol *symbols;
    size_t n;
};

/* What collapse writes for one item of a modality. Without slots: nothing can be written. */
struct oracle_placeholder {
    struct oracle_slot *slots;
    size_t n;
    /* Items that are cut out of a run keep the ID that they begin with instead. */
    bool own_id;
    /* Whether they do depends on which of several shortest sequences is meant. */
    bool own_id_unsure;
};

struct oracle {
    struct oracle_declarations declared;
    struct oracle_form *forms;
    size_t n_forms;
    struct oracle_placeholder *placeholders; /* one for each modality */
    struct oracle_state *states;
    size_t n_states;
    bool wrong;
    bool too_large;
};

/* A match, before it is decided which items it becomes. */
struct oracle_match {
    size_t form;
    int64_t start;
    int64_t end;
};

/* A prompt and what is known of its tokens: flags for each position. */
struct oracle_scene {
    const struct oracle *oracle;
    const int32_t *ids;
    int64_t n;
    bool *literal; /* in a literal span */
    bool *matched; /* in a match */
    bool *broken;  /* in a broken or truncated block */
    bool *stray;
    bool *wrecked; /* in a cluster that has anything broken, truncated or stray in it */
    struct oracle_match *matches;
    size_t n_matches;
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
/* Adds a state and all that can be reached from it without reading. */
void oracle_add_to_set(const struct oracle *oracle, bool *set, size_t state);
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

/* oracle_clusters.c */
void oracle_scene_open(struct oracle_scene *scene, const struct oracle *oracle,
                       const int32_t *ids, size_t n, const mmspan_span *literal,
                       size_t n_literal);
void oracle_scene_close(struct oracle_scene *scene);
void oracle_scene_add_match(struct oracle_scene *scene, size_t form, int64_t start,
                            int64_t end);
/* Is the token in a match, in a broken or truncated block, or stray? */
bool oracle_is_in_cluster(const struct oracle_scene *scene, int64_t at);
/* Sets `wrecked`; wants all that is matched, broken and stray. */
void oracle_find_wreckage(struct oracle_scene *scene);

/* oracle_placeholder.c */
void oracle_find_placeholders(struct oracle *oracle);
/* All shortest sequences that a form matches, place by place; no slots when each has text
 * in it. */
void oracle_spell_shortest(const struct oracle *oracle, size_t form,
                           struct oracle_placeholder *placeholder);
void oracle_free_placeholders(struct oracle *oracle);
/* Is a placeholder given that is none? */
bool oracle_placeholder_is_wrong(const struct oracle *oracle);
/* Is [start, end) what collapse writes for an item? Sets *unsure where that depends on
 * which of several shortest sequences is meant. */
bool oracle_is_placeholder(const struct oracle_scene *scene, int32_t modality, int64_t start,
                           int64_t end, bool *unsure);
/* Is the ID alone a bare form of the modality? */
bool oracle_is_bare(const struct oracle *oracle, int32_t modality, int32_t id);

/* oracle_items.c: the items and findings of a match that no broken block speaks for.
 * Placeholders that are no items become stray in the scene. */
void oracle_emit(struct oracle_scene *scene, const struct oracle_match *match,
                 struct oracle_result *result);
/* Of one run. */
bool oracle_rows_are_legal(const mmspan_rows_rule *rule, int64_t rows);
struct oracle_finding *oracle_add_finding(struct oracle_result *result,
                                          mmspan_finding_kind kind, int64_t start, int64_t end);

#endif
