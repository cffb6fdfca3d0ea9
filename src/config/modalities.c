/* Reads the `modalities` section. */
#include "declare.h"
#include "sections.h"

#include <string.h>

/* The values as they stand in the file; node == NULL where a key is missing. */
struct modality {
    mmspan_modality_decl decl;
    struct mc_value begin;
    struct mc_value patch;
    struct mc_value end;
    struct mc_value bare;
    struct mc_value pattern;
    struct mc_value embed;
    struct mc_value placeholder;
};

static void read_rows(struct mc_load *load, const struct mc_value *value, void *member) {
    mc_read_rows(load, value, member);
}

static void read_adjacent(struct mc_load *load, const struct mc_value *value, void *member) {
    static const char *words[] = {"join", "split", "by_id"}; /* as in mmspan_adjacent */
    const struct mi_names names = {words, sizeof words / sizeof *words};
    const char *text = value->node->text;
    for (int32_t i = 0; i < (int32_t)names.n; i++)
        if (strcmp(text, words[i]) == 0) {
            *(int32_t *)member = i;
            return;
        }
    const char *nearest = mi_nearest_name(&names, text, strlen(text));
    mc_complain(&load->errors, MMSPAN_E_CONFIG, value,
                "must be join, split or by_id, not \"%.40s\"%s%s%s", text,
                nearest ? "; did you mean \"" : "", nearest ? nearest : "",
                nearest ? "\"?" : "");
}

#define MEMBER(name) offsetof(struct modality, name)

static const struct mc_key multi_keys[] = {
    {"max_gap", MC_INTEGER, false, mc_keep_count, offsetof(mmspan_modality_decl, max_gap)},
    {"equal_rows", MC_BOOLEAN, false, mc_keep_boolean,
     offsetof(mmspan_modality_decl, equal_rows)},
};

static const struct mc_schema multi_schema = {"multi", multi_keys,
                                              sizeof multi_keys / sizeof *multi_keys};

/* `true`, or what is known of the items of one media. */
static void read_multi(struct mc_load *load, const struct mc_value *value, void *member) {
    mmspan_modality_decl *decl = member;
    if (value->node->kind != MC_MAPPING) {
        mc_keep_boolean(load, value, &decl->multi);
        return;
    }
    decl->multi = 1;
    if (value->node->n_entries == 0)
        mc_complain(&load->errors, MMSPAN_E_CONFIG, value,
                    "the mapping is empty; write multi: true");
    mc_read_mapping(load, value, &multi_schema, decl);
}

static void read_atomic(struct mc_load *load, const struct mc_value *value, void *member) {
    int32_t *divisible = member;
    int32_t atomic = 1;
    mc_keep_boolean(load, value, &atomic);
    *divisible = !atomic;
}

static const struct mc_key modality_keys[] = {
    {"begin", MC_STRING | MC_LIST, false, mc_keep_value, MEMBER(begin)},
    {"patch", MC_STRING | MC_LIST, false, mc_keep_value, MEMBER(patch)},
    {"end", MC_STRING | MC_LIST, false, mc_keep_value, MEMBER(end)},
    {"pattern", MC_STRING, false, mc_keep_value, MEMBER(pattern)},
    {"bare", MC_STRING | MC_LIST, false, mc_keep_value, MEMBER(bare)},
    {"embed", MC_STRING | MC_LIST | MC_TABLE, false, mc_keep_value, MEMBER(embed)},
    {"rows", MC_INTEGER | MC_LIST | MC_TABLE, false, read_rows, MEMBER(decl.rows)},
    {"each_run", MC_BOOLEAN, false, mc_keep_boolean, MEMBER(decl.each_run)},
    {"adjacent", MC_STRING, false, read_adjacent, MEMBER(decl.adjacent)},
    {"multi", MC_BOOLEAN | MC_TABLE, false, read_multi, MEMBER(decl)},
    {"atomic", MC_BOOLEAN, false, read_atomic, MEMBER(decl.divisible)},
    {"placeholder", MC_STRING, false, mc_keep_value, MEMBER(placeholder)},
};

static const struct mc_schema modality_schema = {"a modality", modality_keys,
                                                 sizeof modality_keys / sizeof *modality_keys};

/* A list of strings, each of which is checked. */
static void read_list(struct mc_load *load, const struct mc_value *value,
                      void (*check)(struct mc_load *, const struct mc_value *),
                      const char *const **list, size_t *n) {
    if (!value->node)
        return;
    if (mc_count(value) == 0)
        mc_complain(&load->errors, MMSPAN_E_CONFIG, value, "the list is empty");
    if (mc_count(value) > MMSPAN_MAX_FORMS)
        mc_complain(&load->errors, MMSPAN_E_LIMIT, value, "more than %d entries",
                    MMSPAN_MAX_FORMS);
    const char **strings = mc_scratch(load, mc_count(value), sizeof *strings);
    if (!strings || mc_count(value) > MMSPAN_MAX_FORMS)
        return;
    struct mc_cursor cursor = mc_elements(value);
    struct mc_value element;
    while (mc_next(&cursor, &element) && !load->errors.stopped)
        if (mc_read_string(&load->errors, &element, &strings[*n])) {
            check(load, &element);
            ++*n;
        }
    *list = strings;
}

static void read_embed(struct mc_load *load, const struct mc_value *value,
                       mmspan_modality_decl *decl) {
    struct mi_names names = {0};
    if (!value->node)
        return;
    bool mapping = value->node->kind == MC_MAPPING;
    if (mapping && !mc_read_names(load, value, MMSPAN_MAX_MODALITIES, &names))
        return;
    size_t n = mapping ? value->node->n_entries : 1;
    mmspan_embed_decl *embed = mc_scratch(load, n, sizeof *embed);
    if (!embed)
        return;
    decl->embed = embed;
    decl->n_embed = n;
    if (!mapping) {
        read_list(load, value, mc_check_token, &embed->tokens, &embed->n_tokens);
        return;
    }
    if (n == 0)
        mc_complain(&load->errors, MMSPAN_E_CONFIG, value, "the mapping is empty");
    for (const struct mc_entry *e = value->node->entries; e; e = e->next, embed++) {
        struct mc_value tokens = mc_member(value, e);
        struct mc_value key = {e->key, value, e->key->text, 0};
        embed->modality = key.key;
        if (!mi_has_name(&load->modalities, key.key, strlen(key.key)))
            mc_complain_unknown(&load->errors, &key, 0, strlen(key.key), "modality",
                                &load->modalities);
        if (mc_expect(&load->errors, &tokens, MC_STRING | MC_LIST))
            read_list(load, &tokens, mc_check_token, &embed->tokens, &embed->n_tokens);
    }
}

static void read_placeholder(struct mc_load *load, const struct mc_value *value,
                             mmspan_modality_decl *decl) {
    if (value->node && mc_read_string(&load->errors, value, &decl->placeholder))
        mc_check_sequence(load, value);
}

static void read_pattern(struct mc_load *load, const struct mc_value *value,
                         mmspan_modality_decl *decl) {
    const struct mc_node *node = value->node;
    if (!node || !mc_read_string(&load->errors, value, &decl->pattern) || !node->exact)
        return;
    mc_take_status(load,
                   mmspan_spec_set_pattern_place(load->config->spec, node->line,
                                                 node->column + !node->plain),
                   NULL);
}

static void read_modality(struct mc_load *load, const struct mc_value *key,
                          const struct mc_value *value) {
    struct modality modality = {.decl = {.struct_size = sizeof modality.decl}};
    mmspan_modality_decl *decl = &modality.decl;
    size_t before = load->errors.n;
    decl->name = value->key;
    mc_read_mapping(load, value, &modality_schema, &modality);
    read_list(load, &modality.begin, mc_check_sequence, &decl->begin, &decl->n_begin);
    read_list(load, &modality.patch, mc_check_sequence, &decl->patch, &decl->n_patch);
    read_list(load, &modality.end, mc_check_sequence, &decl->end, &decl->n_end);
    read_list(load, &modality.bare, mc_check_sequence, &decl->bare, &decl->n_bare);
    read_embed(load, &modality.embed, decl);
    read_placeholder(load, &modality.placeholder, decl);
    if (load->errors.n > before || !mc_set_place(load, key))
        return;
    read_pattern(load, &modality.pattern, decl);
    if (load->errors.n > before)
        return;
    mmspan_error error;
    mc_take_status(load, mmspan_spec_add_modality(load->config->spec, decl, &error), &error);
}

void mc_read_modalities(struct mc_load *load, const struct mc_value *modalities) {
    for (const struct mc_entry *e = modalities->node->entries; e && !load->errors.stopped;
         e = e->next) {
        struct mc_value value = mc_member(modalities, e);
        struct mc_value key = value;
        const struct mc_node *first;
        key.node = e->key;
        if (mc_is_repeated(modalities->node, e, &first))
            continue;
        read_modality(load, &key, &value);
    }
}
