/* Batches: many sequences, shared out among threads. */
#include "../../../include/mmspan/stream.h"
#include "../error.h"

#include <pthread.h>
#include <stdatomic.h>

/* Threads beyond this many only wait for memory. */
enum { MAX_THREADS = 256 };

struct batch {
    const mmspan_matcher *matcher;
    const int32_t *values;
    const int64_t *offsets;
    size_t n_sequences;
    mmspan_result *const *results;
    /* The next sequence that nobody has taken yet. */
    atomic_size_t next;
    pthread_mutex_t lock; /* of what follows */
    size_t failed;        /* the first sequence that failed, or n_sequences */
    mmspan_error error;
};

static void note_failure(struct batch *b, size_t sequence, const mmspan_error *error) {
    pthread_mutex_lock(&b->lock);
    if (sequence < b->failed) {
        b->failed = sequence;
        b->error = *error;
    }
    pthread_mutex_unlock(&b->lock);
}

static void *work(void *context) {
    struct batch *b = context;
    for (;;) {
        size_t i = atomic_fetch_add_explicit(&b->next, 1, memory_order_relaxed);
        if (i >= b->n_sequences)
            return NULL;
        mmspan_error error;
        size_t n = (size_t)(b->offsets[i + 1] - b->offsets[i]);
        if (mmspan_scan(b->matcher, n ? b->values + b->offsets[i] : NULL, n, NULL,
                        b->results[i], &error) != MMSPAN_OK)
            note_failure(b, i, &error);
    }
}

static mmspan_status check_batch(const struct batch *b, mmspan_error *error) {
    if (!b->matcher || !b->offsets || (!b->results && b->n_sequences))
        return mm_fail_argument(error, "matcher, offsets or results");
    for (size_t i = 0; i < b->n_sequences; i++) {
        if (b->offsets[i] < 0 || b->offsets[i + 1] < b->offsets[i])
            return mm_fail(error, MMSPAN_E_ARGUMENT, NULL,
                           "offsets: sequence %zu has negative offsets or length", i);
        if (!b->results[i] || (!b->values && b->offsets[i + 1] > b->offsets[i]))
            return mm_fail(error, MMSPAN_E_ARGUMENT, NULL,
                           "sequence %zu has no values or no result", i);
    }
    return MMSPAN_OK;
}

mmspan_status mmspan_scan_batch(const mmspan_matcher *matcher, const int32_t *values,
                                const int64_t *offsets, size_t n_sequences, uint32_t n_threads,
                                mmspan_result *const *results, mmspan_error *error) {
    struct batch b = {.matcher = matcher,
                      .values = values,
                      .offsets = offsets,
                      .n_sequences = n_sequences,
                      .results = results,
                      .failed = n_sequences};
    mmspan_status status = check_batch(&b, error);
    if (status != MMSPAN_OK)
        return status;
    if (pthread_mutex_init(&b.lock, NULL) != 0)
        return mm_fail_memory(error);
    pthread_t threads[MAX_THREADS];
    size_t wanted = n_threads < MAX_THREADS ? n_threads : MAX_THREADS;
    if (wanted > n_sequences)
        wanted = n_sequences;
    size_t started = 0;
    while (started + 1 < wanted && pthread_create(&threads[started], NULL, work, &b) == 0)
        started++;
    work(&b);
    while (started > 0)
        pthread_join(threads[--started], NULL);
    pthread_mutex_destroy(&b.lock);
    if (b.failed == n_sequences)
        return MMSPAN_OK;
    return mm_fail(error, (mmspan_status)b.error.status, NULL, "sequence %zu: %s", b.failed,
                   b.error.message);
}
