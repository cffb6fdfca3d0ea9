/* Loads configs and answers questions about them: the public functions. */
#include "../io/whole_file.h"
#include "../match/sized.h"
#include "builtin.h"
#include "sections.h"

#include <string.h>

/* Makes an empty config and what loading it needs. */
static mmspan_status begin(struct mc_load *load, const char *name,
                           const mmspan_load_options *options, mmspan_error *error) {
    mmspan_allocator memory = mm_allocator(options->allocator);
    *load = (struct mc_load){.errors = {.first = error,
                                        .file = name,
                                        .report = options->report,
                                        .context = options->report_context},
                             .resolver = options->resolver};
    mm_arena_init(&load->scratch, &memory);
    struct mmspan_config *config = mm_resize(&memory, NULL, 0, sizeof *config);
    load->config = config;
    if (!config)
        return mm_fail_memory(error);
    *config = (struct mmspan_config){.model = "", .about = ""};
    mm_arena_init(&config->arena, &memory);
    config->file = mm_arena_string(&config->arena, name);
    if (!config->file || mmspan_spec_create(&memory, &config->spec) != MMSPAN_OK)
        return mm_fail_memory(error);
    return MMSPAN_OK;
}

static mmspan_status read_text(struct mc_load *load, const char *text, size_t size) {
    if (size > MMSPAN_MAX_CONFIG_BYTES)
        mc_fail(&load->errors, MMSPAN_E_LIMIT, NULL,
                "the config has %zu bytes; it may have at most %d", size,
                MMSPAN_MAX_CONFIG_BYTES);
    else
        mc_read_config(load, text, size);
    return load->errors.status;
}

static mmspan_status read_file(struct mc_load *load, const char *path) {
    static const struct mi_file_rules rules = {
        .kind = "a config", .max_bytes = MMSPAN_MAX_CONFIG_BYTES, .regular = true};
    struct mi_file file;
    mmspan_error error;
    mmspan_status status = mi_file_read(path, &rules, &load->scratch.allocator, &file, &error);
    if (status == MMSPAN_OK)
        status = read_text(load, file.text, file.n);
    else
        mc_add_error(&load->errors, &error);
    mi_file_free(&file);
    return status;
}

/* Loads from `text`, or from the file of that name when it is NULL. */
static mmspan_status load_source(const char *text, size_t size, const char *name,
                                 const mmspan_load_options *options, mmspan_config **config,
                                 mmspan_error *error) {
    struct mc_load load;
    mmspan_status status = begin(&load, name, options, error);
    if (status == MMSPAN_OK)
        status = text ? read_text(&load, text, size) : read_file(&load, name);
    mm_arena_free(&load.scratch);
    if (status == MMSPAN_OK)
        *config = load.config;
    else
        mmspan_config_destroy(load.config);
    return status;
}

static bool read_options(mmspan_load_options *known, const mmspan_load_options *options) {
    return mm_read_struct(known, sizeof *known, options,
                          MM_SIZE_THROUGH(mmspan_load_options, resolver));
}

mmspan_status mmspan_config_load_file(const char *path, const mmspan_load_options *options,
                                      mmspan_config **config, mmspan_error *error) {
    mmspan_load_options known;
    if (!path || !config || !read_options(&known, options))
        return mm_fail_argument(error, "path, options or config");
    return load_source(NULL, 0, path, &known, config, error);
}

mmspan_status mmspan_config_load_memory(const char *text, size_t size, const char *name,
                                        const mmspan_load_options *options,
                                        mmspan_config **config, mmspan_error *error) {
    mmspan_load_options known;
    if ((!text && size) || !config || !read_options(&known, options))
        return mm_fail_argument(error, "text, options or config");
    return load_source(text ? text : "", size, name ? name : "<memory>", &known, config, error);
}

static mmspan_status fail_builtin(const char *model, mmspan_error *error) {
    enum { MAX_NAMES = 512 };
    const char *list[MAX_NAMES];
    struct mi_names names = {list, 0};
    for (int32_t i = 0; i < MAX_NAMES && (list[i] = mmspan_builtin_name(i)); i++)
        names.n++;
    const char *nearest = mi_nearest_name(&names, model, strlen(model));
    if (nearest)
        return mm_fail(error, MMSPAN_E_NOT_FOUND, NULL,
                       "no built-in config is named \"%.80s\"; did you mean \"%s\"? mmspan "
                       "models lists them",
                       model, nearest);
    return mm_fail(error, MMSPAN_E_NOT_FOUND, NULL,
                   "no built-in config is named \"%.80s\"; mmspan models lists them", model);
}

mmspan_status mmspan_config_load_builtin(const char *model, const mmspan_load_options *options,
                                         mmspan_config **config, mmspan_error *error) {
    mmspan_load_options known;
    if (!model || !config || !read_options(&known, options))
        return mm_fail_argument(error, "model, options or config");
    size_t size = 0;
    const char *text = mmspan_builtin_text(model, &size);
    mmspan_error missing;
    mmspan_status status = MMSPAN_OK;
    if (!text) {
        /* Names of models have no slash, those of Hugging Face have one. */
        status = strchr(model, '/')
                     ? mc_find_repository(model, known.allocator, &model, &missing)
                     : fail_builtin(model, &missing);
        text = mmspan_builtin_text(model, &size);
    }
    if (status == MMSPAN_OK)
        return load_source(text, size, model, &known, config, error);
    if (error)
        *error = missing;
    if (known.report)
        known.report(known.report_context, &missing);
    return status;
}

void mmspan_config_destroy(mmspan_config *config) {
    if (!config)
        return;
    mmspan_allocator memory = config->arena.allocator;
    mmspan_spec_destroy(config->spec);
    mm_arena_free(&config->arena);
    mm_free(&memory, config, sizeof *config);
}

const mmspan_spec *mmspan_config_spec(const mmspan_config *config) {
    return config->spec;
}

mmspan_status mmspan_config_compile(const mmspan_config *config,
                                    const mmspan_compile_options *options,
                                    mmspan_matcher **matcher, mmspan_error *error) {
    if (!config)
        return mm_fail_argument(error, "config is NULL");
    return mmspan_compile(config->spec, options, matcher, error);
}

const char *mmspan_config_model(const mmspan_config *config) {
    return config->model;
}

const char *mmspan_config_leftovers(const mmspan_config *config) {
    return config && config->leftovers ? config->leftovers : "";
}

const char *mmspan_config_about(const mmspan_config *config) {
    return config->about;
}

const char *mmspan_config_huggingface(const mmspan_config *config, int32_t index) {
    return index >= 0 && (size_t)index < config->huggingface.n ? config->huggingface.text[index]
                                                               : NULL;
}

const char *mmspan_config_source(const mmspan_config *config, int32_t index) {
    return index >= 0 && (size_t)index < config->sources.n ? config->sources.text[index] : NULL;
}

const char *mmspan_config_evidence(const mmspan_config *config, int32_t token) {
    bool known = token >= 0 && (size_t)token < config->evidence.n;
    return known ? config->evidence.text[token] : "";
}

int32_t mmspan_config_n_examples(const mmspan_config *config) {
    return (int32_t)config->n_examples;
}

static bool has_example(const mmspan_config *config, int32_t index) {
    return index >= 0 && (size_t)index < config->n_examples;
}

const char *mmspan_config_example_name(const mmspan_config *config, int32_t index) {
    return has_example(config, index) ? config->examples[index].name : NULL;
}

const int32_t *mmspan_config_example_ids(const mmspan_config *config, int32_t index,
                                         size_t *n) {
    *n = has_example(config, index) ? config->examples[index].n_ids : 0;
    return has_example(config, index) ? config->examples[index].ids : NULL;
}
