/* Asks the library and the models the same question about a prompt and its media. */
#ifndef MMSPAN_TESTS_OPS_AGREEMENT_H
#define MMSPAN_TESTS_OPS_AGREEMENT_H

#include "mmspan/batch.h"
#include "ops_sampler.h"

/* A config with a matcher, two results to use again and again, and a model. */
struct ops_trial {
    const struct oracle *oracle;
    const struct oracle_declarations *declared;
    const mmspan_matcher *matcher;
    mmspan_result *result;
    mmspan_result *other;
    struct model model;
    struct model_list wanted;
    struct model_list again;
    mmspan_replacement plan[MODEL_MOST];
    char difference[4096];
    size_t n_answers[MODEL_N_OPEN]; /* by what the contract leaves open of them */
    /* Prompts that fitted and were expanded again; and where what was written is read as other
     * items than were put there, because of the text beside it, or of what was supplied. */
    size_t n_again;
    size_t n_not_again;
    size_t n_fits; /* assignments without a finding about media */
};

/* Each is true when both agree; otherwise `difference` says where they part. */
typedef bool ops_check(struct ops_trial *trial, const struct ops_question *question);

/* Arrays by token, windows, cuts, truncation, splicing, filling and the shapes of runners,
 * after a scan and after assign. */
ops_check ops_agree_scanned;
ops_check ops_agree_assign;
ops_check ops_agree_collapse;
ops_check ops_agree_expand;
ops_check ops_agree_neutralise;

/* Prompts as one batch, by several threads and with IDs of every type, against scans of each
 * alone, and these against the model. */
struct ops_batch {
    const struct sampler_prompt *prompts;
    size_t n;
    mmspan_batch *batch;
    struct random_source *random;
};
bool ops_agree_batch(struct ops_trial *trial, const struct ops_batch *question);

/* ops_agreement.c, for the other files. */
__attribute__((format(printf, 2, 3))) bool ops_differ(struct ops_trial *trial,
                                                      const char *format, ...);
/* Scans with the library, and loads what it has found into the model. */
bool ops_scan(struct ops_trial *trial, mmspan_result *result, const int32_t *ids, size_t n,
              const mmspan_span *literal, size_t n_literal);
/* What the view holds is what the model does. */
bool ops_agree_view(struct ops_trial *trial, const mmspan_view *view);
/* ops_agreement_places.c: everything that only reads, for a result that the model knows. */
bool ops_agree_places(struct ops_trial *trial, const mmspan_result *result, const int32_t *ids);

#endif
