/* The model of how takers fit the media that they got: rows, shares and supplied tokens. The
 * readings are those of model_deal.c. */
#include "model_deal.h"

size_t deal_known_items(const struct deal *d, size_t j) {
    return d->decl->multi ? (size_t)d->media[j]->n_items : 0;
}

int64_t deal_share(const struct deal *d, size_t j) {
    size_t n = deal_known_items(d, j);
    return n ? d->media[j]->rows / (int64_t)n : d->media[j]->rows;
}

int64_t deal_count_as(const struct deal *d, size_t i, size_t j) {
    const struct model_taker *t = &d->takers[i];
    bool runs = d->decl->adjacent == MMSPAN_ADJACENT_JOIN && !d->decl->each_run;
    if (j >= d->n_media || !deal_known_items(d, j) || !runs || t->rows % deal_share(d, j) ||
        !model_divides(d->model, d->modality))
        return 1;
    return t->rows / deal_share(d, j);
}

int64_t deal_rows_as(const struct deal *d, size_t i, size_t j) {
    return d->takers[i].rows / deal_count_as(d, i, j);
}

mmspan_finding deal_finding(const struct deal *d, mmspan_finding_kind kind, size_t j) {
    size_t media = d->how->from_end ? d->n_media - 1 - j : j;
    return (mmspan_finding){.kind = (int32_t)kind,
                            .modality = d->modality,
                            .token = -1,
                            .id = -1,
                            .state = -1,
                            .media = (int32_t)media};
}

mmspan_span deal_span(const struct deal *d, size_t from, size_t to) {
    const struct model_taker *first = &d->takers[d->how->from_end ? to - 1 : from];
    const struct model_taker *last = &d->takers[d->how->from_end ? from : to - 1];
    return (mmspan_span){first->start, last->end};
}

void deal_report_rows(struct deal *d, mmspan_span span, size_t j, int64_t expected,
                      int64_t found) {
    mmspan_finding finding = deal_finding(d, MMSPAN_FINDING_MEDIA_ROWS, j);
    finding.start = span.start;
    finding.end = span.end;
    finding.expected = expected;
    finding.found = found;
    model_add_finding(d->model, finding);
}

/* Are the media's tokens these with nothing but text around them? */
static bool is_surrounded(const struct deal *d, const mmspan_media *media, mmspan_span span) {
    int64_t n = span.end - span.start;
    for (int64_t at = 0; at + n <= (int64_t)media->n_ids; at++) {
        bool same = true;
        for (int64_t k = 0; k < (int64_t)media->n_ids && same; k++)
            same = k >= at && k < at + n
                       ? media->ids[k] == d->how->ids[span.start + k - at]
                       : !oracle_is_declared(&d->model->oracle->declared, media->ids[k]);
        if (same)
            return true;
    }
    return false;
}

static void check_layout(struct deal *d, size_t from, size_t to, size_t j) {
    const mmspan_media *media = d->media[j];
    if (!d->how->layout || !media->ids || d->takers[from].guest || d->takers[from].replaced)
        return;
    mmspan_span core = model_core(d->model, media);
    mmspan_span span = deal_span(d, from, to);
    int64_t k = 0;
    if (is_surrounded(d, media, span))
        return;
    while (core.start + k < core.end && span.start + k < span.end &&
           media->ids[core.start + k] == d->how->ids[span.start + k])
        k++;
    if (core.start + k == core.end && span.start + k == span.end) {
        /* What follows as reserved follows in both. */
        int64_t n = (int64_t)media->n_ids;
        if (core.end == n || d->decl->each_run ||
            !oracle_is_reserved(d->model->declared, media->ids[core.end]) ||
            (span.end < d->model->n_tokens && media->ids[core.end] == d->how->ids[span.end]))
            return;
        core.end++;
    }
    mmspan_finding finding = deal_finding(d, MMSPAN_FINDING_MEDIA_LAYOUT, j);
    finding.start = span.start + k;
    finding.end = span.end;
    finding.expected = core.start + k < core.end ? media->ids[core.start + k] : -1;
    finding.found = span.start + k < span.end ? d->how->ids[span.start + k] : -1;
    model_add_finding(d->model, finding);
}

bool deal_give(struct deal *d, size_t from, size_t to, size_t j, bool grouped) {
    int64_t expected = d->media[j]->rows;
    int64_t sum = 0;
    for (size_t i = from; i < to; i++) {
        d->takers[i].media = deal_finding(d, 0, j).media;
        sum += d->takers[i].replaced ? d->takers[i].new_rows : d->takers[i].rows;
    }
    if (d->takers[from].wild && !d->takers[from].replaced)
        return true;
    if (sum != expected) {
        deal_report_rows(d, deal_span(d, from, to), j, expected, sum);
        return false;
    }
    for (size_t k = 0; k < to - from && grouped && deal_known_items(d, j); k++) {
        size_t i = d->how->from_end ? to - 1 - k : from + k;
        if (deal_rows_as(d, i, j) == deal_share(d, j))
            continue;
        deal_report_rows(d, deal_span(d, i, i + 1), j, deal_share(d, j), d->takers[i].rows);
        return false;
    }
    check_layout(d, from, to, j);
    return true;
}
