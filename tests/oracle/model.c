/* What the models of the operations share: what a scan has found, and findings. */
#include "model.h"
#include "oracle_parts.h"

#include <stdlib.h>
#include <string.h>

mmspan_view model_view(const struct model *m) {
    return (mmspan_view){.items = m->items,
                         .runs = m->runs,
                         .findings = m->findings,
                         .n_items = m->n_items,
                         .n_runs = m->n_runs,
                         .n_findings = m->n_findings,
                         .n_tokens = m->n_tokens};
}

/* Copies the first n elements of a member that is an array. */
#define COPY(to, from, member, n)                                                              \
    memcpy((to)->member, (from)->member, (n) * sizeof *(to)->member)

void model_copy(struct model *to, const struct model *from) {
    COPY(to, from, items, from->n_items);
    COPY(to, from, runs, from->n_runs);
    COPY(to, from, findings, from->n_findings);
    COPY(to, from, takers, from->n_takers);
    COPY(to, from, placed, from->n_items);
    to->oracle = from->oracle;
    to->declared = from->declared;
    to->n_tokens = from->n_tokens;
    to->n_items = from->n_items;
    to->n_runs = from->n_runs;
    to->n_findings = from->n_findings;
    to->n_takers = from->n_takers;
    to->assigned = from->assigned;
    to->open = from->open;
    memcpy(to->per_item, from->per_item, sizeof to->per_item);
    memcpy(to->divides, from->divides, sizeof to->divides);
    to->n_new = from->n_new;
    to->rewritten = from->rewritten;
}

static void need_room(size_t n) {
    if (n > MODEL_MOST)
        abort();
}

/* All that operations have left is forgotten. */
static void start_over(struct model *m, size_t n_tokens) {
    m->n_tokens = (int64_t)n_tokens;
    m->n_items = m->n_runs = m->n_findings = m->n_takers = 0;
    m->assigned = m->rewritten = false;
    m->open = MODEL_SETTLED;
}

void model_load(struct model *m, const mmspan_view *view) {
    start_over(m, (size_t)view->n_tokens);
    need_room(view->n_items);
    need_room(view->n_runs);
    for (size_t i = 0; i < view->n_items; i++)
        m->items[m->n_items++] = view->items[i];
    for (size_t i = 0; i < view->n_runs; i++)
        m->runs[m->n_runs++] = view->runs[i];
    for (size_t i = 0; i < view->n_findings; i++)
        model_add_finding(m, view->findings[i]);
}

void model_load_scan(struct model *m, const int32_t *ids, size_t n, const mmspan_span *literal,
                     size_t n_literal) {
    struct oracle_result found = {0};
    oracle_scan(m->oracle, ids, n, literal, n_literal, &found);
    mmspan_view view = {.items = found.items,
                        .runs = found.runs,
                        .n_items = found.n_items,
                        .n_runs = found.n_runs,
                        .n_tokens = (int64_t)n};
    model_load(m, &view);
    for (size_t i = 0; i < found.n_findings; i++)
        model_add_finding(m, found.findings[i].finding);
    m->open = found.unsure ? MODEL_OPEN_SHORTEST : MODEL_SETTLED;
    oracle_result_free(&found);
}

void model_add_finding(struct model *m, mmspan_finding finding) {
    need_room(m->n_findings + 1);
    m->findings[m->n_findings++] = finding;
}

static int compare(int64_t a, int64_t b) {
    return a < b ? -1 : a > b;
}

static int compare_findings(const void *first, const void *second) {
    const mmspan_finding *a = first;
    const mmspan_finding *b = second;
    const int orders[] = {compare(a->start, b->start), compare(a->end, b->end),
                          compare(a->kind, b->kind), compare(a->modality, b->modality),
                          compare(a->media, b->media)};
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
        if (orders[i])
            return orders[i];
    return 0;
}

void model_sort_findings(mmspan_finding *findings, size_t n) {
    if (n)
        qsort(findings, n, sizeof *findings, compare_findings);
}

void model_drop_media_findings(struct model *m) {
    size_t kept = 0;
    for (size_t i = 0; i < m->n_findings; i++)
        if (m->findings[i].kind != MMSPAN_FINDING_MEDIA_COUNT &&
            m->findings[i].kind != MMSPAN_FINDING_MEDIA_LAYOUT &&
            m->findings[i].kind != MMSPAN_FINDING_MEDIA_ROWS)
            m->findings[kept++] = m->findings[i];
    m->n_findings = kept;
}

void model_drop_rows_finding(struct model *m, const mmspan_item *item) {
    size_t kept = 0;
    for (size_t i = 0; i < m->n_findings; i++) {
        const mmspan_finding *f = &m->findings[i];
        if (f->kind != MMSPAN_FINDING_ROWS || f->start != item->start || f->end != item->end)
            m->findings[kept++] = *f;
    }
    m->n_findings = kept;
}

bool model_is_one_item(const struct model *m, int32_t modality, const int32_t *ids, size_t n) {
    struct oracle_result found = {0};
    oracle_scan(m->oracle, ids, n, NULL, 0, &found);
    bool is = found.n_items == 1 && found.items[0].modality == modality &&
              found.items[0].start == 0 && found.items[0].end == (int64_t)n;
    oracle_result_free(&found);
    return is;
}

const char *model_open_name(enum model_open open) {
    static const char *const names[] = {
        [MODEL_SETTLED] = "settled",
        [MODEL_OPEN_SHORTEST] = "which of several shortest sequences",
        [MODEL_OPEN_LITERAL] = "a literal span over a token of an item",
        [MODEL_OPEN_GUESTS] = "rows in an item that depend on each other",
    };
    return names[open];
}

void model_open(struct model *m, const struct oracle *oracle,
                const struct oracle_declarations *declared) {
    m->oracle = oracle;
    m->declared = declared;
    memset(m->per_item, 0, sizeof m->per_item);
    memset(m->divides, 0, sizeof m->divides);
    start_over(m, 0);
}
