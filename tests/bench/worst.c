/* Looks for the inputs on which each built-in config is slowest, and measures them at
 * two sizes: a scan that is linear takes the same time per token at both. */
#include "bench.h"
#include "craft.h"
#include "prompts.h"
#include "report.h"
#include "timing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N_SEARCH = 16 * 1024, N_SHORT = 256 * 1024, N_LONG = 1024 * 1024, N_KEPT = 5 };

/* A crafted input and how long it took in the search. */
struct candidate {
    struct craft craft;
    double seconds;
};

struct search {
    const mmspan_matcher *matcher;
    const struct alphabet *alphabet;
    mmspan_result *result;
    int32_t *ids;
    struct candidate kept[N_KEPT]; /* slowest first */
    size_t n_kept;
    size_t n_tried;
};

/* One scan of the first n tokens. */
struct job {
    const struct search *search;
    size_t n;
};

static void run_scan(void *context) {
    const struct job *job = context;
    const struct search *search = job->search;
    mmspan_error error;
    expect_ok(mmspan_scan(search->matcher, search->ids, job->n, NULL, search->result, &error),
              &error);
}

static void keep(struct search *search, const struct craft *craft, double seconds) {
    size_t at = search->n_kept;
    while (at > 0 && search->kept[at - 1].seconds < seconds)
        at--;
    if (at == N_KEPT)
        return;
    size_t n_moved = (search->n_kept < N_KEPT ? search->n_kept : N_KEPT - 1) - at;
    memmove(&search->kept[at + 1], &search->kept[at], n_moved * sizeof *search->kept);
    search->kept[at] = (struct candidate){*craft, seconds};
    search->n_kept += search->n_kept < N_KEPT;
}

static void try_craft(void *context, const struct craft *craft) {
    struct search *search = context;
    struct job job = {search, N_SEARCH};
    double best = 0;
    craft_fill(craft, search->alphabet, search->matcher, search->ids, job.n);
    for (int i = 0; i < 3; i++) {
        double start = now();
        run_scan(&job);
        double seconds = now() - start;
        if (i == 0 || seconds < best)
            best = seconds;
    }
    search->n_tried++;
    keep(search, craft, best);
}

/* Nanoseconds per token at two sizes. */
struct pace {
    double at_short;
    double at_long;
};

static struct pace measure(struct search *search, const struct craft *craft, unsigned rounds) {
    struct job jobs[] = {{search, N_SHORT}, {search, N_LONG}};
    struct subject subjects[] = {{.run = run_scan, .context = &jobs[0]},
                                 {.run = run_scan, .context = &jobs[1]}};
    craft_fill(craft, search->alphabet, search->matcher, search->ids, N_LONG);
    time_subjects(subjects, 2, rounds);
    return (struct pace){1e9 * median_seconds(&subjects[0]) / N_SHORT,
                         1e9 * median_seconds(&subjects[1]) / N_LONG};
}

/* Prints the row of a config and returns its slowest pace. */
static double bench_model(const char *model, struct search *search, unsigned rounds) {
    mmspan_matcher *matcher = make_matcher(model, NULL);
    struct alphabet alphabet;
    struct pace slowest = {0, 0};
    size_t which = 0;
    char name[160];
    alphabet_make(&alphabet, matcher);
    search->matcher = matcher;
    search->alphabet = &alphabet;
    search->n_kept = 0;
    for_each_craft(&alphabet, try_craft, search);
    for (size_t i = 0; i < search->n_kept; i++) {
        struct pace pace = measure(search, &search->kept[i].craft, rounds);
        if (pace.at_long > slowest.at_long) {
            slowest = pace;
            which = i;
        }
    }
    craft_name(&search->kept[which].craft, matcher, name, sizeof name);
    printf("| %s | %s | %.2f | %.2f | %.2f |\n", model, name, slowest.at_short, slowest.at_long,
           slowest.at_long / slowest.at_short);
    fflush(stdout);
    alphabet_free(&alphabet);
    mmspan_matcher_destroy(matcher);
    return slowest.at_long;
}

void bench_worst(const struct bench_options *options) {
    struct search search = {.ids = allocate(N_LONG, sizeof *search.ids)};
    mmspan_error error = {0};
    double slowest = 0;
    const char *slowest_model = "";
    expect_ok(mmspan_result_create(NULL, &search.result), &error);
    printf(
        "\nThe worst crafted input of each built-in config, in ns per token, found among all\n"
        "singles, pairs, triples and random walks of declared tokens.\n"
        "\n| config | input | 256 Ki tokens | 1 Mi tokens | ratio |\n"
        "|---|---|---:|---:|---:|\n");
    for (size_t i = 0; mmspan_builtin_name(i); i++) {
        const char *model = mmspan_builtin_name(i);
        double pace = bench_model(model, &search, options->rounds < 5 ? options->rounds : 5);
        if (pace > slowest) {
            slowest = pace;
            slowest_model = model;
        }
    }
    printf(
        "\n%zu inputs tried; the slowest takes %.2f ns per token (%s); target: at most 10.\n",
        search.n_tried, slowest, slowest_model);
    mmspan_result_destroy(search.result);
    free(search.ids);
}
