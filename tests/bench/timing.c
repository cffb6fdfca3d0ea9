/* Clock, batches and medians. */
#define _POSIX_C_SOURCE 200809L

#include "timing.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static const double batch_seconds = 0.002;

static double read_clock(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static double now(void) {
    return read_clock(CLOCK_MONOTONIC);
}

double processor_now(void) {
    return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

static double run_batch(const struct subject *subject) {
    double start = now();
    for (uint64_t i = 0; i < subject->repeats; i++)
        subject->run(subject->context);
    return now() - start;
}

/* Finds how many runs make a batch. */
static void calibrate(struct subject *subject) {
    while (run_batch(subject) < batch_seconds)
        subject->repeats *= 2;
}

void time_subjects(struct subject *subjects, size_t n, unsigned rounds) {
    if (rounds > MAX_ROUNDS)
        rounds = MAX_ROUNDS;
    for (size_t i = 0; i < n; i++) {
        subjects[i].rounds = rounds;
        subjects[i].repeats = 1;
        run_batch(&subjects[i]);
        if (rounds > 1)
            calibrate(&subjects[i]);
    }
    for (unsigned round = 0; round < rounds; round++) {
        for (size_t k = 0; k < n; k++) {
            struct subject *subject = &subjects[(k + round) % n];
            subject->seconds[round] = run_batch(subject) / (double)subject->repeats;
        }
    }
}

static int by_value(const void *left, const void *right) {
    double a;
    double b;
    memcpy(&a, left, sizeof a);
    memcpy(&b, right, sizeof b);
    return (a > b) - (a < b);
}

double median(double *values, size_t n) {
    qsort(values, n, sizeof *values, by_value);
    return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

double median_seconds(const struct subject *subject) {
    double values[MAX_ROUNDS];
    memcpy(values, subject->seconds, subject->rounds * sizeof *values);
    return median(values, subject->rounds);
}

double median_ratio(const struct subject *subject, const struct subject *reference) {
    double ratios[MAX_ROUNDS];
    for (unsigned i = 0; i < subject->rounds; i++)
        ratios[i] = subject->seconds[i] / reference->seconds[i];
    return median(ratios, subject->rounds);
}
