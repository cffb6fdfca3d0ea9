/* From what the items take to the result: room, split items and findings. */
#include "fit.h"

#include <stdlib.h>
#include <string.h>

mmspan_status mm_fit_measure(struct mm_fit *fit) {
    fit->dry = true;
    if (!mm_fit_line_up(fit))
        return MMSPAN_E_MEMORY;
    mm_fit_run(fit, fit->out->items, fit->out->n_items, fit->out->runs);
    return MMSPAN_OK;
}

static int by_place(const void *left, const void *right) {
    const mmspan_finding *a = left;
    const mmspan_finding *b = right;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    if (a->end != b->end)
        return a->end < b->end ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return (a->modality > b->modality) - (a->modality < b->modality);
}

static bool is_about_media(const mmspan_finding *finding) {
    return finding->kind == MMSPAN_FINDING_MEDIA_COUNT ||
           finding->kind == MMSPAN_FINDING_MEDIA_ROWS;
}

/* Removes the findings of an earlier call. */
static void drop_findings(struct mm_output *out) {
    size_t kept = 0;
    for (size_t i = 0; i < out->n_findings; i++)
        if (!is_about_media(&out->findings[i]))
            out->findings[kept++] = out->findings[i];
    out->n_findings = kept;
}

static mmspan_status make_room(struct mm_fit *fit) {
    struct mm_output *out = fit->out;
    if (fit->more > INT32_MAX - out->n_items)
        return MMSPAN_E_LIMIT;
    if (!mm_reserve(&out->allocator, &out->items, &out->cap_items, out->n_items + fit->more,
                    sizeof *out->items) ||
        !mm_reserve(&out->allocator, &out->runs, &out->cap_runs, out->n_runs + fit->more,
                    sizeof *out->runs) ||
        !mm_reserve(&out->allocator, &out->findings, &out->cap_findings,
                    out->n_findings + fit->n_findings, sizeof *out->findings) ||
        !mm_fit_reserve(fit, out->n_items + fit->more))
        return MMSPAN_E_MEMORY;
    return MMSPAN_OK;
}

/* The second pass. There is room. */
static void run_again(struct mm_fit *fit) {
    struct mm_output *out = fit->out;
    const mmspan_item *items = out->items;
    const mmspan_run *runs = out->runs;
    if (fit->more) {
        items = memmove(out->items + fit->more, items, out->n_items * sizeof *items);
        runs = memmove(out->runs + fit->more, runs, out->n_runs * sizeof *runs);
    }
    fit->dry = false;
    mm_fit_run(fit, items, out->n_items, runs);
    out->n_items += fit->more;
    out->n_runs += fit->more;
    if (fit->n_findings)
        qsort(out->findings, out->n_findings, sizeof *out->findings, by_place);
}

mmspan_status mm_fit_apply(struct mm_fit *fit) {
    mmspan_status status = make_room(fit);
    if (status != MMSPAN_OK)
        return status;
    drop_findings(fit->out);
    /* When all media fit, nothing is left to do. */
    if (fit->more || fit->n_findings)
        run_again(fit);
    return MMSPAN_OK;
}
