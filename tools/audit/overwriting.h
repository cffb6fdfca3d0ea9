/* Refuses to write over what is read. */
#ifndef MMSPAN_TOOLS_OVERWRITING_H
#define MMSPAN_TOOLS_OVERWRITING_H

#include <stdbool.h>
#include <stddef.h>

/* EXIT_USAGE when one of the outputs, of which any may be NULL, is the same file as one of the
 * inputs, whatever its spelling, or the other half of a Megatron pair of theirs. `what` says
 * what an input is: "part of the data". */
int refuse_overwriting(const char *const *outputs, size_t n_outputs, char *const *inputs,
                       size_t n_inputs, const char *what);

/* EXIT_USAGE when one of the outputs would be part of the data of the next run: it is to be
 * made in or below one of the words that are folders, under a name that is taken there. */
int refuse_among_data(const char *const *outputs, size_t n_outputs, char *const *words,
                      size_t n_words, bool headerless);

/* EXIT_USAGE when two of the outputs are one file, which none of them need be yet. */
int refuse_same_outputs(const char *const *outputs, size_t n_outputs);

#endif
