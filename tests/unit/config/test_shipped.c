/* Tests the configs that are compiled in: each loads, keeps its promises, and survives being
 * cut anywhere, collapsed and expanded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../include/mmspan/mmspan.h"
#include "../../oracle/agreement.h"
#include "../../support/shipped.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Far above the largest shipped config, far below the library's limit. */
#define MAX_SHIPPED_STATES 256

/* Tokens of one config that share an ID on purpose. */
static const struct collision {
    const char *model;
    const char *tokens; /* as in mmspan_automaton_class_name */
    const char *reason;
} collisions[] = {
    {NULL, NULL, NULL}, /* none so far */
};

/* What a shipped config must have. */
static void test_complete(void **state) {
    (void)state;
    int32_t n_needing = 0;
    int32_t n_examples = 0;
    int32_t most_states = 0;
    int32_t most_attempts = 0;
    for (int32_t i = 0; i < n_shipped; i++) {
        const struct shipped *model = &shipped[i];
        int32_t examples = mmspan_config_n_examples(model->config);
        int32_t states = mmspan_automaton_n_states(model->matcher);
        bool complete = strcmp(mmspan_config_model(model->config), model->model) == 0 &&
                        *mmspan_config_about(model->config) &&
                        mmspan_config_source(model->config, 0);
        if (!complete)
            fail_msg("%s: another name, no `about` or no `sources`", model->model);
        if (examples < (model->needs_tokenizer ? 1 : 3))
            fail_msg("%s: only %d examples", model->model, examples);
        if (states > MAX_SHIPPED_STATES)
            fail_msg("%s: %d states", model->model, (int)states);
        n_needing += model->needs_tokenizer;
        n_examples += examples;
        most_states = states > most_states ? states : most_states;
        int32_t attempts = mmspan_automaton_attempts(model->matcher);
        most_attempts = attempts > most_attempts ? attempts : most_attempts;
    }
    print_message("%d configs, %d of them need a tokenizer; %d examples; "
                  "at most %d states, at most %d attempts at one token\n",
                  n_shipped, n_needing, n_examples, (int)most_states, (int)most_attempts);
    /* Far from the limit, MMSPAN_MAX_WORK. */
    assert_int_equal(most_attempts, 2);
    assert_true(n_shipped - n_needing >= 140);
}

static void test_examples(void **state) {
    (void)state;
    mmspan_result *result = shipped_result();
    for (int32_t i = 0; i < n_shipped; i++) {
        const struct shipped *model = &shipped[i];
        for (int32_t k = 0; k < mmspan_config_n_examples(model->config); k++) {
            mmspan_error error;
            if (mmspan_config_run_example(model->config, k, model->matcher, result, &error) !=
                MMSPAN_OK)
                fail_msg("%s:%u: %s", error.file, error.line, error.message);
        }
    }
    mmspan_result_destroy(result);
}

/* What `mmspan check` asks of every config, here also of those that need a tokenizer. */
static void test_proofs(void **state) {
    (void)state;
    for (int32_t i = 0; i < n_shipped; i++) {
        mmspan_error error;
        if (mmspan_config_prove(shipped[i].config, shipped[i].matcher, NULL, NULL, &error) !=
            MMSPAN_OK)
            fail_msg("%s:%u: %s", error.file, error.line, error.message);
    }
}

/* Without the reason that a config gives for what a cut leaves, it falls short. */
static void test_leftovers(void **state) {
    (void)state;
    int32_t n_reasons = 0;
    for (int32_t i = 0; i < n_shipped; i++) {
        if (!*mmspan_config_leftovers(shipped[i].config))
            continue;
        size_t size = 0;
        const char *text = mmspan_builtin_text(shipped[i].model, &size);
        const char *line = strstr(text, "\nleftovers: ");
        assert_non_null(line);
        char *without = malloc(size);
        assert_non_null(without);
        const size_t head = (size_t)(line - text);
        const char *rest = strchr(line + 1, '\n');
        const size_t tail = size - (size_t)(rest - text);
        memcpy(without, text, head);
        memcpy(without + head, rest, tail);
        struct shipped bare = shipped_load(shipped[i].model, without, head + tail);
        mmspan_error error;
        if (mmspan_config_prove(bare.config, bare.matcher, NULL, NULL, &error) !=
                MMSPAN_E_MISMATCH ||
            !strstr(error.message, "say why under \"leftovers\""))
            fail_msg("%s needs no \"leftovers\"", shipped[i].model);
        shipped_unload(&bare);
        free(without);
        n_reasons++;
    }
    assert_true(n_reasons > 0);
}

/* A name of Hugging Face finds one config; of these two prompts none is a variant of the
 * other's. */
static const char two_kinds_of_prompt[] = "facebook/chameleon-7b";

static void test_names(void **state) {
    (void)state;
    for (int32_t i = 0; i < n_shipped; i++) {
        const char *name;
        for (int32_t n = 0; (name = mmspan_config_huggingface(shipped[i].config, n)); n++)
            for (int32_t k = i + 1; k < n_shipped; k++) {
                const char *other;
                for (int32_t m = 0; (other = mmspan_config_huggingface(shipped[k].config, m));
                     m++)
                    if (strcmp(name, other) == 0 && strcmp(name, two_kinds_of_prompt) != 0)
                        fail_msg("%s is a name of %s and of %s", name, shipped[i].model,
                                 shipped[k].model);
            }
    }
}

/* One ID, one token. */
static void test_collisions(void **state) {
    (void)state;
    for (int32_t i = 0; i < n_shipped; i++) {
        const mmspan_matcher *matcher = shipped[i].matcher;
        for (int32_t c = 0; c < mmspan_automaton_n_classes(matcher); c++) {
            const char *tokens = mmspan_automaton_class_name(matcher, c);
            const struct collision *known = collisions;
            while (known->model && (strcmp(known->model, shipped[i].model) != 0 ||
                                    strcmp(known->tokens, tokens) != 0))
                known++;
            if (strchr(tokens, '&') && !known->model)
                fail_msg("%s: %s share an ID", shipped[i].model, tokens);
        }
    }
}

/* The beginning alone is a prompt like any other, and a stream does not see the cut. */
static void cut_everywhere(const struct shipped *model, const char *name, const int32_t *ids,
                           size_t n, mmspan_result *result) {
    for (size_t cut = 0; cut < n; cut++)
        shipped_scan(model, ids, cut, result);
    const mmspan_view *whole = shipped_scan(model, ids, n, result);
    mmspan_stream *stream = NULL;
    assert_int_equal(mmspan_stream_create(model->matcher, NULL, &stream), MMSPAN_OK);
    for (size_t cut = 0; cut <= n; cut++) {
        mmspan_error error;
        mmspan_stream_reset(stream);
        bool done = mmspan_stream_push(stream, ids, cut, 0, &error) == MMSPAN_OK &&
                    mmspan_stream_push(stream, ids + cut, n - cut, 0, &error) == MMSPAN_OK &&
                    mmspan_stream_finish(stream, &error) == MMSPAN_OK;
        if (!done)
            fail_msg("%s, %s, cut at %zu: %s", model->model, name, cut, error.message);
        if (!agreement_same_view(mmspan_result_view(mmspan_stream_result(stream)), whole))
            fail_msg("%s, %s: another result when cut at %zu", model->model, name, cut);
    }
    mmspan_stream_destroy(stream);
}

static void test_cuts(void **state) {
    (void)state;
    shipped_all_examples(cut_everywhere);
}

/* A token array on the heap. */
struct ids {
    int32_t *at;
    size_t n;
};

/* Scans and collapses. */
static struct ids collapse(const struct shipped *model, const int32_t *ids, size_t n,
                           mmspan_result *result) {
    shipped_scan(model, ids, n, result);
    struct ids out = {.n = 0};
    mmspan_error error;
    mmspan_collapse(result, ids, n, NULL, 0, &out.n, &error);
    size_t cap = out.n;
    out.at = malloc((cap + 1) * sizeof *out.at);
    assert_non_null(out.at);
    if (mmspan_collapse(result, ids, n, out.at, cap, &out.n, &error) != MMSPAN_OK)
        fail_msg("%s: %s", model->model, error.message);
    return out;
}

static void collapse_twice(const struct shipped *model, const char *name, const int32_t *ids,
                           size_t n, mmspan_result *result) {
    struct ids once = collapse(model, ids, n, result);
    struct ids twice = collapse(model, once.at, once.n, result);
    if (once.n != twice.n || memcmp(once.at, twice.at, once.n * sizeof *once.at) != 0)
        fail_msg("%s, %s: collapsing again changes the prompt", model->model, name);
    free(once.at);
    free(twice.at);
}

static void test_collapse(void **state) {
    (void)state;
    shipped_all_examples(collapse_twice);
}

/* True for "begin patch+ end", with begin and end or without: what expand can write by
 * itself. */
static bool is_plain(const mmspan_matcher *matcher, int32_t modality) {
    const char *pattern = mmspan_matcher_modality_pattern(matcher, modality);
    const char *plus = pattern ? strchr(pattern, '+') : NULL;
    return plus && !strpbrk(pattern, "*?|()[]{}") && !strchr(plus + 1, '+');
}

/* True when every item is a block, all is well, and so the prompt can be written anew. */
static bool is_expanded(const mmspan_view *view) {
    for (size_t i = 0; i < view->n_items; i++) {
        if (view->items[i].form != MMSPAN_FORM_BLOCK || view->items[i].rows == 0)
            return false;
    }
    for (size_t i = 0; i < view->n_findings; i++) {
        if (view->findings[i].kind != MMSPAN_FINDING_ROWS)
            return false;
    }
    return view->n_items > 0;
}

/* Chameleon's image tokens are different IDs of one declared token, say. */
static bool are_equal(const int32_t *ids, int64_t n) {
    for (int64_t i = 1; i < n; i++) {
        if (ids[i] != ids[0])
            return false;
    }
    return true;
}

/* The items as media: with their rows alone if expand can write them, else with tokens. */
static mmspan_media *media_of(const struct shipped *model, const mmspan_view *view,
                              const int32_t *ids) {
    mmspan_media *media = calloc(view->n_items, sizeof *media);
    assert_non_null(media);
    for (size_t i = 0; i < view->n_items; i++) {
        const mmspan_item *item = &view->items[i];
        const mmspan_run *run = &view->runs[item->first_run];
        media[i].modality = item->modality;
        media[i].rows = item->rows;
        if (!is_plain(model->matcher, item->modality) ||
            !are_equal(ids + run->start, run->length)) {
            media[i].ids = ids + item->start;
            media[i].n_ids = (size_t)(item->end - item->start);
        }
    }
    return media;
}

/* How many examples made the round trip, and which modalities of the model at hand did. */
static size_t n_round_trips;
static bool made_round_trip[MMSPAN_MAX_MODALITIES];

static void make_round_trip(const struct shipped *model, const char *name, const int32_t *ids,
                            size_t n, mmspan_result *result) {
    const mmspan_view *view = shipped_scan(model, ids, n, result);
    if (!is_expanded(view))
        return;
    size_t n_media = view->n_items;
    mmspan_media *media = media_of(model, view, ids);
    struct ids collapsed = collapse(model, ids, n, result);
    shipped_scan(model, collapsed.at, collapsed.n, result);
    int32_t *expanded = malloc((n + 1) * sizeof *expanded);
    assert_non_null(expanded);
    size_t n_expanded = 0;
    mmspan_error error = {.message = "another prompt"};
    mmspan_status status = mmspan_expand(result, collapsed.at, collapsed.n, media, n_media,
                                         NULL, expanded, n + 1, &n_expanded, &error);
    if (status != MMSPAN_OK || n_expanded != n || memcmp(expanded, ids, n * sizeof *ids) != 0)
        fail_msg("%s, %s: %s after collapse and expand", model->model, name, error.message);
    for (size_t i = 0; i < n_media; i++)
        made_round_trip[media[i].modality] = true;
    n_round_trips++;
    free(expanded);
    free(collapsed.at);
    free(media);
}

/* Expand undoes collapse, in an example for each modality of which it can be asked. */
static void test_round_trips(void **state) {
    (void)state;
    mmspan_result *result = shipped_result();
    for (int32_t i = 0; i < n_shipped; i++) {
        const struct shipped *model = &shipped[i];
        memset(made_round_trip, 0, sizeof made_round_trip);
        shipped_examples(model, make_round_trip, result);
        for (int32_t m = 0; m < mmspan_matcher_n_modalities(model->matcher); m++) {
            if (is_plain(model->matcher, m) && !made_round_trip[m] && !model->needs_tokenizer)
                fail_msg("%s: no example with a good block of modality %s", model->model,
                         mmspan_matcher_modality_name(model->matcher, m));
        }
    }
    mmspan_result_destroy(result);
    print_message("%zu examples were collapsed and expanded again\n", n_round_trips);
}

/* True when no line of the text, except for comments, begins at the margin, where keys of
 * the top level stand. */
static bool is_indented(const char *text) {
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (!strchr(" #\n", *line))
            return false;
    }
    return true;
}

/* Who wants only the shape of a config reads it up to its examples. */
static void test_examples_stand_last(void **state) {
    (void)state;
    static const char key[] = "\nexamples:";
    for (int32_t i = 0; i < n_shipped; i++) {
        const struct shipped *model = &shipped[i];
        const char *text = mmspan_builtin_text(model->model, NULL);
        const char *examples = strstr(text, key);
        if (!examples || !is_indented(strchr(examples + 1, '\n')))
            fail_msg("%s: the last key must be examples", model->model);
        struct shipped shape = shipped_load(model->model, text, (size_t)(examples + 1 - text));
        assert_int_equal(mmspan_config_n_examples(shape.config), 0);
        assert_true(mmspan_config_n_examples(model->config) > 0);
        assert_int_equal(mmspan_matcher_n_tokens(shape.matcher),
                         mmspan_matcher_n_tokens(model->matcher));
        assert_int_equal(mmspan_automaton_n_states(shape.matcher),
                         mmspan_automaton_n_states(model->matcher));
        shipped_unload(&shape);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_complete),    cmocka_unit_test(test_examples),
        cmocka_unit_test(test_proofs),      cmocka_unit_test(test_leftovers),
        cmocka_unit_test(test_names),       cmocka_unit_test(test_collisions),
        cmocka_unit_test(test_cuts),        cmocka_unit_test(test_collapse),
        cmocka_unit_test(test_round_trips), cmocka_unit_test(test_examples_stand_last),
    };
    return cmocka_run_group_tests(tests, shipped_open_all, shipped_close_all);
}
