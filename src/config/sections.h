/* The large parts of a config, each read by a file of its own. */
#ifndef MMSPAN_CONFIG_SECTIONS_H
#define MMSPAN_CONFIG_SECTIONS_H

#include "schema.h"

/* Declare all tokens and modalities of the section to the config's spec. Names must
 * have been collected before. */
void mc_read_tokens(struct mc_load *load, const struct mc_value *tokens);
void mc_read_modalities(struct mc_load *load, const struct mc_value *modalities);

/* Finds the ID of a token that has only a piece: asks the resolver or, when there is none,
 * makes one up and remembers the token. false, and an error, when the piece has no ID. */
bool mc_resolve(struct mc_load *load, const struct mc_value *token, const char *piece,
                int32_t *id);

/* Reports the tokens that needed a resolver, if there were any. */
void mc_report_unresolved(struct mc_load *load);

/* The `rows` of a modality. Values live as long as the tree. */
void mc_read_rows(struct mc_load *load, const struct mc_value *value, mmspan_rows_rule *rule);

/* Reads all examples into the config. */
void mc_read_examples(struct mc_load *load, const struct mc_value *examples);

/* The ID of the token that the first n bytes of the value's text name, or of "text": one that
 * no token has. false, and an error, when there is none. mc_keep_named_id is a reader, as in
 * schema.h, for an int64_t; an integer stands for itself. */
bool mc_read_named_id(struct mc_load *load, const struct mc_value *value, size_t n,
                      int32_t *id);
void mc_keep_named_id(struct mc_load *load, const struct mc_value *value, void *member);

/* The token IDs of an example, with names and ID*COUNT spelt out. */
void mc_read_prompt(struct mc_load *load, const struct mc_value *value,
                    struct mc_example *example);

/* What an example expects: struct mc_wanted_item and struct mc_wanted_finding. */
void mc_read_wanted_items(struct mc_load *load, const struct mc_value *value,
                          struct mc_example *example);
void mc_read_wanted_findings(struct mc_load *load, const struct mc_value *value,
                             struct mc_example *example);

/* Reads a whole config. */
void mc_read_config(struct mc_load *load, const char *text, size_t size);

#endif
