/* Reads mappings by table, so that every key is checked in the same way. */
#include "schema.h"

#include <stdio.h>
#include <string.h>

void *mc_scratch(struct mc_load *load, size_t n, size_t size) {
    void *block = mm_arena_alloc(&load->scratch, n, size);
    if (!block)
        mc_fail_memory(&load->errors);
    return block;
}

void *mc_memory(struct mc_load *load, size_t n, size_t size) {
    void *block = mm_arena_alloc(&load->config->arena, n, size);
    if (!block)
        mc_fail_memory(&load->errors);
    return block;
}

enum { MAX_KEYS = 16 };

/* The key itself as a value, for errors about it. */
static struct mc_value key_of(const struct mc_value *mapping, const struct mc_entry *entry) {
    return (struct mc_value){entry->key, mapping, entry->key->text, 0};
}

static void complain_key(struct mc_load *load, const struct mc_value *key,
                         const struct mc_schema *schema) {
    const char *list[MAX_KEYS];
    struct mi_names names = {list, schema->n_keys};
    for (size_t i = 0; i < schema->n_keys; i++)
        list[i] = schema->keys[i].name;
    const char *nearest = mi_nearest_name(&names, key->key, strlen(key->key));
    if (nearest) {
        mc_complain(&load->errors, MMSPAN_E_CONFIG, key,
                    "%s has no key \"%.80s\"; did you mean \"%s\"?", schema->what, key->key,
                    nearest);
        return;
    }
    char all[256] = "";
    size_t used = 0;
    for (size_t i = 0; i < names.n && used < sizeof all; i++)
        used += (size_t)snprintf(all + used, sizeof all - used, "%s%s", i ? ", " : "", list[i]);
    mc_complain(&load->errors, MMSPAN_E_CONFIG, key, "%s has no key \"%.80s\"; its keys are %s",
                schema->what, key->key, all);
}

static void complain_repeated(struct mc_load *load, const struct mc_value *key,
                              const struct mc_node *first) {
    mc_complain(&load->errors, MMSPAN_E_CONFIG, key,
                "\"%.80s\" is given twice; the first is in line %u", key->key,
                (unsigned)first->line);
}

static void complain_missing(struct mc_load *load, const struct mc_value *mapping,
                             const struct mc_schema *schema, const char *name) {
    struct mc_value missing = {mapping->node, mapping, name, 0};
    mc_complain(&load->errors, MMSPAN_E_CONFIG, &missing, "%s needs the key \"%s\"",
                schema->what, name);
}

void mc_read_mapping(struct mc_load *load, const struct mc_value *mapping,
                     const struct mc_schema *schema, void *target) {
    const struct mc_node *seen[MAX_KEYS] = {NULL};
    if (!mc_expect(&load->errors, mapping, MC_TABLE))
        return;
    for (const struct mc_entry *e = mapping->node->entries; e && !load->errors.stopped;
         e = e->next) {
        struct mc_value key = key_of(mapping, e);
        struct mc_value value = mc_member(mapping, e);
        size_t i = 0;
        while (i < schema->n_keys && strcmp(schema->keys[i].name, e->key->text) != 0)
            i++;
        if (i == schema->n_keys) {
            complain_key(load, &key, schema);
        } else if (seen[i]) {
            complain_repeated(load, &key, seen[i]);
        } else {
            seen[i] = e->key;
            if (mc_expect(&load->errors, &value, schema->keys[i].types))
                schema->keys[i].read(load, &value, (char *)target + schema->keys[i].offset);
        }
    }
    for (size_t i = 0; i < schema->n_keys && !load->errors.stopped; i++)
        if (schema->keys[i].required && !seen[i])
            complain_missing(load, mapping, schema, schema->keys[i].name);
}

bool mc_is_repeated(const struct mc_node *mapping, const struct mc_entry *entry,
                    const struct mc_node **first) {
    const struct mc_entry *e = mapping->entries;
    while (strcmp(e->key->text, entry->key->text) != 0)
        e = e->next;
    *first = e->key;
    return e != entry;
}

bool mc_read_names(struct mc_load *load, const struct mc_value *mapping, size_t max,
                   struct mi_names *names) {
    const struct mc_node *node = mapping->node;
    if (node->n_entries > max) {
        mc_complain(&load->errors, MMSPAN_E_LIMIT, mapping, "more than %zu entries", max);
        return false;
    }
    names->names = mc_scratch(load, node->n_entries, sizeof *names->names);
    if (!names->names)
        return false;
    for (const struct mc_entry *e = node->entries; e; e = e->next) {
        const struct mc_node *first;
        struct mc_value key = key_of(mapping, e);
        if (mc_is_repeated(node, e, &first))
            complain_repeated(load, &key, first);
        names->names[names->n++] = e->key->text;
    }
    mi_sort_names(names);
    return !load->errors.stopped;
}

void mc_borrow_string(struct mc_load *load, const struct mc_value *value, void *member) {
    mc_read_string(&load->errors, value, (const char **)member);
}

void mc_keep_string(struct mc_load *load, const struct mc_value *value, void *member) {
    const char *text;
    if (!mc_read_string(&load->errors, value, &text))
        return;
    const char *copy = mm_arena_string(&load->config->arena, text);
    if (!copy)
        mc_fail_memory(&load->errors);
    *(const char **)member = copy;
}

void mc_keep_boolean(struct mc_load *load, const struct mc_value *value, void *member) {
    mc_read_boolean(&load->errors, value, (int32_t *)member);
}

void mc_keep_position(struct mc_load *load, const struct mc_value *value, void *member) {
    mc_read_integer(&load->errors, value, 0, INT64_MAX - 1, (int64_t *)member);
}

void mc_keep_count(struct mc_load *load, const struct mc_value *value, void *member) {
    mc_read_integer(&load->errors, value, 1, INT32_MAX, (int64_t *)member);
}

void mc_keep_id(struct mc_load *load, const struct mc_value *value, void *member) {
    mc_read_integer(&load->errors, value, INT32_MIN, INT32_MAX, (int64_t *)member);
}

void mc_keep_value(struct mc_load *load, const struct mc_value *value, void *member) {
    (void)load;
    *(struct mc_value *)member = *value;
}

void mc_keep_strings(struct mc_load *load, const struct mc_value *value, void *member) {
    struct mc_strings *strings = member;
    strings->text = mc_memory(load, mc_count(value), sizeof *strings->text);
    if (!strings->text)
        return;
    struct mc_cursor cursor = mc_elements(value);
    struct mc_value element;
    while (mc_next(&cursor, &element) && !load->errors.stopped)
        mc_keep_string(load, &element, &strings->text[strings->n++]);
}

static void check_name(struct mc_load *load, const struct mc_value *value, size_t offset,
                       size_t n) {
    const char *name = value->node->text + offset;
    if (n == 4 && memcmp(name, "text", n) == 0)
        mc_complain_inside(&load->errors, value, offset,
                           "text stands for any undeclared ID and has its place in a pattern");
    else if (!mi_has_name(&load->tokens, name, n))
        mc_complain_unknown(&load->errors, value, offset, n, "token", &load->tokens);
}

void mc_check_sequence(struct mc_load *load, const struct mc_value *value) {
    static const char blanks[] = " \t\r\n";
    const char *text = value->node->text;
    size_t at = strspn(text, blanks);
    if (!text[at])
        mc_complain(&load->errors, MMSPAN_E_CONFIG, value, "must name a token");
    while (text[at] && !load->errors.stopped) {
        size_t n = strcspn(text + at, blanks);
        check_name(load, value, at, n);
        at += n;
        at += strspn(text + at, blanks);
    }
}

void mc_check_token(struct mc_load *load, const struct mc_value *value) {
    const char *text = value->node->text;
    if (strchr(text, ' '))
        mc_complain(&load->errors, MMSPAN_E_CONFIG, value,
                    "\"%.80s\" is more than one name; here each token stands alone: [a, b]",
                    text);
    else
        check_name(load, value, 0, strlen(text));
}
