/* Loads the config and the tokenizer that the command line names. */
#include "load.h"

#include "../../src/io/path.h"
#include "../../src/io/whole_file.h"

#include <string.h>

static bool ends_with(const char *text, const char *ending) {
    const size_t n = strlen(text);
    const size_t n_ending = strlen(ending);
    return n > n_ending && strcmp(text + n - n_ending, ending) == 0;
}

/* No name of a model ends like that, and only those of Hugging Face have a slash. */
static bool looks_like_file(const char *name) {
    return ends_with(name, ".yaml") || ends_with(name, ".yml") ||
           (!strchr(name, '/') && mi_is_file(name));
}

int check_config_name(const struct config_name *name) {
    const struct place place = {name->name, 0, 0};
    size_t n;
    const bool is_builtin = mmspan_builtin_text(name->name, &n) != NULL;
    if (name->builtin && !is_builtin && looks_like_file(name->name))
        return fail(EXIT_USAGE, &place, "a file, not the name of a built-in config: use -c %s",
                    name->name);
    if (!name->builtin && is_builtin && !mi_is_file(name->name) && !mi_is_directory(name->name))
        return fail(EXIT_USAGE, &place, "no file but a built-in config: use -m %s", name->name);
    return EXIT_CLEAN;
}

int check_config_names(const struct options *options) {
    int status = EXIT_CLEAN;
    for (size_t i = 0; i < options->n_configs && status == EXIT_CLEAN; i++)
        status = check_config_name(&options->configs[i]);
    return status;
}

/* Reads the file of a config. Unlike the library, which serves programs that must not wait, -c
 * also reads pipes, and those can be read once. */
static mmspan_status read_config(const struct config_name *name,
                                 const mmspan_load_options *load, struct mi_file *file,
                                 mmspan_error *error) {
    static const struct mi_file_rules rules = {.kind = "a config",
                                               .max_bytes = MMSPAN_MAX_CONFIG_BYTES};
    if (name->builtin)
        return MMSPAN_OK;
    mmspan_status status = mi_file_read(name->name, &rules, NULL, file, error);
    if (status != MMSPAN_OK && load->report && error)
        load->report(load->report_context, error);
    return status;
}

static mmspan_status load_text(const struct config_name *name, const struct mi_file *file,
                               const mmspan_load_options *load, mmspan_config **config,
                               mmspan_error *error) {
    if (name->builtin)
        return mmspan_config_load_builtin(name->name, load, config, error);
    return mmspan_config_load_memory(file->text, file->n, name->name, load, config, error);
}

mmspan_status load_config(const struct config_name *name, const mmspan_load_options *load,
                          mmspan_config **config, mmspan_error *error) {
    struct mi_file file = {0};
    mmspan_status status = read_config(name, load, &file, error);
    if (status == MMSPAN_OK)
        status = load_text(name, &file, load, config, error);
    mi_file_free(&file);
    return status;
}

mmspan_status load_with_made_up_ids(const struct config_name *name,
                                    const mmspan_load_options *load, mmspan_config **config,
                                    mmspan_error *error) {
    struct mi_file file = {0};
    int32_t next = INT32_MIN;
    const mmspan_resolver resolver = {mmspan_config_make_id_up, &next};
    mmspan_load_options made_up = *load;
    made_up.resolver = &resolver;
    mmspan_status status = read_config(name, load, &file, error);
    if (status == MMSPAN_OK)
        status = load_text(name, &file, load, config, error);
    if (status == MMSPAN_E_UNSUPPORTED)
        status = load_text(name, &file, &made_up, config, error);
    mi_file_free(&file);
    return status;
}

int load_only_config(const struct options *options, mmspan_tokenizer *tokenizer,
                     mmspan_config **config) {
    if (options->n_configs != 1)
        return fail(EXIT_USAGE, NULL,
                    "%s: give exactly one of -m NAME (a built-in config, see mmspan models) "
                    "and -c FILE",
                    options->n_configs ? "too many configs" : "no config");
    const mmspan_resolver resolver = {mmspan_tokenizer_resolve, tokenizer};
    const mmspan_load_options load = {.struct_size = sizeof load,
                                      .resolver = tokenizer ? &resolver : NULL};
    mmspan_error error;
    memset(&error, 0, sizeof error);
    mmspan_status status = load_config(&options->configs[0], &load, config, &error);
    return status == MMSPAN_OK ? EXIT_CLEAN : fail_library(status, &error);
}

int load_matcher(const struct options *options, mmspan_tokenizer *tokenizer,
                 mmspan_config **config, mmspan_matcher **matcher) {
    int status = load_only_config(options, tokenizer, config);
    if (status != EXIT_CLEAN)
        return status;
    mmspan_error error;
    memset(&error, 0, sizeof error);
    mmspan_status compiled = mmspan_config_compile(*config, NULL, matcher, &error);
    return compiled == MMSPAN_OK ? EXIT_CLEAN : fail_library(compiled, &error);
}

int fail_tokenizer(mmspan_status status, const mmspan_error *error) {
    return fail_input(status, error);
}

int open_tokenizer(const char *path, bool lookup_only, mmspan_tokenizer **tokenizer) {
    *tokenizer = NULL;
    if (!path)
        return EXIT_CLEAN;
    const mmspan_tokenizer_options options = {.struct_size = sizeof options,
                                              .lookup_only = lookup_only};
    mmspan_error error;
    memset(&error, 0, sizeof error);
    mmspan_status status = mmspan_tokenizer_open(path, &options, tokenizer, &error);
    if (status == MMSPAN_OK)
        return EXIT_CLEAN;
    return fail_tokenizer(status, &error);
}
