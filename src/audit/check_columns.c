/* Labels, masks and token types: are they as long as the sequence, and right on media? */
#include "audit.h"

bool ma_has(const struct mmspan_audit *audit, const mmspan_column *column) {
    return column && !ma_is_null(column, audit->sequence.index) &&
           ma_length(column, audit->sequence.index) == audit->sequence.n;
}

static mmspan_status find_length(struct mmspan_audit *audit, const char *name, int64_t found) {
    return ma_find(audit, &(struct ma_found){.slot = MA_LENGTH_MISMATCH,
                                             .modality = -1,
                                             .end = audit->sequence.n,
                                             .expected = audit->sequence.n,
                                             .found = found,
                                             .column = name});
}

/* What the borders of a column come to in tokens, if they do not fit the sequence; else -1. */
static int64_t misfit(const struct mmspan_audit *audit, const mmspan_column *column,
                      bool lengths) {
    const size_t i = audit->sequence.index;
    int64_t border = 0;
    for (int64_t at = column->offsets[i]; at < column->offsets[i + 1]; at++) {
        const int64_t value = ma_value(column, at);
        if (value < 0)
            break;
        if (lengths && value > audit->sequence.n - border)
            return value > INT64_MAX - border ? INT64_MAX : border + value;
        const int64_t next = lengths ? border + value : value;
        if (next < border || next > audit->sequence.n)
            return next;
        border = next;
    }
    return -1;
}

static mmspan_status check_borders(struct mmspan_audit *audit) {
    const struct ma_borders borders = ma_borders_of(audit->batch, audit->sequence.index);
    const bool lengths = borders.kind == MA_BORDERS_BY_LENGTH;
    audit->report->checked[MA_CHECK_DOCUMENTS] += borders.kind != MA_NO_BORDERS;
    if (borders.kind != MA_BORDERS && !lengths)
        return MMSPAN_OK;
    const int64_t found = misfit(audit, borders.column, lengths);
    return found < 0 ? MMSPAN_OK
                     : find_length(audit, lengths ? "seq_lens" : "cu_seqlens", found);
}

mmspan_status ma_check_lengths(struct mmspan_audit *audit) {
    const mmspan_audit_batch *batch = audit->batch;
    const struct {
        const char *name;
        const mmspan_column *column;
    } columns[] = {{"labels", batch->labels},
                   {"attention_mask", batch->attention_mask},
                   {"loss_mask", batch->loss_mask},
                   {"mm_token_type_ids", batch->type_ids},
                   {"position_ids", batch->position_ids}};
    const size_t i = audit->sequence.index;
    bool checked = false;
    for (size_t c = 0; c < sizeof columns / sizeof columns[0]; c++) {
        const mmspan_column *column = columns[c].column;
        if (!column || ma_is_null(column, i))
            continue;
        checked = true;
        if (ma_length(column, i) == audit->sequence.n)
            continue;
        mmspan_status status = find_length(audit, columns[c].name, ma_length(column, i));
        if (status != MMSPAN_OK)
            return status;
    }
    audit->report->checked[MA_CHECK_LENGTH] += checked;
    return check_borders(audit);
}

/* A rule about the values of a column inside items. */
struct rule {
    const char *name; /* for the sentence, or NULL */
    const mmspan_column *column;
    int64_t value;
    int slot;
    bool forbids; /* the value `value`; else it forbids all others */
    bool rows_only;
};

/* The first stretch of values in [start, end) of the sequence that break the rule. */
static mmspan_status check_span(struct mmspan_audit *audit, const struct rule *rule,
                                int32_t modality, int64_t start, int64_t end, bool *found) {
    const mmspan_column *column = rule->column;
    const int64_t first = column->offsets[audit->sequence.index];
    const int64_t bad = rule->forbids
                            ? ma_find_equal(column, first + start, first + end, rule->value)
                            : ma_find_other(column, first + start, first + end, rule->value);
    *found = bad < first + end;
    if (!*found)
        return MMSPAN_OK;
    const int64_t stop = rule->forbids ? ma_find_other(column, bad, first + end, rule->value)
                                       : ma_find_equal(column, bad, first + end, rule->value);
    return ma_find(audit, &(struct ma_found){.slot = rule->slot,
                                             .modality = modality,
                                             .start = bad - first,
                                             .end = stop - first,
                                             .expected = rule->forbids ? -1 : rule->value,
                                             .found = ma_value(column, bad),
                                             .column = rule->name});
}

/* One finding for an item at most. */
static mmspan_status check_item(struct mmspan_audit *audit, const struct rule *rule,
                                const struct ma_document *document, const mmspan_item *item) {
    bool found = false;
    if (!rule->rows_only)
        return check_span(audit, rule, item->modality, document->start + item->start,
                          document->start + item->end, &found);
    mmspan_status status = MMSPAN_OK;
    for (int32_t r = 0; r < item->n_runs && !found && status == MMSPAN_OK; r++) {
        const mmspan_run *run = &document->runs[item->first_run + r];
        status = check_span(audit, rule, item->modality, document->start + run->start,
                            document->start + run->start + run->length, &found);
    }
    return status;
}

static mmspan_status check_rule(struct mmspan_audit *audit, const struct rule *rule) {
    const struct ma_sequence *s = &audit->sequence;
    for (size_t d = s->first_doc; d < s->end_doc; d++) {
        const struct ma_document document = ma_document(audit, d);
        for (size_t i = 0; i < document.n_items; i++) {
            mmspan_status status = check_item(audit, rule, &document, &document.items[i]);
            if (status != MMSPAN_OK)
                return status;
        }
    }
    return MMSPAN_OK;
}

mmspan_status ma_check_masks(struct mmspan_audit *audit) {
    const mmspan_audit_batch *batch = audit->batch;
    const struct rule rules[] = {
        {NULL, batch->labels, -100, MA_LABEL_ON_MEDIA, false, false},
        {"loss_mask", batch->loss_mask, 0, MA_LABEL_ON_MEDIA, false, false},
        {NULL, batch->attention_mask, 0, MA_MASK_OFF_MEDIA, true, false},
        {NULL, batch->type_ids, 0, MA_TYPE_OFF_MEDIA, true, true},
    };
    int64_t *checked = audit->report->checked;
    checked[MA_CHECK_LABEL] += ma_has(audit, batch->labels) || ma_has(audit, batch->loss_mask);
    checked[MA_CHECK_MASK] += ma_has(audit, batch->attention_mask);
    checked[MA_CHECK_TYPE] += ma_has(audit, batch->type_ids);
    mmspan_status status = MMSPAN_OK;
    for (size_t i = 0; i < 4 && status == MMSPAN_OK; i++)
        if (ma_has(audit, rules[i].column))
            status = check_rule(audit, &rules[i]);
    return status;
}
