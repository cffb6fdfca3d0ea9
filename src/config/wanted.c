/* Reads what an example expects: items, runs and findings. */
#include "sections.h"

#include <string.h>

static void keep_modality(struct mc_load *load, const struct mc_value *value, void *member) {
    const char *name = value->node->text;
    if (mi_has_name(&load->modalities, name, strlen(name)))
        mc_keep_string(load, value, member);
    else
        mc_complain_unknown(&load->errors, value, 0, strlen(name), "modality",
                            &load->modalities);
}

static void keep_token(struct mc_load *load, const struct mc_value *value, void *member) {
    mc_check_token(load, value);
    mc_keep_string(load, value, member);
}

static void keep_form(struct mc_load *load, const struct mc_value *value, void *member) {
    const char *text = value->node->text;
    if (strcmp(text, "block") == 0 || strcmp(text, "bare") == 0)
        mc_keep_string(load, value, member);
    else
        mc_complain(&load->errors, MMSPAN_E_CONFIG, value,
                    "must be block or bare, not \"%.40s\"", text);
}

static const struct mc_key run_keys[] = {
    {"modality", MC_STRING, false, keep_modality, offsetof(struct mc_wanted_run, modality)},
    {"start", MC_INTEGER, false, mc_keep_position, offsetof(struct mc_wanted_run, start)},
    {"length", MC_INTEGER, false, mc_keep_position, offsetof(struct mc_wanted_run, length)},
    {"row", MC_INTEGER, false, mc_keep_position, offsetof(struct mc_wanted_run, row)},
};

static const struct mc_schema run_schema = {"a run", run_keys,
                                            sizeof run_keys / sizeof *run_keys};

static void keep_runs(struct mc_load *load, const struct mc_value *value, void *member) {
    struct mc_wanted_item *item = member;
    struct mc_wanted_run *runs = mc_memory(load, mc_count(value), sizeof *runs);
    if (!runs)
        return;
    item->runs = runs;
    struct mc_cursor cursor = mc_elements(value);
    struct mc_value element;
    while (mc_next(&cursor, &element) && !load->errors.stopped) {
        struct mc_wanted_run *run = &runs[item->n_runs++];
        *run =
            (struct mc_wanted_run){.start = MC_ABSENT, .length = MC_ABSENT, .row = MC_ABSENT};
        mc_read_mapping(load, &element, &run_schema, run);
    }
}

#define ITEM(name) offsetof(struct mc_wanted_item, name)

static const struct mc_key item_keys[] = {
    {"modality", MC_STRING, false, keep_modality, ITEM(modality)},
    {"form", MC_STRING, false, keep_form, ITEM(form)},
    {"start", MC_INTEGER, false, mc_keep_position, ITEM(start)},
    {"end", MC_INTEGER, false, mc_keep_position, ITEM(end)},
    {"rows", MC_INTEGER, false, mc_keep_position, ITEM(rows)},
    {"runs", MC_LIST, false, keep_runs, 0},
};

static const struct mc_schema item_schema = {"an expected item", item_keys,
                                             sizeof item_keys / sizeof *item_keys};

void mc_read_wanted_items(struct mc_load *load, const struct mc_value *value,
                          struct mc_example *example) {
    struct mc_wanted_item *items = mc_memory(load, mc_count(value), sizeof *items);
    if (!items)
        return;
    example->items = items;
    struct mc_cursor cursor = mc_elements(value);
    struct mc_value element;
    while (mc_next(&cursor, &element) && !load->errors.stopped) {
        struct mc_wanted_item *item = &items[example->n_items++];
        *item = (struct mc_wanted_item){.start = MC_ABSENT,
                                        .end = MC_ABSENT,
                                        .rows = MC_ABSENT,
                                        .line = element.node->line,
                                        .column = element.node->column};
        mc_read_mapping(load, &element, &item_schema, item);
    }
}

/* Which keys a kind of finding may carry besides kind, start and end. */
static const struct {
    const char *kind;
    const char *const carries[4];
} finding_kinds[] = {
    {"broken-block", {"modalities", "expected", "found", NULL}},
    {"literal-token", {"token", "id", NULL}},
    {"out-of-vocabulary", {"id", NULL}},
    {"remainder", {"modality", "rows", NULL}},
    {"rows", {"modality", "rows", NULL}},
    {"stray-token", {"token", "id", NULL}},
    {"truncated-block", {"modalities", "expected", NULL}},
};

enum { N_FINDING_KINDS = sizeof finding_kinds / sizeof *finding_kinds };

static void keep_kind(struct mc_load *load, const struct mc_value *value, void *member) {
    const char *kinds[N_FINDING_KINDS];
    struct mi_names names = {kinds, N_FINDING_KINDS};
    const char *text = value->node->text;
    for (size_t i = 0; i < N_FINDING_KINDS; i++)
        kinds[i] = finding_kinds[i].kind;
    if (mi_has_name(&names, text, strlen(text)))
        mc_keep_string(load, value, member);
    else if (strcmp(text, "media-count") == 0 || strcmp(text, "media-layout") == 0 ||
             strcmp(text, "media-rows") == 0)
        mc_complain(&load->errors, MMSPAN_E_CONFIG, value,
                    "a %s finding comes from assigning media; an example is only scanned",
                    text);
    else
        mc_complain_unknown(&load->errors, value, 0, strlen(text), "kind of finding", &names);
}

static void keep_modalities(struct mc_load *load, const struct mc_value *value, void *member) {
    struct mc_strings *names = member;
    names->text = mc_memory(load, mc_count(value), sizeof *names->text);
    if (!names->text)
        return;
    struct mc_cursor cursor = mc_elements(value);
    struct mc_value element;
    while (mc_next(&cursor, &element) && !load->errors.stopped)
        if (mc_expect(&load->errors, &element, MC_STRING))
            keep_modality(load, &element, &names->text[names->n++]);
}

static void keep_expected(struct mc_load *load, const struct mc_value *value, void *member) {
    mc_keep_strings(load, value, member);
    struct mc_cursor cursor = mc_elements(value);
    struct mc_value element;
    while (mc_next(&cursor, &element) && !load->errors.stopped)
        if (mc_type_of(element.node) == MC_STRING && strcmp(element.node->text, "text") != 0)
            mc_check_token(load, &element);
}

#define FINDING(name) offsetof(struct mc_wanted_finding, name)

static const struct mc_key finding_keys[] = {
    {"kind", MC_STRING, true, keep_kind, FINDING(kind)},
    {"start", MC_INTEGER, false, mc_keep_position, FINDING(start)},
    {"end", MC_INTEGER, false, mc_keep_position, FINDING(end)},
    {"modalities", MC_LIST, false, keep_modalities, FINDING(modalities)},
    {"expected", MC_LIST, false, keep_expected, FINDING(expected)},
    {"found", MC_INTEGER | MC_STRING, false, mc_keep_named_id, FINDING(found)},
    {"token", MC_STRING, false, keep_token, FINDING(token)},
    {"id", MC_INTEGER | MC_STRING, false, mc_keep_named_id, FINDING(id)},
    {"rows", MC_INTEGER, false, mc_keep_position, FINDING(rows)},
    {"modality", MC_STRING, false, keep_modality, FINDING(modality)},
};

static const struct mc_schema finding_schema = {"an expected finding", finding_keys,
                                                sizeof finding_keys / sizeof *finding_keys};

static bool carries(const char *kind, const char *key) {
    size_t i = 0;
    while (strcmp(finding_kinds[i].kind, kind) != 0)
        i++;
    for (const char *const *legal = finding_kinds[i].carries; *legal; legal++)
        if (strcmp(*legal, key) == 0)
            return true;
    return strcmp(key, "kind") == 0 || strcmp(key, "start") == 0 || strcmp(key, "end") == 0;
}

static void check_keys(struct mc_load *load, const struct mc_value *value, const char *kind) {
    for (const struct mc_entry *e = value->node->entries; e; e = e->next)
        if (!carries(kind, e->key->text)) {
            struct mc_value key = {e->key, value, e->key->text, 0};
            mc_complain(&load->errors, MMSPAN_E_CONFIG, &key,
                        "a %s finding does not carry \"%s\"", kind, e->key->text);
        }
}

void mc_read_wanted_findings(struct mc_load *load, const struct mc_value *value,
                             struct mc_example *example) {
    struct mc_wanted_finding *findings = mc_memory(load, mc_count(value), sizeof *findings);
    if (!findings)
        return;
    example->findings = findings;
    struct mc_cursor cursor = mc_elements(value);
    struct mc_value element;
    while (mc_next(&cursor, &element) && !load->errors.stopped) {
        struct mc_wanted_finding *finding = &findings[example->n_findings++];
        *finding = (struct mc_wanted_finding){.start = MC_ABSENT,
                                              .end = MC_ABSENT,
                                              .found = MC_ABSENT,
                                              .id = MC_ABSENT,
                                              .rows = MC_ABSENT,
                                              .line = element.node->line,
                                              .column = element.node->column};
        size_t before = load->errors.n;
        mc_read_mapping(load, &element, &finding_schema, finding);
        if (load->errors.n == before)
            check_keys(load, &element, finding->kind);
    }
}
