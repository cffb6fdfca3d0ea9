/* Random configs, in the tests' notation, and random prompts for them. */
#ifndef MMSPAN_TESTS_SAMPLER_H
#define MMSPAN_TESTS_SAMPLER_H

#include "../oracle/oracle.h"

/* Writes a config with 2 to 6 tokens and up to 3 modalities. It is well-formed; whether
 * it is legal and unambiguous, the oracle knows. */
void sampler_config(struct random_source *random, char *text, size_t size);

/* A prompt with the literal spans of its user text. */
struct sampler_prompt {
    int32_t ids[512];
    mmspan_span literal[8];
    size_t n;
    size_t n_literal;
};

/* Half of them are good prompts of whole words and placeholders with a little damage; the
 * others whole words, words cut short, noise, and runs of one ID. */
void sampler_prompt(struct random_source *random, const struct oracle *oracle,
                    const struct oracle_declarations *declared, struct sampler_prompt *prompt);

/* The prompt without the tokens [from, to). */
void sampler_cut(struct sampler_prompt *prompt, size_t from, size_t to);

#endif
