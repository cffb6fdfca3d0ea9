/* Shows the configs for which the worst inputs can be crafted, and what is in these. */
#include "bench.h"
#include "prompts.h"
#include "report.h"
#include "search.h"
#include "work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N_SHORT = 256 * 1024, N_LONG = 1024 * 1024, PERIOD = 256, N_SHOWN = 10 };

/* Nanoseconds per token at a quarter of the tokens; of a memcpy of what the longer scan wrote;
 * and of a scan of the same tokens where every PERIOD are alike, which the processor can
 * foresee. */
struct details {
    double at_short;
    double copy;
    double foreseen;
};

/* What writing as much as the last scan did takes at least. */
static double time_copy(const struct trial *trial, unsigned rounds) {
    const mmspan_view *view = mmspan_result_view(trial->result);
    const size_t bytes = view->n_items * sizeof *view->items +
                         view->n_runs * sizeof *view->runs +
                         view->n_findings * sizeof *view->findings;
    if (bytes == 0)
        return 0;
    struct copy_work copy = {allocate(bytes, 1), allocate(bytes, 1), bytes};
    struct subject subject = {.run = run_copy, .context = &copy};
    memset(copy.to, 1, bytes);
    time_subjects(&subject, 1, rounds);
    free((void *)copy.from);
    free(copy.to);
    return pace(&subject, trial->n);
}

static struct details measure(const struct slowest *slowest, size_t n,
                              const struct bench_options *options) {
    const unsigned rounds = options->rounds < 5 ? options->rounds : 5;
    struct trial trial;
    trial_open(&trial, make_matcher(slowest->model, options->kernel), n);
    struct details details = {
        .at_short = trial_measure(&trial, &slowest->craft, scan_cost, n / 4, rounds)};
    trial_measure(&trial, &slowest->craft, scan_cost, n, 1);
    details.copy = time_copy(&trial, rounds);
    for (size_t i = PERIOD; i < n; i++)
        trial.ids[i] = trial.ids[i - PERIOD];
    details.foreseen = trial_repeat(&trial, scan_cost, rounds);
    trial_close(&trial);
    return details;
}

static int by_pace(const void *left, const void *right) {
    const struct slowest *a = left;
    const struct slowest *b = right;
    return (a->pace < b->pace) - (a->pace > b->pace);
}

void bench_worst(const struct bench_options *options) {
    const size_t n = options->quick ? N_SHORT : N_LONG;
    size_t n_configs;
    size_t n_tried;
    struct slowest *all = find_all_slowest(scan_cost, n, options, &n_configs, &n_tried);
    qsort(all, n_configs, sizeof *all, by_pace);
    printf(
        "\nThe worst of %zu crafted inputs (singles, pairs, triples and random walks of the\n"
        "declared tokens) for %zu built-in configs, in ns per token; the %d slowest configs,\n"
        "on %s and on a quarter of them. The last columns: the first %d tokens again and\n"
        "again, and a memcpy of the items, runs and findings. Half of the configs stay within\n"
        "%.1f.\n"
        "\n| config | input | a quarter | all | ratio | repeated | result copied |\n"
        "|---|---|---:|---:|---:|---:|---:|\n",
        n_tried, n_configs, N_SHOWN, tokens_text(n), PERIOD,
        n_configs ? all[n_configs / 2].pace : 0);
    for (size_t i = 0; i < n_configs && i < N_SHOWN; i++) {
        const struct details details = measure(&all[i], n, options);
        printf("| %s | %s | %.2f | %.2f | %.2f | %.2f | %.2f |\n", all[i].model, all[i].input,
               details.at_short, all[i].pace, all[i].pace / details.at_short, details.foreseen,
               details.copy);
    }
    free(all);
}
