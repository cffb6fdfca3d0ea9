/* Explains an automaton to people. */
#include "../output/table.h"
#include "explain.h"

#include <inttypes.h>
#include <stdlib.h>

static void add_prefilter(struct buffer *out, const mmspan_matcher *matcher) {
    size_t n;
    struct id_range *ranges = explain_prefilter(matcher, &n);
    if (n && !ranges)
        out->failed = true;
    buffer_text(out, "prefilter: ");
    for (size_t i = 0; ranges && i < n; i++) {
        buffer_format(out, "%s%" PRId32, i ? ", " : "", ranges[i].first);
        if (ranges[i].last != ranges[i].first)
            buffer_format(out, "..%" PRId32, ranges[i].last);
    }
    buffer_text(out, n ? "\n" : "nothing to look for\n");
    free(ranges);
}

static void add_form(struct table *table, const mmspan_matcher *matcher, int32_t modality,
                     int32_t form, const char *pattern) {
    table_text(table, mmspan_matcher_modality_name(matcher, modality));
    table_text(table, mmspan_form_name(form));
    table_text(table, form == MMSPAN_FORM_BLOCK
                          ? mmspan_matcher_modality_rows(matcher, modality)
                          : "-");
    table_text(table, pattern);
}

static void add_forms(struct buffer *out, const mmspan_matcher *matcher) {
    static const char *const heads[] = {"MODALITY", "FORM", "ROWS", "PATTERN"};
    struct table table = {.n_columns = 4};
    for (size_t i = 0; i < table.n_columns; i++)
        table_text(&table, heads[i]);
    for (int32_t modality = 0; modality < mmspan_matcher_n_modalities(matcher); modality++) {
        const char *pattern = mmspan_matcher_modality_pattern(matcher, modality);
        if (pattern)
            add_form(&table, matcher, modality, MMSPAN_FORM_BLOCK, pattern);
        for (int32_t i = 0; (pattern = mmspan_matcher_modality_bare(matcher, modality, i)); i++)
            add_form(&table, matcher, modality, MMSPAN_FORM_BARE, pattern);
    }
    table_print(&table, "", out);
}

/* What holds for items beyond their forms. */
static void add_notes(struct buffer *out, const mmspan_matcher *matcher) {
    for (int32_t i = 0; i < mmspan_matcher_n_modalities(matcher); i++) {
        const char *name = mmspan_matcher_modality_name(matcher, i);
        if (mmspan_matcher_modality_multi(matcher, i))
            buffer_format(out, "%s: several items in a row may be one media\n", name);
        if (!mmspan_matcher_modality_atomic(matcher, i))
            buffer_format(out, "%s: a block may be cut in two between model steps\n", name);
    }
}

static void add_classes(struct buffer *out, const mmspan_matcher *matcher) {
    struct table table = {.n_columns = 2, .right = 1};
    table_text(&table, "CLASS");
    table_text(&table, "TOKENS");
    for (int32_t i = 0; i < mmspan_automaton_n_classes(matcher); i++) {
        table_integer(&table, i);
        table_text(&table, mmspan_automaton_class_name(matcher, i));
    }
    table_print(&table, "", out);
}

/* A line of a state, unless there is nothing to name. */
static void add_names(struct buffer *out, const char *head, const mmspan_matcher *matcher,
                      const int32_t *indices, size_t n,
                      const char *(*name_of)(const mmspan_matcher *, int32_t)) {
    if (n == 0)
        return;
    buffer_format(out, "  %-10s", head);
    for (size_t i = 0; i < n; i++) {
        buffer_text(out, i ? ", " : "");
        buffer_text(out, name_of(matcher, indices[i]));
    }
    buffer_text(out, "\n");
}

/* A state's heading and, indented, the tokens that lead on from it. */
static void add_state(struct buffer *out, const mmspan_matcher *matcher, int32_t state) {
    size_t n;
    int32_t modality;
    int32_t form;
    buffer_format(out, "state %" PRId32 "%s\n", state, state ? "" : " (start)");
    const int32_t *modalities = mmspan_automaton_modalities(matcher, state, &n);
    add_names(out, "within", matcher, modalities, n, mmspan_matcher_modality_name);
    const int32_t *expected = mmspan_automaton_expected(matcher, state, &n);
    add_names(out, "expects", matcher, expected, n, mmspan_matcher_token_name);
    if (mmspan_automaton_accepts(matcher, state, &modality, &form))
        buffer_format(out, "  %-10s%s, %s\n", "complete",
                      mmspan_matcher_modality_name(matcher, modality), mmspan_form_name(form));
    for (int32_t i = 0; i < mmspan_automaton_n_classes(matcher); i++) {
        int32_t next = mmspan_automaton_next(matcher, state, i);
        if (next >= 0)
            buffer_format(out, "  -> %" PRId32 "  %s\n", next,
                          mmspan_automaton_class_name(matcher, i));
    }
}

void explain_text(struct buffer *out, const mmspan_matcher *matcher) {
    buffer_format(out, "%s: ", mmspan_matcher_model(matcher));
    buffer_count(out, mmspan_matcher_n_modalities(matcher), "modality", "modalities");
    buffer_text(out, ", ");
    buffer_count(out, mmspan_matcher_n_tokens(matcher), "token", "tokens");
    buffer_text(out, ", ");
    buffer_count(out, mmspan_automaton_n_classes(matcher), "class", "classes");
    buffer_text(out, ", ");
    buffer_count(out, mmspan_automaton_n_states(matcher), "state", "states");
    buffer_text(out, "\n");
    if (mmspan_matcher_vocab_size(matcher))
        buffer_format(out, "vocabulary: %" PRId32 "\n", mmspan_matcher_vocab_size(matcher));
    add_prefilter(out, matcher);
    buffer_text(out, "work: at most ");
    buffer_count(out, mmspan_automaton_attempts(matcher), "attempt", "attempts");
    buffer_text(out, " alive at one token\n\n");
    add_forms(out, matcher);
    add_notes(out, matcher);
    buffer_text(out, "\n");
    add_classes(out, matcher);
    for (int32_t i = 0; i < mmspan_automaton_n_states(matcher); i++) {
        buffer_text(out, "\n");
        add_state(out, matcher, i);
    }
}
