/* Loads the config that the command line names. */
#include "load.h"

#include <string.h>

mmspan_status load_config(const struct config_name *name, const mmspan_load_options *load,
                          mmspan_config **config, mmspan_error *error) {
    if (name->builtin)
        return mmspan_config_load_builtin(name->name, load, config, error);
    return mmspan_config_load_file(name->name, load, config, error);
}

int load_matcher(const struct options *options, mmspan_matcher **matcher) {
    if (options->n_configs != 1)
        return fail(EXIT_USAGE, NULL,
                    "%s: give exactly one of -m NAME (a built-in config, see mmspan models) "
                    "and -c FILE",
                    options->n_configs ? "too many configs" : "no config");
    mmspan_error error;
    memset(&error, 0, sizeof error);
    mmspan_config *config = NULL;
    mmspan_status status = load_config(&options->configs[0], NULL, &config, &error);
    if (status == MMSPAN_OK)
        status = mmspan_config_compile(config, NULL, matcher, &error);
    mmspan_config_destroy(config);
    return status == MMSPAN_OK ? EXIT_CLEAN : fail_library(status, &error);
}
