/* What is shown of the built-in configs. */
#ifndef MMSPAN_TOOLS_MODELS_LIST_H
#define MMSPAN_TOOLS_MODELS_LIST_H

#include "../../include/mmspan/mmspan.h"
#include "../output/buffer.h"

/* One built-in config, compiled. */
struct model {
    const char *name;
    mmspan_config *config;
    mmspan_matcher *matcher;
};

/* Of the first two columns. */
struct model_widths {
    size_t model;
    size_t modality;
};

/* Does the model have the word, in whatever case, in its name, in a Hugging Face name, or in a
 * token's name or piece? Or is it the ID of a token? */
bool model_has_word(const struct model *model, const char *word);

/* Adds a line for each modality and one for the IDs, broken at 100 columns. */
void models_text(struct buffer *out, const struct model *model,
                 const struct model_widths *widths);

/* Adds one JSON object on one line. */
void models_json(struct buffer *out, const struct model *model);

/* Adds the rows of a table in Markdown. */
void models_markdown(struct buffer *out, const struct model *model);

#endif
