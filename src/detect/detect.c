/* Ranks the built-in configs by what they explain of a sample. */
#include "detector.h"

#include "../../include/mmspan/batch.h"
#include "../kernel/widths.h"
#include "../match/error.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(mmspan_fit) == 56 + sizeof(const char *), "frozen layout");

/* What the sample has of the IDs of a zone: tokens, and steps, stretches of one ID. */
struct tally {
    int64_t n_tokens;
    int64_t n_steps;
};

/* A config on its way to its rank. */
struct candidate {
    mmspan_fit fit;
    const mmspan_config *config;
};

/* A sample on its way to its fits. */
struct trial {
    const mmspan_detector *detector;
    const mmspan_ids *ids;
    const int32_t *narrow; /* the same as int32 */
    const int64_t *offsets;
    size_t n_sequences;
    struct tally *tallies; /* by zone */
    mmspan_batch *batch;
    struct candidate *candidates;
    size_t n_candidates;
};

static mmspan_status check(const mmspan_ids *ids, const int64_t *offsets, size_t n_sequences,
                           mmspan_error *error) {
    if (ids->type < MMSPAN_IDS_INT32 || ids->type > MMSPAN_IDS_UINT16)
        return mm_fail_argument(error, "ids.type");
    if (!ids->data && ids->n)
        return mm_fail_argument(error, "ids.data is NULL");
    for (size_t i = 0; i < n_sequences; i++)
        if (offsets[i] < 0 || offsets[i + 1] < offsets[i] || (uint64_t)offsets[i + 1] > ids->n)
            return mm_fail(error, MMSPAN_E_ARGUMENT, NULL,
                           "offsets: sequence %zu is [%lld, %lld), which is not inside the "
                           "%zu values",
                           i, (long long)offsets[i], (long long)offsets[i + 1], ids->n);
    return MMSPAN_OK;
}

/* A value that fits no int32 becomes an ID that no config claims. */
static void narrow(const struct trial *trial, int32_t *to) {
    static const enum mm_width widths[] = {[MMSPAN_IDS_INT64] = MM_INT64,
                                           [MMSPAN_IDS_UINT32] = MM_UINT32,
                                           [MMSPAN_IDS_UINT16] = MM_UINT16};
    const enum mm_width width = widths[trial->ids->type];
    for (size_t i = 0; i < trial->ids->n; i++) {
        const int64_t value = mm_value_at(trial->ids->data, i, width);
        to[i] = value == (int32_t)value ? (int32_t)value : trial->detector->unclaimed;
    }
}

/* A run of one ID is looked up once. */
static void count_tokens(const struct trial *trial) {
    const int32_t *ids = trial->narrow;
    for (size_t s = 0; s < trial->n_sequences; s++) {
        const int64_t end = trial->offsets[s + 1];
        int64_t next;
        for (int64_t i = trial->offsets[s]; i < end; i = next) {
            next = i + 1;
            const ptrdiff_t zone = md_zone_of(trial->detector, ids[i]);
            if (zone < 0)
                continue;
            while (next < end && ids[next] == ids[i])
                next++;
            trial->tallies[zone].n_tokens += next - i;
            trial->tallies[zone].n_steps++;
        }
    }
}

/* Is the zone in one of the n claims? */
static bool is_claimed(const mmspan_detector *detector, size_t zone,
                       const struct md_claim *claims, size_t n) {
    const int64_t id = detector->zones[zone];
    for (size_t i = 0; i < n; i++)
        if (id >= claims[i].low && id <= claims[i].high)
            return true;
    return false;
}

/* What the claims of one config have together. */
static struct tally sum_claims(const struct trial *trial, const struct md_claim *claims,
                               size_t n) {
    const mmspan_detector *d = trial->detector;
    struct tally sum = {0, 0};
    for (size_t i = 0; i < n; i++) {
        const size_t last = md_find_zone(d, claims[i].high);
        for (size_t z = md_find_zone(d, claims[i].low); z <= last; z++) {
            if (!trial->tallies[z].n_tokens || is_claimed(d, z, claims, i))
                continue;
            sum.n_tokens += trial->tallies[z].n_tokens;
            sum.n_steps += trial->tallies[z].n_steps;
        }
    }
    return sum;
}

/* Lists the configs of which a token occurs. Claims are in the order of their configs. */
static void list_candidates(struct trial *trial) {
    const mmspan_detector *d = trial->detector;
    size_t end = 0;
    for (size_t m = 0; m < d->n_models; m++) {
        const size_t first = end;
        while (end < d->n_claims && d->claims[end].config == m)
            end++;
        const struct tally sum = sum_claims(trial, d->claims + first, end - first);
        if (sum.n_tokens > 0)
            trial->candidates[trial->n_candidates++] =
                (struct candidate){.fit = {.model = d->models[m].name,
                                           .n_tokens = sum.n_tokens,
                                           .score = sum.n_steps},
                                   .config = d->models[m].config};
    }
}

/* Every step is explained, unless there is a finding about it: a stray token is one step that
 * is not, and what it takes off besides is what every finding takes off. */
static void judge(const mmspan_ragged *found, size_t n_sequences, mmspan_fit *fit) {
    fit->n_items = (int64_t)found->n_items;
    fit->n_findings = (int64_t)found->n_findings;
    fit->score -= fit->n_findings;
    for (size_t i = 0; i < found->n_findings; i++)
        fit->score -= found->findings[i].kind == MMSPAN_FINDING_STRAY_TOKEN;
    for (size_t s = 0; s < n_sequences; s++)
        fit->n_sequences += found->item_offsets[s + 1] > found->item_offsets[s];
}

/* IDs of a type that cannot hold all that the config reserves are of another model. */
static mmspan_status try_config(const struct trial *trial, struct candidate *candidate,
                                mmspan_error *error) {
    mmspan_matcher *matcher = NULL;
    mmspan_error why;
    mmspan_status status = mmspan_config_compile(candidate->config, NULL, &matcher, &why);
    if (status == MMSPAN_OK)
        status = mmspan_scan_batch(matcher, trial->ids, trial->offsets, trial->n_sequences,
                                   NULL, trial->batch, &why);
    if (status == MMSPAN_OK)
        judge(mmspan_batch_view(trial->batch), trial->n_sequences, &candidate->fit);
    else if (status != MMSPAN_E_MISMATCH && error)
        *error = why;
    mmspan_matcher_destroy(matcher);
    return status == MMSPAN_E_MISMATCH ? MMSPAN_OK : status;
}

static bool fits(const mmspan_fit *fit) {
    return fit->n_items > 0 && fit->score > 0;
}

/* The power of four that a number reaches: whether a run of two is one item or two says
 * little, whether one of 256 is one or 256 says a lot. */
static int magnitude(int64_t n) {
    int power = 0;
    for (; n >= 4; n /= 4)
        power++;
    return power;
}

/* Negative when a fits better than b. */
static int compare_worth(const struct candidate *a, const struct candidate *b) {
    if (fits(&a->fit) != fits(&b->fit))
        return fits(&a->fit) ? -1 : 1;
    if (a->fit.score != b->fit.score)
        return a->fit.score > b->fit.score ? -1 : 1;
    if (a->fit.n_findings != b->fit.n_findings)
        return a->fit.n_findings < b->fit.n_findings ? -1 : 1;
    return magnitude(a->fit.n_items) - magnitude(b->fit.n_items);
}

static int compare_candidates(const void *a, const void *b) {
    const struct candidate *x = a;
    const struct candidate *y = b;
    const int worth = compare_worth(x, y);
    return worth ? worth : strcmp(x->fit.model, y->fit.model);
}

static void rank(struct trial *trial) {
    struct candidate *list = trial->candidates;
    qsort(list, trial->n_candidates, sizeof *list, compare_candidates);
    int64_t last = 0;
    for (size_t i = 0; i < trial->n_candidates && fits(&list[i].fit); i++) {
        if (i == 0 || compare_worth(&list[i - 1], &list[i]) != 0)
            last++;
        list[i].fit.rank = last;
    }
}

static mmspan_status run(struct trial *trial, mmspan_error *error) {
    count_tokens(trial);
    list_candidates(trial);
    mmspan_status status = MMSPAN_OK;
    for (size_t i = 0; i < trial->n_candidates && status == MMSPAN_OK; i++)
        status = try_config(trial, &trial->candidates[i], error);
    if (status == MMSPAN_OK)
        rank(trial);
    return status;
}

/* Hands the fits out, or says how many there are. */
static mmspan_status give(const struct trial *trial, mmspan_fit *to, size_t cap, size_t *n_to,
                          mmspan_error *error) {
    *n_to = trial->n_candidates;
    if (trial->n_candidates > cap)
        return mm_fail(error, MMSPAN_E_SPACE, NULL, "there are %zu fits and room for %zu",
                       trial->n_candidates, cap);
    for (size_t i = 0; i < trial->n_candidates; i++)
        to[i] = trial->candidates[i].fit;
    return MMSPAN_OK;
}

/* All memory but the batch's is the arena's. */
static mmspan_status prepare(struct trial *trial, struct mm_arena *arena, mmspan_error *error) {
    const mmspan_detector *d = trial->detector;
    trial->tallies = mm_arena_alloc(arena, d->n_zones, sizeof *trial->tallies);
    trial->candidates = mm_arena_alloc(arena, d->n_models, sizeof *trial->candidates);
    if (!trial->tallies || !trial->candidates ||
        mmspan_batch_create(&d->allocator, &trial->batch) != MMSPAN_OK)
        return mm_fail_memory(error);
    if (trial->ids->type == MMSPAN_IDS_INT32)
        return MMSPAN_OK;
    int32_t *copy = mm_arena_alloc(arena, trial->ids->n, sizeof *copy);
    if (!copy)
        return mm_fail_memory(error);
    narrow(trial, copy);
    trial->narrow = copy;
    return MMSPAN_OK;
}

mmspan_status mmspan_detect(const mmspan_detector *detector, const mmspan_ids *ids,
                            const int64_t *offsets, size_t n_sequences, mmspan_fit *to,
                            size_t cap, size_t *n_to, mmspan_error *error) {
    if (!detector || !ids || (!to && cap) || !n_to)
        return mm_fail_argument(error, "detector, ids, fits or n_fits");
    const int64_t whole[] = {0, (int64_t)ids->n};
    struct trial trial = {.detector = detector,
                          .ids = ids,
                          .narrow = ids->data,
                          .offsets = offsets ? offsets : whole,
                          .n_sequences = offsets ? n_sequences : 1};
    mmspan_status status = check(ids, trial.offsets, trial.n_sequences, error);
    if (status != MMSPAN_OK)
        return status;
    struct mm_arena arena;
    mm_arena_init(&arena, &detector->allocator);
    status = prepare(&trial, &arena, error);
    if (status == MMSPAN_OK)
        status = run(&trial, error);
    if (status == MMSPAN_OK)
        status = give(&trial, to, cap, n_to, error);
    mmspan_batch_destroy(trial.batch);
    mm_arena_free(&arena);
    return status;
}
