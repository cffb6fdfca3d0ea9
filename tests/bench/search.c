/* Tries crafted inputs, and keeps those that cost most. */
#include "search.h"

#include "prompts.h"
#include "report.h"
#include "timing.h"

#include <stdlib.h>
#include <string.h>

enum { N_SEARCH = 2 * 1024, N_KEPT = 4, QUICK_STEP = 29, QUICK_CONFIGS = 2 };

/* For two goes over N_SEARCH tokens: 5 us per token. */
static const double hopeless_seconds = 0.02;

static mmspan_error error;

double scan_cost(struct trial *trial) {
    const double start = processor_now();
    expect_ok(mmspan_scan(trial->matcher, trial->ids, trial->n, NULL, trial->result, &error),
              &error);
    return 1e9 * (processor_now() - start);
}

static void push_one(struct trial *trial, size_t i) {
    expect_ok(mmspan_stream_push(trial->stream, trial->ids + i, 1, 0, &error), &error);
}

double stream_cost(struct trial *trial) {
    const double start = processor_now();
    mmspan_stream_reset(trial->stream);
    for (size_t i = 0; i < trial->n; i++)
        push_one(trial, i);
    expect_ok(mmspan_stream_finish(trial->stream, &error), &error);
    return 1e9 * (processor_now() - start);
}

double retained_cost(struct trial *trial) {
    size_t most = 0;
    mmspan_stream_reset(trial->stream);
    for (size_t i = 0; i < trial->n; i++) {
        push_one(trial, i);
        const size_t retained = mmspan_stream_retained(trial->stream);
        most = retained > most ? retained : most;
    }
    return (double)most;
}

void trial_open(struct trial *trial, mmspan_matcher *matcher, size_t capacity) {
    *trial = (struct trial){.matcher = matcher};
    alphabet_make(&trial->alphabet, matcher);
    trial->ids = allocate(capacity, sizeof *trial->ids);
    expect_ok(mmspan_result_create(NULL, &trial->result), &error);
    expect_ok(mmspan_stream_create(matcher, NULL, &trial->stream), &error);
}

void trial_close(struct trial *trial) {
    free(trial->media);
    mmspan_stream_destroy(trial->stream);
    mmspan_result_destroy(trial->result);
    free(trial->ids);
    alphabet_free(&trial->alphabet);
    mmspan_matcher_destroy(trial->matcher);
}

double trial_repeat(struct trial *trial, cost_function *cost, unsigned rounds) {
    double costs[MAX_ROUNDS];
    if (rounds > MAX_ROUNDS)
        rounds = MAX_ROUNDS;
    cost(trial);
    for (unsigned i = 0; i < rounds; i++)
        costs[i] = cost(trial);
    return median(costs, rounds) / (double)trial->n;
}

double trial_measure(struct trial *trial, const struct craft *craft, cost_function *cost,
                     size_t n, unsigned rounds) {
    craft_fill(craft, &trial->alphabet, trial->matcher, trial->ids, n);
    trial->n = n;
    return trial_repeat(trial, cost, rounds);
}

/* A crafted input and what it cost in the search, of N_SEARCH tokens. */
struct candidate {
    struct craft craft;
    double cost;
};

struct search {
    struct trial *trial;
    cost_function *cost;
    struct candidate kept[N_KEPT]; /* dearest first */
    size_t n_kept;
    size_t step; /* every how many inputs one is tried */
    size_t n_met;
    size_t n_tried;
    bool hopeless;
};

static void keep(struct search *search, const struct craft *craft, double cost) {
    size_t at = search->n_kept;
    while (at > 0 && search->kept[at - 1].cost < cost)
        at--;
    if (at == N_KEPT)
        return;
    size_t n_moved = (search->n_kept < N_KEPT ? search->n_kept : N_KEPT - 1) - at;
    memmove(&search->kept[at + 1], &search->kept[at], n_moved * sizeof *search->kept);
    search->kept[at] = (struct candidate){*craft, cost};
    search->n_kept += search->n_kept < N_KEPT;
}

/* The lower one of two costs counts: what comes in between only makes times longer. When one
 * input takes so long that the answer is clear, no other is tried: it could take hours. */
static void try_craft(void *context, const struct craft *craft) {
    struct search *search = context;
    struct trial *trial = search->trial;
    if (search->n_met++ % search->step != 0 || search->hopeless)
        return;
    trial->n = N_SEARCH;
    craft_fill(craft, &trial->alphabet, trial->matcher, trial->ids, trial->n);
    const double start = processor_now();
    const double first = search->cost(trial);
    const double second = search->cost(trial);
    search->hopeless = processor_now() - start > hopeless_seconds;
    search->n_tried++;
    keep(search, craft, first < second ? first : second);
}

/* The kept inputs on n tokens; when it is hopeless, the first one as it was found. */
static struct slowest measure_kept(const struct search *search, size_t n, unsigned rounds) {
    struct trial *trial = search->trial;
    struct slowest slowest = {.model = mmspan_matcher_model(trial->matcher)};
    const size_t n_measured = search->hopeless ? 1 : search->n_kept;
    for (size_t i = 0; i < n_measured; i++) {
        const struct candidate *kept = &search->kept[i];
        const double pace = search->hopeless
                                ? kept->cost / N_SEARCH
                                : trial_measure(trial, &kept->craft, search->cost, n, rounds);
        if (pace <= slowest.pace)
            continue;
        slowest.pace = pace;
        slowest.craft = kept->craft;
        craft_name(&kept->craft, trial->matcher, slowest.input, sizeof slowest.input);
    }
    return slowest;
}

struct slowest find_slowest(struct trial *trial, cost_function *cost, size_t n,
                            const struct bench_options *options, size_t *n_tried) {
    struct search search = {
        .trial = trial, .cost = cost, .step = options->quick ? QUICK_STEP : 1};
    for_each_craft(&trial->alphabet, try_craft, &search);
    *n_tried += search.n_tried;
    return measure_kept(&search, n, options->rounds < 3 ? options->rounds : 3);
}

struct slowest *find_all_slowest(cost_function *cost, size_t n,
                                 const struct bench_options *options, size_t *n_configs,
                                 size_t *n_tried) {
    int32_t n_builtins = 0;
    while (mmspan_builtin_name(n_builtins))
        n_builtins++;
    struct slowest *all = allocate((size_t)n_builtins, sizeof *all);
    *n_configs = 0;
    *n_tried = 0;
    for (int32_t i = 0; i < n_builtins; i++) {
        const char *model = mmspan_builtin_name(i);
        if (needs_tokenizer(model) || (options->quick && *n_configs == QUICK_CONFIGS))
            continue;
        struct trial trial;
        trial_open(&trial, make_matcher(model, options->kernel), n);
        all[*n_configs] = find_slowest(&trial, cost, n, options, n_tried);
        all[(*n_configs)++].model = model;
        trial_close(&trial);
    }
    return all;
}

const struct slowest *slowest_of(const struct slowest *all, size_t n) {
    const struct slowest *slowest = all;
    for (size_t i = 1; i < n; i++)
        if (all[i].pace > slowest->pace)
            slowest = &all[i];
    return slowest;
}
