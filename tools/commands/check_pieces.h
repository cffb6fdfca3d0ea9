/* The pieces and IDs of a config against a tokenizer. */
#ifndef MMSPAN_TOOLS_CHECK_PIECES_H
#define MMSPAN_TOOLS_CHECK_PIECES_H

#include "../../include/mmspan/config.h"
#include "../../include/mmspan/tokenizer.h"

#include <stdbool.h>

/* Is the ID one that the token may have, or a part of it? */
bool has_id(const mmspan_token_decl *decl, int32_t id);

/* Has the tokenizer added tokens only, so that a piece may be missing that the model has? */
bool is_partial(const mmspan_tokenizer *tokenizer);

/* How many tokens could be compared, how many could not, and how many differ. */
struct piece_counts {
    size_t n_compared;
    size_t n_skipped;
    size_t n_different;
};

/*
 * Looks up each declared piece, and what stands at its ID, and hands a report to
 * `report` for each token that differs. Tokens without a piece are not counted; those
 * that cannot be compared are sequences, when the tokenizer cannot encode, pieces that a
 * partial tokenizer does not have, and IDs below 0 that stand for a piece that no tokenizer
 * has, which is why they are there.
 */
void check_pieces(const mmspan_config *config, const mmspan_tokenizer *tokenizer,
                  void (*report)(void *context, const mmspan_error *error), void *context,
                  struct piece_counts *counts);

#endif
