/* Compares what the library found with what the oracle found. */
#ifndef MMSPAN_TESTS_AGREEMENT_H
#define MMSPAN_TESTS_AGREEMENT_H

#include "notation.h"
#include "oracle.h"

/* The notation's declarations as the oracle takes them. */
struct oracle_declarations agreement_declarations(const struct notation *notation);

/* True when the view is what the oracle says. Otherwise `difference` (of `size` bytes)
 * says in words where they part first. */
bool agreement_holds(const mmspan_matcher *matcher, const mmspan_view *view,
                     const struct oracle_result *wanted, char *difference, size_t size);

/* The same for two views, which must hold the same, member by member. */
bool agreement_of_views(const mmspan_view *view, const mmspan_view *wanted, char *difference,
                        size_t size);
bool agreement_same_view(const mmspan_view *a, const mmspan_view *b);

/* The names that a finding's `state` stands for, comma-separated; "" without a state. */
void agreement_expected(const mmspan_matcher *matcher, const mmspan_finding *finding,
                        char *names, size_t size);
void agreement_modalities(const mmspan_matcher *matcher, const mmspan_finding *finding,
                          char *names, size_t size);

#endif
