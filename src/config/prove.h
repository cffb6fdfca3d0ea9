/* Proofs: what must hold of every example beside what it declares. */
#ifndef MMSPAN_CONFIG_PROVE_H
#define MMSPAN_CONFIG_PROVE_H

#include "config.h"

/* An example at hand, scanned. */
struct mc_proof {
    const struct mmspan_config *config;
    const mmspan_matcher *matcher;
    const struct mc_example *example;
    int32_t index;
    mmspan_result *whole; /* of the example; what collapse and expand are given */
    mmspan_result *part;  /* of what was made of it */
    mmspan_error *error;
};

/* MMSPAN_E_MISMATCH: "example "NAME": " and the text, at the example's place. */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
mmspan_status
mc_proof_fails(const struct mc_proof *proof, const char *format, ...);

/* No cut of the example yields an item that the whole does not have. */
mmspan_status mc_prove_cuts(struct mc_proof *proof);

#endif
