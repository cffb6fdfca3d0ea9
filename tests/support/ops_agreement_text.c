/* neutralise against its model, and what it is for: that the output needs no literal spans. */
#include "ops_agreement.h"

#include <stdio.h>
#include <string.h>

/* How many literal tokens become `n_replacement` others inside [start, end)? When that is not
 * the same number, what may follow them in a pattern can be another. */
static bool is_stretched(const struct model *m, int64_t start, int64_t end,
                         size_t n_replacement) {
    for (size_t i = 0; i < m->n_findings && n_replacement != 1; i++)
        if (m->findings[i].kind == MMSPAN_FINDING_LITERAL_TOKEN &&
            m->findings[i].start <= end && start <= m->findings[i].end)
            return true;
    return false;
}

/* Does everything that a scan of the output should find depend on no length of text? */
static bool keeps_its_items(const struct model *m, size_t n_replacement) {
    for (size_t i = 0; i < m->n_items; i++)
        if (is_stretched(m, m->items[i].start, m->items[i].end, n_replacement))
            return false;
    for (size_t i = 0; i < m->n_findings; i++)
        if (m->findings[i].kind != MMSPAN_FINDING_LITERAL_TOKEN &&
            is_stretched(m, m->findings[i].start, m->findings[i].end, n_replacement))
            return false;
    return true;
}

static int64_t moved(const struct model *m, size_t n_replacement, int64_t position) {
    int64_t added = 0;
    for (size_t i = 0; i < m->n_findings; i++)
        for (int64_t at = m->findings[i].start; at < m->findings[i].end && at < position; at++)
            if (m->findings[i].kind == MMSPAN_FINDING_LITERAL_TOKEN)
                added += (int64_t)n_replacement - 1;
    return position + added;
}

static bool neutralise_agrees(struct ops_trial *t, const struct ops_question *q,
                              const int32_t *replacement, size_t n_replacement) {
    const struct sampler_prompt *p = &q->prompt;
    static int32_t out[MODEL_MOST_IDS];
    mmspan_span spans[8];
    mmspan_span wanted_spans[8];
    size_t n_out;
    memcpy(spans, p->literal, sizeof spans);
    memcpy(wanted_spans, p->literal, sizeof spans);
    model_neutralise(t->declared, p->ids, p->n, wanted_spans, p->n_literal, replacement,
                     n_replacement, &t->wanted);
    if (t->wanted.n &&
        (mmspan_neutralise(t->matcher, p->ids, p->n, spans, p->n_literal, replacement,
                           n_replacement, out, t->wanted.n - 1, &n_out,
                           NULL) != MMSPAN_E_SPACE ||
         n_out != t->wanted.n || memcmp(spans, p->literal, p->n_literal * sizeof *spans) != 0))
        return ops_differ(t, "neutralise without room");
    if (mmspan_neutralise(t->matcher, p->ids, p->n, spans, p->n_literal, replacement,
                          n_replacement, out, t->wanted.n, &n_out, NULL) != MMSPAN_OK)
        return ops_differ(t, "neutralise fails");
    if (n_out != t->wanted.n || (n_out && memcmp(out, t->wanted.ids, n_out * sizeof *out) != 0))
        return ops_differ(t, "neutralise writes other IDs");
    for (size_t i = 0; i < p->n_literal; i++)
        if (spans[i].start != wanted_spans[i].start || spans[i].end != wanted_spans[i].end)
            return ops_differ(t, "neutralise: span %zu", i);
    if (!ops_scan(t, t->result, p->ids, p->n, p->literal, p->n_literal))
        return false;
    if (!keeps_its_items(&t->model, n_replacement))
        return true;
    if (mmspan_scan(t->matcher, out, n_out, NULL, t->other, NULL) != MMSPAN_OK)
        return ops_differ(t, "scan fails");
    const mmspan_view *view = mmspan_result_view(t->other);
    if (view->n_items != t->model.n_items)
        return ops_differ(t, "neutralised, the prompt has %zu items instead of %zu",
                          view->n_items, t->model.n_items);
    for (size_t i = 0; i < view->n_items; i++)
        if (view->items[i].start != moved(&t->model, n_replacement, t->model.items[i].start) ||
            view->items[i].end != moved(&t->model, n_replacement, t->model.items[i].end) ||
            view->items[i].modality != t->model.items[i].modality)
            return ops_differ(t, "neutralised, item %zu is another one", i);
    return true;
}

bool ops_agree_neutralise(struct ops_trial *t, const struct ops_question *q) {
    int32_t replacement[3];
    if (q->prompt.n_literal == 0 || !model_harmless_id(t->declared, &replacement[0]))
        return true;
    replacement[1] = replacement[2] = replacement[0];
    for (size_t n = 1; n <= 3; n++)
        if (!neutralise_agrees(t, q, replacement, n))
            return false;
    for (size_t i = 0; i < q->prompt.n; i++)
        if (mmspan_matcher_is_reserved(t->matcher, q->prompt.ids[i])) {
            mmspan_span spans[8];
            size_t n_out = 0;
            memcpy(spans, q->prompt.literal, sizeof spans);
            if (mmspan_neutralise(t->matcher, q->prompt.ids, q->prompt.n, spans,
                                  q->prompt.n_literal, &q->prompt.ids[i], 1, t->again.ids,
                                  MODEL_MOST_IDS, &n_out, NULL) != MMSPAN_E_ARGUMENT)
                return ops_differ(t, "a reserved ID is taken to neutralise by");
            break;
        }
    return true;
}
