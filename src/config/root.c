/* Reads the top level of a config and hands on its sections. */
#include "declare.h"
#include "sections.h"

#include <string.h>

/* The sections that need others; node == NULL where one is missing. */
struct root {
    const char *about;
    int64_t vocab_size;
    struct mc_value tokens;
    struct mc_value modalities;
    struct mc_value examples;
};

static void skip(struct mc_load *load, const struct mc_value *value, void *member) {
    (void)load;
    (void)value;
    (void)member;
}

static void keep_model(struct mc_load *load, const struct mc_value *value, void *member) {
    static const char legal[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                "0123456789._-";
    (void)member;
    mc_keep_string(load, value, &load->config->model);
    const char *model = value->node->text;
    if (model[strspn(model, legal)])
        mc_complain(&load->errors, MMSPAN_E_CONFIG, value,
                    "a model's name has only letters, digits, '.', '_' and '-', unlike "
                    "\"%.80s\"",
                    model);
}

static void keep_about(struct mc_load *load, const struct mc_value *value, void *member) {
    (void)member;
    mc_keep_string(load, value, &load->config->about);
}

static void keep_leftovers(struct mc_load *load, const struct mc_value *value, void *member) {
    (void)member;
    mc_keep_string(load, value, &load->config->leftovers);
}

static void keep_huggingface(struct mc_load *load, const struct mc_value *value, void *member) {
    (void)member;
    mc_keep_strings(load, value, &load->config->huggingface);
}

static void keep_sources(struct mc_load *load, const struct mc_value *value, void *member) {
    (void)member;
    mc_keep_strings(load, value, &load->config->sources);
}

static const struct mc_key root_keys[] = {
    {"mmspan", MC_INTEGER, true, skip, 0},
    {"model", MC_STRING, true, keep_model, 0},
    {"about", MC_STRING, false, keep_about, 0},
    {"leftovers", MC_STRING, false, keep_leftovers, 0},
    {"huggingface", MC_STRING | MC_LIST, false, keep_huggingface, 0},
    {"vocab_size", MC_INTEGER, false, mc_keep_count, offsetof(struct root, vocab_size)},
    {"sources", MC_LIST, false, keep_sources, 0},
    {"tokens", MC_TABLE, true, mc_keep_value, offsetof(struct root, tokens)},
    {"modalities", MC_TABLE, true, mc_keep_value, offsetof(struct root, modalities)},
    {"examples", MC_LIST, false, mc_keep_value, offsetof(struct root, examples)},
};

static const struct mc_schema root_schema = {"a config", root_keys,
                                             sizeof root_keys / sizeof *root_keys};

/* Checked before everything else: another version may have other keys. */
static bool check_version(struct mc_load *load, const struct mc_value *root) {
    const struct mc_entry *e = root->node->entries;
    while (e && strcmp(e->key->text, "mmspan") != 0)
        e = e->next;
    if (!e) {
        struct mc_value missing = {root->node, root, "mmspan", 0};
        mc_complain(&load->errors, MMSPAN_E_CONFIG, &missing,
                    "the key \"mmspan\" is missing; a config begins with \"mmspan: 1\"");
        return false;
    }
    struct mc_value value = mc_member(root, e);
    if (!mc_expect(&load->errors, &value, MC_INTEGER))
        return false;
    if (strcmp(value.node->text, "1") == 0)
        return true;
    mc_complain(&load->errors, MMSPAN_E_CONFIG, &value,
                "schema version %.40s is not known; this mmspan reads version 1",
                value.node->text);
    return false;
}

static void read_sections(struct mc_load *load, const struct root *root) {
    mc_take_status(
        load, mmspan_spec_set_vocab_size(load->config->spec, (int32_t)root->vocab_size), NULL);
    /* Without the section, each use of its names would be an error. */
    if (!root->tokens.node ||
        !mc_read_names(load, &root->tokens, MMSPAN_MAX_TOKENS, &load->tokens))
        return;
    mc_read_tokens(load, &root->tokens);
    if (load->errors.stopped || !root->modalities.node ||
        !mc_read_names(load, &root->modalities, MMSPAN_MAX_MODALITIES, &load->modalities))
        return;
    mc_read_modalities(load, &root->modalities);
    if (!load->errors.stopped && root->modalities.node->n_entries == 0)
        mc_complain(&load->errors, MMSPAN_E_CONFIG, &root->modalities,
                    "a config needs at least one modality");
    if (!load->errors.stopped && root->examples.node)
        mc_read_examples(load, &root->examples);
}

void mc_read_config(struct mc_load *load, const char *text, size_t size) {
    struct mmspan_config *config = load->config;
    struct mc_value value = {.node = mc_parse_yaml(text, size, &load->scratch, &load->errors)};
    if (!value.node || !mc_expect(&load->errors, &value, MC_TABLE) ||
        !check_version(load, &value))
        return;
    struct root root = {0};
    mc_read_mapping(load, &value, &root_schema, &root);
    if (load->errors.stopped)
        return;
    mc_take_status(load, mmspan_spec_set_model(config->spec, config->model), NULL);
    read_sections(load, &root);
    mc_report_unresolved(load);
}
