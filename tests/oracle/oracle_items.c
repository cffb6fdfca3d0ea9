/* What a match of the oracle becomes: items, runs and findings about rows. */
#include "oracle_parts.h"

#include <stdlib.h>

struct oracle_finding *oracle_add_finding(struct oracle_result *result,
                                          mmspan_finding_kind kind, int64_t start,
                                          int64_t end) {
    result->findings =
        oracle_grow(result->findings, result->n_findings, sizeof *result->findings);
    struct oracle_finding *added = &result->findings[result->n_findings++];
    added->finding = (mmspan_finding){.start = start,
                                      .end = end,
                                      .kind = (int32_t)kind,
                                      .modality = -1,
                                      .token = -1,
                                      .id = -1,
                                      .state = -1,
                                      .media = -1};
    added->expected[0] = '\0';
    added->modalities[0] = '\0';
    return added;
}

/* Which modality's row each token of a match takes, -1 for none. */
struct match {
    const int32_t *ids;
    int32_t *takes;
    int64_t start;
    int64_t end;
};

/* One item on [start, end) with the runs that lie in it. */
static const mmspan_item *add_item(struct oracle_result *result, const struct match *match,
                                   int32_t modality, int32_t form, int64_t start, int64_t end) {
    result->items = oracle_grow(result->items, result->n_items, sizeof *result->items);
    mmspan_item *item = &result->items[result->n_items];
    *item = (mmspan_item){.start = start,
                          .end = end,
                          .position = start,
                          .first_run = (int64_t)result->n_runs,
                          .modality = modality,
                          .form = form,
                          .media = -1};
    for (int64_t from = start, to; from < end; from = to) {
        int32_t taker = match->takes[from - match->start];
        for (to = from + 1; to < end && match->takes[to - match->start] == taker; to++)
            ;
        if (taker < 0)
            continue;
        result->runs = oracle_grow(result->runs, result->n_runs, sizeof *result->runs);
        result->runs[result->n_runs++] = (mmspan_run){.start = from,
                                                      .length = to - from,
                                                      .row = result->rows[taker],
                                                      .modality = taker,
                                                      .item = (int32_t)result->n_items};
        result->rows[taker] += to - from;
        item->n_runs++;
        if (taker == modality)
            item->rows += to - from;
    }
    result->n_items++;
    return item;
}

static bool rows_are_legal(const struct oracle_result *result, const mmspan_item *item,
                           const mmspan_rows_rule *rule) {
    bool listed = rule->n_values == 0;
    for (size_t i = 0; i < rule->n_values; i++)
        listed = listed || rule->values[i] == item->rows;
    if (!listed || item->rows < rule->min || (rule->max && item->rows > rule->max) ||
        (rule->multiple_of && item->rows % rule->multiple_of))
        return false;
    int64_t length = -1;
    for (size_t i = 0; i < result->n_runs && rule->equal_runs; i++) {
        const mmspan_run *run = &result->runs[i];
        if (&result->items[run->item] != item || run->modality != item->modality)
            continue;
        if (length >= 0 && length != run->length)
            return false;
        length = run->length;
    }
    return true;
}

static void add_checked_item(const struct oracle *o, struct oracle_result *result,
                             const struct match *match, const struct oracle_form *form,
                             int64_t start, int64_t end) {
    const mmspan_item *item = add_item(result, match, form->modality, form->kind, start, end);
    if (item->form != MMSPAN_FORM_BLOCK ||
        rows_are_legal(result, item, &o->declared.modalities[form->modality].rows))
        return;
    struct oracle_finding *added = oracle_add_finding(result, MMSPAN_FINDING_ROWS, start, end);
    added->finding.modality = item->modality;
    added->finding.found = item->rows;
}

/* adjacent: split. */
static void emit_split(struct oracle_result *result, const struct match *match,
                       int32_t modality, int64_t rows) {
    int64_t full = (match->end - match->start) / rows;
    int64_t left = (match->end - match->start) % rows;
    int64_t at = match->start;
    if (left) {
        struct oracle_finding *added =
            oracle_add_finding(result, MMSPAN_FINDING_REMAINDER, match->start, match->end);
        added->finding.modality = modality;
        added->finding.found = left;
    }
    for (int64_t i = 0; i < full; i++, at += rows)
        add_item(result, match, modality, MMSPAN_FORM_BLOCK, at, at + rows);
    if (left && full)
        add_item(result, match, modality, MMSPAN_FORM_BLOCK, at, at + left);
    else
        for (; at < match->end; at++)
            add_item(result, match, modality, MMSPAN_FORM_BARE, at, at + 1);
}

/* adjacent: by_id and each_run: cut where the ID, or what takes the row, changes. */
static void emit_cut(const struct oracle *o, struct oracle_result *result,
                     const struct match *match, const struct oracle_form *form, bool by_id) {
    for (int64_t from = match->start, to; from < match->end; from = to) {
        int32_t taker = match->takes[from - match->start];
        for (to = from + 1; to < match->end; to++)
            if (by_id ? match->ids[to] != match->ids[from]
                      : match->takes[to - match->start] != taker)
                break;
        if (taker >= 0)
            add_checked_item(o, result, match, form, from, to);
    }
}

void oracle_emit(const struct oracle *o, size_t form_index, const int32_t *ids,
                 const bool *literal, int64_t start, int64_t end,
                 struct oracle_result *result) {
    const struct oracle_form *form = &o->forms[form_index];
    const mmspan_modality_decl *m = &o->declared.modalities[form->modality];
    struct match match = {ids, oracle_alloc((size_t)(end - start), sizeof(int32_t)), start,
                          end};
    for (int64_t i = start; i < end; i++)
        match.takes[i - start] = literal[i] && oracle_is_reserved(&o->declared, ids[i])
                                     ? -1
                                     : oracle_embed_of(&o->declared, form->modality, ids[i]);
    if (form->kind == MMSPAN_FORM_BLOCK && m->adjacent == MMSPAN_ADJACENT_SPLIT)
        emit_split(result, &match, form->modality, m->rows.values[0]);
    else if (form->kind == MMSPAN_FORM_BLOCK &&
             (m->each_run || m->adjacent == MMSPAN_ADJACENT_BY_ID))
        emit_cut(o, result, &match, form, m->adjacent == MMSPAN_ADJACENT_BY_ID);
    else
        add_checked_item(o, result, &match, form, start, end);
    free(match.takes);
}
