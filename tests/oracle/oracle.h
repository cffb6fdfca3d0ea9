/*
 * A slow matcher that is meant to be obviously right: the contract of matching, written
 * down once more without any of the library's code or ideas. Patterns become a textbook
 * nondeterministic automaton; every attempt walks it with a set of states from its own
 * first token on, so time is quadratic and memory is wasted.
 */
#ifndef MMSPAN_TESTS_ORACLE_H
#define MMSPAN_TESTS_ORACLE_H

#include "../support/random.h"
#include "mmspan/scan.h"

/* What the matcher is made from; not copied, it must outlive the oracle. */
struct oracle_declarations {
    const mmspan_token_decl *tokens;
    const mmspan_modality_decl *modalities;
    size_t n_tokens;
    size_t n_modalities;
    int32_t vocab_size;
};

/* What mmspan_compile should say about the declarations. */
enum oracle_verdict {
    ORACLE_FINE,
    /* Not a pattern, undeclared names, begins or ends with text, matches nothing, or an
     * `adjacent` or `each_run` that cannot be. */
    ORACLE_WRONG,
    ORACLE_AMBIGUOUS,
    /* Too large to be decided here. */
    ORACLE_UNSURE
};

struct oracle;

/* Never NULL; whether it may scan, oracle_judge says. */
struct oracle *oracle_create(const struct oracle_declarations *declarations);
void oracle_destroy(struct oracle *oracle);

/* The verdict; for ORACLE_AMBIGUOUS *witness is the length of the shortest sequence that
 * two forms match. */
enum oracle_verdict oracle_judge(const struct oracle *oracle, size_t *witness);

/* A finding with the names that `state` stands for, comma-separated. */
struct oracle_finding {
    mmspan_finding finding;
    char expected[1024];
    char modalities[512];
};

struct oracle_result {
    mmspan_item *items;
    mmspan_run *runs;
    struct oracle_finding *findings;
    size_t n_items;
    size_t n_runs;
    size_t n_findings;
    int64_t rows[MMSPAN_MAX_MODALITIES];
    /* How much of what is rare came up: matches that a broken block speaks for, lone
     * placeholders that are no items, and blocks that are placeholders. */
    size_t n_covered;
    size_t n_demoted;
    size_t n_unexpanded;
    /* Something depends on which of several shortest sequences is the placeholder, which the
     * contract does not say. */
    bool unsure;
};

/* Scans as mmspan_scan should; only for ORACLE_FINE. Zero `result` before its first use;
 * each scan overwrites it. */
void oracle_scan(const struct oracle *oracle, const int32_t *ids, size_t n,
                 const mmspan_span *literal, size_t n_literal, struct oracle_result *result);
/* What mmspan_stream_decided says when these tokens have been pushed: where the attempt that
 * is alive, or the cluster that is open, began. Literal spans may reach beyond the tokens. */
int64_t oracle_decided(const struct oracle *oracle, const int32_t *ids, size_t n,
                       const mmspan_span *literal, size_t n_literal);
void oracle_result_free(struct oracle_result *result);

/* Writes a random word that form number `form` (taken modulo the number of forms)
 * matches, at most `cap` IDs of it; returns how many. */
size_t oracle_sample(const struct oracle *oracle, size_t form, struct random_source *random,
                     int32_t *ids, size_t cap);

#endif
