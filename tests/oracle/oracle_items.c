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

/* A match with which modality's row each of its tokens takes, -1 for none. */
struct match {
    struct oracle_scene *scene;
    struct oracle_result *result;
    int32_t modality;
    int32_t *takes;
    int64_t start;
    int64_t end;
};

/* The end of the stretch of tokens that take rows of one modality, or none. */
static int64_t stretch_end(const struct match *match, int64_t from, int64_t end) {
    int64_t to = from + 1;
    while (to < end && match->takes[to - match->start] == match->takes[from - match->start])
        to++;
    return to;
}

/* One item on [start, end) with the runs that lie in it. */
static void add_item(const struct match *match, mmspan_form form, int64_t start, int64_t end) {
    struct oracle_result *result = match->result;
    result->items = oracle_grow(result->items, result->n_items, sizeof *result->items);
    mmspan_item *item = &result->items[result->n_items];
    *item = (mmspan_item){.start = start,
                          .end = end,
                          .position = start,
                          .first_run = (int64_t)result->n_runs,
                          .modality = match->modality,
                          .form = (int32_t)form,
                          .media = -1};
    for (int64_t from = start, to; from < end; from = to) {
        int32_t taker = match->takes[from - match->start];
        to = stretch_end(match, from, end);
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
        if (taker == match->modality)
            item->rows += to - from;
    }
    result->n_items++;
}

bool oracle_rows_are_legal(const mmspan_rows_rule *rule, int64_t rows) {
    bool listed = rule->n_values == 0;
    for (size_t i = 0; i < rule->n_values; i++)
        listed = listed || rule->values[i] == rows;
    if (!listed || rows < rule->min || (rule->max && rows > rule->max) || rows < rule->offset)
        return false;
    return !rule->multiple_of || (rows - rule->offset) % rule->multiple_of == 0;
}

/* Do the rows of [start, end) break the rule? *rows receives how many they are. */
static bool breaks_rows(const struct match *match, int64_t start, int64_t end, int64_t *rows) {
    const mmspan_rows_rule *rule =
        &match->scene->oracle->declared.modalities[match->modality].rows;
    int64_t length = -1;
    bool equal = true;
    *rows = 0;
    for (int64_t from = start, to; from < end; from = to) {
        to = stretch_end(match, from, end);
        if (match->takes[from - match->start] != match->modality)
            continue;
        *rows += to - from;
        equal = equal && (length < 0 || length == to - from);
        length = to - from;
    }
    return !oracle_rows_are_legal(rule, *rows) || (rule->equal_runs && !equal);
}

static void add_row_finding(const struct match *match, mmspan_finding_kind kind, int64_t start,
                            int64_t end, int64_t found) {
    struct oracle_finding *added = oracle_add_finding(match->result, kind, start, end);
    added->finding.modality = match->modality;
    added->finding.found = found;
}

/* A bare form. Of one token, among wreckage, it is none. */
static void add_bare(const struct match *match, int64_t start, int64_t end) {
    struct oracle_scene *scene = match->scene;
    if (end - start > 1 || !scene->wrecked[start]) {
        add_item(match, MMSPAN_FORM_BARE, start, end);
        return;
    }
    /* An ordinary token is never reported as stray, and a broken block speaks for what is in
     * it, also of a match that ends behind it. */
    if (oracle_is_reserved(&scene->oracle->declared, scene->ids[start]) &&
        !scene->broken[start])
        scene->stray[start] = true;
    match->result->n_demoted++;
}

static bool is_placeholder(const struct match *match, int64_t start, int64_t end) {
    if (!oracle_is_placeholder(match->scene, match->modality, start, end,
                               &match->result->unsure))
        return false;
    match->result->n_unexpanded++;
    return true;
}

/* A block, or an item that is cut out of one. */
static void add_block(const struct match *match, int64_t start, int64_t end) {
    int64_t rows;
    bool wrong = breaks_rows(match, start, end, &rows);
    if (wrong && is_placeholder(match, start, end)) {
        add_bare(match, start, end);
        return;
    }
    add_item(match, MMSPAN_FORM_BLOCK, start, end);
    if (wrong)
        add_row_finding(match, MMSPAN_FINDING_ROWS, start, end, rows);
}

static bool all_are_bare(const struct match *match) {
    for (int64_t at = match->start; at < match->end; at++)
        if (!oracle_is_bare(match->scene->oracle, match->modality, match->scene->ids[at]))
            return false;
    return true;
}

/* adjacent: split. */
static void emit_split(const struct match *match, int64_t rows) {
    int64_t length = match->end - match->start;
    int64_t at = match->start;
    if (length < rows && all_are_bare(match)) {
        for (; at < match->end; at++)
            add_bare(match, at, at + 1);
        return;
    }
    if (length < rows && is_placeholder(match, match->start, match->end)) {
        add_bare(match, match->start, match->end);
        return;
    }
    for (; match->end - at >= rows; at += rows)
        add_item(match, MMSPAN_FORM_BLOCK, at, at + rows);
    if (at < match->end)
        add_row_finding(match, MMSPAN_FINDING_REMAINDER, at, match->end, match->end - at);
}

/* adjacent: by_id and each_run: cut where the ID, or what takes the row, changes. */
static void emit_cut(const struct match *match, bool by_id) {
    const int32_t *ids = match->scene->ids;
    for (int64_t from = match->start, to; from < match->end; from = to) {
        to = stretch_end(match, from, match->end);
        if (by_id)
            for (to = from + 1; to < match->end && ids[to] == ids[from]; to++)
                ;
        if (match->takes[from - match->start] >= 0)
            add_block(match, from, to);
    }
}

void oracle_emit(struct oracle_scene *scene, const struct oracle_match *from,
                 struct oracle_result *result) {
    const struct oracle_declarations *declared = &scene->oracle->declared;
    const struct oracle_form *form = &scene->oracle->forms[from->form];
    const mmspan_modality_decl *m = &declared->modalities[form->modality];
    size_t n = (size_t)(from->end - from->start);
    struct match match = {.scene = scene,
                          .result = result,
                          .modality = form->modality,
                          .takes = oracle_alloc(n, sizeof(int32_t)),
                          .start = from->start,
                          .end = from->end};
    for (int64_t at = from->start; at < from->end; at++) {
        bool text = scene->literal[at] && oracle_is_reserved(declared, scene->ids[at]);
        match.takes[at - from->start] =
            text ? -1 : oracle_embed_of(declared, form->modality, scene->ids[at]);
    }
    if (form->kind == MMSPAN_FORM_BARE)
        add_bare(&match, match.start, match.end);
    else if (m->adjacent == MMSPAN_ADJACENT_SPLIT)
        emit_split(&match, m->rows.values[0]);
    else if (m->each_run || m->adjacent == MMSPAN_ADJACENT_BY_ID)
        emit_cut(&match, m->adjacent == MMSPAN_ADJACENT_BY_ID);
    else
        add_block(&match, match.start, match.end);
    free(match.takes);
}
