/* Repeatable random numbers for tests (splitmix64). */
#ifndef MMSPAN_TESTS_RANDOM_H
#define MMSPAN_TESTS_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The state; any value is a good seed. */
struct random_source {
    uint64_t state;
};

static inline uint64_t random_next(struct random_source *r) {
    uint64_t z = r->state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

/* A number in [0, n); 0 for n = 0. */
static inline size_t random_below(struct random_source *r, size_t n) {
    return n ? (size_t)(random_next(r) % n) : 0;
}

/* A number in [low, high]. */
static inline size_t random_between(struct random_source *r, size_t low, size_t high) {
    return low + random_below(r, high - low + 1);
}

/* True in `percent` of 100 cases. */
static inline bool random_chance(struct random_source *r, unsigned percent) {
    return random_below(r, 100) < percent;
}

#endif
