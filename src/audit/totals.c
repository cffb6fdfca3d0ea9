/* What is asked of a report. */
#include "report.h"
#include "sum.h"

#include "../match/sized.h"

void mmspan_report_get_totals(const mmspan_report *report, mmspan_report_totals *totals) {
    mmspan_report_totals t = {.files = (int64_t)report->n_files};
    for (size_t i = 0; i < report->n_files; i++) {
        const struct ma_file *file = &report->files[i];
        ma_sum(&t.sequences, file->sequences);
        ma_sum(&t.tokens, file->tokens);
        ma_sum(&t.items, file->items);
        ma_sum(&t.skipped, file->skipped);
        ma_sum(&t.unread, file->n_unread);
        t.warnings += ma_is_whole(file) && file->sequences > 0 && file->items == 0;
    }
    for (int slot = 0; slot < MA_N_KINDS; slot++)
        ma_sum(&t.findings, ma_n_findings(report, slot));
    t.broken = ma_n_broken(report);
    t.in_blocks = report->in_blocks;
    mm_write_struct(totals, &t, sizeof t, sizeof(uint32_t));
}

void mmspan_report_count(const mmspan_report *report, int32_t kind, int64_t *findings,
                         int64_t *sequences) {
    int slot = ma_slot_of(kind);
    bool counts = slot >= 0 && ma_n_findings(report, slot) > 0;
    *findings = counts ? report->kinds[slot].findings : 0;
    *sequences = counts ? report->kinds[slot].sequences : 0;
}

int32_t mmspan_report_example(const mmspan_report *report, int32_t kind, size_t index,
                              mmspan_audit_finding *finding) {
    int slot = ma_slot_of(kind);
    if (slot < 0 || index >= report->kinds[slot].n_first)
        return false;
    const struct ma_example *example = &report->kinds[slot].first[index];
    *finding = (mmspan_audit_finding){
        .file = report->files[example->file].path,
        .sequence = example->sequence,
        .line = example->line,
        .start = example->start,
        .end = example->end,
        .expected = example->expected,
        .found = example->found,
        .kind = kind,
        .kind_name = ma_slot_name(slot),
        .modality = example->modality >= 0 ? report->modalities[example->modality].name : NULL,
        .sentence = example->sentence,
    };
    return true;
}

const char *mmspan_report_model(const mmspan_report *report) {
    return report->identity.model ? report->identity.model : "";
}

const char *mmspan_report_config(const mmspan_report *report) {
    return report->identity.config;
}

int32_t mmspan_report_unread(const mmspan_report *report, size_t index, const char **path,
                             int64_t *n, const char **message) {
    for (size_t i = 0; i < report->n_files; i++) {
        const struct ma_file *file = &report->files[report->order[i]];
        if (!file->unread || index-- > 0)
            continue;
        *path = file->path;
        *n = file->n_unread;
        *message = file->unread;
        return true;
    }
    return false;
}

int32_t mmspan_report_get_modality(const mmspan_report *report, size_t index,
                                   mmspan_report_modality *modality) {
    if (index >= report->n_modalities)
        return false;
    const struct ma_modality *m = &report->modalities[index];
    mmspan_report_modality made = {.name = m->name};
    const bool expanded = ma_expanded(report);
    for (int c = 0; c < MA_N_CLASSES; c++) {
        const struct ma_amount *amount = &m->amounts[c];
        const bool good = c == MA_CLEAN || (c == MA_UNEXPANDED && !expanded);
        ma_sum(&made.items, good ? amount->items : 0);
        ma_sum(&made.rows, good ? amount->rows : 0);
        ma_sum(&made.media, good ? amount->media : 0);
        ma_sum(&made.broken_items, good ? 0 : amount->items);
        ma_sum(&made.broken_media, good ? 0 : amount->media);
        ma_sum(&made.placeholders, amount->placeholders);
    }
    return mm_write_struct(modality, &made, sizeof made, sizeof(uint32_t));
}

int32_t mmspan_report_check(const mmspan_report *report, size_t index, const char **name,
                            int64_t *sequences, const char **skipped) {
    if (index >= MA_N_CHECKS)
        return false;
    *name = ma_check_name((int)index);
    *sequences = report->checked[index];
    *skipped = *sequences ? NULL : ma_check_needs((int)index);
    return true;
}
