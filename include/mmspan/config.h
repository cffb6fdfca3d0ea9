/*
 * mmspan/config.h: reads a model config in YAML.
 *
 * The README documents the schema. A config is loaded whole, checked strictly
 * (unknown keys, duplicate keys, wrong types and unresolved names are errors with
 * file, line, column and key path) and turned into a spec; compile that with
 * mmspan_config_compile.
 *
 *     mmspan_config *config;
 *     if (mmspan_config_load_builtin("gemma-4", NULL, &config, &err) == MMSPAN_OK &&
 *         mmspan_config_compile(config, NULL, &matcher, &err) == MMSPAN_OK)
 *         ...
 */
#ifndef MMSPAN_CONFIG_H
#define MMSPAN_CONFIG_H

#include "matcher.h"
#include "scan.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Limits against hostile files; passing one is MMSPAN_E_LIMIT. Nodes are the keys and
 * values of a file, with each alias counted as a copy of what it stands for. */
#define MMSPAN_MAX_CONFIG_BYTES   (1024 * 1024)
#define MMSPAN_MAX_CONFIG_DEPTH   32
#define MMSPAN_MAX_CONFIG_NODES   100000
#define MMSPAN_MAX_EXAMPLE_TOKENS (1024 * 1024)

/* A loaded config. Immutable; any number of threads. */
typedef struct mmspan_config mmspan_config;

/*
 * Looks up the ID of a piece in the model's tokenizer, for tokens that a config declares by
 * `piece` alone. `id_of` returns MMSPAN_OK and writes *id, or returns another status and
 * fills in *error, whose message says what is wrong with the piece; the loader adds the
 * token and its place. mmspan/tokenizer.h has such a function.
 */
typedef struct mmspan_resolver {
    mmspan_status (*id_of)(void *context, const char *piece, int32_t *id, mmspan_error *error);
    void *context;
} mmspan_resolver;

/*
 * Options of the loaders; NULL for none.
 *
 *   allocator       for the config and what is compiled from it. libyaml itself
 *                   uses malloc while a file is read and has freed all of it when
 *                   the loader returns
 *   report          when not NULL, receives every error of the file instead of only
 *   report_context  the first; the loader still fails with the first one's status
 *   resolver        for tokens without an ID. A config that has such a token and gets no
 *                   resolver fails with MMSPAN_E_UNSUPPORTED, if nothing else is wrong
 *                   with it, and the message names the tokens
 */
typedef struct mmspan_load_options {
    uint32_t struct_size;
    uint32_t reserved;
    const mmspan_allocator *allocator;
    void (*report)(void *context, const mmspan_error *error);
    void *report_context;
    const mmspan_resolver *resolver;
} mmspan_load_options;

/*
 * Loads a config from a file, from memory (`name` stands for the file in errors;
 * NULL gives "<memory>"), or from the configs that are compiled into the library, by the
 * model's name or by a Hugging Face name that the config lists ("google/gemma-4-E2B-it").
 * Fails with MMSPAN_E_IO, MMSPAN_E_SYNTAX (not YAML), MMSPAN_E_CONFIG,
 * MMSPAN_E_LIMIT, MMSPAN_E_NOT_FOUND (no such built-in; the message has the nearest
 * name), MMSPAN_E_AMBIGUOUS (several list the Hugging Face name; the message names them),
 * MMSPAN_E_UNSUPPORTED (it needs a resolver) and MMSPAN_E_MEMORY. Free the config with
 * mmspan_config_destroy.
 */
MMSPAN_API mmspan_status mmspan_config_load_file(const char *path,
                                                 const mmspan_load_options *options,
                                                 mmspan_config **config, mmspan_error *error);
MMSPAN_API mmspan_status mmspan_config_load_memory(const char *text, size_t size,
                                                   const char *name,
                                                   const mmspan_load_options *options,
                                                   mmspan_config **config, mmspan_error *error);
MMSPAN_API mmspan_status mmspan_config_load_builtin(const char *model,
                                                    const mmspan_load_options *options,
                                                    mmspan_config **config,
                                                    mmspan_error *error);

/*
 * For looking at configs without a tokenizer. mmspan_config_make_id_up is an `id_of` for an
 * mmspan_resolver that gives each piece an ID that no tokenizer gives: the context is an
 * int32_t that begins as INT32_MIN. mmspan_config_is_made_up is non-zero for such an ID.
 */
MMSPAN_API mmspan_status mmspan_config_make_id_up(void *next, const char *piece, int32_t *id,
                                                  mmspan_error *error);
MMSPAN_API int32_t mmspan_config_is_made_up(int32_t id);

/*
 * Loads a built-in config for its tokens and modalities: with made-up IDs where it has none,
 * and without its examples, which takes half the time. Fails as mmspan_config_load_builtin
 * does, except with MMSPAN_E_UNSUPPORTED. NULL allocator: malloc.
 */
MMSPAN_API mmspan_status mmspan_config_load_shape(const char *model,
                                                  const mmspan_allocator *allocator,
                                                  mmspan_config **config, mmspan_error *error);

/* Frees a config; NULL is fine. Matchers compiled from it stay valid. */
MMSPAN_API void mmspan_config_destroy(mmspan_config *config);

/* The spec that the config describes; owned by the config. */
MMSPAN_API const mmspan_spec *mmspan_config_spec(const mmspan_config *config);

/* mmspan_compile on the config's spec. */
MMSPAN_API mmspan_status mmspan_config_compile(const mmspan_config *config,
                                               const mmspan_compile_options *options,
                                               mmspan_matcher **matcher, mmspan_error *error);

/* The `model` and `about` keys; "" when absent. */
MMSPAN_API const char *mmspan_config_model(const mmspan_config *config);
MMSPAN_API const char *mmspan_config_about(const mmspan_config *config);

/* Entry number `index` of `huggingface` and `sources`, NULL when there are no more. */
MMSPAN_API const char *mmspan_config_huggingface(const mmspan_config *config, int32_t index);
MMSPAN_API const char *mmspan_config_source(const mmspan_config *config, int32_t index);

/*
 * How sure the ID of token number `token` is, as the config says: "A" from a tokenizer
 * or a test of the authors, "B" from two independent sources, "C" from one source such
 * as a class default; "" when it says nothing or there is no such token.
 */
MMSPAN_API const char *mmspan_config_evidence(const mmspan_config *config, int32_t token);

/*
 * The examples of a config. mmspan_config_run_example scans example number `index`
 * with a matcher of this config into `result` and compares what the example
 * declares. Returns MMSPAN_OK, MMSPAN_E_MISMATCH with the first difference in
 * words and the example's place, or a failure of the scan. A member of an expected
 * item or finding that the example leaves out is not compared; a list that is
 * missing means that there must be none.
 */
MMSPAN_API int32_t mmspan_config_n_examples(const mmspan_config *config);
MMSPAN_API const char *mmspan_config_example_name(const mmspan_config *config, int32_t index);
MMSPAN_API const int32_t *mmspan_config_example_ids(const mmspan_config *config, int32_t index,
                                                    size_t *n);
MMSPAN_API mmspan_status mmspan_config_run_example(const mmspan_config *config, int32_t index,
                                                   const mmspan_matcher *matcher,
                                                   mmspan_result *result, mmspan_error *error);

/*
 * Proves of every example what must hold of all, whatever it declares. Of an example without
 * findings: what mmspan_collapse makes of it scans without findings and has as many items, and
 * mmspan_expand with the items' own tokens gives the example back. Of one without anything
 * broken, truncated or stray: cut at every position, on either side, it yields no item that the
 * whole does not have, but for what is left of a run without delimiters, and for what the
 * config gives a reason for under `leftovers`. An example of more than 8,191 tokens is cut at
 * evenly spread positions.
 *
 * Returns MMSPAN_OK, MMSPAN_E_MISMATCH with the first thing that does not hold and the
 * example's place, or a failure of a scan. `report`, unless NULL, receives one error for each
 * example that falls short.
 */
MMSPAN_API mmspan_status mmspan_config_prove(const mmspan_config *config,
                                             const mmspan_matcher *matcher,
                                             void (*report)(void *context,
                                                            const mmspan_error *error),
                                             void *context, mmspan_error *error);

/* The `leftovers` key: why a cut may leave items of a block behind; "" when absent. */
MMSPAN_API const char *mmspan_config_leftovers(const mmspan_config *config);

/*
 * The built-in configs, sorted by name: model number `index`, or NULL when there
 * are no more; and the YAML text of one, or NULL. Static memory.
 */
MMSPAN_API const char *mmspan_builtin_name(int32_t index);
MMSPAN_API const char *mmspan_builtin_text(const char *model, size_t *size);

#ifdef __cplusplus
}
#endif

#endif
