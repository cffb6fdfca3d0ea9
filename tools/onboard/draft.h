/* From a model's Hugging Face folder to the draft of its config. What the command and the
 * Python package share: it prints nothing and reads nothing but the folder. */
#ifndef MMSPAN_TOOLS_DRAFT_H
#define MMSPAN_TOOLS_DRAFT_H

#include "../../include/mmspan/base.h"

/*
 * A draft.
 *
 *   text  a config in YAML that passes `mmspan check`, terminated, with comments that say where
 *         each part is from; what is a guess is marked "guess", what is not known "open"
 *   n     its length without the zero
 *   note  one sentence on what the folder was taken for
 */
struct onboard_draft {
    char *text;
    size_t n;
    char *note;
};

/*
 * Drafts the config of the model in a folder, from its config.json, genai_config.json,
 * processor_config.json, preprocessor_config.json, tokenizer_config.json, added_tokens.json and
 * its tokenizer, as far as they are there. Free the draft with onboard_draft_free.
 *
 * Fails with MMSPAN_E_IO (no folder, or a file that cannot be read), MMSPAN_E_SYNTAX,
 * MMSPAN_E_LIMIT and MMSPAN_E_MISMATCH (a file that is not what its name says, or files that
 * contradict each other), MMSPAN_E_NOT_FOUND (nothing in it says image, video or audio; the
 * message says what was read and what is missing), MMSPAN_E_UNSUPPORTED (this build reads no
 * JSON) and MMSPAN_E_MEMORY.
 */
mmspan_status onboard_folder(const char *folder, struct onboard_draft *draft,
                             mmspan_error *error);

/* Zeroed is fine. */
void onboard_draft_free(struct onboard_draft *draft);

#endif
