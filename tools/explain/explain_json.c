/* Writes an automaton as one JSON object. */
#include "explain.h"

#include <inttypes.h>
#include <stdlib.h>

static void add_names(struct buffer *out, const mmspan_matcher *matcher, const int32_t *indices,
                      size_t n, const char *(*name_of)(const mmspan_matcher *, int32_t)) {
    buffer_text(out, "[");
    for (size_t i = 0; i < n; i++) {
        buffer_text(out, i ? ", " : "");
        buffer_json(out, name_of(matcher, indices[i]));
    }
    buffer_text(out, "]");
}

static void add_prefilter(struct buffer *out, const mmspan_matcher *matcher) {
    size_t n;
    struct id_range *ranges = explain_prefilter(matcher, &n);
    if (n && !ranges)
        out->failed = true;
    buffer_text(out, ", \"prefilter\": [");
    for (size_t i = 0; ranges && i < n; i++)
        buffer_format(out, "%s[%" PRId32 ", %" PRId32 "]", i ? ", " : "", ranges[i].first,
                      ranges[i].last);
    buffer_text(out, "]");
    free(ranges);
}

static void add_tokens(struct buffer *out, const mmspan_matcher *matcher) {
    buffer_text(out, ", \"tokens\": [");
    for (int32_t i = 0; i < mmspan_matcher_n_tokens(matcher); i++) {
        buffer_text(out, i ? ", {\"name\": " : "{\"name\": ");
        buffer_json(out, mmspan_matcher_token_name(matcher, i));
        buffer_text(out, ", \"piece\": ");
        buffer_json(out, mmspan_matcher_token_piece(matcher, i));
        buffer_text(out, "}");
    }
    buffer_text(out, "], \"classes\": [");
    for (int32_t i = 0; i < mmspan_automaton_n_classes(matcher); i++) {
        buffer_text(out, i ? ", " : "");
        buffer_json(out, mmspan_automaton_class_name(matcher, i));
    }
    buffer_text(out, "]");
}

static void add_accepts(struct buffer *out, const mmspan_matcher *matcher, int32_t state) {
    int32_t modality;
    int32_t form;
    buffer_text(out, ", \"accepts\": ");
    if (!mmspan_automaton_accepts(matcher, state, &modality, &form)) {
        buffer_text(out, "null");
        return;
    }
    buffer_text(out, "{\"modality\": ");
    buffer_json(out, mmspan_matcher_modality_name(matcher, modality));
    buffer_text(out, ", \"form\": ");
    buffer_json(out, mmspan_form_name(form));
    buffer_text(out, "}");
}

static void add_state(struct buffer *out, const mmspan_matcher *matcher, int32_t state) {
    size_t n;
    const char *comma = "";
    const int32_t *modalities = mmspan_automaton_modalities(matcher, state, &n);
    buffer_format(out, "{\"state\": %" PRId32 ", \"modalities\": ", state);
    add_names(out, matcher, modalities, n, mmspan_matcher_modality_name);
    const int32_t *expected = mmspan_automaton_expected(matcher, state, &n);
    buffer_text(out, ", \"expected\": ");
    add_names(out, matcher, expected, n, mmspan_matcher_token_name);
    add_accepts(out, matcher, state);
    buffer_text(out, ", \"next\": [");
    for (int32_t i = 0; i < mmspan_automaton_n_classes(matcher); i++) {
        int32_t next = mmspan_automaton_next(matcher, state, i);
        if (next < 0)
            continue;
        buffer_format(out, "%s{\"class\": %" PRId32 ", \"state\": %" PRId32 "}", comma, i,
                      next);
        comma = ", ";
    }
    buffer_text(out, "]}");
}

void explain_json(struct buffer *out, const mmspan_matcher *matcher) {
    buffer_text(out, "{\"model\": ");
    buffer_json(out, mmspan_matcher_model(matcher));
    buffer_format(out, ", \"vocab_size\": %" PRId32, mmspan_matcher_vocab_size(matcher));
    buffer_format(out, ", \"attempts\": %" PRId32, mmspan_automaton_attempts(matcher));
    add_prefilter(out, matcher);
    add_tokens(out, matcher);
    buffer_text(out, ", \"states\": [");
    for (int32_t i = 0; i < mmspan_automaton_n_states(matcher); i++) {
        buffer_text(out, i ? ", " : "");
        add_state(out, matcher, i);
    }
    buffer_text(out, "]}\n");
}
