/* The rows about configs made to keep many attempts alive: the worst ones that compile. */
#include "bench.h"
#include "report.h"
#include "search.h"

#include <stdio.h>
#include <string.h>

enum { N_TOKENS = 16 * 1024, MOST_REPEATS = 4096 };

/* Patterns with a repetition, whose upper bound takes the place of the #. */
static const char *const patterns[] = {
    "(a b){1,#} c",       "(a b?){1,#} c",      "a (a | b){0,#} c",
    "a (b | a b){1,#} c", "(a b a){1,#} c",     "(a | b a){1,#} b c",
    "(a [a b] d){1,#} c", "a (text a?){0,#} c", "a (a b){0,#} a+ c",
};

static mmspan_error error;

static void add_token(mmspan_spec *spec, const char *name, int32_t id) {
    const mmspan_token_decl decl = {.struct_size = sizeof decl,
                                    .kind = MMSPAN_TOKEN_ID,
                                    .name = name,
                                    .ids = &id,
                                    .n_ids = 1};
    expect_ok(mmspan_spec_add_token(spec, &decl, &error), &error);
}

/* The matcher of a pattern, with the number of repeats put in; NULL when it is refused. */
static mmspan_matcher *compile_pattern(const char *pattern, unsigned repeats,
                                       const struct bench_options *options) {
    const mmspan_compile_options compile_options = {.struct_size = sizeof compile_options,
                                                    .kernel = options->kernel};
    const char *const embed[] = {"a"};
    const mmspan_embed_decl rows = {.tokens = embed, .n_tokens = 1};
    char text[128];
    const int before = (int)strcspn(pattern, "#");
    snprintf(text, sizeof text, "%.*s%u%s", before, pattern, repeats, pattern + before + 1);
    const mmspan_modality_decl decl = {.struct_size = sizeof decl,
                                       .name = "image",
                                       .pattern = text,
                                       .embed = &rows,
                                       .n_embed = 1};
    mmspan_spec *spec;
    mmspan_matcher *matcher = NULL;
    expect_ok(mmspan_spec_create(NULL, &spec), &error);
    expect_ok(mmspan_spec_set_model(spec, text), &error);
    add_token(spec, "a", 11);
    add_token(spec, "b", 12);
    add_token(spec, "c", 13);
    add_token(spec, "d", 14);
    expect_ok(mmspan_spec_add_modality(spec, &decl, &error), &error);
    const mmspan_status status = mmspan_compile(spec, &compile_options, &matcher, &error);
    if (status != MMSPAN_E_LIMIT)
        expect_ok(status, &error);
    mmspan_spec_destroy(spec);
    return matcher;
}

static bool compiles(const char *pattern, unsigned repeats,
                     const struct bench_options *options) {
    mmspan_matcher *matcher = compile_pattern(pattern, repeats, options);
    mmspan_matcher_destroy(matcher);
    return matcher != NULL;
}

/* The most repeats with which it compiles, by halving; 0 when it never does. */
static unsigned most_repeats(const char *pattern, const struct bench_options *options) {
    unsigned good = 0;
    unsigned bad = MOST_REPEATS + 1;
    while (bad - good > 1) {
        const unsigned middle = good + (bad - good) / 2;
        if (compiles(pattern, middle, options))
            good = middle;
        else
            bad = middle;
    }
    return good;
}

/* The dearest input of the dearest pattern. */
struct dearest {
    char pattern[128];
    struct slowest input;
};

static void try_pattern(struct dearest *dearest, cost_function *cost, const char *pattern,
                        unsigned repeats, const struct bench_options *options) {
    struct trial trial;
    size_t n_tried = 0;
    trial_open(&trial, compile_pattern(pattern, repeats, options), N_TOKENS);
    const struct slowest found = find_slowest(&trial, cost, N_TOKENS, options, &n_tried);
    if (found.pace > dearest->input.pace) {
        dearest->input = found;
        snprintf(dearest->pattern, sizeof dearest->pattern, "%s", found.model);
    }
    trial_close(&trial);
}

static void print_dearest(const char *work, double target, const char *unit,
                          const struct dearest *dearest) {
    char note[320];
    snprintf(note, sizeof note, "%s: %s; %s", dearest->pattern, dearest->input.input,
             tokens_text(N_TOKENS));
    print_figure(work, target, unit, dearest->input.pace, note);
}

void row_bound(const struct bench_options *options) {
    const size_t n_patterns = options->quick ? 1 : sizeof patterns / sizeof patterns[0];
    struct dearest slowest = {.input = {.pace = 0}};
    struct dearest largest = {.input = {.pace = 0}};
    for (size_t i = 0; i < n_patterns; i++) {
        const unsigned repeats = most_repeats(patterns[i], options);
        if (repeats == 0)
            continue;
        try_pattern(&slowest, scan_cost, patterns[i], repeats, options);
        try_pattern(&largest, retained_cost, patterns[i], repeats, options);
    }
    print_dearest("crafted input, worst config that compiles, time", 200, "ns per token",
                  &slowest);
    print_dearest("crafted input, worst config that compiles, memory of a stream", 256,
                  "bytes per token", &largest);
}
