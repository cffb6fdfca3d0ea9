/* Writing a plain item: inline, because it is most of what a scan does. */
#ifndef MMSPAN_MATCH_EMIT_H
#define MMSPAN_MATCH_EMIT_H

#include "engine.h"

/* Reports what is wrong with text, wherever it stands. */
mmspan_status mm_report_text(struct mm_engine *e, int64_t start, int64_t end, int32_t id,
                             uint16_t class_index, bool literal);

/* mm_report when the finding may belong before others. */
mmspan_finding *mm_insert_finding(struct mm_engine *e, mmspan_finding_kind kind, int64_t start,
                                  int64_t end);

/* Adds a finding in its place, with its other members set to what stands for unused;
 * NULL when memory is out. */
static inline mmspan_finding *mm_report(struct mm_engine *e, mmspan_finding_kind kind,
                                        int64_t start, int64_t end) {
    if (!mm_reserve(&e->allocator, &e->findings, &e->cap_findings, e->n_findings + 1,
                    sizeof *e->findings))
        return NULL;
    mmspan_finding *f = &e->findings[e->n_findings];
    if (e->n_findings && f[-1].start >= start)
        return mm_insert_finding(e, kind, start, end);
    e->n_findings++;
    f->start = start;
    f->end = end;
    f->expected = 0;
    f->found = 0;
    f->kind = (int32_t)kind;
    f->modality = -1;
    f->token = -1;
    f->id = -1;
    f->state = -1;
    f->media = -1;
    f->reserved = 0;
    return f;
}

/* Reports an attempt that began at `start`, at an ID of the class, and came to
 * nothing, unless it began at plain text or lies in a block that is reported already. */
static inline mmspan_status mm_report_broken(struct mm_engine *e, int64_t start,
                                             uint16_t class_index, const struct mm_fate *fate) {
    if (!(e->matcher->class_flags[class_index] & MM_RESERVED))
        return MMSPAN_OK;
    if (start < e->covered && fate->end <= e->covered)
        return MMSPAN_OK;
    if (fate->end > e->covered)
        e->covered = fate->end;
    mmspan_finding *finding = mm_report(
        e, fate->truncated ? MMSPAN_FINDING_TRUNCATED_BLOCK : MMSPAN_FINDING_BROKEN_BLOCK,
        start, fate->end);
    if (!finding)
        return MMSPAN_E_MEMORY;
    finding->id = fate->truncated ? -1 : fate->id;
    finding->state = fate->state - 1;
    return MMSPAN_OK;
}

/* After an attempt that began in a stretch of this class came to nothing: may the scan
 * go on behind the stretch? When the state after the first token stays for the whole
 * stretch, every other token of it would begin an attempt that leaves it in the same
 * state, so they all come to nothing. */
static inline bool mm_may_skip(const mmspan_matcher *m, uint16_t class_index) {
    uint16_t state = mm_next(m, 1, class_index);
    return mm_next(m, state, class_index) == state;
}

/* Holds the last item, a block, against its modality's rule. */
mmspan_status mm_check_rows(struct mm_engine *e, const struct mm_shape *shape);

/* Makes room for one more item and `n_runs` more runs. */
static inline mmspan_status mm_reserve_item(struct mm_engine *e, size_t n_runs) {
    if (e->n_items == INT32_MAX)
        return MMSPAN_E_LIMIT;
    if (!mm_reserve(&e->allocator, &e->items, &e->cap_items, e->n_items + 1,
                    sizeof *e->items) ||
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

/* Holds the last item, which has so many rows, against the form's rule. */
static inline mmspan_status mm_check_form(struct mm_engine *e, const struct mm_form *form,
                                          int64_t rows) {
    if (rows >= form->low && rows <= form->high && !form->intricate)
        return MMSPAN_OK;
    return mm_check_rows(e, &e->matcher->shapes[form->modality]);
}

/* Writes a match as one item, of which `run` takes rows of modality `taker`, or nothing does
 * when that is negative. */
static inline mmspan_status mm_emit_run(struct mm_engine *e, const struct mm_form *form,
                                        int64_t start, int64_t end, int32_t taker,
                                        mmspan_span run) {
    mmspan_status status = mm_reserve_item(e, 1);
    if (status != MMSPAN_OK)
        return status;
    mmspan_item *item = mm_add_item(e, form->modality, form->kind, start, end);
    if (taker >= 0) {
        mm_add_run(e, taker, run.start, run.end - run.start);
        item->n_runs = 1;
        item->rows = taker == form->modality ? run.end - run.start : 0;
    }
    return mm_check_form(e, form, item->rows);
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
    return status == MMSPAN_OK ? mm_check_form(e, form, rows) : status;
}

#endif
