/*
 * mmspan/automaton.h: the compiled automaton, for `mmspan explain`, for tests and for the
 * curious. Unstable: what is here follows the implementation and changes with it, from one
 * version to the next and without notice; nothing else in mmspan needs it.
 *
 * States are 0..n_states-1 with 0 the start; classes are 0..n_classes-1. Every ID belongs
 * to exactly one class. What is returned belongs to the matcher.
 */
#ifndef MMSPAN_AUTOMATON_H
#define MMSPAN_AUTOMATON_H

#include "matcher.h"

#ifdef __cplusplus
extern "C" {
#endif

MMSPAN_API int32_t mmspan_automaton_n_states(const mmspan_matcher *matcher);
MMSPAN_API int32_t mmspan_automaton_n_classes(const mmspan_matcher *matcher);

/* The class of an ID. */
MMSPAN_API int32_t mmspan_automaton_class_of(const mmspan_matcher *matcher, int32_t id);

/* A class in words: the names of the tokens in it, separated by '&', or "text". A long list
 * ends with "...". */
MMSPAN_API const char *mmspan_automaton_class_name(const mmspan_matcher *matcher,
                                                   int32_t class_index);

/* The state after `state` reads a token of the class, or -1 when it dies. */
MMSPAN_API int32_t mmspan_automaton_next(const mmspan_matcher *matcher, int32_t state,
                                         int32_t class_index);

/*
 * What is known in a state: the tokens that would keep the attempt alive, as
 * indices sorted by name (MMSPAN_TEXT among them under "text"), and the modalities
 * that are still possible, as indices sorted by name. *count receives how many.
 */
MMSPAN_API const int32_t *mmspan_automaton_expected(const mmspan_matcher *matcher,
                                                    int32_t state, size_t *count);
MMSPAN_API const int32_t *mmspan_automaton_modalities(const mmspan_matcher *matcher,
                                                      int32_t state, size_t *count);

/* The modality and form that are complete in a state; returns 0 when none is. */
MMSPAN_API int32_t mmspan_automaton_accepts(const mmspan_matcher *matcher, int32_t state,
                                            int32_t *modality, int32_t *form);

/*
 * The prefilter: the ranges of IDs at which a scan outside an attempt stops, as
 * inclusive pairs over uint32_t, so that first > last means a range that wraps
 * around through -1 and 0. Returns how many there are; fills at most `cap`. They
 * cover every ID that matters and may cover some that do not.
 */
MMSPAN_API size_t mmspan_automaton_prefilter(const mmspan_matcher *matcher,
                                             uint32_t (*ranges)[2], size_t cap);

/*
 * The bound on work: the most attempts that can be alive at one token, of those that a
 * scan has to tell apart, over every input. 1 when no input makes an attempt last beyond
 * where the next one begins. Memory and time for each token grow with it; a config with
 * too many does not compile.
 */
MMSPAN_API int32_t mmspan_automaton_attempts(const mmspan_matcher *matcher);

#ifdef __cplusplus
}
#endif

#endif
