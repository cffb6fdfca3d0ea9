/* Turns matches into items, and what is wrong with them into findings. */
#include "emit.h"

mmspan_status mm_report_token(struct mm_engine *e, mmspan_finding_kind kind, int64_t start,
                              int64_t end, int32_t id) {
    struct mm_output *out = e->out;
    mmspan_finding *last =
        out->n_findings > out->first_finding ? &out->findings[out->n_findings - 1] : NULL;
    if (last && last->kind == (int32_t)kind && last->id == id && last->end == start) {
        last->end = end;
        return MMSPAN_OK;
    }
    mmspan_finding *finding = mm_output_report(out, kind, start, end);
    if (!finding)
        return MMSPAN_E_MEMORY;
    finding->id = id;
    if (kind == MMSPAN_FINDING_OUT_OF_VOCABULARY)
        finding->found = id;
    else
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

/* Reports reserved tokens that belong to nothing, but for those in a broken block. */
static mmspan_status report_stray(struct mm_engine *e, int64_t at, int64_t end, int32_t id) {
    int64_t start = at < e->covered ? e->covered : at;
    if (start >= end)
        return MMSPAN_OK;
    return mm_report_token(e, MMSPAN_FINDING_STRAY_TOKEN, start, end, id);
}

mmspan_status mm_engine_skip(struct mm_engine *e, int64_t at, int64_t n, int32_t id,
                             uint16_t class_index, bool literal) {
    if (!(e->matcher->class_flags[class_index] & MM_RESERVED))
        return mm_report_text(e, at, at + n, id, class_index, literal);
    mm_cluster_touch(e, at, at + n);
    mmspan_status status = mm_cluster_wreck(e);
    return status == MMSPAN_OK ? report_stray(e, at, at + n, id) : status;
}

/* One item of which all tokens take rows, as split, by_id and each_run make them. */
static mmspan_status emit_piece(struct mm_engine *e, const struct mm_form *form, int64_t start,
                                int64_t end) {
    mmspan_status status = mm_output_reserve(e->out, 1);
    if (status != MMSPAN_OK)
        return status;
    mmspan_item *item = mm_output_item(e->out, form->modality, MMSPAN_FORM_BLOCK, start, end);
    mm_output_run(e->out, form->modality, start, end - start);
    item->rows = end - start;
    item->n_runs = 1;
    return MMSPAN_OK;
}

mmspan_status mm_emit_lone(struct mm_engine *e, const struct mm_form *form, int32_t id,
                           uint16_t class_index, int64_t at, int64_t n) {
    struct mm_output *out = e->out;
    int32_t taker = form->embed[class_index] - 1;
    mmspan_status status = MMSPAN_OK;
    mm_cluster_touch(e, at, at + n);
    if (e->cluster.wrecked)
        return e->matcher->class_flags[class_index] & MM_RESERVED
                   ? report_stray(e, at, at + n, id)
                   : MMSPAN_OK;
    for (int64_t end = at + n; at < end; at++) {
        status = mm_output_reserve(out, 1);
        if (status != MMSPAN_OK)
            break;
        mmspan_item *item = mm_output_item(out, form->modality, MMSPAN_FORM_BARE, at, at + 1);
        if (taker >= 0) {
            mm_output_run(out, taker, at, 1);
            item->n_runs = 1;
            item->rows = taker == form->modality;
        }
        mm_cluster_note_bare(e, id);
    }
    return status;
}

static bool runs_equal(const struct mm_output *out, const mmspan_item *item) {
    const mmspan_run *runs = out->runs + out->first_run + item->first_run;
    int64_t length = 0;
    for (int32_t r = 0; r < item->n_runs; r++) {
        if (runs[r].modality != item->modality)
            continue;
        if (length && runs[r].length != length)
            return false;
        length = runs[r].length;
    }
    return true;
}

/* Do the tokens of [start, end), the first in stretch `at`, read as the placeholder? */
static bool is_placeholder(const struct mm_engine *e, const struct mm_slots *placeholder,
                           int64_t start, int64_t end, size_t at) {
    if ((int64_t)placeholder->n != end - start)
        return false;
    for (size_t i = 0; i < placeholder->n; i++) {
        const struct mm_slot *slot = &placeholder->slots[i];
        if (e->stretches[at].end <= start + (int64_t)i)
            at++;
        if (slot->atom != MM_OWN &&
            !mm_class_has_atom(&e->matcher->classes, e->stretches[at].class_index, slot->atom))
            return false;
    }
    return true;
}

/* The last item, whose first token is in stretch `first`, is a placeholder; one of a single
 * token is held against its cluster. */
static mmspan_status demote(struct mm_engine *e, size_t first) {
    struct mm_output *out = e->out;
    const struct mm_stretch *s = &e->stretches[first];
    mmspan_item *item = &out->items[out->n_items - 1];
    item->form = MMSPAN_FORM_BARE;
    if (item->end - item->start != 1)
        return MMSPAN_OK;
    if (!e->cluster.wrecked) {
        mm_cluster_note_bare(e, s->id);
        return MMSPAN_OK;
    }
    out->n_items--;
    for (; item->n_runs > 0; item->n_runs--)
        out->rows[out->runs[--out->n_runs].modality]--;
    return e->matcher->class_flags[s->class_index] & MM_RESERVED
               ? report_stray(e, item->start, item->end, s->id)
               : MMSPAN_OK;
}

static mmspan_status report_remainder(struct mm_engine *e, int32_t modality, int64_t start,
                                      int64_t end) {
    mmspan_finding *finding = mm_output_report(e->out, MMSPAN_FINDING_REMAINDER, start, end);
    if (!finding)
        return MMSPAN_E_MEMORY;
    finding->modality = modality;
    finding->found = end - start;
    return MMSPAN_OK;
}

mmspan_status mm_judge_rows(struct mm_engine *e, size_t first) {
    mmspan_item *item = &e->out->items[e->out->n_items - 1];
    const struct mm_shape *shape = &e->matcher->shapes[item->modality];
    if (mm_rows_allow(&shape->rows, item->rows) &&
        (!shape->rows.equal_runs || runs_equal(e->out, item)))
        return MMSPAN_OK;
    if (is_placeholder(e, &shape->placeholder, item->start, item->end, first))
        return demote(e, first);
    mmspan_finding *finding =
        mm_output_report(e->out, MMSPAN_FINDING_ROWS, item->start, item->end);
    if (!finding)
        return MMSPAN_E_MEMORY;
    finding->modality = item->modality;
    finding->found = item->rows;
    return MMSPAN_OK;
}

/* The bare form that one token of the class is, of the same modality as `form`; or NULL. */
static const struct mm_form *lone_form(const mmspan_matcher *m, const struct mm_form *form,
                                       uint16_t class_index) {
    uint16_t accept = m->accept[mm_next(m, MM_START, class_index)] & MM_FORM;
    const struct mm_form *lone = accept ? &m->forms[accept - 1] : NULL;
    bool fits = lone && lone->kind == MMSPAN_FORM_BARE && lone->modality == form->modality;
    return fits ? lone : NULL;
}

/* Is each token of the run a bare form? */
static bool all_lone(const struct mm_engine *e, const struct mm_form *form, size_t first,
                     size_t last) {
    for (size_t i = first; i <= last; i++)
        if (!lone_form(e->matcher, form, e->stretches[i].class_index))
            return false;
    return true;
}

/* Writes a run of placeholders, as many as there are tokens. */
static mmspan_status emit_all_lone(struct mm_engine *e, const struct mm_form *form,
                                   int64_t start, int64_t end, size_t first, size_t last) {
    mmspan_status status = MMSPAN_OK;
    for (size_t i = first; i <= last && status == MMSPAN_OK; i++) {
        const struct mm_stretch *s = &e->stretches[i];
        int64_t to = s->end < end ? s->end : end;
        status = mm_emit_lone(e, form, s->id, s->class_index, start, to - start);
        start = to;
    }
    return status;
}

/* A run that is too short for an item: placeholders, one placeholder, or a remainder. */
static mmspan_status emit_short(struct mm_engine *e, const struct mm_form *form, int64_t start,
                                int64_t end, size_t first, size_t last) {
    const struct mm_shape *shape = &e->matcher->shapes[form->modality];
    if (all_lone(e, form, first, last))
        return emit_all_lone(e, form, start, end, first, last);
    if (is_placeholder(e, &shape->placeholder, start, end, first)) {
        mmspan_status status = emit_piece(e, form, start, end);
        return status == MMSPAN_OK ? demote(e, first) : status;
    }
    return report_remainder(e, form->modality, start, end);
}

static mmspan_status emit_split(struct mm_engine *e, const struct mm_form *form, int64_t start,
                                int64_t end, size_t first, size_t last) {
    int64_t rows = e->matcher->shapes[form->modality].split;
    mmspan_status status = MMSPAN_OK;
    if (end - start < rows)
        return emit_short(e, form, start, end, first, last);
    for (; end - start >= rows && status == MMSPAN_OK; start += rows)
        status = emit_piece(e, form, start, start + rows);
    if (start == end || status != MMSPAN_OK)
        return status;
    return report_remainder(e, form->modality, start, end);
}

static mmspan_status emit_by_id(struct mm_engine *e, const struct mm_form *form, int64_t start,
                                int64_t end, size_t first, size_t last) {
    mmspan_status status = MMSPAN_OK;
    for (size_t i = first; i <= last && status == MMSPAN_OK; i++) {
        int64_t to = e->stretches[i].end < end ? e->stretches[i].end : end;
        status = emit_piece(e, form, start, to);
        if (status == MMSPAN_OK)
            status = mm_judge_rows(e, i);
        start = to;
    }
    return status;
}

/* Every run is an item; what stands between is text. */
static mmspan_status emit_each_run(struct mm_engine *e, const struct mm_form *form,
                                   int64_t start, int64_t end, size_t first, size_t last) {
    mmspan_status status = MMSPAN_OK;
    int64_t run_start = -1;
    size_t run_first = first;
    for (size_t i = first; i <= last && status == MMSPAN_OK; i++) {
        const struct mm_stretch *s = &e->stretches[i];
        int64_t to = s->end < end ? s->end : end;
        bool takes_rows = form->embed[s->class_index];
        if (takes_rows && run_start < 0) {
            run_start = start;
            run_first = i;
        }
        /* Touching stretches of different IDs are one run. */
        bool more = i < last && form->embed[e->stretches[i + 1].class_index];
        if (takes_rows && !more) {
            status = emit_piece(e, form, run_start, to);
            if (status == MMSPAN_OK)
                status = mm_judge_rows(e, run_first);
            run_start = -1;
        } else if (!takes_rows) {
            status = mm_report_text(e, start, to, s->id, s->class_index, s->literal);
        }
        start = to;
    }
    return status;
}

/* A match inside a broken block is no item; what is said of its tokens as such remains. */
static mmspan_status pass_over(struct mm_engine *e, int64_t start, int64_t end, size_t first,
                               size_t last) {
    mmspan_status status = MMSPAN_OK;
    for (size_t i = first; i <= last && status == MMSPAN_OK; i++) {
        const struct mm_stretch *s = &e->stretches[i];
        int64_t to = s->end < end ? s->end : end;
        if (s->class_index < MM_N_FIXED_CLASSES)
            status = mm_report_text(e, start, to, s->id, s->class_index, s->literal);
        start = to;
    }
    return status;
}

mmspan_status mm_emit(struct mm_engine *e, const struct mm_form *form, int64_t start,
                      int64_t end, size_t first, size_t last) {
    const struct mm_shape *shape = &e->matcher->shapes[form->modality];
    const struct mm_stretch *s = &e->stretches[first];
    if (form->kind == MMSPAN_FORM_BARE && end - start == 1)
        return mm_emit_lone(e, form, s->id, s->class_index, start, 1);
    mm_cluster_touch(e, start, end);
    if (end <= e->covered)
        return pass_over(e, start, end, first, last);
    if (form->whole)
        return mm_emit_whole(e, form, start, end, first, last);
    if (shape->split)
        return emit_split(e, form, start, end, first, last);
    if (shape->by_id)
        return emit_by_id(e, form, start, end, first, last);
    return emit_each_run(e, form, start, end, first, last);
}
