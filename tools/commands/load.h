/* From -m NAME or -c FILE to a config or a matcher. */
#ifndef MMSPAN_TOOLS_LOAD_H
#define MMSPAN_TOOLS_LOAD_H

#include "../../include/mmspan/mmspan.h"
#include "../../include/mmspan/tokenizer.h"
#include "options.h"

/* EXIT_USAGE when -m was given a file or -c a built-in config that is no file, with the option
 * to use. */
int check_config_name(const struct config_name *name);
int check_config_names(const struct options *options);

/* Loads a config without printing anything. */
mmspan_status load_config(const struct config_name *name, const mmspan_load_options *load,
                          mmspan_config **config, mmspan_error *error);

/* The same, but where it needs a resolver and `load` has none, the error has been reported and
 * tokens that have a piece and no ID get an ID that no tokenizer gives. */
mmspan_status load_with_made_up_ids(const struct config_name *name,
                                    const mmspan_load_options *load, mmspan_config **config,
                                    mmspan_error *error);

/* Loads the one config that the options must name, its pieces looked up in the tokenizer
 * unless that is NULL; load_matcher also compiles it. Destroy both, also after a failure. */
int load_only_config(const struct options *options, mmspan_tokenizer *tokenizer,
                     mmspan_config **config);
int load_matcher(const struct options *options, mmspan_tokenizer *tokenizer,
                 mmspan_config **config, mmspan_matcher **matcher);

/* fail_library for a tokenizer: a file that is none is corrupt input, and no mistake in a
 * config. */
int fail_tokenizer(mmspan_status status, const mmspan_error *error);

/* Opens a tokenizer; *tokenizer stays NULL for a NULL path. */
int open_tokenizer(const char *path, bool lookup_only, mmspan_tokenizer **tokenizer);

#endif
