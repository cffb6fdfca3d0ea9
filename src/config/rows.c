/* Reads the `rows` rule of a modality. */
#include "sections.h"

static const struct mc_key rows_keys[] = {
    {"min", MC_INTEGER, false, mc_keep_count, offsetof(mmspan_rows_rule, min)},
    {"max", MC_INTEGER, false, mc_keep_count, offsetof(mmspan_rows_rule, max)},
    {"multiple_of", MC_INTEGER, false, mc_keep_count, offsetof(mmspan_rows_rule, multiple_of)},
    {"offset", MC_INTEGER, false, mc_keep_count, offsetof(mmspan_rows_rule, offset)},
    {"equal_runs", MC_BOOLEAN, false, mc_keep_boolean, offsetof(mmspan_rows_rule, equal_runs)},
};

static const struct mc_schema rows_schema = {"rows", rows_keys,
                                             sizeof rows_keys / sizeof *rows_keys};

static void read_values(struct mc_load *load, const struct mc_value *value,
                        mmspan_rows_rule *rule) {
    size_t n = mc_count(value);
    int64_t *values = mc_scratch(load, n, sizeof *values);
    if (!values)
        return;
    struct mc_cursor cursor = mc_elements(value);
    struct mc_value element;
    for (size_t i = 0; mc_next(&cursor, &element) && !load->errors.stopped; i++)
        mc_keep_count(load, &element, &values[i]);
    rule->values = values;
    rule->n_values = n;
    if (n == 0)
        mc_complain(&load->errors, MMSPAN_E_CONFIG, value, "the list has no numbers");
}

void mc_read_rows(struct mc_load *load, const struct mc_value *value, mmspan_rows_rule *rule) {
    if (value->node->kind != MC_MAPPING) {
        read_values(load, value, rule);
        return;
    }
    size_t before = load->errors.n;
    mc_read_mapping(load, value, &rows_schema, rule);
    if (load->errors.n == before && rule->max && rule->min > rule->max)
        mc_complain(&load->errors, MMSPAN_E_CONFIG, value, "min %d is above max %d",
                    (int)rule->min, (int)rule->max);
}
