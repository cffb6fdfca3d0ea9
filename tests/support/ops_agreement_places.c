/* The operations that only read a result, against what the model has for each token. */
#include "ops_agreement.h"

#include "mmspan/adapters.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GUARD = 0xA5, ROW = 6, STRIDE = 9 };

/* Room for what a prompt of MODEL_MOST tokens gives, and one element that must stay. */
static struct model_token tokens[MODEL_MOST];
static uint8_t mask[MODEL_MOST + 1];
static int32_t numbers_of[MODEL_MOST + 1];
static int64_t counts[MODEL_MOST + 1];

static bool arrays_agree(struct ops_trial *t, const mmspan_result *result) {
    size_t n = (size_t)t->model.n_tokens;
    int32_t numbers[MMSPAN_MAX_MODALITIES];
    for (size_t i = 0; i < t->declared->n_modalities; i++)
        numbers[i] = 70 - 3 * (int32_t)i;
    mask[n] = GUARD;
    if (mmspan_mask(result, mask, n, NULL) != MMSPAN_OK || mask[n] != GUARD)
        return ops_differ(t, "mask fails");
    for (size_t i = 0; i < n; i++)
        if (mask[i] != (tokens[i].modality >= 0))
            return ops_differ(t, "mask of token %zu", i);
    for (int given = 0; given < 2; given++) {
        numbers_of[n] = GUARD;
        if (mmspan_type_ids(result, given ? numbers : NULL,
                            given ? t->declared->n_modalities : 0, numbers_of, n,
                            NULL) != MMSPAN_OK ||
            numbers_of[n] != GUARD)
            return ops_differ(t, "type_ids fails");
        for (size_t i = 0; i < n; i++) {
            int32_t m = tokens[i].modality;
            if (numbers_of[i] != (m < 0 ? 0 : given ? numbers[m] : m + 1))
                return ops_differ(t, "type_ids of token %zu", i);
        }
    }
    counts[n] = numbers_of[n] = GUARD;
    if (mmspan_cumsum(result, counts, n, NULL) != MMSPAN_OK || counts[n] != GUARD ||
        mmspan_item_index(result, numbers_of, n, NULL) != MMSPAN_OK || numbers_of[n] != GUARD)
        return ops_differ(t, "cumsum or item_index fails");
    for (size_t i = 0; i < n; i++)
        if (counts[i] != tokens[i].cumsum || numbers_of[i] != tokens[i].item)
            return ops_differ(t, "cumsum or item_index of token %zu", i);
    if (mmspan_mask(result, mask, n + 1, NULL) != MMSPAN_E_MISMATCH ||
        mmspan_item_index(result, numbers_of, n + 1, NULL) != MMSPAN_E_MISMATCH ||
        mmspan_type_ids(result, NULL, 0, numbers_of, n + 1, NULL) != MMSPAN_E_MISMATCH)
        return ops_differ(t, "an array of another length is taken");
    return true;
}

static bool rows_agree(struct ops_trial *t, const mmspan_result *result) {
    for (int32_t m = -1; m <= (int32_t)t->declared->n_modalities; m++)
        if (mmspan_rows(result, m) != model_rows(&t->model, m))
            return ops_differ(t, "rows of modality %d", (int)m);
    return true;
}

static bool window_agrees(struct ops_trial *t, const mmspan_result *result, int64_t start,
                          int64_t end) {
    static mmspan_run is[MODEL_MOST];
    static mmspan_run wanted[MODEL_MOST];
    size_t n = model_window(&t->model, start, end, wanted);
    size_t n_runs = 0;
    if (n && (mmspan_window(result, start, end, is, n - 1, &n_runs, NULL) != MMSPAN_E_SPACE ||
              n_runs != n))
        return ops_differ(t, "window [%" PRId64 ", %" PRId64 ") without room", start, end);
    if (mmspan_window(result, start, end, is, n, &n_runs, NULL) != MMSPAN_OK || n_runs != n)
        return ops_differ(t, "window [%" PRId64 ", %" PRId64 ") has %zu runs, wanted %zu",
                          start, end, n_runs, n);
    if (n && memcmp(is, wanted, n * sizeof *is) != 0)
        return ops_differ(t, "runs of window [%" PRId64 ", %" PRId64 ")", start, end);
    return true;
}

/* All windows of a short prompt; of a long one those that begin or end beside a border. */
static bool windows_agree(struct ops_trial *t, const mmspan_result *result) {
    int64_t n = t->model.n_tokens;
    int64_t step = n <= 24 ? 1 : n / 6;
    for (int64_t start = 0; start <= n; start += step)
        for (int64_t end = start; end <= n; end += step)
            if (!window_agrees(t, result, start, end))
                return false;
    for (size_t i = 0; i < t->model.n_items; i++)
        if (!window_agrees(t, result, t->model.items[i].start, n) ||
            !window_agrees(t, result, t->model.items[i].start + 1, t->model.items[i].end))
            return false;
    if (mmspan_window(result, 0, n + 1, NULL, 0, &(size_t){0}, NULL) != MMSPAN_E_ARGUMENT ||
        mmspan_window(result, -1, n, NULL, 0, &(size_t){0}, NULL) != MMSPAN_E_ARGUMENT)
        return ops_differ(t, "a window outside the prompt is taken");
    return true;
}

static bool cuts_agree(struct ops_trial *t, const mmspan_result *result) {
    for (int64_t at = -1; at <= t->model.n_tokens + 1; at++) {
        int64_t before = mmspan_cut_before(result, at);
        int64_t after = mmspan_cut_after(result, at);
        if (before != model_cut_before(&t->model, at) ||
            after != model_cut_after(&t->model, at))
            return ops_differ(t,
                              "cuts at %" PRId64 " are %" PRId64 ", %" PRId64
                              ", wanted %" PRId64 ", %" PRId64,
                              at, before, after, model_cut_before(&t->model, at),
                              model_cut_after(&t->model, at));
    }
    return true;
}

/* Where nothing survives, where the empty range stands is open. */
static bool same_range(mmspan_span a, mmspan_span b) {
    return (a.start == a.end && b.start == b.end) || (a.start == b.start && a.end == b.end);
}

static bool truncate_agrees(struct ops_trial *t, const mmspan_result *result, int64_t most,
                            int32_t side) {
    mmspan_span kept;
    mmspan_span media[MMSPAN_MAX_MODALITIES];
    mmspan_span wanted_media[MMSPAN_MAX_MODALITIES];
    size_t n = t->declared->n_modalities;
    mmspan_span wanted = model_truncate(&t->model, most, side, wanted_media);
    if (mmspan_truncate(result, most, side, &kept, media, n, NULL) != MMSPAN_OK)
        return ops_differ(t, "truncate fails");
    if (kept.start != wanted.start || kept.end != wanted.end)
        return ops_differ(t,
                          "truncate to %" PRId64 ", side %d: [%" PRId64 ", %" PRId64
                          "), wanted [%" PRId64 ", %" PRId64 ")",
                          most, (int)side, kept.start, kept.end, wanted.start, wanted.end);
    for (size_t i = 0; i < n; i++)
        if (!same_range(media[i], wanted_media[i]))
            return ops_differ(t,
                              "truncate to %" PRId64 ", side %d: media [%" PRId64 ", %" PRId64
                              ") of %s, wanted [%" PRId64 ", %" PRId64 ")",
                              most, (int)side, media[i].start, media[i].end,
                              t->declared->modalities[i].name, wanted_media[i].start,
                              wanted_media[i].end);
    return true;
}

static bool truncations_agree(struct ops_trial *t, const mmspan_result *result) {
    int64_t step = t->model.n_tokens <= 40 ? 1 : 7;
    for (int64_t most = 0; most <= t->model.n_tokens + step; most += step)
        if (!truncate_agrees(t, result, most, MMSPAN_SIDE_RIGHT) ||
            !truncate_agrees(t, result, most, MMSPAN_SIDE_LEFT))
            return false;
    if (mmspan_truncate(result, -1, 0, &(mmspan_span){0}, NULL, 0, NULL) != MMSPAN_E_ARGUMENT)
        return ops_differ(t, "a negative length is taken");
    return true;
}

static bool segments_agree(struct ops_trial *t, const mmspan_result *result) {
    static mmspan_segment is[MODEL_MOST];
    static mmspan_segment wanted[MODEL_MOST];
    size_t n = model_segments(&t->model, wanted);
    size_t n_segments = 0;
    if (mmspan_segments(result, is, n, &n_segments, NULL) != MMSPAN_OK || n_segments != n ||
        (n && memcmp(is, wanted, n * sizeof *is) != 0))
        return ops_differ(t, "segments");
    return true;
}

static bool fill_agrees(struct ops_trial *t, const mmspan_result *result, const int32_t *ids,
                        bool by_run) {
    static int32_t values[MODEL_MOST];
    static int32_t filled[MODEL_MOST];
    size_t n = (size_t)t->model.n_tokens;
    size_t n_values = by_run ? t->model.n_runs : t->model.n_items;
    for (size_t i = 0; i < n_values; i++)
        values[i] = -500000 - (int32_t)i;
    memcpy(filled, ids, n * sizeof *ids);
    mmspan_status status = by_run ? mmspan_fill_runs(result, filled, n, values, n_values, NULL)
                                  : mmspan_fill(result, filled, n, values, n_values, NULL);
    if (status != MMSPAN_OK)
        return ops_differ(t, "fill: status %d", (int)status);
    for (size_t i = 0; i < n; i++) {
        int32_t index = by_run ? tokens[i].run : tokens[i].item;
        if (filled[i] != (tokens[i].run < 0 ? ids[i] : values[index]))
            return ops_differ(t, "%s of token %zu", by_run ? "fill_runs" : "fill", i);
    }
    memcpy(filled, ids, n * sizeof *ids);
    status = by_run ? mmspan_fill_runs(result, filled, n, values, n_values + 1, NULL)
                    : mmspan_fill(result, filled, n, values, n_values + 1, NULL);
    if (status != MMSPAN_E_MISMATCH || memcmp(filled, ids, n * sizeof *ids) != 0)
        return ops_differ(t, "one value more is taken");
    return true;
}

/* What the byte of a row is, so that each is known from all others nearby. */
static uint8_t byte_of(int32_t modality, int64_t row, size_t byte) {
    return (uint8_t)(modality * 83 + row * 7 + (int64_t)byte + 1);
}

static bool splice_agrees(struct ops_trial *t, const mmspan_result *result, int64_t start,
                          int64_t end) {
    static uint8_t rows[3][MODEL_MOST * STRIDE];
    static uint8_t matrix[MODEL_MOST * STRIDE];
    mmspan_source sources[3];
    size_t n_sources = t->declared->n_modalities;
    if (n_sources > 3)
        return true;
    memset(matrix, GUARD, sizeof matrix);
    for (int32_t m = 0; m < (int32_t)n_sources; m++) {
        int64_t n = model_rows(&t->model, m);
        sources[m] =
            (mmspan_source){.data = rows[m], .n_rows = n, .stride = ROW, .modality = m};
        for (int64_t row = 0; row < n; row++)
            for (size_t b = 0; b < ROW; b++)
                rows[m][(size_t)row * ROW + b] = byte_of(m, row, b);
    }
    if (mmspan_splice(result, start, end, ROW, matrix, STRIDE, sources, n_sources, NULL) !=
        MMSPAN_OK)
        return ops_differ(t, "splice fails");
    for (int64_t at = start; at < end; at++)
        for (size_t b = 0; b < STRIDE; b++) {
            bool row = tokens[at].modality >= 0 && b < ROW;
            uint8_t wanted = row ? byte_of(tokens[at].modality, tokens[at].row, b) : GUARD;
            if (matrix[(size_t)(at - start) * STRIDE + b] != wanted)
                return ops_differ(t, "splice [%" PRId64 ", %" PRId64 "): token %" PRId64, start,
                                  end, at);
        }
    return true;
}

static bool sglang_agrees(struct ops_trial *t, const mmspan_result *result) {
    static mmspan_pair pairs[MODEL_MOST];
    for (int32_t m = 0; m < (int32_t)t->declared->n_modalities; m++) {
        size_t n = 0;
        size_t n_pairs;
        if (mmspan_sglang_offsets(result, m, pairs, MODEL_MOST, &n_pairs, NULL) != MMSPAN_OK)
            return ops_differ(t, "sglang_offsets fails");
        for (size_t r = 0; r < t->model.n_runs; r++) {
            const mmspan_run *run = &t->model.runs[r];
            if (run->modality != m)
                continue;
            if (n >= n_pairs || pairs[n].first != run->start ||
                pairs[n].last != run->start + run->length - 1)
                return ops_differ(t, "sglang_offsets of modality %d: pair %zu", (int)m, n);
            n++;
        }
        if (n != n_pairs)
            return ops_differ(t, "sglang_offsets of modality %d: %zu pairs", (int)m, n_pairs);
    }
    return true;
}

/* The item where a lone placeholder becomes all of it, else from the first to the last row. */
static bool vllm_agrees(struct ops_trial *t, const mmspan_result *result, size_t index) {
    static uint8_t embed[MODEL_MOST];
    const mmspan_item *item = &t->model.items[index];
    int64_t from = item->start;
    int64_t to = item->end;
    bool all = true;
    mmspan_vllm_range range;
    if (item->rows == 0)
        return true;
    if (t->declared->modalities[item->modality].n_bare == 0) {
        while (tokens[from].modality != item->modality)
            from++;
        while (tokens[to - 1].modality != item->modality)
            to--;
    }
    if (mmspan_vllm_placeholder(result, (int32_t)index, &range, embed, MODEL_MOST, NULL) !=
            MMSPAN_OK ||
        range.offset != from || range.length != to - from || range.modality != item->modality)
        return ops_differ(t, "vllm_placeholder of item %zu", index);
    for (int64_t at = from; at < to; at++) {
        bool own = tokens[at].modality == item->modality;
        all = all && own;
        if (embed[at - from] != own)
            return ops_differ(t, "vllm_placeholder of item %zu: token %" PRId64, index, at);
    }
    if ((range.all_embed != 0) != all)
        return ops_differ(t, "vllm_placeholder of item %zu: all_embed", index);
    return true;
}

bool ops_agree_places(struct ops_trial *t, const mmspan_result *result, const int32_t *ids) {
    int64_t n = t->model.n_tokens;
    model_tokens(&t->model, tokens);
    for (size_t i = 0; i < t->model.n_items; i++)
        if (!vllm_agrees(t, result, i))
            return false;
    for (int64_t at = 0; at <= n; at++)
        if (mmspan_new_position(result, at) != at || mmspan_old_position(result, at) != at)
            return ops_differ(t, "position %" PRId64 " moves", at);
    return arrays_agree(t, result) && rows_agree(t, result) && windows_agree(t, result) &&
           cuts_agree(t, result) && truncations_agree(t, result) && segments_agree(t, result) &&
           fill_agrees(t, result, ids, false) && fill_agrees(t, result, ids, true) &&
           splice_agrees(t, result, 0, n) && splice_agrees(t, result, n / 3, n - n / 3) &&
           sglang_agrees(t, result);
}
