/* Searches among all crafted inputs of a config for those on which something costs most. */
#ifndef MMSPAN_BENCH_SEARCH_H
#define MMSPAN_BENCH_SEARCH_H

#include "bench.h"
#include "craft.h"

#include <stdint.h>

/* The tokens of a crafted input, and what works on them. */
struct trial {
    mmspan_matcher *matcher;
    struct alphabet alphabet;
    int32_t *ids;
    size_t n;
    mmspan_result *result;
    mmspan_stream *stream;
    mmspan_media *media;
    size_t n_media;
};

/* What is searched for the most of: the nanoseconds that something takes for the tokens of a
 * trial, or the bytes. Goes are long, and too few for a median to leave out interruptions:
 * times are those that the thread has a processor. */
typedef double cost_function(struct trial *trial);

/* The time of a scan; of the same tokens through a stream, each a chunk of its own; and the
 * most bytes that the stream keeps meanwhile. */
double scan_cost(struct trial *trial);
double stream_cost(struct trial *trial);
double retained_cost(struct trial *trial);

/* Room for `capacity` tokens, and a matcher, which the trial takes over. */
void trial_open(struct trial *trial, mmspan_matcher *matcher, size_t capacity);
void trial_close(struct trial *trial);

/* The cost per token of n tokens of a crafted input, or of the tokens that are there: the
 * median of some rounds. */
double trial_measure(struct trial *trial, const struct craft *craft, cost_function *cost,
                     size_t n, unsigned rounds);
double trial_repeat(struct trial *trial, cost_function *cost, unsigned rounds);

/* The slowest input of a config. */
struct slowest {
    const char *model;
    char input[160];
    struct craft craft;
    double pace; /* cost per token */
};

/* Tries every crafted input on few tokens and measures the slowest ones on n. When quick, it
 * tries only a few. Adds to *n_tried. */
struct slowest find_slowest(struct trial *trial, cost_function *cost, size_t n,
                            const struct bench_options *options, size_t *n_tried);

/* Finds the slowest input of each built-in config, or when quick of some. The caller frees
 * them. */
struct slowest *find_all_slowest(cost_function *cost, size_t n,
                                 const struct bench_options *options, size_t *n_configs,
                                 size_t *n_tried);

/* The one of n that is slowest. */
const struct slowest *slowest_of(const struct slowest *all, size_t n);

#endif
