/* Batches: many sequences into flat arrays, shared out among threads. */
#include "../../../include/mmspan/batch.h"

#include "../error.h"
#include "../sized.h"
#include "result.h"
#include "values.h"

#include <pthread.h>
#include <string.h>

/* Threads beyond this many only wait for memory. */
enum { MAX_THREADS = 256 };

/* One thread's share: the sequences from `first` to before `end`, and what was found there. */
struct worker {
    const struct job *job;
    size_t first;
    size_t end;
    size_t failed; /* the sequence that failed; `end` if none */
    mmspan_status status;
    struct mm_engine engine;
    struct mm_output out;
    int32_t *ids; /* for narrowing */
    size_t cap_ids;
};

struct mmspan_batch {
    mmspan_allocator allocator;
    const mmspan_matcher *matcher;
    mmspan_ragged view;
    struct worker **workers; /* which do not move; the first one's output becomes all */
    size_t n_workers, cap_workers;
    int64_t *offsets; /* those of items, runs, findings and tokens, one after the other */
    size_t cap_offsets;
};

/* What all threads work on. */
struct job {
    const mmspan_matcher *matcher;
    const mmspan_ids *values;
    const int64_t *offsets;
    size_t n_sequences;
    mmspan_batch_options options;
    int64_t *item_offsets;
    int64_t *run_offsets;
    int64_t *finding_offsets;
};

mmspan_status mmspan_batch_create(const mmspan_allocator *allocator, mmspan_batch **batch) {
    if (!batch)
        return MMSPAN_E_ARGUMENT;
    mmspan_allocator memory = mm_allocator(allocator);
    mmspan_batch *made = mm_resize(&memory, NULL, 0, sizeof *made);
    if (!made)
        return MMSPAN_E_MEMORY;
    memset(made, 0, sizeof *made);
    made->allocator = memory;
    *batch = made;
    return MMSPAN_OK;
}

void mmspan_batch_destroy(mmspan_batch *batch) {
    if (!batch)
        return;
    mmspan_allocator memory = batch->allocator;
    for (size_t i = 0; i < batch->n_workers; i++) {
        struct worker *w = batch->workers[i];
        mm_engine_free(&w->engine);
        mm_output_free(&w->out);
        mm_free(&memory, w->ids, w->cap_ids * sizeof *w->ids);
        mm_free(&memory, w, sizeof *w);
    }
    mm_free(&memory, batch->workers, batch->cap_workers * sizeof(struct worker *));
    mm_free(&memory, batch->offsets, batch->cap_offsets * sizeof *batch->offsets);
    mm_free(&memory, batch, sizeof *batch);
}

const mmspan_ragged *mmspan_batch_view(const mmspan_batch *batch) {
    return &batch->view;
}

static struct mm_values sequence_at(const struct job *job, size_t i) {
    size_t from = (size_t)job->offsets[i];
    struct mm_values values =
        mm_values_slice(job->values, from, (size_t)job->offsets[i + 1] - from);
    if (job->options.literal_offsets) {
        int64_t first = job->options.literal_offsets[i];
        values.n_literal = (size_t)(job->options.literal_offsets[i + 1] - first);
        values.literal =
            values.n_literal && job->options.literal ? job->options.literal + first : NULL;
    }
    return values;
}

static void *work(void *context) {
    struct worker *w = context;
    const struct job *job = w->job;
    w->status = MMSPAN_OK;
    w->failed = w->end;
    mm_output_reset(&w->out);
    if (job->values->type != MMSPAN_IDS_INT32 &&
        !mm_reserve(&w->engine.allocator, &w->ids, &w->cap_ids, MM_VALUES_CHUNK,
                    sizeof *w->ids))
        w->status = MMSPAN_E_MEMORY;
    for (size_t i = w->first; i < w->end && w->status == MMSPAN_OK; i++) {
        const struct mm_values values = sequence_at(job, i);
        mm_output_next(&w->out);
        mm_engine_reset(&w->engine, job->matcher);
        w->status = mm_values_scan(&w->engine, &values, w->ids, false);
        if (w->status != MMSPAN_OK)
            w->failed = i;
        job->item_offsets[i + 1] = (int64_t)w->out.n_items;
        job->run_offsets[i + 1] = (int64_t)w->out.n_runs;
        job->finding_offsets[i + 1] = (int64_t)w->out.n_findings;
    }
    if (w->status != MMSPAN_OK && w->failed == w->end)
        w->failed = w->first;
    return NULL;
}

static mmspan_status check_sequences(const struct job *job, mmspan_error *error) {
    const mmspan_batch_options *options = &job->options;
    for (size_t i = 0; i < job->n_sequences; i++) {
        if (job->offsets[i] < 0 || job->offsets[i + 1] < job->offsets[i] ||
            (uint64_t)job->offsets[i + 1] > job->values->n)
            return mm_fail(error, MMSPAN_E_ARGUMENT, NULL,
                           "offsets: sequence %zu is [%lld, %lld), which is not inside the "
                           "%zu values",
                           i, (long long)job->offsets[i], (long long)job->offsets[i + 1],
                           job->values->n);
        if (!options->literal_offsets)
            continue;
        if (options->literal_offsets[i] < 0 ||
            options->literal_offsets[i + 1] < options->literal_offsets[i])
            return mm_fail(error, MMSPAN_E_ARGUMENT, NULL,
                           "literal_offsets: sequence %zu has negative offsets or length", i);
        const struct mm_values values = sequence_at(job, i);
        if ((values.n_literal && !options->literal) || !mm_values_spans_fit(&values))
            return mm_fail(error, MMSPAN_E_ARGUMENT, NULL,
                           "sequence %zu: literal spans must be sorted, apart from each other "
                           "and inside the sequence",
                           i);
    }
    return MMSPAN_OK;
}

/* Makes room for the offsets and for the threads' work. */
static bool make_room(mmspan_batch *batch, size_t n_sequences, size_t n_workers) {
    const mmspan_allocator *memory = &batch->allocator;
    if (n_sequences > PTRDIFF_MAX / (4 * sizeof(int64_t)) - 1 ||
        !mm_reserve(memory, &batch->offsets, &batch->cap_offsets, 4 * (n_sequences + 1),
                    sizeof *batch->offsets) ||
        !mm_reserve(memory, &batch->workers, &batch->cap_workers, n_workers,
                    sizeof(struct worker *)))
        return false;
    while (batch->n_workers < n_workers) {
        struct worker *made = mm_resize(memory, NULL, 0, sizeof *made);
        if (!made)
            return false;
        memset(made, 0, sizeof *made);
        mm_output_init(&made->out, memory);
        mm_engine_init(&made->engine, memory, &made->out);
        batch->workers[batch->n_workers++] = made;
    }
    return true;
}

/* The first sequence that begins at or behind a token. */
static size_t find_sequence(const struct job *job, int64_t token) {
    size_t low = 0;
    size_t n = job->n_sequences;
    while (n > 0) {
        size_t half = n / 2;
        if (job->offsets[low + half] < token) {
            low += half + 1;
            n -= half + 1;
        } else {
            n = half;
        }
    }
    return low;
}

/* Gives each thread about as many tokens, and runs them all; the last share is the calling
 * thread's, and that of every thread that cannot be started. */
static void run_workers(mmspan_batch *batch, const struct job *job, size_t n_workers) {
    pthread_t threads[MAX_THREADS];
    bool started[MAX_THREADS] = {false};
    int64_t begin = job->offsets[0];
    int64_t total = job->offsets[job->n_sequences] - begin;
    size_t first = 0;
    for (size_t t = 0; t < n_workers; t++) {
        struct worker *w = batch->workers[t];
        bool last = t + 1 == n_workers;
        int64_t share = total / (int64_t)n_workers * (int64_t)(t + 1);
        size_t end = last ? job->n_sequences : find_sequence(job, begin + share);
        w->job = job;
        w->first = first;
        w->end = first = end > first ? end : first;
        started[t] = !last && pthread_create(&threads[t], NULL, work, w) == 0;
    }
    for (size_t t = 0; t < n_workers; t++)
        if (!started[t])
            work(batch->workers[t]);
    for (size_t t = 0; t < n_workers; t++)
        if (started[t])
            pthread_join(threads[t], NULL);
}

static bool append(const mmspan_allocator *memory, void *array, size_t *cap, size_t *n,
                   const void *from, size_t more, size_t size) {
    if (!mm_reserve(memory, array, cap, *n + more, size))
        return false;
    char *block;
    memcpy(&block, array, sizeof block);
    if (more)
        memcpy(block + *n * size, from, more * size);
    *n += more;
    return true;
}

static void shift(int64_t *offsets, const struct worker *w, size_t by) {
    for (size_t i = w->first; by && i < w->end; i++)
        offsets[i + 1] += (int64_t)by;
}

/* Brings what the other threads have found behind what the first one has. */
static bool gather(mmspan_batch *batch, const struct job *job, size_t n_workers) {
    struct mm_output *all = &batch->workers[0]->out;
    const mmspan_allocator *memory = &batch->allocator;
    for (size_t t = 1; t < n_workers; t++) {
        const struct worker *w = batch->workers[t];
        const struct mm_output *out = &w->out;
        shift(job->item_offsets, w, all->n_items);
        shift(job->run_offsets, w, all->n_runs);
        shift(job->finding_offsets, w, all->n_findings);
        if (!append(memory, &all->items, &all->cap_items, &all->n_items, out->items,
                    out->n_items, sizeof *out->items) ||
            !append(memory, &all->runs, &all->cap_runs, &all->n_runs, out->runs, out->n_runs,
                    sizeof *out->runs) ||
            !append(memory, &all->findings, &all->cap_findings, &all->n_findings, out->findings,
                    out->n_findings, sizeof *out->findings))
            return false;
    }
    return true;
}

static mmspan_status scan_sequences(mmspan_batch *batch, struct job *job, mmspan_error *error) {
    size_t n = job->n_sequences;
    size_t n_workers = job->options.n_threads ? job->options.n_threads : 1;
    n_workers = n_workers < MAX_THREADS ? n_workers : MAX_THREADS;
    n_workers = n_workers < n ? n_workers : n > 0 ? n : 1;
    if (!make_room(batch, n, n_workers))
        return mm_fail_memory(error);
    job->item_offsets = batch->offsets;
    job->run_offsets = job->item_offsets + n + 1;
    job->finding_offsets = job->run_offsets + n + 1;
    job->item_offsets[0] = job->run_offsets[0] = job->finding_offsets[0] = 0;
    memcpy(job->finding_offsets + n + 1, job->offsets, (n + 1) * sizeof *job->offsets);
    run_workers(batch, job, n_workers);
    for (size_t t = 0; t < n_workers; t++) {
        const struct worker *w = batch->workers[t];
        if (w->status == MMSPAN_OK)
            continue;
        mmspan_error why;
        mm_fail_scan(&why, w->status);
        return mm_fail(error, w->status, NULL, "sequence %zu: %s", w->failed, why.message);
    }
    if (!gather(batch, job, n_workers))
        return mm_fail_memory(error);
    const struct mm_output *all = &batch->workers[0]->out;
    batch->view = (mmspan_ragged){.items = all->items,
                                  .runs = all->runs,
                                  .findings = all->findings,
                                  .item_offsets = job->item_offsets,
                                  .run_offsets = job->run_offsets,
                                  .finding_offsets = job->finding_offsets,
                                  .n_sequences = n,
                                  .n_items = all->n_items,
                                  .n_runs = all->n_runs,
                                  .n_findings = all->n_findings};
    return MMSPAN_OK;
}

mmspan_status mmspan_scan_batch(const mmspan_matcher *matcher, const mmspan_ids *values,
                                const int64_t *offsets, size_t n_sequences,
                                const mmspan_batch_options *options, mmspan_batch *batch,
                                mmspan_error *error) {
    if (!batch)
        return mm_fail_argument(error, "batch");
    batch->view = (mmspan_ragged){0};
    batch->matcher = matcher;
    if (!matcher || !values || !offsets)
        return mm_fail_argument(error, "matcher, values or offsets");
    struct job job = {
        .matcher = matcher, .values = values, .offsets = offsets, .n_sequences = n_sequences};
    if (!mm_read_struct(&job.options, sizeof job.options, options,
                        MM_SIZE_THROUGH(mmspan_batch_options, literal_offsets)))
        return mm_fail_argument(error, "options");
    mmspan_status status = mm_values_check(matcher, values, error);
    if (status == MMSPAN_OK)
        status = check_sequences(&job, error);
    return status == MMSPAN_OK ? scan_sequences(batch, &job, error) : status;
}

mmspan_status mmspan_batch_get(const mmspan_batch *batch, size_t sequence,
                               mmspan_result *result, mmspan_error *error) {
    if (!batch || !result || sequence >= batch->view.n_sequences)
        return mm_fail_argument(error, "batch, sequence or result");
    const mmspan_ragged *v = &batch->view;
    const int64_t *tokens = v->finding_offsets + v->n_sequences + 1 + sequence;
    struct mm_output part = {
        .n_items = (size_t)(v->item_offsets[sequence + 1] - v->item_offsets[sequence]),
        .n_runs = (size_t)(v->run_offsets[sequence + 1] - v->run_offsets[sequence]),
        .n_findings = (size_t)(v->finding_offsets[sequence + 1] - v->finding_offsets[sequence]),
    };
    /* An empty array may be none at all. */
    if (part.n_items)
        part.items = (mmspan_item *)v->items + v->item_offsets[sequence];
    if (part.n_runs)
        part.runs = (mmspan_run *)v->runs + v->run_offsets[sequence];
    if (part.n_findings)
        part.findings = (mmspan_finding *)v->findings + v->finding_offsets[sequence];
    for (size_t r = 0; r < part.n_runs; r++)
        part.rows[part.runs[r].modality] += part.runs[r].length;
    mm_output_reset(&result->out);
    bool copied = mm_output_copy(&result->out, &part);
    result->matcher = batch->matcher;
    result->narrowed = false;
    result->growing = false;
    mm_result_refresh(result, copied ? tokens[1] - tokens[0] : 0);
    result->rewritten = result->view.n_tokens;
    return copied ? MMSPAN_OK : mm_fail_memory(error);
}
