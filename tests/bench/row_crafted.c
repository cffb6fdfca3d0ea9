/* The rows about the inputs on which shipped configs are slowest. */
#include "bench.h"
#include "report.h"
#include "search.h"

#include <stdio.h>
#include <stdlib.h>

enum { N_SHORT = 256 * 1024, N_LONG = 1024 * 1024, N_QUICK = 64 * 1024 };

/* The same config and input, on another number of tokens. */
static double scan_pace_at(const struct slowest *slowest, size_t n,
                           const struct bench_options *options) {
    struct trial trial;
    trial_open(&trial, make_matcher(slowest->model, options->kernel), n);
    const double pace = trial_measure(&trial, &slowest->craft, scan_cost, n, options->rounds);
    trial_close(&trial);
    return pace;
}

void row_crafted(const struct bench_options *options) {
    const size_t n = options->quick ? N_QUICK : N_LONG;
    size_t n_configs;
    size_t n_tried;
    char note[320];
    struct slowest *all = find_all_slowest(scan_cost, n, options, &n_configs, &n_tried);
    double sum = 0;
    for (size_t i = 0; i < n_configs; i++)
        sum += all[i].pace;
    snprintf(note, sizeof note,
             "%zu configs, each with the slowest of its inputs, %zu in all; %s", n_configs,
             n_tried, tokens_text(n));
    print_figure("crafted input, mean over shipped configs", 9, "ns per token",
                 n_configs ? sum / (double)n_configs : 0, note);
    const struct slowest *worst = slowest_of(all, n_configs);
    snprintf(note, sizeof note, "%s: %s; %.1f for a quarter of the tokens", worst->model,
             worst->input, scan_pace_at(worst, n / 4, options));
    print_figure("crafted input, worst shipped config", 30, "ns per token", worst->pace, note);
    free(all);
}

void row_stream(const struct bench_options *options) {
    const size_t n = options->quick ? N_QUICK : N_SHORT;
    size_t n_configs;
    size_t n_tried;
    char note[320];
    struct slowest *all = find_all_slowest(stream_cost, n, options, &n_configs, &n_tried);
    const struct slowest *worst = slowest_of(all, n_configs);
    snprintf(note, sizeof note, "%s: %s; %s", worst->model, worst->input, tokens_text(n));
    print_figure("stream in chunks of 1 token, crafted input, worst shipped config", 60,
                 "ns per token", worst->pace, note);
    free(all);
}
