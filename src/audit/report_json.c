/* Writes a report as JSON. */
#include "report.h"
#include "sum.h"

#include "../match/error.h"

#include <string.h>

/* How many files without an item are listed one by one. */
enum { MAX_LISTED = 10 };

static void write_head(struct ma_writing *out, const mmspan_report *report, bool complete) {
    const struct ma_identity *identity = &report->identity;
    ma_write(out, "{\n\"schema\": ");
    ma_write_integer(out, MA_SCHEMA);
    ma_write(out, ",\n\"tool\": ");
    ma_write_string(out, identity->tool ? identity->tool : MA_TOOL);
    ma_write(out, ",\n\"config\": {\"model\": ");
    ma_write_string(out, identity->model ? identity->model : "");
    ma_write_key(out, "sha256", false);
    ma_write_string(out, identity->config);
    ma_write(out, "},\n\"options\": {");
    ma_write_member(out, "examples", identity->n_examples, true);
    ma_write_member(out, "window", identity->window, false);
    ma_write_member(out, "max_length", identity->max_length, false);
    ma_write_member(out, "merge_size", identity->merge_size, false);
    ma_write(out, "},\n\"complete\": ");
    ma_write(out, complete ? "true" : "false");
}

static void write_covered(struct ma_writing *out, const struct ma_file *file) {
    ma_write_key(out, "covered", false);
    ma_write(out, "[");
    for (size_t i = 0; i < file->n_covered; i++) {
        ma_write(out, i ? ", [" : "[");
        ma_write_integer(out, file->covered[i].first);
        ma_write(out, ", ");
        ma_write_integer(out, file->covered[i].end);
        ma_write(out, "]");
    }
    ma_write(out, "]");
}

static void write_file(struct ma_writing *out, const struct ma_file *file) {
    ma_write(out, "  {\"path\": ");
    ma_write_string(out, file->path);
    ma_write_member(out, "size", file->size, false);
    ma_write_member(out, "sequences", file->sequences, false);
    ma_write_member(out, "tokens", file->tokens, false);
    ma_write_member(out, "items", file->items, false);
    ma_write_member(out, "skipped", file->skipped, false);
    ma_write_member(out, "total", file->total, false);
    write_covered(out, file);
    if (file->unread) {
        ma_write_key(out, "unread", false);
        ma_write(out, "{");
        ma_write_member(out, "errors", file->n_unread, true);
        ma_write_member(out, "sequence", file->unread_at, false);
        ma_write_key(out, "message", false);
        ma_write_string(out, file->unread);
        ma_write(out, "}");
    }
    ma_write(out, "}");
}

static void write_files(struct ma_writing *out, const mmspan_report *report) {
    ma_write(out, ",\n\"files\": [");
    for (size_t i = 0; i < report->n_files; i++) {
        ma_write(out, i ? ",\n" : "\n");
        write_file(out, &report->files[report->order[i]]);
    }
    ma_write(out, report->n_files ? "\n]" : "]");
}

static void write_totals(struct ma_writing *out, const mmspan_report *report) {
    mmspan_report_totals t = {.struct_size = sizeof t};
    mmspan_report_get_totals(report, &t);
    ma_write(out, ",\n\"totals\": {");
    ma_write_member(out, "files", t.files, true);
    ma_write_member(out, "sequences", t.sequences, false);
    ma_write_member(out, "tokens", t.tokens, false);
    ma_write_member(out, "tokens_in_blocks", t.in_blocks, false);
    ma_write_key(out, "share_in_blocks", false);
    ma_write_share(out, t.in_blocks, t.tokens);
    ma_write_member(out, "items", t.items, false);
    ma_write_member(out, "findings", t.findings, false);
    ma_write_member(out, "sequences_with_findings", t.broken, false);
    ma_write_key(out, "share_with_findings", false);
    ma_write_share(out, t.broken, t.sequences);
    ma_write_member(out, "skipped", t.skipped, false);
    ma_write_member(out, "unread", t.unread, false);
    ma_write(out, "},\n\"classes\": {");
    ma_write_member(out, "clean", report->sequences[MA_CLEAN], true);
    ma_write_member(out, "unexpanded", report->sequences[MA_UNEXPANDED], false);
    ma_write_member(out, "broken", report->sequences[MA_BROKEN], false);
    ma_write(out, "}");
}

static void write_histogram(struct ma_writing *out, const char *key,
                            const struct ma_histogram *h) {
    ma_write_string(out, key);
    ma_write(out, ": {");
    ma_write_member(out, "n", h->n, true);
    ma_write_member(out, "sum", h->sum, false);
    ma_write_member(out, "min", h->min, false);
    ma_write_member(out, "max", h->max, false);
    ma_write_key(out, h->by_powers ? "powers" : "values", false);
    ma_write(out, "[");
    bool first = true;
    for (size_t i = 0; i < (h->by_powers ? MA_N_POWERS : h->n_values); i++) {
        if (!h->counts[i])
            continue;
        ma_write(out, first ? "[" : ", [");
        ma_write_integer(out, h->by_powers ? (int64_t)i : h->values[i]);
        ma_write(out, ", ");
        ma_write_integer(out, h->counts[i]);
        ma_write(out, "]");
        first = false;
    }
    ma_write(out, "]}");
}

static void write_amount(struct ma_writing *out, const char *key, const struct ma_amount *a) {
    ma_write_key(out, key, false);
    ma_write(out, "{");
    ma_write_member(out, "items", a->items, true);
    ma_write_member(out, "placeholders", a->placeholders, false);
    ma_write_member(out, "rows", a->rows, false);
    ma_write_member(out, "media", a->media, false);
    ma_write(out, "}");
}

static void write_modalities(struct ma_writing *out, const mmspan_report *report) {
    static const char *const classes[MA_N_CLASSES] = {"clean", "unexpanded", "broken"};
    ma_write(out, ",\n\"modalities\": [");
    for (size_t i = 0; i < report->n_modalities; i++) {
        const struct ma_modality *m = &report->modalities[i];
        ma_write(out, i ? ",\n  {\"name\": " : "\n  {\"name\": ");
        ma_write_string(out, m->name);
        for (int c = 0; c < MA_N_CLASSES; c++)
            write_amount(out, classes[c], &m->amounts[c]);
        ma_write_member(out, "cut_by_window", m->cut_by_window, false);
        ma_write_member(out, "cut_by_length", m->cut_by_length, false);
        ma_write_member(out, "lost_by_length", m->lost_by_length, false);
        ma_write(out, ",\n   ");
        write_histogram(out, "rows", &m->rows);
        ma_write(out, "}");
    }
    ma_write(out, report->n_modalities ? "\n]" : "]");
    ma_write(out, ",\n");
    write_histogram(out, "items_per_sequence", &report->items);
    ma_write(out, ",\n");
    write_histogram(out, "sequence_lengths", &report->lengths);
}

static void write_excerpt(struct ma_writing *out, const struct ma_excerpt *excerpt,
                          bool first) {
    ma_write(out, first ? "{" : ", {");
    ma_write_member(out, "at", excerpt->at, true);
    ma_write_key(out, "ids", false);
    for (int32_t i = 0; i < excerpt->n; i++) {
        ma_write(out, i ? ", " : "[");
        ma_write_integer(out, excerpt->ids[i]);
    }
    ma_write(out, excerpt->n ? "]}" : "[]}");
}

static void write_example(struct ma_writing *out, const mmspan_report *report,
                          const struct ma_example *example) {
    ma_write(out, "    {\"file\": ");
    ma_write_string(out, report->files[example->file].path);
    ma_write_member(out, "sequence", example->sequence, false);
    if (example->line)
        ma_write_member(out, "line", example->line, false);
    ma_write_member(out, "start", example->start, false);
    ma_write_member(out, "end", example->end, false);
    if (example->modality >= 0) {
        ma_write_key(out, "modality", false);
        ma_write_string(out, report->modalities[example->modality].name);
    }
    if (example->expected != -1)
        ma_write_member(out, "expected", example->expected, false);
    if (example->found != -1)
        ma_write_member(out, "found", example->found, false);
    ma_write_key(out, "sentence", false);
    ma_write_string(out, example->sentence);
    ma_write_key(out, "around", false);
    ma_write(out, "[");
    for (int i = 0; i < 2; i++)
        if (example->around[i].n)
            write_excerpt(out, &example->around[i], i == 0);
    ma_write(out, "]}");
}

static void write_kind(struct ma_writing *out, const mmspan_report *report, int slot,
                       bool first) {
    const struct ma_kind *kind = &report->kinds[slot];
    int64_t sequences = 0;
    for (size_t i = 0; i < report->n_files; i++)
        ma_sum(&sequences, report->files[i].sequences);
    ma_write(out, first ? "\n  {\"kind\": " : ",\n  {\"kind\": ");
    ma_write_string(out, ma_slot_name(slot));
    ma_write_member(out, "findings", kind->findings, false);
    ma_write_member(out, "sequences", kind->sequences, false);
    ma_write_key(out, "share", false);
    ma_write_share(out, kind->sequences, sequences);
    /* Placeholders where nothing is expanded are right, and kept for a merge. */
    ma_write_key(out, "counts", false);
    ma_write(out, ma_n_findings(report, slot) ? "true" : "false");
    ma_write_key(out, "examples", false);
    ma_write(out, "[\n");
    for (size_t i = 0; i < kind->n_first; i++) {
        write_example(out, report, &kind->first[i]);
        ma_write(out, i + 1 < kind->n_first ? ",\n" : "\n  ");
    }
    ma_write(out, "]}");
}

static void write_kinds(struct ma_writing *out, const mmspan_report *report) {
    bool first = true;
    ma_write(out, ",\n\"findings\": [");
    for (int slot = 0; slot < MA_N_KINDS; slot++) {
        if (!report->kinds[slot].findings)
            continue;
        write_kind(out, report, slot, first);
        first = false;
    }
    ma_write(out, first ? "]" : "\n]");
}

static void write_checks(struct ma_writing *out, const mmspan_report *report) {
    ma_write(out, ",\n\"checks\": [");
    for (int check = 0; check < MA_N_CHECKS; check++) {
        ma_write(out, check ? ",\n  {\"name\": " : "\n  {\"name\": ");
        ma_write_string(out, ma_check_name(check));
        ma_write_member(out, "sequences", report->checked[check], false);
        if (!report->checked[check]) {
            ma_write_key(out, "skipped", false);
            ma_write_string(out, ma_check_needs(check));
        }
        ma_write(out, "}");
    }
    ma_write(out, "\n]");
}

static void write_cuts(struct ma_writing *out, const mmspan_report *report) {
    ma_write(out, ",\n\"window\": {");
    ma_write_member(out, "tokens", report->identity.window, true);
    ma_write_member(out, "borders", report->borders, false);
    ma_write_member(out, "borders_in_blocks", report->cut_borders, false);
    ma_write_key(out, "share", false);
    ma_write_share(out, report->cut_borders, report->borders);
    ma_write(out, "},\n\"max_length\": {");
    ma_write_member(out, "tokens", report->identity.max_length, true);
    ma_write_member(out, "sequences_longer", report->longer, false);
    ma_write_member(out, "sequences_cut_in_blocks", report->cut_at_length, false);
    ma_write_key(out, "share", false);
    int64_t sequences = report->checked[MA_CHECK_MAX_LENGTH];
    ma_write_share(out, report->cut_at_length, sequences);
    ma_write(out, "}");
}

static bool lacks_items(const struct ma_file *file) {
    return ma_is_whole(file) && file->sequences > 0 && file->items == 0;
}

static void write_warnings(struct ma_writing *out, const mmspan_report *report, bool complete) {
    int64_t n = 0;
    int64_t items = 0;
    for (size_t i = 0; i < report->n_files; i++) {
        n += lacks_items(&report->files[i]);
        ma_sum(&items, report->files[i].items);
    }
    const char *what = complete && n && items == 0
                           ? "no sequence of the whole data set has an item: this is text, the "
                             "config of another model, or IDs that have wrapped around"
                           : "a file without an item among others that have some";
    ma_write(out, ",\n\"warnings\": [");
    if (n) {
        ma_write(out, "\n  {\"kind\": \"no-items\"");
        ma_write_member(out, "files", n, false);
        ma_write_key(out, "sentence", false);
        ma_write_string(out, what);
        ma_write_key(out, "first", false);
        ma_write(out, "[");
        int64_t listed = 0;
        for (size_t i = 0; i < report->n_files && listed < MAX_LISTED; i++) {
            const struct ma_file *file = &report->files[report->order[i]];
            if (!lacks_items(file))
                continue;
            ma_write(out, listed++ ? ", " : "");
            ma_write_string(out, file->path);
        }
        ma_write(out, "]}\n");
    }
    ma_write(out, "]\n}\n");
}

mmspan_status mmspan_report_json(mmspan_report *report, const char **text, size_t *n) {
    if (!report || !text || !n)
        return MMSPAN_E_ARGUMENT;
    struct ma_writing *out = &report->text;
    const bool complete = mmspan_report_complete(report, NULL) == MMSPAN_OK;
    out->n = 0;
    out->failed = false;
    write_head(out, report, complete);
    write_files(out, report);
    write_totals(out, report);
    write_modalities(out, report);
    write_kinds(out, report);
    write_checks(out, report);
    write_cuts(out, report);
    write_warnings(out, report, complete);
    if (out->failed)
        return MMSPAN_E_MEMORY;
    *text = out->text;
    *n = out->n;
    return MMSPAN_OK;
}
