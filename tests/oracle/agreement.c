/* Member by member: items, runs and findings of the library and of the oracle. */
#include "agreement.h"
#include "../../include/mmspan/automaton.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct oracle_declarations agreement_declarations(const struct notation *notation) {
    return (struct oracle_declarations){notation->tokens, notation->modalities,
                                        notation->n_tokens, notation->n_modalities,
                                        notation->vocab_size};
}

static void add_name(char *names, size_t size, const char *name) {
    size_t used = strlen(names);
    snprintf(names + used, size - used, "%s%s", used ? "," : "", name ? name : "(null)");
}

void agreement_expected(const mmspan_matcher *matcher, const mmspan_finding *finding,
                        char *names, size_t size) {
    size_t n = 0;
    const int32_t *tokens =
        finding->state < 0 ? NULL : mmspan_finding_expected(matcher, finding, &n);
    names[0] = '\0';
    for (size_t i = 0; i < n; i++)
        add_name(names, size, mmspan_matcher_token_name(matcher, tokens[i]));
}

void agreement_modalities(const mmspan_matcher *matcher, const mmspan_finding *finding,
                          char *names, size_t size) {
    size_t n = 0;
    const int32_t *modalities =
        finding->state < 0 ? NULL : mmspan_finding_modalities(matcher, finding, &n);
    names[0] = '\0';
    for (size_t i = 0; i < n; i++)
        add_name(names, size, mmspan_matcher_modality_name(matcher, modalities[i]));
}

static bool same_item(const mmspan_item *a, const mmspan_item *b) {
    return a->start == b->start && a->end == b->end && a->rows == b->rows &&
           a->first_run == b->first_run && a->n_runs == b->n_runs &&
           a->modality == b->modality && a->form == b->form && a->media == b->media &&
           a->position == b->position && a->reserved == b->reserved;
}

static bool same_run(const mmspan_run *a, const mmspan_run *b) {
    return a->start == b->start && a->length == b->length && a->row == b->row &&
           a->modality == b->modality && a->item == b->item;
}

/* All but `state`, whose numbers are the library's own. */
static bool same_finding(const mmspan_finding *a, const mmspan_finding *b) {
    return a->start == b->start && a->end == b->end && a->expected == b->expected &&
           a->found == b->found && a->kind == b->kind && a->modality == b->modality &&
           a->token == b->token && a->id == b->id && a->media == b->media &&
           a->reserved == b->reserved;
}

static bool same_findings(const mmspan_matcher *matcher, const mmspan_finding *finding,
                          const struct oracle_finding *wanted, char *names, size_t size) {
    char expected[1024];
    char modalities[512];
    agreement_expected(matcher, finding, expected, sizeof expected);
    agreement_modalities(matcher, finding, modalities, sizeof modalities);
    snprintf(names, size, "expected {%s}, modalities {%s}", expected, modalities);
    return same_finding(finding, &wanted->finding) && strcmp(expected, wanted->expected) == 0 &&
           strcmp(modalities, wanted->modalities) == 0;
}

static void print_item(char *to, size_t size, const mmspan_item *i) {
    if (i)
        snprintf(to, size,
                 "[%" PRId64 ", %" PRId64 ") modality %d form %d rows %" PRId64 " runs %" PRId64
                 "+%d position %" PRId64 " media %d",
                 i->start, i->end, (int)i->modality, (int)i->form, i->rows, i->first_run,
                 (int)i->n_runs, i->position, (int)i->media);
    else
        snprintf(to, size, "none");
}

static void print_run(char *to, size_t size, const mmspan_run *r) {
    if (r)
        snprintf(to, size, "%" PRId64 "+%" PRId64 " row %" PRId64 " modality %d item %d",
                 r->start, r->length, r->row, (int)r->modality, (int)r->item);
    else
        snprintf(to, size, "none");
}

static void print_finding(char *to, size_t size, const mmspan_finding *f) {
    if (f)
        snprintf(to, size,
                 "%s [%" PRId64 ", %" PRId64 ") id %d token %d modality %d expected %" PRId64
                 " found %" PRId64 " media %d",
                 mmspan_finding_kind_name(f->kind), f->start, f->end, (int)f->id, (int)f->token,
                 (int)f->modality, f->expected, f->found, (int)f->media);
    else
        snprintf(to, size, "none");
}

static bool items_agree(const mmspan_view *view, const mmspan_view *wanted, char *difference,
                        size_t size) {
    for (size_t i = 0; i < view->n_items || i < wanted->n_items; i++) {
        const mmspan_item *a = i < view->n_items ? &view->items[i] : NULL;
        const mmspan_item *b = i < wanted->n_items ? &wanted->items[i] : NULL;
        if (a && b && same_item(a, b))
            continue;
        char got[256];
        char want[256];
        print_item(got, sizeof got, a);
        print_item(want, sizeof want, b);
        snprintf(difference, size, "item %zu\n  is     %s\n  wanted %s", i, got, want);
        return false;
    }
    return true;
}

static bool runs_agree(const mmspan_view *view, const mmspan_view *wanted, char *difference,
                       size_t size) {
    for (size_t i = 0; i < view->n_runs || i < wanted->n_runs; i++) {
        const mmspan_run *a = i < view->n_runs ? &view->runs[i] : NULL;
        const mmspan_run *b = i < wanted->n_runs ? &wanted->runs[i] : NULL;
        if (a && b && same_run(a, b))
            continue;
        char got[256];
        char want[256];
        print_run(got, sizeof got, a);
        print_run(want, sizeof want, b);
        snprintf(difference, size, "run %zu\n  is     %s\n  wanted %s", i, got, want);
        return false;
    }
    return true;
}

static bool findings_agree(const mmspan_matcher *matcher, const mmspan_view *view,
                           const struct oracle_result *wanted, char *difference, size_t size) {
    for (size_t i = 0; i < view->n_findings || i < wanted->n_findings; i++) {
        const mmspan_finding *a = i < view->n_findings ? &view->findings[i] : NULL;
        const struct oracle_finding *b = i < wanted->n_findings ? &wanted->findings[i] : NULL;
        char names[2048] = "";
        if (a && b && same_findings(matcher, a, b, names, sizeof names))
            continue;
        char got[256];
        char want[256];
        print_finding(got, sizeof got, a);
        print_finding(want, sizeof want, b ? &b->finding : NULL);
        snprintf(difference, size,
                 "finding %zu\n  is     %s %s\n  wanted %s expected {%s}, modalities {%s}", i,
                 got, names, want, b ? b->expected : "", b ? b->modalities : "");
        return false;
    }
    return true;
}

bool agreement_holds(const mmspan_matcher *matcher, const mmspan_view *view,
                     const struct oracle_result *wanted, char *difference, size_t size) {
    mmspan_view oracle = {.items = wanted->items,
                          .runs = wanted->runs,
                          .n_items = wanted->n_items,
                          .n_runs = wanted->n_runs};
    return items_agree(view, &oracle, difference, size) &&
           runs_agree(view, &oracle, difference, size) &&
           findings_agree(matcher, view, wanted, difference, size);
}

bool agreement_of_views(const mmspan_view *view, const mmspan_view *wanted, char *difference,
                        size_t size) {
    if (!items_agree(view, wanted, difference, size) ||
        !runs_agree(view, wanted, difference, size))
        return false;
    for (size_t i = 0; i < view->n_findings || i < wanted->n_findings; i++) {
        const mmspan_finding *a = i < view->n_findings ? &view->findings[i] : NULL;
        const mmspan_finding *b = i < wanted->n_findings ? &wanted->findings[i] : NULL;
        if (a && b && same_finding(a, b) && a->state == b->state)
            continue;
        char got[256];
        char want[256];
        print_finding(got, sizeof got, a);
        print_finding(want, sizeof want, b);
        snprintf(difference, size, "finding %zu\n  is     %s\n  wanted %s", i, got, want);
        return false;
    }
    if (view->n_tokens == wanted->n_tokens)
        return true;
    snprintf(difference, size, "%" PRId64 " tokens, wanted %" PRId64, view->n_tokens,
             wanted->n_tokens);
    return false;
}

bool agreement_same_view(const mmspan_view *a, const mmspan_view *b) {
    char difference[1024];
    return agreement_of_views(a, b, difference, sizeof difference);
}
