/* Writes items, runs and findings into the arrays of a result. */
#include "emit.h"

/* Does finding `f` belong behind one with this place and kind? */
static bool is_behind(const mmspan_finding *f, mmspan_finding_kind kind, int64_t start,
                      int64_t end) {
    if (f->start != start)
        return f->start > start;
    if (f->end != end)
        return f->end > end;
    return f->kind > (int32_t)kind;
}

mmspan_finding *mm_insert_finding(struct mm_engine *e, mmspan_finding_kind kind, int64_t start,
                                  int64_t end) {
    /* Findings come nearly in order: only those of one place may have to swap. */
    size_t at = e->n_findings++;
    for (; at > 0 && is_behind(&e->findings[at - 1], kind, start, end); at--)
        e->findings[at] = e->findings[at - 1];
    e->findings[at] = (mmspan_finding){.start = start,
                                       .end = end,
                                       .kind = (int32_t)kind,
                                       .modality = -1,
                                       .token = -1,
                                       .id = -1,
                                       .state = -1,
                                       .media = -1};
    return &e->findings[at];
}

mmspan_status mm_report_token(struct mm_engine *e, mmspan_finding_kind kind, int64_t start,
                              int64_t end, int32_t id) {
    mmspan_finding *last = e->n_findings ? &e->findings[e->n_findings - 1] : NULL;
    if (last && last->kind == (int32_t)kind && last->id == id && last->end == start) {
        last->end = end;
        return MMSPAN_OK;
    }
    mmspan_finding *finding = mm_report(e, kind, start, end);
    if (!finding)
        return MMSPAN_E_MEMORY;
    finding->id = id;
    if (kind != MMSPAN_FINDING_OUT_OF_VOCABULARY)
        finding->token = mmspan_matcher_token_of(e->matcher, id);
    return MMSPAN_OK;
}

mmspan_status mm_report_text(struct mm_engine *e, int64_t start, int64_t end, int32_t id,
                             uint16_t class_index, bool literal) {
    if (literal)
        return mm_report_token(e, MMSPAN_FINDING_LITERAL_TOKEN, start, end, id);
    if (e->matcher->class_flags[class_index] & MM_OUTSIDE)
        return mm_report_token(e, MMSPAN_FINDING_OUT_OF_VOCABULARY, start, end, id);
    return MMSPAN_OK;
}

mmspan_status mm_engine_skip(struct mm_engine *e, int64_t at, int64_t n, int32_t id,
                             uint16_t class_index, bool literal) {
    if (!(e->matcher->class_flags[class_index] & MM_RESERVED))
        return mm_report_text(e, at, at + n, id, class_index, literal);
    int64_t start = at < e->covered ? e->covered : at;
    if (start >= at + n)
        return MMSPAN_OK;
    return mm_report_token(e, MMSPAN_FINDING_STRAY_TOKEN, start, at + n, id);
}

static bool runs_equal(const struct mm_engine *e, const mmspan_item *item) {
    int64_t length = 0;
    for (int64_t i = item->first_run; i < item->first_run + item->n_runs; i++) {
        if (e->runs[i].modality != item->modality)
            continue;
        if (length && e->runs[i].length != length)
            return false;
        length = e->runs[i].length;
    }
    return true;
}

mmspan_status mm_check_rows(struct mm_engine *e, const struct mm_shape *shape) {
    const mmspan_item *item = &e->items[e->n_items - 1];
    if (mm_rows_allow(&shape->rows, item->rows) &&
        (!shape->rows.equal_runs || runs_equal(e, item)))
        return MMSPAN_OK;
    mmspan_finding *finding = mm_report(e, MMSPAN_FINDING_ROWS, item->start, item->end);
    if (!finding)
        return MMSPAN_E_MEMORY;
    finding->modality = item->modality;
    finding->found = item->rows;
    return MMSPAN_OK;
}

/* One item of which all tokens take rows, as split, by_id and each_run make them. */
static mmspan_status emit_piece(struct mm_engine *e, int32_t modality, int32_t form,
                                int64_t start, int64_t end) {
    mmspan_status status = mm_reserve_item(e, 1);
    if (status != MMSPAN_OK)
        return status;
    mmspan_item *item = mm_add_item(e, modality, form, start, end);
    mm_add_run(e, modality, start, end - start);
    item->rows = end - start;
    item->n_runs = 1;
    return MMSPAN_OK;
}

static mmspan_status emit_split(struct mm_engine *e, const struct mm_form *form, int64_t start,
                                int64_t end) {
    int64_t rows = e->matcher->shapes[form->modality].split;
    int64_t left = (end - start) % rows;
    if (left) {
        mmspan_finding *finding = mm_report(e, MMSPAN_FINDING_REMAINDER, start, end);
        if (!finding)
            return MMSPAN_E_MEMORY;
        finding->modality = form->modality;
        finding->found = left;
    }
    mmspan_status status = MMSPAN_OK;
    /* A run that is too short for one item holds unexpanded placeholders. */
    int32_t kind = end - start < rows ? MMSPAN_FORM_BARE : MMSPAN_FORM_BLOCK;
    int64_t step = kind == MMSPAN_FORM_BARE ? 1 : rows;
    for (; start < end && status == MMSPAN_OK; start += step)
        status =
            emit_piece(e, form->modality, kind, start, end - start < step ? end : start + step);
    return status;
}

static mmspan_status emit_by_id(struct mm_engine *e, const struct mm_form *form, int64_t start,
                                int64_t end, size_t first, size_t last) {
    mmspan_status status = MMSPAN_OK;
    for (size_t i = first; i <= last && status == MMSPAN_OK; i++) {
        int64_t to = e->stretches[i].end < end ? e->stretches[i].end : end;
        status = emit_piece(e, form->modality, MMSPAN_FORM_BLOCK, start, to);
        if (status == MMSPAN_OK)
            status = mm_check_rows(e, &e->matcher->shapes[form->modality]);
        start = to;
    }
    return status;
}

/* Every run is an item; what stands between is text. */
static mmspan_status emit_each_run(struct mm_engine *e, const struct mm_form *form,
                                   int64_t start, int64_t end, size_t first, size_t last) {
    const mmspan_matcher *m = e->matcher;
    const uint8_t *embed = form->embed;
    mmspan_status status = MMSPAN_OK;
    int64_t run_start = -1;
    for (size_t i = first; i <= last && status == MMSPAN_OK; i++) {
        const struct mm_stretch *s = &e->stretches[i];
        int64_t to = s->end < end ? s->end : end;
        bool takes_rows = embed[s->class_index];
        if (takes_rows && run_start < 0)
            run_start = start;
        /* Touching stretches of different IDs are one run. */
        bool more = i < last && embed[e->stretches[i + 1].class_index];
        if (takes_rows && !more) {
            status = emit_piece(e, form->modality, form->kind, run_start, to);
            if (status == MMSPAN_OK)
                status = mm_check_rows(e, &m->shapes[form->modality]);
            run_start = -1;
        } else if (!takes_rows) {
            status = mm_report_text(e, start, to, s->id, s->class_index, s->literal);
        }
        start = to;
    }
    return status;
}

mmspan_status mm_emit(struct mm_engine *e, const struct mm_form *form, int64_t start,
                      int64_t end, size_t first, size_t last) {
    const struct mm_shape *shape = &e->matcher->shapes[form->modality];
    if (form->whole)
        return mm_emit_whole(e, form, start, end, first, last);
    if (shape->split)
        return emit_split(e, form, start, end);
    if (shape->by_id)
        return emit_by_id(e, form, start, end, first, last);
    return emit_each_run(e, form, start, end, first, last);
}
