/* Times several things against each other. */
#ifndef MMSPAN_BENCH_TIMING_H
#define MMSPAN_BENCH_TIMING_H

#include <stddef.h>
#include <stdint.h>

enum { MAX_ROUNDS = 64 };

/* Something to be timed: run(context) does it once. */
struct subject {
    void (*run)(void *context);
    void *context;
    uint64_t repeats;           /* in one batch */
    double seconds[MAX_ROUNDS]; /* that one run took, by round */
    unsigned rounds;
};

/* For how many seconds this thread has had a processor. */
double processor_now(void);

/*
 * Runs every subject in every round, in batches of at least two milliseconds, after
 * a batch to warm up. Subjects take turns and the order rotates, so that a clock or a
 * neighbour that changes in between meets all of them. A single round is one run of each
 * behind one to warm up.
 */
void time_subjects(struct subject *subjects, size_t n, unsigned rounds);

/* Of one run, over all rounds. */
double median_seconds(const struct subject *subject);

/* The median of the ratios of the rounds: what drifts slower than a round cancels. */
double median_ratio(const struct subject *subject, const struct subject *reference);

/* The middle of n values, which are sorted by it. */
double median(double *values, size_t n);

#endif
