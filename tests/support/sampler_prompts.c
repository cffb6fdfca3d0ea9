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

/* What collapse writes for an item of some modality. */
static void add_placeholder(struct random_source *random, const struct oracle *oracle,
                            struct sampler_prompt *p) {
    size_t modality = random_below(random, oracle->declared.n_modalities);
    const struct oracle_placeholder *placeholder = &oracle->placeholders[modality];
    for (size_t i = 0; i < placeholder->n; i++) {
        const struct oracle_symbol *symbol = placeholder->slots[i].symbols;
        add(p, oracle->declared.tokens[symbol->token].ids[symbol->part]);
    }
}

static void add_text(struct random_source *random, const struct oracle *oracle,
                     const int32_t *kinds, size_t n_kinds, struct sampler_prompt *p) {
    int32_t id = noise(random, kinds, n_kinds);
    for (int tries = 0; tries < 8 && oracle_is_reserved(&oracle->declared, id); tries++)
        id = noise(random, kinds, n_kinds);
    add(p, id);
}

/* Whole words and placeholders, of which many touch. */
static void add_good(struct random_source *random, const struct oracle *oracle,
                     const int32_t *kinds, size_t n_kinds, struct sampler_prompt *p) {
    size_t n = random_between(random, 1, random_chance(random, 10) ? 20 : 4);
    for (; n > 0; n--) {
        int32_t word[64];
        size_t form = random_below(random, oracle->n_forms);
        size_t length = oracle_sample(oracle, form, random, word, 64);
        if (random_chance(random, 20))
            add_placeholder(random, oracle, p);
        else
            for (size_t i = 0; i < length; i++)
                add(p, word[i]);
        if (random_chance(random, 40))
            add_text(random, oracle, kinds, n_kinds, p);
    }
}

/* A token that is dropped, doubled, swapped with the next one or put in between. */
static void damage_token(struct random_source *random, const int32_t *kinds, size_t n_kinds,
                         struct sampler_prompt *p) {
    size_t at = random_below(random, p->n);
    size_t kind = random_below(random, 4);
    bool full = p->n == sizeof p->ids / sizeof *p->ids;
    if (kind == 0 || full) {
        sampler_cut(p, at, at + 1);
    } else if (kind == 1) {
        int32_t id = p->ids[at];
        size_t next = at + 1 < p->n ? at + 1 : at;
        p->ids[at] = p->ids[next];
        p->ids[next] = id;
    } else {
        memmove(p->ids + at + 1, p->ids + at, (p->n - at) * sizeof *p->ids);
        p->n++;
        if (kind == 3)
            p->ids[at] = noise(random, kinds, n_kinds);
    }
}

/* What packing, truncation and wrong settings do to good prompts. */
static void damage(struct random_source *random, const int32_t *kinds, size_t n_kinds,
                   struct sampler_prompt *p) {
    size_t longest = random_chance(random, 70) && p->n > 12 ? 12 : p->n;
    if (random_chance(random, 35))
        sampler_cut(p, 0, random_below(random, longest + 1));
    longest = longest < p->n ? longest : p->n;
    if (random_chance(random, 35))
        sampler_cut(p, p->n - random_below(random, longest + 1), p->n);
    for (size_t n = random_below(random, 4); n > 0 && p->n > 0; n--)
        damage_token(random, kinds, n_kinds, p);
}

static void add_literal_spans(struct random_source *random, struct sampler_prompt *p) {
    size_t at = 0;
    size_t n = random_chance(random, 35) ? random_between(random, 1, 4) : 0;
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
    prompt->n_literal = 0;
    if (random_chance(random, 50)) {
        add_good(random, oracle, kinds, n_kinds, prompt);
        damage(random, kinds, n_kinds, prompt);
    } else {
        size_t most = random_chance(random, 10) ? 80 : 8;
        for (size_t n = random_below(random, most); n > 0; n--)
            add_piece(random, oracle, kinds, n_kinds, prompt);
    }
    add_literal_spans(random, prompt);
    free(kinds);
}
