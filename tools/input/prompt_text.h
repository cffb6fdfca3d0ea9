/* The text of a prompt as input: --tokenizer MODEL --text FILE. */
#ifndef MMSPAN_TOOLS_PROMPT_TEXT_H
#define MMSPAN_TOOLS_PROMPT_TEXT_H

#include "../../include/mmspan/config.h"
#include "../../include/mmspan/tokenizer.h"
#include "../../src/input/ids.h"
#include "../commands/options.h"

/* Do --text, --tokenizer and the files go together? */
int check_text_options(const struct options *options);

/* Encodes the file that --text names ("-": standard input), all of it as one prompt, into
 * the empty list. Pieces that the config declares become their IDs. */
int read_text_file(const struct options *options, mmspan_tokenizer *tokenizer,
                   const mmspan_config *config, struct mr_ids *list);

#endif
