/* Counts the items of a sequence, and finds those that are cut, would be, or were not expanded.
 */
#include "audit.h"

/* An undelimited run whose length nothing fixes, at an end of its document. */
static bool is_cut_run(const struct mmspan_audit *audit, const struct ma_document *document,
                       const mmspan_item *item) {
    if (audit->fixed[item->modality] || item->form != MMSPAN_FORM_BLOCK || item->n_runs == 0 ||
        (item->start > 0 && item->end < document->n))
        return false;
    const mmspan_run *first = &document->runs[item->first_run];
    const mmspan_run *last = first + item->n_runs - 1;
    return first->start == item->start && last->start + last->length == item->end;
}

static mmspan_status find_at(struct mmspan_audit *audit, int slot,
                             const struct ma_document *document, const mmspan_item *item) {
    return ma_find(audit, &(struct ma_found){.slot = slot,
                                             .modality = item->modality,
                                             .start = document->start + item->start,
                                             .end = document->start + item->end,
                                             .expected = -1,
                                             .found = -1});
}

/* How many borders of windows lie strictly inside tokens [start, end) of the file. */
static int64_t borders_inside(int64_t start, int64_t end, int64_t window) {
    return end > start ? (end - 1) / window - start / window : 0;
}

static void note_cuts(struct mmspan_audit *audit, const mmspan_item *item, int64_t start) {
    mmspan_report *report = audit->report;
    struct ma_modality *modality = &report->modalities[item->modality];
    const int64_t end = start + (item->end - item->start);
    if (report->identity.window) {
        const int64_t base = audit->batch->first_token + audit->sequence.first_id -
                             audit->batch->ids->offsets[0];
        const int64_t n = borders_inside(base + start, base + end, report->identity.window);
        report->cut_borders += n;
        modality->cut_by_window += n > 0;
    }
    const int64_t most = report->identity.max_length;
    if (!most || end <= most)
        return;
    if (start < most) {
        modality->cut_by_length++;
        report->cut_at_length++;
    } else {
        modality->lost_by_length++;
    }
}

static void count_item(struct mmspan_audit *audit, const struct ma_document *document,
                       const mmspan_item *item) {
    struct ma_tally *tally = &audit->tally;
    struct ma_amount *amount = &tally->amounts[item->modality];
    const bool bare = item->form == MMSPAN_FORM_BARE;
    tally->items++;
    tally->in_blocks += item->end - item->start;
    amount->items += !bare;
    amount->placeholders += bare;
    for (int32_t r = 0; r < item->n_runs; r++) {
        const mmspan_run *run = &document->runs[item->first_run + r];
        tally->amounts[run->modality].rows += run->length;
    }
    if (!bare)
        ma_histogram_add(&audit->report->modalities[item->modality].rows, item->rows, 1);
}

static mmspan_status check_item(struct mmspan_audit *audit, const struct ma_document *document,
                                const mmspan_item *item) {
    mmspan_status status = MMSPAN_OK;
    count_item(audit, document, item);
    if (audit->report->identity.window || audit->report->identity.max_length)
        note_cuts(audit, item, document->start + item->start);
    if (item->form == MMSPAN_FORM_BLOCK && !audit->expanded) {
        audit->expanded = true;
        if (audit->options.found)
            ma_release_pending(audit);
    }
    if (is_cut_run(audit, document, item))
        status = find_at(audit, MA_CUT_RUN, document, item);
    if (status == MMSPAN_OK && item->form == MMSPAN_FORM_BARE &&
        audit->expandable[item->modality])
        status = find_at(audit, MA_PLACEHOLDER, document, item);
    return status;
}

static mmspan_status take_scan(struct mmspan_audit *audit, const struct ma_document *document,
                               const mmspan_finding *finding) {
    mmspan_finding scan = *finding;
    scan.start += document->start;
    scan.end += document->start;
    int64_t found = scan.found;
    size_t n_modalities;
    const int32_t *modalities =
        mmspan_finding_modalities(audit->matcher, finding, &n_modalities);
    int32_t modality = n_modalities == 1 ? modalities[0] : scan.modality;
    if (scan.kind == MMSPAN_FINDING_BROKEN_BLOCK || scan.kind == MMSPAN_FINDING_STRAY_TOKEN)
        found = scan.id;
    else if (scan.kind == MMSPAN_FINDING_TRUNCATED_BLOCK)
        found = -1;
    return ma_find(audit, &(struct ma_found){.slot = ma_slot_of(scan.kind),
                                             .modality = modality,
                                             .start = scan.start,
                                             .end = scan.end,
                                             .expected = -1,
                                             .found = found,
                                             .scan = &scan});
}

static void note_lengths(struct mmspan_audit *audit) {
    mmspan_report *report = audit->report;
    const struct ma_sequence *s = &audit->sequence;
    const int64_t window = report->identity.window;
    if (window) {
        const int64_t base =
            audit->batch->first_token + s->first_id - audit->batch->ids->offsets[0];
        report->borders +=
            s->n ? (base + s->n - 1) / window - (base ? (base - 1) / window : 0) : 0;
        report->checked[MA_CHECK_WINDOW]++;
    }
    if (report->identity.max_length) {
        report->longer += s->n > report->identity.max_length;
        report->checked[MA_CHECK_MAX_LENGTH]++;
    }
}

mmspan_status ma_check_items(struct mmspan_audit *audit) {
    const struct ma_sequence *s = &audit->sequence;
    mmspan_status status = MMSPAN_OK;
    note_lengths(audit);
    for (size_t d = s->first_doc; d < s->end_doc && status == MMSPAN_OK; d++) {
        const struct ma_document document = ma_document(audit, d);
        for (size_t i = 0; i < document.n_findings && status == MMSPAN_OK; i++)
            status = take_scan(audit, &document, &document.findings[i]);
        for (size_t i = 0; i < document.n_items && status == MMSPAN_OK; i++)
            status = check_item(audit, &document, &document.items[i]);
    }
    return status;
}
