/* The text of a prompt as input: --tokenizer MODEL --text FILE. */
#ifndef MMSPAN_TOOLS_PROMPT_TEXT_H
#define MMSPAN_TOOLS_PROMPT_TEXT_H

#include "../../include/mmspan/tokenizer.h"
#include "../commands/options.h"
#include "../../src/input/id_list.h"

/* Do --text, --tokenizer and the files go together? */
int check_text_options(const struct options *options);

/* Encodes the file that --text names ("-": standard input), all of it as one prompt, into
 * the empty list. Pieces that the config declares become their IDs. */
int read_text_file(const struct options *options, mmspan_tokenizer *tokenizer,
                   struct id_list *list);

#endif
