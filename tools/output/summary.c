/* Adds results up and shows the sums. */
#include "summary.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void add_items(struct summary *summary, const mmspan_view *view) {
    for (size_t i = 0; i < view->n_items; i++) {
        const mmspan_item *item = &view->items[i];
        struct modality_summary *modality = &summary->modalities[item->modality];
        modality->n_items[item->form]++;
        modality->n_rows[item->form] += (uint64_t)item->rows;
        if (item->form == MMSPAN_FORM_BLOCK)
            histogram_add(&modality->blocks, item->rows);
    }
    summary->n_items += view->n_items;
}

static void add_findings(struct summary *summary, const mmspan_view *view) {
    for (size_t i = 0; i < view->n_findings; i++) {
        struct kind_summary *kind = &summary->kinds[view->findings[i].kind];
        kind->n_findings++;
        kind->n_sequences += !kind->in_sequence;
        kind->in_sequence = true;
    }
    summary->n_findings += view->n_findings;
    summary->is_broken = summary->is_broken || view->n_findings > 0;
}

/* Inputs are closed before the summary is shown, so that names are copied. */
static void keep_place(struct summary *summary, const struct sequence_place *place) {
    const size_t size = strlen(place->file) + 1;
    char *file = malloc(size);
    if (!file) {
        summary->failed = true;
        return;
    }
    memcpy(file, place->file, size);
    summary->named[summary->n_named++] =
        (struct sequence_place){place->index, file, place->line};
}

void summary_add(struct summary *summary, const mmspan_result *result,
                 const struct sequence_place *place, bool last) {
    const mmspan_view *view = mmspan_result_view(result);
    summary->n_tokens += (uint64_t)view->n_tokens;
    add_items(summary, view);
    add_findings(summary, view);
    if (!last)
        return;
    summary->n_sequences++;
    if (summary->is_broken) {
        if (summary->n_named < MAX_NAMED)
            keep_place(summary, place);
        summary->n_broken++;
    }
    summary->is_broken = false;
    for (int kind = 0; kind < MAX_KINDS; kind++)
        summary->kinds[kind].in_sequence = false;
}

static void add_totals(const struct summary *summary, struct buffer *out) {
    buffer_count(out, (int64_t)summary->n_sequences, "sequence", "sequences");
    if (summary->n_skipped)
        buffer_format(out, " (and %" PRIu64 " skipped)", summary->n_skipped);
    buffer_text(out, ", ");
    buffer_count(out, (int64_t)summary->n_tokens, "token", "tokens");
    buffer_text(out, ", ");
    buffer_count(out, (int64_t)summary->n_items, "item", "items");
    buffer_text(out, ", ");
    buffer_count(out, (int64_t)summary->n_findings, "finding", "findings");
    buffer_text(out, "\n");
}

static void add_modalities(const struct summary *summary, struct buffer *out) {
    struct table table = {.n_columns = 4, .right = 1u << 2 | 1u << 3};
    table_text(&table, "MODALITY");
    table_text(&table, "FORM");
    table_text(&table, "ITEMS");
    table_text(&table, "ROWS");
    for (int32_t m = 0; m < summary->n_modalities; m++) {
        const struct modality_summary *modality = &summary->modalities[m];
        for (int32_t form = MMSPAN_FORM_BLOCK; form <= MMSPAN_FORM_BARE; form++) {
            if (modality->n_items[form] == 0)
                continue;
            table_text(&table, mmspan_matcher_modality_name(summary->matcher, m));
            table_text(&table, mmspan_form_name(form));
            table_integer(&table, (int64_t)modality->n_items[form]);
            table_integer(&table, (int64_t)modality->n_rows[form]);
        }
    }
    buffer_text(out, "\n");
    table_print(&table, "  ", out);
}

static void add_histograms(const struct summary *summary, struct buffer *out) {
    for (int32_t m = 0; m < summary->n_modalities; m++) {
        const struct modality_summary *modality = &summary->modalities[m];
        if (modality->n_items[MMSPAN_FORM_BLOCK] == 0)
            continue;
        buffer_text(out, "\nRows of ");
        buffer_text(out, mmspan_matcher_modality_name(summary->matcher, m));
        buffer_text(out, " blocks\n");
        histogram_text(&modality->blocks, out);
    }
}

static void add_kinds(const struct summary *summary, struct buffer *out) {
    struct table table = {.n_columns = 3, .right = 1u << 1 | 1u << 2};
    table_text(&table, "FINDING");
    table_text(&table, "FINDINGS");
    table_text(&table, "SEQUENCES");
    for (int kind = 0; kind < MAX_KINDS; kind++) {
        if (summary->kinds[kind].n_findings == 0)
            continue;
        table_text(&table, mmspan_finding_kind_name(kind));
        table_integer(&table, (int64_t)summary->kinds[kind].n_findings);
        table_integer(&table, (int64_t)summary->kinds[kind].n_sequences);
    }
    buffer_text(out, "\n");
    table_print(&table, "  ", out);
}

static void add_broken(const struct summary *summary, struct buffer *out) {
    buffer_format(out, "\n%" PRIu64 " of %" PRIu64 " sequences broken (%.3g %%)\n",
                  summary->n_broken, summary->n_sequences,
                  100.0 * (double)summary->n_broken / (double)summary->n_sequences);
    for (size_t i = 0; i < summary->n_named; i++) {
        const struct sequence_place *place = &summary->named[i];
        buffer_format(out, "  sequence %" PRIu64 ", ", place->index);
        buffer_text(out, place->file);
        if (place->line)
            buffer_format(out, ":%" PRIu64, place->line);
        buffer_text(out, "\n");
    }
    if (summary->n_named < summary->n_broken)
        buffer_format(out, "  ... and %" PRIu64 " more; --findings shows them\n",
                      summary->n_broken - summary->n_named);
}

void summary_text(const struct summary *summary, struct buffer *out) {
    out->failed = out->failed || summary->failed;
    add_totals(summary, out);
    if (summary->n_items) {
        add_modalities(summary, out);
        add_histograms(summary, out);
    }
    if (summary->n_findings)
        add_kinds(summary, out);
    if (summary->n_broken)
        add_broken(summary, out);
}

static void add_json_modality(const struct summary *summary, int32_t m, struct buffer *out) {
    const struct modality_summary *modality = &summary->modalities[m];
    buffer_text(out, m ? ", {\"modality\": " : "{\"modality\": ");
    buffer_json(out, mmspan_matcher_modality_name(summary->matcher, m));
    buffer_format(
        out,
        ", \"block\": {\"items\": %" PRIu64 ", \"rows\": %" PRIu64
        "}, \"bare\": {\"items\": %" PRIu64 ", \"rows\": %" PRIu64 "}, \"histogram\": ",
        modality->n_items[0], modality->n_rows[0], modality->n_items[1], modality->n_rows[1]);
    histogram_json(&modality->blocks, out);
    buffer_text(out, "}");
}

static void add_json_kinds(const struct summary *summary, struct buffer *out) {
    const char *between = "";
    for (int kind = 0; kind < MAX_KINDS; kind++) {
        const struct kind_summary *sum = &summary->kinds[kind];
        if (sum->n_findings == 0)
            continue;
        buffer_text(out, between);
        buffer_text(out, "{\"kind\": ");
        buffer_json(out, mmspan_finding_kind_name(kind));
        buffer_format(out, ", \"findings\": %" PRIu64 ", \"sequences\": %" PRIu64 "}",
                      sum->n_findings, sum->n_sequences);
        between = ", ";
    }
}

static void add_json_named(const struct summary *summary, struct buffer *out) {
    for (size_t i = 0; i < summary->n_named; i++) {
        const struct sequence_place *place = &summary->named[i];
        buffer_format(out, "%s{\"sequence\": %" PRIu64 ", \"file\": ", i ? ", " : "",
                      place->index);
        buffer_json(out, place->file);
        if (place->line)
            buffer_format(out, ", \"line\": %" PRIu64, place->line);
        buffer_text(out, "}");
    }
}

void summary_json(const struct summary *summary, struct buffer *out) {
    out->failed = out->failed || summary->failed;
    buffer_format(out,
                  "{\"sequences\": %" PRIu64 ", \"skipped\": %" PRIu64 ", \"tokens\": %" PRIu64
                  ", \"items\": %" PRIu64 ", \"modalities\": [",
                  summary->n_sequences, summary->n_skipped, summary->n_tokens,
                  summary->n_items);
    for (int32_t m = 0; m < summary->n_modalities; m++)
        add_json_modality(summary, m, out);
    buffer_text(out, "], \"findings\": [");
    add_json_kinds(summary, out);
    buffer_format(out, "], \"broken\": %" PRIu64 ", \"first_broken\": [", summary->n_broken);
    add_json_named(summary, out);
    buffer_text(out, "]}\n");
}

void summary_free(struct summary *summary) {
    for (int32_t m = 0; m < summary->n_modalities; m++)
        histogram_free(&summary->modalities[m].blocks);
    for (size_t i = 0; i < summary->n_named; i++)
        free((void *)(uintptr_t)summary->named[i].file);
    free(summary->modalities);
}
