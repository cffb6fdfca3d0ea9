/* SentencePiece models: their pieces, read from the file, and their encoder, C over C++. */
#ifndef MMSPAN_TOKENIZER_MODEL_H
#define MMSPAN_TOKENIZER_MODEL_H

#include "../../include/mmspan/tokenizer.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* MT_MODEL_STOPPED: by a callback. MT_MODEL_MISSING: this build has no SentencePiece. */
enum mt_model_status {
    MT_MODEL_OK,
    MT_MODEL_STOPPED,
    MT_MODEL_MEMORY,
    MT_MODEL_CORRUPT,
    MT_MODEL_MISSING
};

enum { MT_MODEL_REASON = 200 };

/* Called for each piece in order of the IDs, from 0; returns false to stop. */
typedef bool (*mt_model_each)(void *context, const mmspan_piece *piece);

/* Reads the pieces of the model in n bytes, to which their texts point unterminated.
 * MT_MODEL_CORRUPT writes why. */
enum mt_model_status mt_read_model(const char *data, size_t n, mt_model_each each,
                                   void *context, char reason[MT_MODEL_REASON]);

/* What turns text into IDs. */
struct mt_encoder;

/* Opens the model in n bytes, which mt_read_model has read and which need not outlive the
 * call. MT_MODEL_CORRUPT writes why. */
enum mt_model_status mt_encoder_open(const char *data, size_t n, struct mt_encoder **encoder,
                                     char reason[MT_MODEL_REASON]);
void mt_encoder_close(struct mt_encoder *encoder);

/* Hands the IDs of a text to `add`, which returns false to stop. */
enum mt_model_status mt_encode(const struct mt_encoder *encoder, const char *text, size_t n,
                               bool (*add)(void *context, const int32_t *ids, size_t n),
                               void *context);

#ifdef __cplusplus
}
#endif

#endif
