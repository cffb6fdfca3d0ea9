/* Crafted inputs: what could make a scan of a config slow. */
#ifndef MMSPAN_BENCH_CRAFT_H
#define MMSPAN_BENCH_CRAFT_H

#include <mmspan/matcher.h>

/* The IDs that crafted inputs are made of: for each token class that is not plain
 * text its first and last ID, and two text IDs. */
struct alphabet {
    int32_t *ids;
    size_t n;
};

struct craft_run {
    int32_t id;
    uint32_t length;
};

enum { CRAFT_RUNS = 4 };

/* Either runs of equal IDs, of which the first `once` come once and the others again
 * and again, or, with a seed, a random walk through the automaton. */
struct craft {
    struct craft_run runs[CRAFT_RUNS];
    size_t n;
    size_t once;
    uint32_t seed;
};

void alphabet_make(struct alphabet *alphabet, const mmspan_matcher *matcher);
void alphabet_free(struct alphabet *alphabet);

/* Calls visit(context, craft) for every crafted input:
 *   a                    every ID
 *   a b, a a b, a*16 b, a*300 b    every ordered pair
 *   a, then b without end          every ordered pair
 *   a, then b c          every triple, or a random sample of many
 *   a b c                the same
 *   walks                attempts that live as long as possible and then die */
void for_each_craft(const struct alphabet *alphabet,
                    void (*visit)(void *context, const struct craft *craft), void *context);

/* Writes n tokens of it. */
void craft_fill(const struct craft *craft, const struct alphabet *alphabet,
                const mmspan_matcher *matcher, int32_t *ids, size_t n);

/* Names it, as "boi, then (image*300 eoi) again and again". */
void craft_name(const struct craft *craft, const mmspan_matcher *matcher, char *text,
                size_t size);

#endif
