/* Takes back the placeholders of a cluster in which something is broken. */
#include "cluster.h"

#include "emit.h"

void mm_cluster_keep(struct mm_engine *e) {
    struct mm_output *out = e->out;
    for (size_t i = e->cluster.first_bare; i < out->n_items; i++)
        out->items[i].reserved = 0;
    e->cluster.n_bare = 0;
}

static bool is_lone(const mmspan_item *item) {
    return item->form == MMSPAN_FORM_BARE && item->end - item->start == 1;
}

/* Adds the stray tokens at the end of the findings, where they are in order. */
static mmspan_status report_strays(struct mm_engine *e) {
    struct mm_output *out = e->out;
    for (size_t i = e->cluster.first_bare; i < out->n_items; i++) {
        const mmspan_item *item = &out->items[i];
        int32_t id = (int32_t)item->reserved;
        if (!is_lone(item) || !mmspan_matcher_is_reserved(e->matcher, id))
            continue;
        mmspan_finding *last =
            out->n_findings > out->first_finding ? &out->findings[out->n_findings - 1] : NULL;
        if (last && last->kind == MMSPAN_FINDING_STRAY_TOKEN && last->id == id &&
            last->end == item->start) {
            last->end = item->end;
            continue;
        }
        if (!mm_reserve(&out->allocator, &out->findings, &out->cap_findings,
                        out->n_findings + 1, sizeof *out->findings))
            return MMSPAN_E_MEMORY;
        mmspan_finding *stray = &out->findings[out->n_findings++];
        *stray = mm_finding(MMSPAN_FINDING_STRAY_TOKEN, item->start, item->end);
        stray->id = id;
        stray->token = mmspan_matcher_token_of(e->matcher, id);
    }
    return MMSPAN_OK;
}

/* Closes the gaps that the lone placeholders leave among items, runs and rows. */
static void remove_lone(struct mm_engine *e) {
    struct mm_output *out = e->out;
    int64_t removed[MMSPAN_MAX_MODALITIES] = {0};
    size_t item_at = e->cluster.first_bare;
    size_t run_at = out->first_run + (size_t)out->items[item_at].first_run;
    for (size_t i = item_at; i < out->n_items; i++) {
        mmspan_item item = out->items[i];
        const mmspan_run *runs = out->runs + out->first_run + item.first_run;
        bool kept = !is_lone(&item);
        item.first_run = (int64_t)(run_at - out->first_run);
        for (int32_t r = 0; r < item.n_runs; r++) {
            mmspan_run run = runs[r];
            if (!kept) {
                removed[run.modality] += run.length;
                continue;
            }
            run.row -= removed[run.modality];
            run.item = (int32_t)(item_at - out->first_item);
            out->runs[run_at++] = run;
        }
        if (kept)
            out->items[item_at++] = item;
    }
    out->n_items = item_at;
    out->n_runs = run_at;
    for (uint32_t m = 0; m < e->matcher->n_modalities; m++)
        out->rows[m] -= removed[m];
}

mmspan_status mm_cluster_withdraw(struct mm_engine *e) {
    size_t middle = e->out->n_findings;
    mmspan_status status = report_strays(e);
    if (status != MMSPAN_OK)
        return status;
    if (!mm_output_merge(e->out, e->cluster.first_finding, middle))
        return MMSPAN_E_MEMORY;
    remove_lone(e);
    e->cluster.n_bare = 0;
    return MMSPAN_OK;
}
