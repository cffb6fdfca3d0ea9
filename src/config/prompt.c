/* Reads the token IDs of an example: integers, names of tokens, and either with *COUNT. */
#include "sections.h"

#include <string.h>

/* One element of the list. */
struct stretch {
    int32_t id;
    size_t count;
};

static bool too_many(struct mc_load *load, const struct mc_value *value) {
    mc_complain(&load->errors, MMSPAN_E_LIMIT, value,
                "the examples have more than %d tokens in all", MMSPAN_MAX_EXAMPLE_TOKENS);
    return false;
}

/* The first n bytes: an ID, or a name of one. */
static bool read_id(struct mc_load *load, const struct mc_value *value, size_t n, int32_t *id) {
    const char *text = value->node->text;
    int64_t number;
    const bool is_number = mc_parse_integer(text, n, &number);
    if (!is_number && n && !strchr("+-0123456789", text[0]))
        return mc_read_named_id(load, value, n, id);
    if (!is_number) {
        mc_complain(&load->errors, MMSPAN_E_CONFIG, value,
                    "must be an ID or a token, alone or with *COUNT, not \"%.40s\"", text);
        return false;
    }
    if (number < INT32_MIN || number > INT32_MAX) {
        mc_complain(&load->errors, MMSPAN_E_CONFIG, value,
                    "the ID of %.60s does not fit in an int32", text);
        return false;
    }
    *id = (int32_t)number;
    return true;
}

static bool read_product(struct mc_load *load, const struct mc_value *value,
                         struct stretch *stretch) {
    const char *text = value->node->text;
    const size_t n = strcspn(text, "*");
    int64_t count = 1;
    if (!read_id(load, value, n, &stretch->id))
        return false;
    if (text[n] && !mc_parse_integer(text + n + 1, strlen(text + n + 1), &count)) {
        mc_complain(&load->errors, MMSPAN_E_CONFIG, value,
                    "must be an ID or a token, alone or with *COUNT, not \"%.40s\"", text);
        return false;
    }
    if (count < 1) {
        mc_complain(&load->errors, MMSPAN_E_CONFIG, value,
                    "the count of %.60s must be 1 or more", text);
        return false;
    }
    if (count > MMSPAN_MAX_EXAMPLE_TOKENS)
        return too_many(load, value);
    stretch->count = (size_t)count;
    return true;
}

static bool read_stretch(struct mc_load *load, const struct mc_value *value,
                         struct stretch *stretch) {
    if (!mc_expect(&load->errors, value, MC_INTEGER | MC_STRING))
        return false;
    if (mc_type_of(value->node) == MC_STRING)
        return read_product(load, value, stretch);
    int64_t id;
    if (!mc_read_integer(&load->errors, value, INT32_MIN, INT32_MAX, &id))
        return false;
    *stretch = (struct stretch){(int32_t)id, 1};
    return true;
}

void mc_read_prompt(struct mc_load *load, const struct mc_value *value,
                    struct mc_example *example) {
    struct stretch *stretches = mc_scratch(load, mc_count(value), sizeof *stretches);
    if (!stretches)
        return;
    size_t n_stretches = 0;
    size_t n_ids = 0;
    struct mc_cursor cursor = mc_elements(value);
    struct mc_value element;
    while (mc_next(&cursor, &element) && !load->errors.stopped) {
        if (!read_stretch(load, &element, &stretches[n_stretches]))
            continue;
        n_ids += stretches[n_stretches++].count;
        if (n_ids > MMSPAN_MAX_EXAMPLE_TOKENS - load->n_example_tokens) {
            too_many(load, &element);
            return;
        }
    }
    load->n_example_tokens += n_ids;
    int32_t *ids = mc_memory(load, n_ids, sizeof *ids);
    if (!ids)
        return;
    example->ids = ids;
    example->n_ids = n_ids;
    for (size_t i = 0; i < n_stretches; i++)
        for (size_t k = 0; k < stretches[i].count; k++)
            *ids++ = stretches[i].id;
}
