/* Measures how long it takes to get from the text of a config to a matcher. */
#include "bench.h"
#include "prompts.h"
#include "report.h"
#include "timing.h"

#include <stdio.h>
#include <stdlib.h>

struct text {
    const char *model;
    const char *text;
    size_t size;
};

static void run_start(void *context) {
    const struct text *text = context;
    mmspan_error error;
    mmspan_config *config;
    mmspan_matcher *matcher;
    expect_ok(
        mmspan_config_load_memory(text->text, text->size, text->model, NULL, &config, &error),
        &error);
    expect_ok(mmspan_config_compile(config, NULL, &matcher, &error), &error);
    mmspan_matcher_destroy(matcher);
    mmspan_config_destroy(config);
}

void bench_startup(const struct bench_options *options) {
    int32_t n_builtins = 0;
    while (mmspan_builtin_name(n_builtins))
        n_builtins++;
    double *milliseconds = allocate((size_t)n_builtins, sizeof *milliseconds);
    double most = 0;
    const char *slowest = "";
    size_t n = 0;
    for (int32_t i = 0; i < n_builtins; i++) {
        struct text text = {.model = mmspan_builtin_name(i)};
        text.text = mmspan_builtin_text(text.model, &text.size);
        struct subject subject = {.run = run_start, .context = &text};
        if (needs_tokenizer(text.model))
            continue;
        time_subjects(&subject, 1, options->rounds < 9 ? options->rounds : 9);
        milliseconds[n] = 1e3 * median_seconds(&subject);
        if (milliseconds[n] > most) {
            most = milliseconds[n];
            slowest = text.model;
        }
        n++;
    }
    if (n)
        printf(
            "\nFrom YAML text to matcher, %zu built-in configs: median %.3f ms, most %.3f ms\n"
            "(%s); target: at most 2 ms.\n",
            n, median(milliseconds, n), most, slowest);
    free(milliseconds);
}
