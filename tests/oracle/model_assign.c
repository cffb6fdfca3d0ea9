/*
 * The model of assign.
 *
 * Where the contract leaves several readings, these are taken: an item of no rows has
 * no guests either; a guest's findings have the span
 * of its host; a piece of a run that is cut keeps the form of the run; `n_items` of a modality
 * that is not `multi` says nothing. Findings of the scan stay as they are.
 */
#include "model.h"
#include "oracle_parts.h"

#include <stdlib.h>

static void add_taker(struct model *m, struct model_taker taker) {
    if (m->n_takers == MODEL_MOST)
        abort();
    taker.media = -1;
    m->takers[m->n_takers++] = taker;
}

static int64_t rows_in_item(const struct model *m, size_t item, int32_t modality) {
    int64_t rows = 0;
    for (size_t r = 0; r < m->n_runs; r++)
        if ((size_t)m->runs[r].item == item && m->runs[r].modality == modality)
            rows += m->runs[r].length;
    return rows;
}

/* One run of rows from end to end, which may be that of several touching items. */
static bool is_whole(const struct model *m, const mmspan_item *item) {
    const mmspan_modality_decl *decl = &m->declared->modalities[item->modality];
    const mmspan_run *run = &m->runs[item->first_run];
    return item->form == MMSPAN_FORM_BLOCK && !decl->each_run &&
           decl->adjacent == MMSPAN_ADJACENT_JOIN && item->n_runs == 1 &&
           run->modality == item->modality && run->start == item->start &&
           run->length == item->end - item->start;
}

/* A bare form that is a run of rows where blocks are runs as well. */
static bool is_short_run(const struct model *m, const mmspan_item *item) {
    const mmspan_modality_decl *decl = &m->declared->modalities[item->modality];
    return decl->adjacent == MMSPAN_ADJACENT_JOIN && model_takes_only_rows(m, item->modality) &&
           item->n_runs == 1 && item->rows == item->end - item->start;
}

void model_find_takers(struct model *m, int64_t start) {
    m->n_takers = 0;
    for (size_t i = 0; i < m->n_items; i++) {
        const mmspan_item *item = &m->items[i];
        if (item->start < start)
            continue;
        add_taker(m, (struct model_taker){
                         .start = item->start,
                         .end = item->end,
                         .rows = item->rows,
                         .item = (int64_t)i,
                         .modality = item->modality,
                         .alone = item->n_runs == 0 ||
                                  (item->form == MMSPAN_FORM_BARE && !is_short_run(m, item)),
                         .wild = item->n_runs == 0,
                         .block = item->form == MMSPAN_FORM_BLOCK,
                         .whole = is_whole(m, item)});
        for (int32_t g = 0; g < (int32_t)m->declared->n_modalities; g++)
            if (g != item->modality && rows_in_item(m, i, g))
                add_taker(m, (struct model_taker){.start = item->start,
                                                  .end = item->end,
                                                  .rows = rows_in_item(m, i, g),
                                                  .item = (int64_t)i,
                                                  .modality = g,
                                                  .guest = true,
                                                  .alone = true});
    }
}

/* The runs of an old item that lie in a new one. */
static void add_runs(struct model *m, const mmspan_run *old, size_t n_old, int64_t old_item,
                     size_t new_item) {
    mmspan_item *item = &m->items[new_item];
    item->first_run = (int64_t)m->n_runs;
    item->n_runs = 0;
    for (size_t r = 0; r < n_old; r++) {
        mmspan_run run = old[r];
        if (run.item != old_item)
            continue;
        int64_t end = run.start + run.length;
        int64_t from = run.start > item->start ? run.start : item->start;
        int64_t to = end < item->end ? end : item->end;
        if (from >= to)
            continue;
        run.row += from - run.start;
        run.start = from;
        run.length = to - from;
        run.item = (int32_t)new_item;
        if (m->n_runs == MODEL_MOST)
            abort();
        m->runs[m->n_runs++] = run;
        item->n_runs++;
    }
}

static int compare_takers(const void *first, const void *second) {
    const struct model_taker *a = first;
    const struct model_taker *b = second;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return a->guest != b->guest ? a->guest - b->guest : a->modality - b->modality;
}

/* One old item: itself, or its pieces. */
static void add_items(struct model *m, const mmspan_item *old, int64_t old_item,
                      const mmspan_run *runs, size_t n_runs, int64_t *new_item_of) {
    bool taken = false;
    for (size_t t = 0; t < m->n_takers || !taken; t++) {
        const struct model_taker *taker = &m->takers[t];
        bool last = t >= m->n_takers;
        if (!last && (taker->item != old_item || taker->guest))
            continue;
        if (m->n_items == MODEL_MOST)
            abort();
        mmspan_item *item = &m->items[m->n_items];
        *item = *old;
        item->media = -1;
        if (!last) {
            item->rows =
                taker->start == old->start && taker->end == old->end ? old->rows : taker->rows;
            item->start = taker->start;
            item->end = taker->end;
            item->media = taker->media;
            new_item_of[t] = (int64_t)m->n_items;
        }
        item->position = item->start;
        add_runs(m, runs, n_runs, old_item, m->n_items++);
        taken = true;
    }
    for (size_t t = 0; t < m->n_takers; t++)
        if (m->takers[t].item == old_item && m->takers[t].guest)
            new_item_of[t] = (int64_t)m->n_items - 1;
}

/* The rows of a run that is cut are those of its pieces; one that reads as a placeholder, or
 * is to be replaced, breaks no rule. */
static void judge_pieces(struct model *m, const mmspan_item *whole, size_t first) {
    if (m->n_items - first < 2)
        return;
    model_drop_rows_finding(m, whole);
    for (size_t i = first; i < m->n_items; i++) {
        const mmspan_item *piece = &m->items[i];
        const mmspan_rows_rule *rule = &m->declared->modalities[piece->modality].rows;
        bool replaced = false;
        for (size_t t = 0; t < m->n_takers; t++)
            replaced = replaced || (m->takers[t].start == piece->start && !m->takers[t].guest &&
                                    m->takers[t].replaced);
        bool placeholder = piece->rows == 1 && m->oracle->placeholders[piece->modality].n == 1;
        if (!replaced && !placeholder && !oracle_rows_are_legal(rule, piece->rows))
            model_add_finding(m, (mmspan_finding){.kind = MMSPAN_FINDING_ROWS,
                                                  .start = piece->start,
                                                  .end = piece->end,
                                                  .found = piece->rows,
                                                  .modality = piece->modality,
                                                  .token = -1,
                                                  .id = -1,
                                                  .state = -1,
                                                  .media = -1});
    }
}

void model_settle_takers(struct model *m) {
    size_t n_items = m->n_items;
    size_t n_runs = m->n_runs;
    mmspan_item *items = oracle_alloc(n_items, sizeof *items);
    mmspan_run *runs = oracle_alloc(n_runs, sizeof *runs);
    int64_t *new_item_of = oracle_alloc(MODEL_MOST, sizeof *new_item_of);
    for (size_t i = 0; i < n_items; i++)
        items[i] = m->items[i];
    for (size_t r = 0; r < n_runs; r++)
        runs[r] = m->runs[r];
    if (m->n_takers)
        qsort(m->takers, m->n_takers, sizeof *m->takers, compare_takers);
    m->n_items = m->n_runs = 0;
    for (size_t i = 0; i < n_items; i++) {
        size_t first = m->n_items;
        add_items(m, &items[i], (int64_t)i, runs, n_runs, new_item_of);
        judge_pieces(m, &items[i], first);
    }
    for (size_t t = 0; t < m->n_takers; t++)
        m->takers[t].item = new_item_of[t];
    free(items);
    free(runs);
    free(new_item_of);
    m->assigned = true;
}

mmspan_status model_assign(struct model *m, const mmspan_media *media, size_t n_media,
                           bool from_end, bool layout, const int32_t *ids, size_t n) {
    mmspan_status status = model_check_media(m, media, n_media);
    if (status != MMSPAN_OK)
        return status;
    struct model_deal how = {.media = media,
                             .n_media = n_media,
                             .ids = ids,
                             .n = n,
                             .from_end = from_end,
                             .layout = layout};
    model_drop_media_findings(m);
    model_find_takers(m, 0);
    for (int32_t i = 0; i < (int32_t)m->declared->n_modalities; i++)
        model_deal(m, &how, i);
    model_settle_takers(m);
    model_sort_findings(m->findings, m->n_findings);
    return MMSPAN_OK;
}
