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

static void run_startup(void *context) {
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
    size_t n = 0;
    while (mmspan_builtin_name(n))
        n++;
    double *milliseconds = allocate(n, sizeof *milliseconds);
    size_t slowest = 0;
    for (size_t i = 0; i < n; i++) {
        struct text text = {.model = mmspan_builtin_name(i)};
        text.text = mmspan_builtin_text(text.model, &text.size);
        struct subject subject = {.run = run_startup, .context = &text};
        time_subjects(&subject, 1, options->rounds < 9 ? options->rounds : 9);
        milliseconds[i] = 1e3 * median_seconds(&subject);
        if (milliseconds[i] > milliseconds[slowest])
            slowest = i;
    }
    const char *model = mmspan_builtin_name(slowest);
    double most = milliseconds[slowest];
    printf("\nFrom YAML text to matcher, %zu built-in configs: median %.3f ms, most %.3f ms "
           "(%s);\n"
           "target: at most 2 ms.\n",
           n, median(milliseconds, n), most, model);
    free(milliseconds);
}
