/* Runs an example and puts the first difference into words. */
#include "config.h"

#include "../match/error.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The example that is compared, and what the scan gave. */
struct comparison {
    const struct mmspan_config *config;
    int32_t index;
    const struct mc_example *example;
    const mmspan_matcher *matcher;
    const mmspan_view *view;
    mmspan_error *error;
    /* What is compared just now. */
    char what[160];
    char path[96];
    uint32_t line;
    uint32_t column;
};

static mmspan_status differ(struct comparison *c, const char *difference) {
    struct mm_place place = {c->config->file, c->path, c->line, c->column};
    return mm_fail(c->error, MMSPAN_E_MISMATCH, &place,
                   "example \"%.200s\" does not come true: %s%s%s", c->example->name, c->what,
                   *c->what ? ": " : "", difference);
}

static mmspan_status differ_number(struct comparison *c, const char *member, int64_t found,
                                   int64_t expected) {
    char text[120];
    snprintf(text, sizeof text, "%s is %" PRId64 ", not %" PRId64, member, found, expected);
    return differ(c, text);
}

static mmspan_status compare_number(struct comparison *c, const char *member, int64_t found,
                                    int64_t expected) {
    if (expected == MC_ABSENT || found == expected)
        return MMSPAN_OK;
    return differ_number(c, member, found, expected);
}

/* An ID that no tokenizer gave is shown as its token. */
static void show_id(const struct comparison *c, int64_t id, char text[64]) {
    if (id >= INT32_MIN && id <= INT32_MAX && mmspan_config_is_made_up((int32_t)id))
        snprintf(text, 64, "that of %.50s",
                 mmspan_matcher_token_name(c->matcher,
                                           mmspan_matcher_token_of(c->matcher, (int32_t)id)));
    else
        snprintf(text, 64, "%" PRId64, id);
}

static mmspan_status compare_id(struct comparison *c, const char *member, int64_t found,
                                int64_t expected) {
    if (expected == MC_ABSENT || found == expected)
        return MMSPAN_OK;
    char is[64];
    char wanted[64];
    char text[200];
    show_id(c, found, is);
    show_id(c, expected, wanted);
    snprintf(text, sizeof text, "%s is %s, not %s", member, is, wanted);
    return differ(c, text);
}

static mmspan_status compare_text(struct comparison *c, const char *member, const char *found,
                                  const char *expected) {
    if (!expected || (found && strcmp(found, expected) == 0))
        return MMSPAN_OK;
    char text[360];
    snprintf(text, sizeof text, "%s is %.150s, not %.150s", member, found ? found : "none",
             expected);
    return differ(c, text);
}

static mmspan_status compare_names(struct comparison *c, const char *member,
                                   const char *(*name_of)(const mmspan_matcher *, int32_t),
                                   const int32_t *found, size_t n_found,
                                   const struct mc_strings *expected) {
    if (!expected->text)
        return MMSPAN_OK;
    bool same = n_found == expected->n;
    for (size_t i = 0; i < n_found && same; i++) {
        same = false;
        for (size_t k = 0; k < expected->n && !same; k++)
            same = strcmp(name_of(c->matcher, found[i]), expected->text[k]) == 0;
    }
    if (same)
        return MMSPAN_OK;
    char text[512];
    int n = snprintf(text, sizeof text, "%s are [", member);
    size_t used = (size_t)n;
    for (size_t i = 0; i < n_found && used < sizeof text; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i ? ", " : "",
                                 name_of(c->matcher, found[i]));
    if (used < sizeof text)
        snprintf(text + used, sizeof text - used, "]");
    return differ(c, text);
}

/* Says what is compared: `list`[i], which stands there unless it is superfluous. */
static void look_at(struct comparison *c, const char *list, size_t i, bool wanted,
                    uint32_t line, uint32_t column) {
    c->line = wanted ? line : c->example->line;
    c->column = wanted ? column : c->example->column;
    if (wanted)
        snprintf(c->path, sizeof c->path, "examples[%d].%s[%zu]", c->index, list, i);
    else
        snprintf(c->path, sizeof c->path, "examples[%d].%s", c->index, list);
}

static mmspan_status compare_run(struct comparison *c, const mmspan_run *found,
                                 const struct mc_wanted_run *expected) {
    mmspan_status status = compare_text(
        c, "its modality", mmspan_matcher_modality_name(c->matcher, found->modality),
        expected->modality);
    if (status == MMSPAN_OK)
        status = compare_number(c, "its start", found->start, expected->start);
    if (status == MMSPAN_OK)
        status = compare_number(c, "its length", found->length, expected->length);
    if (status == MMSPAN_OK)
        status = compare_number(c, "its row", found->row, expected->row);
    return status;
}

static mmspan_status compare_runs(struct comparison *c, const mmspan_item *item,
                                  const struct mc_wanted_item *expected) {
    if (!expected->runs)
        return MMSPAN_OK;
    if ((size_t)item->n_runs != expected->n_runs)
        return differ_number(c, "the number of its runs", item->n_runs,
                             (int64_t)expected->n_runs);
    const mmspan_run *runs = &c->view->runs[item->first_run];
    size_t used = strlen(c->what);
    mmspan_status status = MMSPAN_OK;
    for (size_t i = 0; i < expected->n_runs && status == MMSPAN_OK; i++) {
        snprintf(c->what + used, sizeof c->what - used, ", run %zu", i);
        status = compare_run(c, &runs[i], &expected->runs[i]);
    }
    return status;
}

static mmspan_status compare_item(struct comparison *c, size_t i) {
    const mmspan_item *found = &c->view->items[i];
    const struct mc_wanted_item *expected = &c->example->items[i];
    const char *modality = mmspan_matcher_modality_name(c->matcher, found->modality);
    const char *form = mmspan_form_name(found->form);
    snprintf(c->what, sizeof c->what, "item %zu (%.40s %s [%" PRId64 ", %" PRId64 "))", i,
             modality, form, found->start, found->end);
    mmspan_status status = compare_text(c, "its modality", modality, expected->modality);
    if (status == MMSPAN_OK)
        status = compare_text(c, "its form", form, expected->form);
    if (status == MMSPAN_OK)
        status = compare_number(c, "its start", found->start, expected->start);
    if (status == MMSPAN_OK)
        status = compare_number(c, "its end", found->end, expected->end);
    if (status == MMSPAN_OK)
        status = compare_number(c, "its rows", found->rows, expected->rows);
    return status == MMSPAN_OK ? compare_runs(c, found, expected) : status;
}

static mmspan_status compare_items(struct comparison *c) {
    size_t n_found = c->view->n_items;
    size_t n_expected = c->example->n_items;
    mmspan_status status = MMSPAN_OK;
    for (size_t i = 0; (i < n_found || i < n_expected) && status == MMSPAN_OK; i++) {
        bool wanted = i < n_expected;
        look_at(c, "items", i, wanted, wanted ? c->example->items[i].line : 0,
                wanted ? c->example->items[i].column : 0);
        if (wanted && i < n_found) {
            status = compare_item(c, i);
            continue;
        }
        char text[160];
        const mmspan_item *found = wanted ? NULL : &c->view->items[i];
        if (!found)
            snprintf(text, sizeof text, "item %zu is missing; the scan found %zu", i, n_found);
        else
            snprintf(text, sizeof text,
                     "the scan found one more item, %.40s %s [%" PRId64 ", %" PRId64 ")",
                     mmspan_matcher_modality_name(c->matcher, found->modality),
                     mmspan_form_name(found->form), found->start, found->end);
        c->what[0] = '\0';
        status = differ(c, text);
    }
    return status;
}

/* What the finding's state knows; blocks only. */
static mmspan_status compare_state(struct comparison *c, const mmspan_finding *found,
                                   const struct mc_wanted_finding *expected) {
    if (found->state < 0)
        return MMSPAN_OK;
    size_t n;
    const int32_t *modalities = mmspan_finding_modalities(c->matcher, found, &n);
    mmspan_status status = compare_names(c, "its modalities", mmspan_matcher_modality_name,
                                         modalities, n, &expected->modalities);
    if (status != MMSPAN_OK)
        return status;
    const int32_t *tokens = mmspan_finding_expected(c->matcher, found, &n);
    return compare_names(c, "the tokens it expected", mmspan_matcher_token_name, tokens, n,
                         &expected->expected);
}

static mmspan_status compare_finding(struct comparison *c, size_t i) {
    const mmspan_finding *found = &c->view->findings[i];
    const struct mc_wanted_finding *expected = &c->example->findings[i];
    const char *kind = mmspan_finding_kind_name(found->kind);
    snprintf(c->what, sizeof c->what, "finding %zu (%s [%" PRId64 ", %" PRId64 "))", i, kind,
             found->start, found->end);
    mmspan_status status = compare_text(c, "its kind", kind, expected->kind);
    if (status == MMSPAN_OK)
        status = compare_number(c, "its start", found->start, expected->start);
    if (status == MMSPAN_OK)
        status = compare_number(c, "its end", found->end, expected->end);
    if (status == MMSPAN_OK)
        status = compare_id(c, "its ID", found->id, expected->id);
    /* What `found` says differs from kind to kind; see mmspan_finding. */
    if (status == MMSPAN_OK)
        status = compare_id(c, "the ID that it found", found->id, expected->found);
    if (status == MMSPAN_OK)
        status = compare_number(c, "its rows", found->found, expected->rows);
    if (status == MMSPAN_OK)
        status =
            compare_text(c, "its token", mmspan_matcher_token_name(c->matcher, found->token),
                         expected->token);
    if (status == MMSPAN_OK)
        status = compare_text(c, "its modality",
                              mmspan_matcher_modality_name(c->matcher, found->modality),
                              expected->modality);
    return status == MMSPAN_OK ? compare_state(c, found, expected) : status;
}

static mmspan_status compare_findings(struct comparison *c) {
    size_t n_found = c->view->n_findings;
    size_t n_expected = c->example->n_findings;
    mmspan_status status = MMSPAN_OK;
    for (size_t i = 0; (i < n_found || i < n_expected) && status == MMSPAN_OK; i++) {
        bool wanted = i < n_expected;
        look_at(c, "findings", i, wanted, wanted ? c->example->findings[i].line : 0,
                wanted ? c->example->findings[i].column : 0);
        if (wanted && i < n_found) {
            status = compare_finding(c, i);
            continue;
        }
        char text[160];
        const mmspan_finding *found = wanted ? NULL : &c->view->findings[i];
        if (!found)
            snprintf(text, sizeof text, "finding %zu (%s) is missing; the scan found %zu", i,
                     c->example->findings[i].kind, n_found);
        else
            snprintf(text, sizeof text,
                     "the scan found one more finding, %s [%" PRId64 ", %" PRId64 ")",
                     mmspan_finding_kind_name(found->kind), found->start, found->end);
        c->what[0] = '\0';
        status = differ(c, text);
    }
    return status;
}

mmspan_status mmspan_config_run_example(const mmspan_config *config, int32_t index,
                                        const mmspan_matcher *matcher, mmspan_result *result,
                                        mmspan_error *error) {
    if (!config || !matcher || !result)
        return mm_fail_argument(error, "config, matcher or result is NULL");
    if (index < 0 || (size_t)index >= config->n_examples)
        return mm_fail_argument(error, "no example has this index");
    struct comparison c = {.config = config,
                           .index = index,
                           .example = &config->examples[index],
                           .matcher = matcher,
                           .view = mmspan_result_view(result),
                           .error = error};
    mmspan_status status =
        mmspan_scan(matcher, c.example->ids, c.example->n_ids, NULL, result, error);
    if (status == MMSPAN_OK)
        status = compare_items(&c);
    return status == MMSPAN_OK ? compare_findings(&c) : status;
}
