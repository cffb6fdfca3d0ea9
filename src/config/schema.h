/* Mappings with fixed keys, read by table. */
#ifndef MMSPAN_CONFIG_SCHEMA_H
#define MMSPAN_CONFIG_SCHEMA_H

#include "config.h"
#include "value.h"

/* The tokens that have a piece but no ID, when there is no resolver. */
struct mc_unresolved {
    struct mm_place place; /* of the first one */
    char path[MC_PATH_SIZE];
    char names[256]; /* "a, b", cut to fit */
    size_t n;
};

/* A config that is being loaded. */
struct mc_load {
    struct mc_errors errors;
    struct mm_arena scratch; /* the tree, and what only the loader needs */
    struct mmspan_config *config;
    struct mi_names tokens;     /* declared names, sorted */
    struct mi_names modalities; /* the same */
    size_t n_example_tokens;
    bool has_text_id;
    int32_t text_id;                 /* what "text" is in an example */
    const mmspan_resolver *resolver; /* NULL: none */
    struct mc_unresolved *unresolved;
};

/* A legal key. `read` is called when the value is of one of `types`, with a pointer to
 * the member of the target struct at `offset`. */
struct mc_key {
    const char *name;
    unsigned types;
    bool required;
    void (*read)(struct mc_load *load, const struct mc_value *value, void *member);
    size_t offset;
};

struct mc_schema {
    const char *what; /* "a token" */
    const struct mc_key *keys;
    size_t n_keys;
};

/* Reads a mapping: unknown, repeated and missing keys and wrong types are errors. */
void mc_read_mapping(struct mc_load *load, const struct mc_value *mapping,
                     const struct mc_schema *schema, void *target);

/* A mapping whose keys are names that the config chooses: reports repeated keys and
 * more than `max` of them (then false), and collects the names, sorted. */
bool mc_read_names(struct mc_load *load, const struct mc_value *mapping, size_t max,
                   struct mi_names *names);

/* Does an earlier entry have the same key? `first` receives that key or its own. */
bool mc_is_repeated(const struct mc_node *mapping, const struct mc_entry *entry,
                    const struct mc_node **first);

/* Readers for `mc_key.read`. The member is, in this order, a const char * that lives
 * as long as the tree or as long as the config; an int32_t; an int64_t that is not
 * negative, or is a positive int32, or any int32; a struct mc_value; a struct
 * mc_strings that lives as long as the config. */
void mc_borrow_string(struct mc_load *load, const struct mc_value *value, void *member);
void mc_keep_string(struct mc_load *load, const struct mc_value *value, void *member);
void mc_keep_boolean(struct mc_load *load, const struct mc_value *value, void *member);
void mc_keep_position(struct mc_load *load, const struct mc_value *value, void *member);
void mc_keep_count(struct mc_load *load, const struct mc_value *value, void *member);
void mc_keep_id(struct mc_load *load, const struct mc_value *value, void *member);
void mc_keep_value(struct mc_load *load, const struct mc_value *value, void *member);
void mc_keep_strings(struct mc_load *load, const struct mc_value *value, void *member);

/* Checks that every name in the value's text (names separated by blanks, or just one)
 * is a declared token. */
void mc_check_sequence(struct mc_load *load, const struct mc_value *value);
void mc_check_token(struct mc_load *load, const struct mc_value *value);

/* Memory of the tree's life or the config's life; NULL and an error when it is out. */
void *mc_scratch(struct mc_load *load, size_t n, size_t size);
void *mc_memory(struct mc_load *load, size_t n, size_t size);

#endif
