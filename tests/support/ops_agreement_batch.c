/* Batches against single scans, and scans of wide IDs against the model. */
#include "ops_agreement.h"

#include "../oracle/agreement.h"
#include "../oracle/oracle_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SEQUENCES = 64, MOST_VALUES = MOST_SEQUENCES * 512, BEFORE = 3 };

/* All sequences, one after the other, behind a few values that belong to none. */
struct ragged {
    int64_t values[MOST_VALUES + BEFORE];
    int64_t offsets[MOST_SEQUENCES + 1];
    mmspan_span literal[MOST_SEQUENCES * 8];
    int64_t literal_offsets[MOST_SEQUENCES + 1];
    size_t n;
    union {
        int32_t int32[MOST_VALUES + BEFORE];
        int64_t int64[MOST_VALUES + BEFORE];
        uint32_t uint32[MOST_VALUES + BEFORE];
        uint16_t uint16[MOST_VALUES + BEFORE];
    } data;
};

static bool fits_int32(int64_t value) {
    return value >= INT32_MIN && value <= INT32_MAX;
}

/* The ID, or what a type can hold in its place; now and then a value that is no int32. */
static int64_t value_for(const struct ops_batch *q, int32_t type, int32_t id,
                         int32_t harmless) {
    static const int64_t wide[] = {4294967296, 4294967297,  INT64_MAX,
                                   INT64_MIN,  -2147483649, 2147483648};
    int64_t last = type == MMSPAN_IDS_UINT16 ? UINT16_MAX : INT32_MAX;
    if (type == MMSPAN_IDS_INT64 && random_chance(q->random, 4))
        return wide[random_below(q->random, sizeof wide / sizeof *wide)];
    if (type == MMSPAN_IDS_UINT32 && random_chance(q->random, 4))
        return random_chance(q->random, 50) ? UINT32_MAX : 2147483648;
    bool is_signed = type == MMSPAN_IDS_INT32 || type == MMSPAN_IDS_INT64;
    return (id < 0 && !is_signed) || id > last ? harmless : id;
}

static void store(struct ragged *r, int32_t type, size_t at, int64_t value) {
    r->values[at] = value;
    if (type == MMSPAN_IDS_INT32)
        r->data.int32[at] = (int32_t)value;
    else if (type == MMSPAN_IDS_INT64)
        r->data.int64[at] = value;
    else if (type == MMSPAN_IDS_UINT32)
        r->data.uint32[at] = (uint32_t)value;
    else
        r->data.uint16[at] = (uint16_t)value;
}

static void fill(struct ragged *r, const struct ops_batch *q, int32_t type, int32_t harmless) {
    size_t n_literal = 0;
    r->n = 0;
    while (r->n < BEFORE)
        store(r, type, r->n++, harmless);
    for (size_t s = 0; s < q->n; s++) {
        const struct sampler_prompt *p = &q->prompts[s];
        r->offsets[s] = (int64_t)r->n;
        r->literal_offsets[s] = (int64_t)n_literal;
        for (size_t i = 0; i < p->n; i++)
            store(r, type, r->n++, value_for(q, type, p->ids[i], harmless));
        for (size_t i = 0; i < p->n_literal; i++)
            r->literal[n_literal++] = p->literal[i];
    }
    r->offsets[q->n] = (int64_t)r->n;
    r->literal_offsets[q->n] = (int64_t)n_literal;
}

static const void *data_at(const struct ragged *r, int32_t type, size_t at) {
    return type == MMSPAN_IDS_INT32    ? (const void *)&r->data.int32[at]
           : type == MMSPAN_IDS_INT64  ? (const void *)&r->data.int64[at]
           : type == MMSPAN_IDS_UINT32 ? (const void *)&r->data.uint32[at]
                                       : (const void *)&r->data.uint16[at];
}

/* States have numbers of the library's own. */
static size_t comparable(const mmspan_view *view, mmspan_finding *to) {
    for (size_t i = 0; i < view->n_findings; i++) {
        to[i] = view->findings[i];
        to[i].state = -1;
    }
    model_sort_findings(to, view->n_findings);
    return view->n_findings;
}

/* What a single scan finds in sequence s is what the model does. */
static bool single_agrees(struct ops_trial *t, const struct ragged *r, size_t s) {
    static mmspan_finding is[MODEL_MOST];
    static mmspan_finding wanted[MODEL_MOST];
    const int64_t *values = r->values + r->offsets[s];
    mmspan_view library = *mmspan_result_view(t->result);
    model_scan_wide(&t->model, values, (size_t)(r->offsets[s + 1] - r->offsets[s]),
                    r->literal + r->literal_offsets[s],
                    (size_t)(r->literal_offsets[s + 1] - r->literal_offsets[s]));
    if (t->model.open)
        return true;
    mmspan_view model = model_view(&t->model);
    library.n_findings = comparable(&library, is);
    library.findings = is;
    model.n_findings = comparable(&model, wanted);
    model.findings = wanted;
    return agreement_of_views(&library, &model, t->difference, sizeof t->difference);
}

/* The IDs that operations need: as they came, or narrowed. */
static bool ids_stay(struct ops_trial *t, const struct ragged *r, int32_t type, size_t s) {
    const int32_t *ids = mmspan_result_ids(t->result);
    const int64_t *values = r->values + r->offsets[s];
    int64_t n = r->offsets[s + 1] - r->offsets[s];
    if (type == MMSPAN_IDS_INT32 ? ids != NULL : n > 0 && ids == NULL)
        return ops_differ(t, "result_ids of type %d", (int)type);
    for (int64_t i = 0; ids && i < n; i++)
        if (fits_int32(values[i]) ? ids[i] != values[i]
                                  : oracle_is_declared(t->declared, ids[i]))
            return ops_differ(t, "result_ids: ID %d", (int)i);
    return true;
}

static bool sequence_agrees(struct ops_trial *t, const struct ops_batch *q,
                            const struct ragged *r, int32_t type, size_t s) {
    const mmspan_ragged *all = mmspan_batch_view(q->batch);
    mmspan_ids ids = {.data = data_at(r, type, (size_t)r->offsets[s]),
                      .n = (size_t)(r->offsets[s + 1] - r->offsets[s]),
                      .type = type};
    mmspan_scan_options options = {
        .struct_size = sizeof options,
        .literal = r->literal + r->literal_offsets[s],
        .n_literal = (size_t)(r->literal_offsets[s + 1] - r->literal_offsets[s])};
    mmspan_view slice = {.items = all->items + all->item_offsets[s],
                         .runs = all->runs + all->run_offsets[s],
                         .findings = all->findings + all->finding_offsets[s],
                         .n_items = (size_t)(all->item_offsets[s + 1] - all->item_offsets[s]),
                         .n_runs = (size_t)(all->run_offsets[s + 1] - all->run_offsets[s]),
                         .n_findings =
                             (size_t)(all->finding_offsets[s + 1] - all->finding_offsets[s]),
                         .n_tokens = (int64_t)ids.n};
    if (mmspan_scan_ids(t->matcher, &ids, &options, t->result, NULL) != MMSPAN_OK)
        return ops_differ(t, "scan_ids of type %d fails", (int)type);
    if (!single_agrees(t, r, s) || !ids_stay(t, r, type, s) ||
        !agreement_of_views(&slice, mmspan_result_view(t->result), t->difference,
                            sizeof t->difference))
        return false;
    if (mmspan_batch_get(q->batch, s, t->other, NULL) != MMSPAN_OK)
        return ops_differ(t, "batch_get fails");
    return agreement_of_views(mmspan_result_view(t->other), mmspan_result_view(t->result),
                              t->difference, sizeof t->difference);
}

static bool offsets_are_whole(struct ops_trial *t, const mmspan_ragged *all, size_t n) {
    if (all->n_sequences != n || all->item_offsets[0] != 0 || all->run_offsets[0] != 0 ||
        all->finding_offsets[0] != 0 || (size_t)all->item_offsets[n] != all->n_items ||
        (size_t)all->run_offsets[n] != all->n_runs ||
        (size_t)all->finding_offsets[n] != all->n_findings)
        return ops_differ(t, "the offsets of a batch of %zu", n);
    return true;
}

static bool type_agrees(struct ops_trial *t, const struct ops_batch *q, struct ragged *r,
                        int32_t type, int32_t harmless) {
    static const uint32_t threads[] = {0, 1, 2, 3, 8};
    fill(r, q, type, harmless);
    mmspan_ids values = {.data = data_at(r, type, 0), .n = r->n, .type = type};
    for (size_t k = 0; k < sizeof threads / sizeof *threads; k++) {
        mmspan_batch_options options = {.struct_size = sizeof options,
                                        .n_threads = threads[k],
                                        .literal = r->literal,
                                        .literal_offsets = r->literal_offsets};
        mmspan_error error = {0};
        mmspan_status status = mmspan_scan_batch(t->matcher, &values, r->offsets, q->n,
                                                 &options, q->batch, &error);
        mmspan_status wanted =
            model_type_holds(t->declared, type) ? MMSPAN_OK : MMSPAN_E_MISMATCH;
        if (status != wanted)
            return ops_differ(t, "type %d: status %d, wanted %d: %s", (int)type, (int)status,
                              (int)wanted, error.message);
        if (status != MMSPAN_OK)
            continue;
        if (!offsets_are_whole(t, mmspan_batch_view(q->batch), q->n))
            return false;
        for (size_t s = 0; s < q->n; s++)
            if (!sequence_agrees(t, q, r, type, s)) {
                size_t used = strlen(t->difference);
                snprintf(t->difference + used, sizeof t->difference - used,
                         "\nin sequence %zu, type %d, %u threads", s, (int)type, threads[k]);
                return false;
            }
    }
    return true;
}

bool ops_agree_batch(struct ops_trial *t, const struct ops_batch *q) {
    int32_t harmless;
    if (!model_harmless_id(t->declared, &harmless) || harmless > UINT16_MAX)
        return true;
    if (q->n > MOST_SEQUENCES)
        return ops_differ(t, "more than %d sequences", MOST_SEQUENCES);
    struct ragged *r = malloc(sizeof *r);
    bool agrees = r != NULL;
    for (int32_t type = MMSPAN_IDS_INT32; type <= MMSPAN_IDS_UINT16 && agrees; type++)
        agrees = type_agrees(t, q, r, type, harmless);
    free(r);
    return agrees;
}
