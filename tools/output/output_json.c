/* Writes the result of a sequence as one JSON object. */
#include "render.h"

/* Adds `"key": value`, after a comma unless it is the first of its object. */
static void add_integer(struct buffer *out, const char *key, int64_t value) {
    buffer_text(out, ", \"");
    buffer_text(out, key);
    buffer_text(out, "\": ");
    buffer_integer(out, value);
}

static void add_string(struct buffer *out, const char *key, const char *value) {
    buffer_text(out, ", \"");
    buffer_text(out, key);
    buffer_text(out, "\": ");
    buffer_json(out, value);
}

static void add_span(struct buffer *out, int64_t start, int64_t end) {
    add_integer(out, "start", start);
    add_integer(out, "end", end);
}

static void add_run(struct buffer *out, const mmspan_matcher *matcher, const mmspan_run *run,
                    const struct placement *placement) {
    buffer_text(out, "{\"modality\": ");
    buffer_json(out, mmspan_matcher_modality_name(matcher, run->modality));
    add_integer(out, "start", run->start + placement->base);
    add_integer(out, "length", run->length);
    add_integer(out, "row", run->row + (placement->rows ? placement->rows[run->modality] : 0));
    buffer_text(out, "}");
}

static void add_item(struct buffer *out, const mmspan_matcher *matcher, const mmspan_view *view,
                     const mmspan_item *item, const struct placement *placement,
                     bool with_position) {
    buffer_text(out, "{\"modality\": ");
    buffer_json(out, mmspan_matcher_modality_name(matcher, item->modality));
    add_string(out, "form", mmspan_form_name(item->form));
    add_span(out, item->start + placement->base, item->end + placement->base);
    add_integer(out, "rows", item->rows);
    buffer_text(out, ", \"runs\": [");
    for (int32_t i = 0; i < item->n_runs; i++) {
        buffer_text(out, i ? ", " : "");
        add_run(out, matcher, &view->runs[item->first_run + i], placement);
    }
    buffer_text(out, "]");
    if (with_position)
        add_integer(out, "position", item->position + placement->new_base);
    buffer_text(out, "}");
}

/* `indices` are of modalities or of tokens; `name_of` knows which. */
static void add_names(struct buffer *out, const char *key, const mmspan_matcher *matcher,
                      const int32_t *indices, size_t n,
                      const char *(*name_of)(const mmspan_matcher *, int32_t)) {
    buffer_text(out, ", \"");
    buffer_text(out, key);
    buffer_text(out, "\": [");
    for (size_t i = 0; i < n; i++) {
        buffer_text(out, i ? ", " : "");
        buffer_json(out, name_of(matcher, indices[i]));
    }
    buffer_text(out, "]");
}

/* What was possible where a block broke off. */
static void add_possible(struct buffer *out, const mmspan_matcher *matcher,
                         const mmspan_finding *finding) {
    size_t n;
    const int32_t *modalities = mmspan_finding_modalities(matcher, finding, &n);
    add_names(out, "modalities", matcher, modalities, n, mmspan_matcher_modality_name);
    const int32_t *expected = mmspan_finding_expected(matcher, finding, &n);
    add_names(out, "expected", matcher, expected, n, mmspan_matcher_token_name);
}

static void add_details(struct buffer *out, const mmspan_matcher *matcher,
                        const mmspan_finding *finding) {
    const char *modality = mmspan_matcher_modality_name(matcher, finding->modality);
    switch (finding->kind) {
    case MMSPAN_FINDING_BROKEN_BLOCK:
        add_possible(out, matcher, finding);
        add_integer(out, "found", finding->found);
        break;
    case MMSPAN_FINDING_TRUNCATED_BLOCK:
        add_possible(out, matcher, finding);
        break;
    case MMSPAN_FINDING_STRAY_TOKEN:
    case MMSPAN_FINDING_LITERAL_TOKEN:
        add_string(out, "token", mmspan_matcher_token_name(matcher, finding->token));
        add_integer(out, "id", finding->id);
        break;
    case MMSPAN_FINDING_OUT_OF_VOCABULARY:
        add_integer(out, "id", finding->found);
        break;
    case MMSPAN_FINDING_ROWS:
        add_string(out, "modality", modality);
        add_integer(out, "rows", finding->found);
        add_string(out, "rule", mmspan_matcher_modality_rows(matcher, finding->modality));
        break;
    case MMSPAN_FINDING_REMAINDER:
        add_string(out, "modality", modality);
        add_integer(out, "rows", finding->found);
        break;
    default:
        add_string(out, "modality", modality);
        add_integer(out, "media", finding->media);
        add_integer(out, "expected", finding->expected);
        add_integer(out, "found", finding->found);
    }
}

static void add_finding(struct buffer *out, const mmspan_matcher *matcher,
                        const mmspan_finding *finding) {
    buffer_text(out, "{\"kind\": ");
    buffer_json(out, mmspan_finding_kind_name(finding->kind));
    add_span(out, finding->start, finding->end);
    add_details(out, matcher, finding);
    buffer_text(out, "}");
}

mmspan_finding placed_finding(const mmspan_finding *finding,
                              const struct placement *placement) {
    mmspan_finding placed = *finding;
    placed.start += placement->base;
    placed.end += placement->base;
    if (placement->media && placed.media >= 0 && placed.modality >= 0)
        placed.media += (int32_t)placement->media[placed.modality];
    return placed;
}

void json_add(struct json_sequence *sequence, const mmspan_result *result,
              const struct placement *placement, bool positions) {
    const mmspan_matcher *matcher = mmspan_result_matcher(result);
    const mmspan_view *view = mmspan_result_view(result);
    for (size_t i = 0; i < view->n_items; i++) {
        buffer_text(&sequence->items, sequence->items.n ? ", " : "");
        add_item(&sequence->items, matcher, view, &view->items[i], placement, positions);
    }
    for (size_t i = 0; i < view->n_findings; i++) {
        const mmspan_finding finding = placed_finding(&view->findings[i], placement);
        buffer_text(&sequence->findings, sequence->findings.n ? ", " : "");
        add_finding(&sequence->findings, matcher, &finding);
    }
}

void json_end(struct json_sequence *sequence, const struct json_head *head,
              struct buffer *out) {
    out->failed = out->failed || sequence->items.failed || sequence->findings.failed;
    buffer_text(out, "{\"sequence\": ");
    buffer_integer(out, (int64_t)head->index);
    if (head->file)
        add_string(out, "file", head->file);
    if (head->line)
        add_integer(out, "line", (int64_t)head->line);
    add_integer(out, "tokens", head->n_tokens);
    buffer_text(out, ", \"items\": [");
    buffer_bytes(out, sequence->items.data, sequence->items.n);
    buffer_text(out, "], \"findings\": [");
    buffer_bytes(out, sequence->findings.data, sequence->findings.n);
    buffer_text(out, "]");
    if (head->has_ids) {
        buffer_text(out, ", \"ids\": [");
        buffer_ids(out, head->ids, head->n_ids, ", ");
        buffer_text(out, "]");
    }
    buffer_text(out, "}");
    sequence->items.n = 0;
    sequence->findings.n = 0;
}

void json_free(struct json_sequence *sequence) {
    buffer_free(&sequence->items);
    buffer_free(&sequence->findings);
}
