/*
 * Proves that no cut of an example yields an item that the whole does not have.
 *
 * Three kinds of new items are no fault, for section "Matching" makes them: what is left of a
 * run without delimiters is a shorter run; a run of split items, cut at its beginning, is split
 * elsewhere; and of a closed block a lone placeholder may be all that is left (a begin token
 * that is a bare form, too). Where whole frames or tiles of a block stand for items themselves,
 * which text parts from the cut, the config gives its reason under `leftovers`.
 */
#include "prove.h"

#include <inttypes.h>

/* How many tokens may be scanned for one example. With up to 8,191 tokens it is cut at every
 * position, with more at evenly spread ones. */
#define MOST_WORK (INT64_C(1) << 26)

/* A part [start, end) of the example. */
struct cut {
    int64_t start;
    int64_t end;
    int64_t at;
};

static bool is_wreck(const mmspan_finding *finding) {
    return finding->kind == MMSPAN_FINDING_BROKEN_BLOCK ||
           finding->kind == MMSPAN_FINDING_TRUNCATED_BLOCK ||
           finding->kind == MMSPAN_FINDING_STRAY_TOKEN;
}

/* The item of the whole that an item lies in, or NULL. */
static const mmspan_item *host_of(const mmspan_view *whole, const mmspan_item *item) {
    for (size_t i = 0; i < whole->n_items; i++)
        if (whole->items[i].start <= item->start && item->end <= whole->items[i].end)
            return &whole->items[i];
    return NULL;
}

static bool is_same(const mmspan_item *a, const mmspan_item *b) {
    return a->start == b->start && a->end == b->end && a->modality == b->modality &&
           a->form == b->form && a->rows == b->rows;
}

static bool is_new(const mmspan_view *whole, const mmspan_item *item) {
    for (size_t i = 0; i < whole->n_items; i++)
        if (is_same(&whole->items[i], item))
            return false;
    return true;
}

/* Do its first and its last token take no rows? */
static bool is_closed(const mmspan_view *whole, const mmspan_item *item) {
    if (item->n_runs == 0)
        return true;
    const mmspan_run *first = &whole->runs[item->first_run];
    const mmspan_run *last = first + item->n_runs - 1;
    return first->start > item->start && last->start + last->length < item->end;
}

/* Is the token in a run without delimiters of the modality, or what such a run left over? */
static bool is_undelimited(const mmspan_view *whole, int32_t modality, int64_t at) {
    for (size_t i = 0; i < whole->n_items; i++) {
        const mmspan_item *item = &whole->items[i];
        if (item->start <= at && at < item->end && item->modality == modality)
            return item->rows == item->end - item->start;
    }
    for (size_t i = 0; i < whole->n_findings; i++) {
        const mmspan_finding *finding = &whole->findings[i];
        if (finding->start <= at && at < finding->end && finding->modality == modality &&
            finding->kind == MMSPAN_FINDING_REMAINDER)
            return true;
    }
    return false;
}

static bool are_undelimited(const mmspan_view *whole, const mmspan_item *item) {
    for (int64_t at = item->start; at < item->end; at++)
        if (!is_undelimited(whole, item->modality, at))
            return false;
    return true;
}

/* True when it is all that is left of its host. */
static bool is_the_rest(const struct cut *cut, const mmspan_item *host,
                        const mmspan_item *item) {
    const int64_t start = host->start < cut->start ? cut->start : host->start;
    const int64_t end = host->end > cut->end ? cut->end : host->end;
    return item->start == start && item->end == end;
}

static mmspan_status blame(const struct mc_proof *proof, const struct cut *cut,
                           const mmspan_item *item, const char *why) {
    return mc_proof_fails(proof,
                          "cut %s token %" PRId64
                          ", it has an item that the whole has not: %.40s %s "
                          "[%" PRId64 ", %" PRId64 ")%s",
                          cut->start == 0 ? "off at" : "to begin at", cut->at,
                          mmspan_matcher_modality_name(proof->matcher, item->modality),
                          mmspan_form_name(item->form), item->start, item->end, why);
}

static mmspan_status judge(struct mc_proof *proof, const struct cut *cut,
                           const mmspan_item *item) {
    const mmspan_view *whole = mmspan_result_view(proof->whole);
    const mmspan_item *host = host_of(whole, item);
    if (!host)
        return are_undelimited(whole, item) ? MMSPAN_OK
                                            : blame(proof, cut, item, ", where it has none");
    if (!is_closed(whole, host))
        return item->modality == host->modality
                   ? MMSPAN_OK
                   : blame(proof, cut, item, ", of another modality than what was cut");
    if (item->form == MMSPAN_FORM_BARE && is_the_rest(cut, host, item))
        return MMSPAN_OK;
    return proof->config->leftovers
               ? MMSPAN_OK
               : blame(proof, cut, item,
                       "; if that cannot be helped, say why under \"leftovers\"");
}

static mmspan_status check_part(struct mc_proof *proof, const struct cut *cut) {
    const int32_t *ids = proof->example->ids + cut->start;
    mmspan_status status = mmspan_scan(proof->matcher, ids, (size_t)(cut->end - cut->start),
                                       NULL, proof->part, proof->error);
    const mmspan_view *view = mmspan_result_view(proof->part);
    for (size_t i = 0; status == MMSPAN_OK && i < view->n_items; i++) {
        mmspan_item item = view->items[i];
        item.start += cut->start;
        item.end += cut->start;
        if (is_new(mmspan_result_view(proof->whole), &item))
            status = judge(proof, cut, &item);
    }
    return status;
}

mmspan_status mc_prove_cuts(struct mc_proof *proof) {
    const mmspan_view *whole = mmspan_result_view(proof->whole);
    /* What wreckage hides in the whole, a cut may bring to light. */
    for (size_t i = 0; i < whole->n_findings; i++)
        if (is_wreck(&whole->findings[i]))
            return MMSPAN_OK;
    const int64_t n = (int64_t)proof->example->n_ids;
    const int64_t step = n * n / MOST_WORK + 1;
    mmspan_status status = MMSPAN_OK;
    for (int64_t at = 0; status == MMSPAN_OK && at <= n; at += step) {
        status = check_part(proof, &(struct cut){0, at, at});
        if (status == MMSPAN_OK && at > 0)
            status = check_part(proof, &(struct cut){at, n, at});
    }
    return status;
}
