/* Tests that each built-in config has an example of every kind that can be shown with it: a
 * good prompt, two items, an item in an item, a collapsed prompt, one cut off at either end, a
 * broken one. What can be shown is not listed here: the good examples are cut, broken and
 * nested by the test, and where the scan finds that, an example of the config must say so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../support/prompt_kinds.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const kind_names[N_KINDS] = {
    "is good",
    "has two expanded items",
    "was expanded twice, an item in the place of a patch",
    "is collapsed",
    "is cut off at its beginning",
    "is cut off at its end",
    "is broken",
};

/* A config on the way through the test. */
struct survey {
    struct judge judge;
    int32_t text; /* an ID that is not declared */
    /* The prompts that the test has made, one for each kind that can be; and how surely. */
    struct prompt shown[N_KINDS];
    size_t sureness[N_KINDS];
};

static size_t n_stretches(struct prompt prompt) {
    size_t n = prompt.n > 0;
    for (size_t i = 1; i < prompt.n; i++)
        n += prompt.ids[i] != prompt.ids[i - 1];
    return n;
}

/* Keeps the surest prompt, and of these the one that is shortest to read. Owns it. */
static void show(struct survey *survey, enum kind kind, struct prompt prompt) {
    const size_t sure = judge_prompt(&survey->judge, kind, prompt);
    struct prompt *best = &survey->shown[kind];
    const bool is_better =
        sure < survey->sureness[kind] ||
        (sure < NOT_AT_ALL && sure == survey->sureness[kind] &&
         (n_stretches(prompt) < n_stretches(*best) ||
          (n_stretches(prompt) == n_stretches(*best) && prompt.n < best->n)));
    if (is_better) {
        free(best->ids);
        *best = prompt;
        survey->sureness[kind] = sure;
    } else {
        free(prompt.ids);
    }
}

/* Is another ID within two tokens? Far inside a run one cut is like the other. */
static bool is_edge(struct prompt item, int64_t at) {
    const int64_t n = (int64_t)item.n;
    for (int64_t k = at - 2; k < at + 2; k++)
        if (k < 0 || k + 1 >= n || item.ids[k] != item.ids[k + 1])
            return true;
    return false;
}

/* Cuts and breaks an item at each of its edges. Of the cuts at the beginning that are as sure,
 * the first one leaves the most to see. */
static void show_damage(struct survey *survey, struct prompt item) {
    const int64_t n = (int64_t)item.n;
    struct prompt text = {&survey->text, 1};
    size_t sure = NOT_AT_ALL;
    for (int64_t at = 1; at < n; at++) {
        if (!is_edge(item, at))
            continue;
        struct prompt end =
            prompt_joined(prompt_slice(item, at, n), text, prompt_slice(item, 0, 0));
        if (judge_prompt(&survey->judge, CUT_START, end) < sure) {
            sure = judge_prompt(&survey->judge, CUT_START, end);
            show(survey, CUT_START, end);
        } else {
            free(end.ids);
        }
        show(survey, CUT_END,
             prompt_joined(text, prompt_slice(item, 0, at), prompt_slice(item, 0, 0)));
        struct prompt broken = prompt_joined(text, item, text);
        broken.ids[at + 1] = survey->text;
        show(survey, BROKEN, broken);
    }
}

/* Puts an item into the place of its first patches, which its runs begin with. */
static void show_nested(struct survey *survey, struct prompt item, const int64_t *patches,
                        size_t n_patches) {
    struct prompt text = {&survey->text, 1};
    for (size_t i = 0; i < n_patches; i++) {
        struct prompt outer =
            prompt_joined(prompt_slice(item, 0, patches[i]), item,
                          prompt_slice(item, patches[i] + 1, (int64_t)item.n));
        show(survey, NESTED, prompt_joined(text, outer, text));
        free(outer.ids);
    }
}

enum { MAX_PATCHES = 4 };

static void show_item(struct survey *survey, struct prompt prompt, const mmspan_view *view,
                      size_t index) {
    const mmspan_item item = view->items[index];
    int64_t patches[MAX_PATCHES];
    size_t n = 0;
    for (int32_t k = 0; k < item.n_runs && n < MAX_PATCHES; k++)
        patches[n++] = view->runs[item.first_run + k].start - item.start;
    struct prompt text = {&survey->text, 1};
    struct prompt alone = prompt_joined(prompt_slice(prompt, item.start, item.end), text,
                                        prompt_slice(prompt, 0, 0));
    show(survey, SEVERAL, prompt_joined(text, alone, alone));
    free(alone.ids);
    show_damage(survey, prompt_slice(prompt, item.start, item.end));
    show_nested(survey, prompt_slice(prompt, item.start, item.end), patches, n);
}

/* Makes the prompts of all kinds from a good one. */
static void show_all(struct survey *survey, struct prompt prompt) {
    bool is_same;
    show(survey, GOOD,
         prompt_joined(prompt, prompt_slice(prompt, 0, 0), prompt_slice(prompt, 0, 0)));
    show(survey, COLLAPSED, judge_collapsed(&survey->judge, prompt, &is_same));
    const size_t n_items =
        shipped_scan(survey->judge.model, prompt.ids, prompt.n, survey->judge.result)->n_items;
    for (size_t i = 0; i < n_items; i++) {
        /* The items of the scan are gone once the first is shown. */
        const mmspan_view *view =
            shipped_scan(survey->judge.model, prompt.ids, prompt.n, survey->judge.result);
        show_item(survey, prompt, view, i);
    }
}

/* Expands a clean prompt to items of a few rows each, the first number that all modalities
 * allow. Empty when there is none, or when only the model's processor can write the items. */
static struct prompt expanded(struct survey *survey, struct prompt prompt) {
    static const int64_t rows[] = {9, 4, 16, 64, 144, 256};
    struct prompt out = {0};
    const mmspan_view *view =
        shipped_scan(survey->judge.model, prompt.ids, prompt.n, survey->judge.result);
    const size_t cap = prompt.n + view->n_items * 300;
    mmspan_media *media = calloc(view->n_items + 1, sizeof *media);
    out.ids = malloc(cap * sizeof *out.ids);
    assert_true(media && out.ids);
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        view = shipped_scan(survey->judge.model, prompt.ids, prompt.n, survey->judge.result);
        const size_t n = view->n_items;
        for (size_t i = 0; i < n; i++)
            media[i] = (mmspan_media){.modality = view->items[i].modality, .rows = rows[r]};
        if (mmspan_expand(survey->judge.result, prompt.ids, prompt.n, media, n, NULL, out.ids,
                          cap, &out.n, NULL) == MMSPAN_OK &&
            judge_prompt(&survey->judge, n > 1 ? SEVERAL : GOOD, out) == 0)
            break;
        out.n = 0;
    }
    free(media);
    return out;
}

static struct prompt example(const struct survey *survey, int32_t index) {
    size_t n = 0;
    const int32_t *ids = mmspan_config_example_ids(survey->judge.model->config, index, &n);
    struct prompt prompt = {0};
    prompt_add(&prompt, ids, n);
    return prompt;
}

/* As an example says it: by name where no tokenizer is there to give IDs. */
static void print_prompt(const struct shipped *model, struct prompt prompt) {
    for (size_t i = 0, n; i < prompt.n; i += n) {
        const int32_t token = mmspan_matcher_token_of(model->matcher, prompt.ids[i]);
        for (n = 1; i + n < prompt.n && prompt.ids[i + n] == prompt.ids[i];)
            n++;
        fprintf(stderr, "%s", i ? ", " : "");
        if (!model->needs_tokenizer)
            fprintf(stderr, "%" PRId32, prompt.ids[i]);
        else
            fprintf(stderr, "%s",
                    token < 0 ? "text" : mmspan_matcher_token_name(model->matcher, token));
        if (n > 1)
            fprintf(stderr, "*%zu", n);
    }
}

/* Is there an example as sure as what can be shown? Says so when there is none. */
static bool has_kind(struct survey *survey, enum kind kind) {
    const struct shipped *model = survey->judge.model;
    const size_t sure = survey->sureness[kind];
    if (sure == NOT_AT_ALL)
        return true;
    for (int32_t i = 0; i < mmspan_config_n_examples(model->config); i++) {
        struct prompt prompt = example(survey, i);
        const bool is_it = judge_prompt(&survey->judge, kind, prompt) <= sure;
        free(prompt.ids);
        if (is_it)
            return true;
    }
    fprintf(stderr, "%s: no example %s, as does [", model->model, kind_names[kind]);
    print_prompt(model, survey->shown[kind]);
    fprintf(stderr, "]\n");
    return false;
}

/* The last ID of text in a good example: the first is often that of the beginning. */
static int32_t find_text(struct survey *survey) {
    const struct shipped *model = survey->judge.model;
    int32_t text = -1;
    for (int32_t i = 0; i < mmspan_config_n_examples(model->config) && text < 0; i++) {
        struct prompt prompt = example(survey, i);
        const bool is_good = judge_prompt(&survey->judge, GOOD, prompt) < NOT_AT_ALL;
        for (size_t k = 0; k < prompt.n && is_good; k++)
            if (mmspan_matcher_token_of(model->matcher, prompt.ids[k]) < 0)
                text = prompt.ids[k];
        free(prompt.ids);
    }
    if (text < 0)
        fail_msg("%s: no good example with a token of text", model->model);
    return text;
}

static void prepare(struct survey *survey, const struct shipped *model) {
    survey->judge.model = model;
    survey->text = find_text(survey);
    for (int kind = 0; kind < N_KINDS; kind++) {
        survey->shown[kind] = (struct prompt){0};
        survey->sureness[kind] = NOT_AT_ALL;
    }
}

/* From what the prompts are made, the first that a config has. What is not expanded shows
 * little, and the rows of the examples are those of the model. */
enum material { EXPANDED, EXPANDABLE, ANY, N_MATERIALS };

/* Makes prompts of an example that is good and the material. */
static void show_example(struct survey *survey, struct prompt prompt, enum material material) {
    const size_t sure = judge_prompt(&survey->judge, GOOD, prompt);
    struct prompt more = {0};
    if (material == EXPANDABLE && sure == 1)
        more = expanded(survey, prompt);
    if (more.n)
        show_all(survey, more);
    else if (sure == 0 || (sure == 1 && material == ANY))
        show_all(survey, prompt);
    free(more.ids);
}

static size_t n_missing(struct survey *survey) {
    size_t n = 0;
    for (int m = EXPANDED; m < N_MATERIALS && survey->sureness[GOOD] > 0; m++) {
        for (int32_t i = 0; i < mmspan_config_n_examples(survey->judge.model->config); i++) {
            struct prompt prompt = example(survey, i);
            show_example(survey, prompt, (enum material)m);
            free(prompt.ids);
        }
    }
    for (int kind = 0; kind < N_KINDS; kind++) {
        n += !has_kind(survey, (enum kind)kind);
        free(survey->shown[kind].ids);
    }
    return n;
}

static void test_shipped(void **state) {
    (void)state;
    struct survey survey = {.judge = {.result = shipped_result(), .other = shipped_result()}};
    size_t n = 0;
    for (int32_t i = 0; i < n_shipped; i++) {
        prepare(&survey, &shipped[i]);
        n += n_missing(&survey);
    }
    mmspan_result_destroy(survey.judge.result);
    mmspan_result_destroy(survey.judge.other);
    if (n)
        fail_msg("%zu kinds of examples are missing", n);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shipped),
    };
    return cmocka_run_group_tests(tests, shipped_open_all, shipped_close_all);
}
