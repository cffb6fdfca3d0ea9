/* From what the items take to the result: room, split items and findings. */
#include "fit.h"

#include <stdlib.h>
#include <string.h>

mmspan_status mm_fit_measure(struct mm_fit *fit) {
    fit->dry = true;
    if (!mm_fit_line_up(fit))
        return MMSPAN_E_MEMORY;
    mm_fit_run(fit, fit->engine->items, fit->engine->n_items, fit->engine->runs);
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
static void drop_findings(struct mm_engine *e) {
    size_t kept = 0;
    for (size_t i = 0; i < e->n_findings; i++)
        if (!is_about_media(&e->findings[i]))
            e->findings[kept++] = e->findings[i];
    e->n_findings = kept;
}

static mmspan_status make_room(struct mm_fit *fit) {
    struct mm_engine *e = fit->engine;
    if (fit->more > INT32_MAX - e->n_items)
        return MMSPAN_E_LIMIT;
    if (!mm_reserve(&e->allocator, &e->items, &e->cap_items, e->n_items + fit->more,
                    sizeof *e->items) ||
        !mm_reserve(&e->allocator, &e->runs, &e->cap_runs, e->n_runs + fit->more,
                    sizeof *e->runs) ||
        !mm_reserve(&e->allocator, &e->findings, &e->cap_findings,
                    e->n_findings + fit->n_findings, sizeof *e->findings) ||
        !mm_fit_reserve(fit, e->n_items + fit->more))
        return MMSPAN_E_MEMORY;
    return MMSPAN_OK;
}

/* The second pass. There is room. */
static void run_again(struct mm_fit *fit) {
    struct mm_engine *e = fit->engine;
    const mmspan_item *items = e->items;
    const mmspan_run *runs = e->runs;
    if (fit->more) {
        items = memmove(e->items + fit->more, items, e->n_items * sizeof *items);
        runs = memmove(e->runs + fit->more, runs, e->n_runs * sizeof *runs);
    }
    fit->dry = false;
    mm_fit_run(fit, items, e->n_items, runs);
    e->n_items += fit->more;
    e->n_runs += fit->more;
    if (fit->n_findings)
        qsort(e->findings, e->n_findings, sizeof *e->findings, by_place);
}

mmspan_status mm_fit_apply(struct mm_fit *fit) {
    mmspan_status status = make_room(fit);
    if (status != MMSPAN_OK)
        return status;
    drop_findings(fit->engine);
    /* When all media fit, nothing is left to do. */
    if (fit->more || fit->n_findings)
        run_again(fit);
    return MMSPAN_OK;
}
