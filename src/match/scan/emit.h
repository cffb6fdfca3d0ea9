/* Writing a plain item: inline, because it is most of what a scan does. */
#ifndef MMSPAN_MATCH_EMIT_H
#define MMSPAN_MATCH_EMIT_H

#include "cluster.h"

/* Adds a finding of a kind of which a stretch of equal IDs is one. */
mmspan_status mm_report_token(struct mm_engine *e, mmspan_finding_kind kind, int64_t start,
                              int64_t end, int32_t id);

/* Reports what is wrong with text, wherever it stands. */
mmspan_status mm_report_text(struct mm_engine *e, int64_t start, int64_t end, int32_t id,
                             uint16_t class_index, bool literal);

/* Writes the item or items of a form that covers [start, end), whose first token is
 * in stretch `first` and whose last one is in stretch `last`. */
mmspan_status mm_emit(struct mm_engine *e, const struct mm_form *form, int64_t start,
                      int64_t end, size_t first, size_t last);

/* Writes `n` bare forms of one token each, all of this ID, which is of the class. */
mmspan_status mm_emit_lone(struct mm_engine *e, const struct mm_form *form, int32_t id,
                           uint16_t class_index, int64_t at, int64_t n);

/* Holds the last item, whose first token is in stretch `first`, against its modality's rule:
 * it breaks it, or it is a placeholder that has not been expanded. */
mmspan_status mm_judge_rows(struct mm_engine *e, size_t first);

/* Reports an attempt that began at `start`, at an ID of the class, and came to
 * nothing, unless it began at plain text or lies in a block that is reported already. */
static inline mmspan_status mm_report_broken(struct mm_engine *e, int64_t start,
                                             uint16_t class_index, const struct mm_fate *fate) {
    if (!(e->matcher->class_flags[class_index] & MM_RESERVED) || fate->end <= e->covered)
        return MMSPAN_OK;
    mm_cluster_touch(e, start, fate->end);
    mmspan_status status = mm_cluster_wreck(e);
    if (status != MMSPAN_OK)
        return status;
    e->covered = fate->end;
    mmspan_finding *finding = mm_output_report(
        e->out, fate->truncated ? MMSPAN_FINDING_TRUNCATED_BLOCK : MMSPAN_FINDING_BROKEN_BLOCK,
        start, fate->end);
    if (!finding)
        return MMSPAN_E_MEMORY;
    finding->id = fate->truncated ? -1 : fate->id;
    finding->found = fate->truncated ? 0 : fate->id;
    finding->state = fate->state - 1;
    return MMSPAN_OK;
}

/* After an attempt that began in a stretch of this class came to nothing: may the scan
 * go on behind the stretch? When the state after the first token stays for the whole
 * stretch, every other token of it would begin an attempt that leaves it in the same
 * state, so they all come to nothing. */
static inline bool mm_may_skip(const mmspan_matcher *m, uint16_t class_index) {
    uint16_t state = mm_next(m, MM_START, class_index);
    return mm_next(m, state, class_index) == state;
}

/* Is that number of rows right at a glance? If not, mm_judge_rows knows. */
static inline bool mm_rows_fit(const struct mm_form *form, int64_t rows) {
    return rows >= form->low && rows <= form->high && !form->intricate;
}

/* Writes a match, which has a right number of rows, as one item, of which `run` takes rows of
 * modality `taker`, or nothing does when that is negative. */
static inline mmspan_status mm_emit_run(struct mm_engine *e, const struct mm_form *form,
                                        int64_t start, int64_t end, int32_t taker,
                                        mmspan_span run) {
    struct mm_output *out = e->out;
    mm_cluster_touch(e, start, end);
    /* A broken block around it speaks for it. */
    if (end <= e->covered)
        return MMSPAN_OK;
    mmspan_status status = mm_output_reserve(out, 1);
    if (status != MMSPAN_OK)
        return status;
    mmspan_item *item = mm_output_item(out, form->modality, form->kind, start, end);
    if (taker >= 0) {
        mm_output_run(out, taker, run.start, run.end - run.start);
        item->n_runs = 1;
        item->rows = taker == form->modality ? run.end - run.start : 0;
    }
    return MMSPAN_OK;
}

/* Writes a match as one item, whatever covers it. Arguments as those of mm_emit. */
static inline mmspan_status mm_emit_whole(struct mm_engine *e, const struct mm_form *form,
                                          int64_t start, int64_t end, size_t first,
                                          size_t last) {
    struct mm_output *out = e->out;
    int32_t modality = form->modality;
    mmspan_status status = mm_output_reserve(out, last - first + 1);
    if (status != MMSPAN_OK)
        return status;
    mmspan_item *item = mm_output_item(out, modality, form->kind, start, end);
    size_t n_runs = out->n_runs;
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
            out->rows[taker] += to - start;
            rows += taker == modality ? to - start : 0;
        } else {
            run = mm_output_run(out, taker, start, to - start);
            rows += taker == modality ? to - start : 0;
        }
        start = to;
    }
    item->rows = rows;
    item->n_runs = (int32_t)(out->n_runs - n_runs);
    return status == MMSPAN_OK && !mm_rows_fit(form, rows) ? mm_judge_rows(e, first) : status;
}

#endif
