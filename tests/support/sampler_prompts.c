/* Random prompts: words of a config, whole and damaged, between noise. */
#include "../oracle/oracle_parts.h"
#include "sampler.h"

#include <stdlib.h>
#include <string.h>

static void add(struct sampler_prompt *p, int32_t id) {
    if (p->n < sizeof p->ids / sizeof *p->ids)
        p->ids[p->n++] = id;
}

static int32_t noise(struct random_source *random, const int32_t *kinds, size_t n_kinds) {
    if (random_chance(random, 75))
        return kinds[random_below(random, n_kinds)];
    return (int32_t)random_between(random, 0, 60) - 10;
}

/* A word, whole, cut at one of its ends, or with one wrong token. */
static void add_word(struct random_source *random, const struct oracle *oracle,
                     const int32_t *kinds, size_t n_kinds, struct sampler_prompt *p) {
    int32_t word[64];
    size_t n = oracle_sample(oracle, random_below(random, oracle->n_forms), random, word, 64);
    size_t from = random_chance(random, 10) ? random_below(random, n + 1) : 0;
    size_t to = random_chance(random, 15) ? random_below(random, n + 1) : n;
    if (n && random_chance(random, 10))
        word[random_below(random, n)] = noise(random, kinds, n_kinds);
    for (size_t i = from; i < to; i++)
        add(p, word[i]);
}

/* A short word many times over: what makes attempts long and alike. */
static void add_repeated(struct random_source *random, const struct oracle *oracle,
                         const int32_t *kinds, size_t n_kinds, struct sampler_prompt *p) {
    size_t from = p->n;
    size_t times = random_between(random, 2, random_chance(random, 20) ? 60 : 8);
    if (random_chance(random, 50))
        add_word(random, oracle, kinds, n_kinds, p);
    else
        for (size_t n = random_between(random, 1, 4); n > 0; n--)
            add(p, noise(random, kinds, n_kinds));
    size_t n = p->n - from;
    for (size_t i = n; i < n * times && i < 150; i++)
        add(p, p->ids[from + i % n]);
}

static void add_piece(struct random_source *random, const struct oracle *oracle,
                      const int32_t *kinds, size_t n_kinds, struct sampler_prompt *p) {
    size_t choice = random_below(random, 10);
    if (choice < 6) {
        if (random_chance(random, 4))
            add_repeated(random, oracle, kinds, n_kinds, p);
        else
            add_word(random, oracle, kinds, n_kinds, p);
        return;
    }
    int32_t id = noise(random, kinds, n_kinds);
    size_t n = choice < 8 ? 1 : random_between(random, 1, random_chance(random, 10) ? 60 : 6);
    for (size_t i = 0; i < n; i++)
        add(p, id);
}

static void add_literal_spans(struct random_source *random, struct sampler_prompt *p) {
    size_t at = 0;
    size_t n = random_chance(random, 30) ? random_between(random, 1, 4) : 0;
    for (p->n_literal = 0; p->n_literal < n; p->n_literal++) {
        size_t start = at + random_below(random, p->n - at + 1);
        size_t end = start + random_below(random, p->n - start + 1);
        if (end > start + 5 && random_chance(random, 70))
            end = start + 5;
        p->literal[p->n_literal] = (mmspan_span){(int64_t)start, (int64_t)end};
        at = end;
    }
}

void sampler_prompt(struct random_source *random, const struct oracle *oracle,
                    const struct oracle_declarations *declared, struct sampler_prompt *prompt) {
    int32_t *kinds;
    size_t n_kinds = oracle_all_kinds_of_ids(declared, &kinds);
    prompt->n = 0;
    size_t most = random_chance(random, 10) ? 80 : 8;
    for (size_t n = random_below(random, most); n > 0; n--)
        add_piece(random, oracle, kinds, n_kinds, prompt);
    add_literal_spans(random, prompt);
    free(kinds);
}

static int64_t moved(int64_t position, int64_t from, int64_t to) {
    return position <= from ? position : position < to ? from : position - (to - from);
}

void sampler_cut(struct sampler_prompt *prompt, size_t from, size_t to) {
    memmove(prompt->ids + from, prompt->ids + to, (prompt->n - to) * sizeof *prompt->ids);
    prompt->n -= to - from;
    for (size_t i = 0; i < prompt->n_literal; i++) {
        mmspan_span *span = &prompt->literal[i];
        span->start = moved(span->start, (int64_t)from, (int64_t)to);
        span->end = moved(span->end, (int64_t)from, (int64_t)to);
    }
}
