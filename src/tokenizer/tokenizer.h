/* What an opened tokenizer holds. */
#ifndef MMSPAN_TOKENIZER_TOKENIZER_H
#define MMSPAN_TOKENIZER_TOKENIZER_H

#include "model.h"
#include "specials.h"
#include "vocabulary.h"

/*
 *   encoder   NULL when text cannot be encoded, and then `obstacle` says why
 *   specials  pieces that text is split at; texts are the vocabulary's
 */
struct mmspan_tokenizer {
    struct mt_vocabulary vocabulary;
    struct mt_encoder *encoder;
    const char *obstacle; /* static */
    struct mt_specials specials;
};

/* Reads the file or the folder into an empty tokenizer, except for its specials. */
mmspan_status mt_read_tokenizer(const char *path, bool lookup_only, mmspan_tokenizer *tokenizer,
                                mmspan_error *error);

#endif
