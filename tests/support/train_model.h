/* Trains a small SentencePiece model. C over C++. */
#ifndef MMSPAN_TEST_TRAIN_MODEL_H
#define MMSPAN_TEST_TRAIN_MODEL_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Writes a model to `path`, trained on a few lines of its own. `arguments` are options of
 * spm_train, one "name=value" a line. false when it fails. */
bool train_model(const char *path, const char *arguments);

#ifdef __cplusplus
}
#endif

#endif
