/* Reads the `examples` section. */
#include "sections.h"

static void keep_prompt(struct mc_load *load, const struct mc_value *value, void *member) {
    mc_read_prompt(load, value, member);
}

static void keep_items(struct mc_load *load, const struct mc_value *value, void *member) {
    mc_read_wanted_items(load, value, member);
}

static void keep_findings(struct mc_load *load, const struct mc_value *value, void *member) {
    mc_read_wanted_findings(load, value, member);
}

static const struct mc_key example_keys[] = {
    {"name", MC_STRING, true, mc_keep_string, offsetof(struct mc_example, name)},
    {"ids", MC_LIST, true, keep_prompt, 0},
    {"items", MC_LIST, false, keep_items, 0},
    {"findings", MC_LIST, false, keep_findings, 0},
};

static const struct mc_schema example_schema = {"an example", example_keys,
                                                sizeof example_keys / sizeof *example_keys};

void mc_read_examples(struct mc_load *load, const struct mc_value *examples) {
    struct mmspan_config *config = load->config;
    config->examples = mc_memory(load, mc_count(examples), sizeof *config->examples);
    if (!config->examples)
        return;
    struct mc_cursor cursor = mc_elements(examples);
    struct mc_value element;
    while (mc_next(&cursor, &element) && !load->errors.stopped) {
        struct mc_example *example = &config->examples[config->n_examples++];
        example->line = element.node->line;
        example->column = element.node->column;
        mc_read_mapping(load, &element, &example_schema, example);
    }
}
