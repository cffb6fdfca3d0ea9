/* The rows about getting from the text of a config to a matcher. */
#include "bench.h"
#include "hard_config.h"
#include "prompts.h"
#include "report.h"
#include "timing.h"

#include <stdio.h>
#include <stdlib.h>

struct config_text {
    const char *name;
    const char *text;
    size_t size;
    mmspan_status status;
    mmspan_error error;
};

static void run_start(void *context) {
    struct config_text *text = context;
    mmspan_config *config = NULL;
    mmspan_matcher *matcher = NULL;
    text->status = mmspan_config_load_memory(text->text, text->size, text->name, NULL, &config,
                                             &text->error);
    if (text->status == MMSPAN_OK)
        text->status = mmspan_config_compile(config, NULL, &matcher, &text->error);
    mmspan_matcher_destroy(matcher);
    mmspan_config_destroy(config);
}

static double milliseconds(struct config_text *text, unsigned rounds) {
    struct subject subject = {.run = run_start, .context = text};
    time_subjects(&subject, 1, rounds);
    return 1e3 * median_seconds(&subject);
}

static void shipped_row(const struct bench_options *options) {
    double most = 0;
    const char *slowest = "";
    int32_t n = 0;
    for (int32_t i = 0; mmspan_builtin_name(i); i++) {
        struct config_text text = {.name = mmspan_builtin_name(i)};
        text.text = mmspan_builtin_text(text.name, &text.size);
        if (needs_tokenizer(text.name))
            continue;
        const double taken = milliseconds(&text, options->rounds < 9 ? options->rounds : 9);
        expect_ok(text.status, &text.error);
        if (taken > most) {
            most = taken;
            slowest = text.name;
        }
        n++;
    }
    char note[96];
    snprintf(note, sizeof note, "%s, the slowest of %d", slowest, n);
    print_figure("compile of any shipped config, from YAML text", 2, "ms", most, note);
}

/* A config that is refused counts too: that takes time as well. */
static void hard_row(const struct bench_options *options) {
    double most = 0;
    const char *slowest = "";
    mmspan_status status = MMSPAN_OK;
    size_t size = 0;
    struct config_text text;
    char *bytes;
    for (size_t i = 0; (bytes = hard_config(i, &text.size, &text.name)); i++) {
        text.text = bytes;
        const double taken = milliseconds(&text, options->rounds < 3 ? options->rounds : 3);
        if (text.status != MMSPAN_OK && text.status != MMSPAN_E_LIMIT)
            expect_ok(text.status, &text.error);
        if (taken > most) {
            most = taken;
            slowest = text.name;
            status = text.status;
            size = text.size;
        }
        free(bytes);
    }
    char note[160];
    snprintf(note, sizeof note, "%s, %zu KiB, the slowest of some; %s", slowest, size / 1024,
             mmspan_status_text(status));
    print_figure("compile of a hard config of up to 1 MiB, from YAML text", 500, "ms", most,
                 note);
}

void row_compile(const struct bench_options *options) {
    shipped_row(options);
    hard_row(options);
}
