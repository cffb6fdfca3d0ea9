/* The row about giving media to the items of crafted input. */
#include "bench.h"
#include "prompts.h"
#include "report.h"
#include "search.h"
#include "timing.h"

#include <stdio.h>
#include <stdlib.h>

enum { N_SEARCHED = 128 * 1024, N_SHORT = 1024 * 1024, N_LONG = 4 * N_SHORT };

static mmspan_error error;

static void add_media(struct trial *trial, int32_t modality, int64_t rows) {
    trial->media[trial->n_media++] = (mmspan_media){.rows = rows, .modality = modality};
}

/* Scans, then assigns: media of one row each for each row of an item, so that undelimited
 * items are split, or one media for each item with a row too many. */
static double assign_cost(struct trial *trial, bool split) {
    scan_cost(trial);
    const mmspan_view *view = mmspan_result_view(trial->result);
    free(trial->media);
    trial->media = allocate(trial->n + 1, sizeof *trial->media);
    trial->n_media = 0;
    for (size_t i = 0; i < view->n_items; i++) {
        const mmspan_item *item = &view->items[i];
        for (int64_t row = 0; split && row < item->rows; row++)
            add_media(trial, item->modality, 1);
        if (!split)
            add_media(trial, item->modality, item->rows + 1);
    }
    const double start = processor_now();
    expect_ok(mmspan_assign(trial->result, trial->media, trial->n_media, NULL, &error), &error);
    return 1e9 * (processor_now() - start);
}

static double split_cost(struct trial *trial) {
    return assign_cost(trial, true);
}

static double mismatch_cost(struct trial *trial) {
    return assign_cost(trial, false);
}

static void assign_row(const char *what, cost_function *cost,
                       const struct bench_options *options) {
    const size_t shrink = options->quick ? 16 : 1;
    size_t n_configs;
    size_t n_tried;
    char work[128];
    char note[320];
    struct slowest *all =
        find_all_slowest(cost, N_SEARCHED / shrink, options, &n_configs, &n_tried);
    const struct slowest *worst = slowest_of(all, n_configs);
    struct trial trial;
    trial_open(&trial, make_matcher(worst->model, options->kernel), N_LONG / shrink);
    const double at_short =
        trial_measure(&trial, &worst->craft, cost, N_SHORT / shrink, options->rounds);
    const double at_long =
        trial_measure(&trial, &worst->craft, cost, N_LONG / shrink, options->rounds);
    snprintf(work, sizeof work, "assign, crafted input, %s, %s", what,
             tokens_text(N_LONG / shrink));
    snprintf(note, sizeof note, "%s: %s; %.1f for a quarter of the tokens", worst->model,
             worst->input, at_short);
    print_figure(work, 30, "ns per token", at_long, note);
    trial_close(&trial);
    free(all);
}

void row_assign(const struct bench_options *options) {
    assign_row("no media fits", mismatch_cost, options);
    assign_row("items are split", split_cost, options);
}
