/* The JSON files of a Hugging Face tokenizer. */
#ifndef MMSPAN_TOKENIZER_HUGGING_FACE_H
#define MMSPAN_TOKENIZER_HUGGING_FACE_H

#include "../io/whole_file.h"
#include "vocabulary.h"

enum mt_json_file {
    MT_ANY_JSON,         /* one of the others; its keys tell which */
    MT_TOKENIZER,        /* tokenizer.json: a base vocabulary and added tokens */
    MT_TOKENIZER_CONFIG, /* tokenizer_config.json: added tokens by ID */
    MT_ADDED_TOKENS,     /* added_tokens.json: added tokens and their IDs */
    MT_VOCAB             /* vocab.json: a base vocabulary */
};

/* Reads a file as the vocabulary's next layer. */
mmspan_status mt_read_json(const struct mi_file *file, enum mt_json_file kind,
                           struct mt_vocabulary *vocabulary, mmspan_error *error);

#endif
