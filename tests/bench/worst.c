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

enum {
    N_SEARCH = 16 * 1024,
    N_SHORT = 256 * 1024,
    N_LONG = 1024 * 1024,
    PERIOD = 256,
    N_KEPT = 5,
    N_SHOWN = 10
};

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

/* Nanoseconds per token at two sizes; of a memcpy of what the longer scan wrote; and of a scan
 * of the same tokens where every PERIOD are alike, which the processor can foresee. */
struct pace {
    double at_short;
    double at_long;
    double copy;
    double foreseen;
};

/* Memory for a copy of a result. */
struct copy_job {
    const mmspan_view *view;
    char *to;
};

static size_t add_copy(char *to, const void *from, size_t n, size_t size) {
    if (n)
        memcpy(to, from, n * size);
    return n * size;
}

static void run_copy(void *context) {
    struct copy_job *job = context;
    const mmspan_view *view = job->view;
    char *to = job->to;
    to += add_copy(to, view->items, view->n_items, sizeof *view->items);
    to += add_copy(to, view->runs, view->n_runs, sizeof *view->runs);
    add_copy(to, view->findings, view->n_findings, sizeof *view->findings);
}

/* What writing as much as the last scan did takes at least. */
static double time_copy(const struct search *search, unsigned rounds) {
    const mmspan_view *view = mmspan_result_view(search->result);
    size_t size = view->n_items * sizeof *view->items + view->n_runs * sizeof *view->runs +
                  view->n_findings * sizeof *view->findings;
    struct copy_job job = {view, allocate(size + 1, 1)};
    struct subject subject = {.run = run_copy, .context = &job};
    time_subjects(&subject, 1, rounds);
    free(job.to);
    return best_seconds(&subject);
}

static struct pace measure(struct search *search, const struct craft *craft, unsigned rounds) {
    struct job jobs[] = {{search, N_SHORT}, {search, N_LONG}};
    struct subject subjects[] = {{.run = run_scan, .context = &jobs[0]},
                                 {.run = run_scan, .context = &jobs[1]}};
    craft_fill(craft, search->alphabet, search->matcher, search->ids, N_LONG);
    time_subjects(subjects, 2, rounds);
    struct pace pace = {.at_short = 1e9 * best_seconds(&subjects[0]) / N_SHORT,
                        .at_long = 1e9 * best_seconds(&subjects[1]) / N_LONG};
    run_scan(&jobs[1]);
    pace.copy = 1e9 * time_copy(search, rounds) / N_LONG;
    for (size_t i = PERIOD; i < N_LONG; i++)
        search->ids[i] = search->ids[i - PERIOD];
    time_subjects(&subjects[1], 1, rounds);
    pace.foreseen = 1e9 * best_seconds(&subjects[1]) / N_LONG;
    return pace;
}

/* The slowest input of a config. */
struct slowest {
    const char *model;
    char input[160];
    struct pace pace;
};

static struct slowest find_slowest(const char *model, struct search *search, unsigned rounds) {
    mmspan_matcher *matcher = make_matcher(model, NULL);
    struct slowest slowest = {.model = model};
    struct alphabet alphabet;
    alphabet_make(&alphabet, matcher);
    search->matcher = matcher;
    search->alphabet = &alphabet;
    search->n_kept = 0;
    for_each_craft(&alphabet, try_craft, search);
    for (size_t i = 0; i < search->n_kept; i++) {
        const struct craft *craft = &search->kept[i].craft;
        struct pace pace = measure(search, craft, rounds);
        if (pace.at_long <= slowest.pace.at_long)
            continue;
        slowest.pace = pace;
        craft_name(craft, matcher, slowest.input, sizeof slowest.input);
    }
    alphabet_free(&alphabet);
    mmspan_matcher_destroy(matcher);
    return slowest;
}

static int by_pace(const void *left, const void *right) {
    const struct slowest *a = left;
    const struct slowest *b = right;
    return (a->pace.at_long < b->pace.at_long) - (a->pace.at_long > b->pace.at_long);
}

static void print_slowest(struct slowest *rows, size_t n, size_t n_tried) {
    qsort(rows, n, sizeof *rows, by_pace);
    printf(
        "\nThe worst of %zu crafted inputs (singles, pairs, triples and random walks of the\n"
        "declared tokens) for %zu built-in configs, in ns per token; the %d slowest configs.\n"
        "Target: at most 10, and a ratio of the two sizes near 1. The last columns are for 1 "
        "Mi\n"
        "tokens too: the first %d again and again, and a memcpy of the items, runs and "
        "findings.\n"
        "\n| config | input | 256 Ki tokens | 1 Mi tokens | ratio | repeated | result copied "
        "|\n"
        "|---|---|---:|---:|---:|---:|---:|\n",
        n_tried, n, N_SHOWN, PERIOD);
    size_t n_within = 0;
    while (n_within < n && rows[n - 1 - n_within].pace.at_long <= 10)
        n_within++;
    for (size_t i = 0; i < n && i < N_SHOWN; i++)
        printf("| %s | %s | %.2f | %.2f | %.2f | %.2f | %.2f |\n", rows[i].model, rows[i].input,
               rows[i].pace.at_short, rows[i].pace.at_long,
               rows[i].pace.at_long / rows[i].pace.at_short, rows[i].pace.foreseen,
               rows[i].pace.copy);
    printf("\n%zu of the %zu configs stay within the target; half of them within %.1f.\n",
           n_within, n, n ? rows[n / 2].pace.at_long : 0);
}

void bench_worst(const struct bench_options *options) {
    struct search search = {.ids = allocate(N_LONG, sizeof *search.ids)};
    unsigned rounds = options->rounds < 5 ? options->rounds : 5;
    mmspan_error error = {0};
    int32_t n_builtins = 0;
    size_t n = 0;
    while (mmspan_builtin_name(n_builtins))
        n_builtins++;
    struct slowest *rows = allocate((size_t)n_builtins, sizeof *rows);
    expect_ok(mmspan_result_create(NULL, &search.result), &error);
    for (int32_t i = 0; i < n_builtins; i++)
        if (!needs_tokenizer(mmspan_builtin_name(i)))
            rows[n++] = find_slowest(mmspan_builtin_name(i), &search, rounds);
    print_slowest(rows, n, search.n_tried);
    mmspan_result_destroy(search.result);
    free(rows);
    free(search.ids);
}
