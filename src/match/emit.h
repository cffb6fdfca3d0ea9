/* Writing a plain item: inline, because it is most of what a scan does. */
#ifndef MMSPAN_MATCH_EMIT_H
#define MMSPAN_MATCH_EMIT_H

#include "engine.h"

/* Reports what is wrong with text, wherever it stands. */
mmspan_status mm_report_text(struct mm_engine *e, int64_t start, int64_t end, int32_t id,
                             uint16_t class_index, bool literal);

/* Holds the last item, a block, against its modality's rule. */
mmspan_status mm_check_rows(struct mm_engine *e, const struct mm_shape *shape);

/* Makes room for one more item and `n_runs` more runs. */
static inline mmspan_status mm_reserve_item(struct mm_engine *e, size_t n_runs) {
    if (e->n_items == INT32_MAX)
        return MMSPAN_E_LIMIT;
    if (!mm_reserve(&e->allocator, &e->items, &e->cap_items, e->n_items + 1, sizeof *e->items) ||
        !mm_reserve(&e->allocator, &e->runs, &e->cap_runs, e->n_runs + n_runs, sizeof *e->runs))
        return MMSPAN_E_MEMORY;
    return MMSPAN_OK;
}

/* Appends an item without runs; there is room. Members are stored one by one: a
 * struct copied as a whole would be stored in parts and loaded in larger ones, which
 * stalls the processor for longer than the rest takes. */
static inline mmspan_item *mm_add_item(struct mm_engine *e, int32_t modality, int32_t form,
                                       int64_t start, int64_t end) {
    mmspan_item *item = &e->items[e->n_items++];
    item->start = start;
    item->end = end;
    item->rows = 0;
    item->position = start;
    item->first_run = (int64_t)e->n_runs;
    item->n_runs = 0;
    item->modality = modality;
    item->form = form;
    item->media = -1;
    item->reserved = 0;
    return item;
}

/* Appends a run; there is room. */
static inline mmspan_run *mm_add_run(struct mm_engine *e, int32_t modality, int64_t start,
                                     int64_t length) {
    mmspan_run *run = &e->runs[e->n_runs++];
    run->start = start;
    run->length = length;
    run->row = e->rows[modality];
    run->modality = modality;
    run->item = (int32_t)(e->n_items - 1);
    e->rows[modality] += length;
    return run;
}

/* Writes a match as one item. Arguments as those of mm_emit. */
static inline mmspan_status mm_emit_whole(struct mm_engine *e, const struct mm_form *form,
                                          int64_t start, int64_t end, size_t first,
                                          size_t last) {
    int32_t modality = form->modality;
    mmspan_status status = mm_reserve_item(e, last - first + 1);
    if (status != MMSPAN_OK)
        return status;
    mmspan_item *item = mm_add_item(e, modality, form->kind, start, end);
    size_t n_runs = e->n_runs;
    mmspan_run *run = NULL;
    int64_t rows = 0;
    for (size_t i = first; i <= last && status == MMSPAN_OK; i++) {
        const struct mm_stretch *s = &e->stretches[i];
        int64_t to = s->end < end ? s->end : end;
        int32_t taker = form->embed[s->class_index] - 1;
        if (taker < 0) {
            if (s->class_index < MM_N_FIXED_CLASSES)
                status = mm_report_text(e, start, to, s->id, s->class_index, s->literal);
        } else if (run && run->modality == taker && run->start + run->length == start) {
            run->length += to - start;
            e->rows[taker] += to - start;
            rows += taker == modality ? to - start : 0;
        } else {
            run = mm_add_run(e, taker, start, to - start);
            rows += taker == modality ? to - start : 0;
        }
        start = to;
    }
    item->rows = rows;
    item->n_runs = (int32_t)(e->n_runs - n_runs);
    if (status == MMSPAN_OK && (rows < form->low || rows > form->high || form->intricate))
        status = mm_check_rows(e, &e->matcher->shapes[modality]);
    return status;
}

#endif
