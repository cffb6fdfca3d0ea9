/* From -m NAME or -c FILE to a config or a matcher. */
#ifndef MMSPAN_TOOLS_LOAD_H
#define MMSPAN_TOOLS_LOAD_H

#include "../include/mmspan/mmspan.h"
#include "options.h"

/* Loads a config without printing anything; `load` may be NULL. */
mmspan_status load_config(const struct config_name *name, const mmspan_load_options *load,
                          mmspan_config **config, mmspan_error *error);

/* Loads and compiles the one config that the options must name. */
int load_matcher(const struct options *options, mmspan_matcher **matcher);

#endif
