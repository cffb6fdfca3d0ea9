/*
 * Models of what asks where: position maps, windows, cuts, truncation, segments.
 *
 * A media that the prompt has nothing of does not survive truncation. Guests are media of their
 * modality once something was assigned.
 */
#include "model.h"

static int64_t map(const struct model *m, int64_t position, bool to_new) {
    int64_t n_from = m->rewritten && !to_new ? m->n_new : m->n_tokens;
    int64_t n_to = m->rewritten && to_new ? m->n_new : m->n_tokens;
    int64_t from_end = 0; /* of the last item before the position, on both sides */
    int64_t to_end = 0;
    if (position < 0 || position > n_from)
        return -1;
    if (!m->rewritten)
        return position;
    if (position == n_from)
        return n_to;
    for (size_t i = 0; i < m->n_items; i++) {
        mmspan_span old = {m->items[i].start, m->items[i].end};
        mmspan_span from = to_new ? old : m->placed[i];
        mmspan_span to = to_new ? m->placed[i] : old;
        if (position < from.start)
            break;
        if (position < from.end)
            return from.end - from.start == to.end - to.start
                       ? to.start + (position - from.start)
                       : to.start;
        from_end = from.end;
        to_end = to.end;
    }
    return to_end + (position - from_end);
}

int64_t model_new_position(const struct model *m, int64_t position) {
    return map(m, position, true);
}

int64_t model_old_position(const struct model *m, int64_t position) {
    return map(m, position, false);
}

size_t model_window(const struct model *m, int64_t start, int64_t end, mmspan_run *runs) {
    size_t n = 0;
    for (size_t r = 0; r < m->n_runs; r++) {
        bool open = false;
        for (int64_t k = 0; k < m->runs[r].length; k++) {
            int64_t at = m->runs[r].start + k;
            if (at < start || at >= end)
                continue;
            if (!open) {
                runs[n] = m->runs[r];
                runs[n].start = at;
                runs[n].row = m->runs[r].row + k;
                runs[n++].length = 0;
                open = true;
            }
            runs[n - 1].length++;
        }
    }
    return n;
}

static bool may_cut(const struct model *m, int64_t at) {
    for (size_t i = 0; i < m->n_items; i++)
        if (m->items[i].start < at && at < m->items[i].end &&
            !m->declared->modalities[m->items[i].modality].divisible)
            return false;
    return true;
}

static int64_t clip(const struct model *m, int64_t position) {
    return position < 0 ? 0 : position > m->n_tokens ? m->n_tokens : position;
}

int64_t model_cut_before(const struct model *m, int64_t position) {
    for (position = clip(m, position); !may_cut(m, position); position--)
        ;
    return position;
}

int64_t model_cut_after(const struct model *m, int64_t position) {
    for (position = clip(m, position); !may_cut(m, position); position++)
        ;
    return position;
}

/* Splits no item, and no media of several items. */
static bool may_truncate(const struct model *m, int64_t at) {
    for (size_t i = 0; i < m->n_items; i++) {
        if (m->items[i].start < at && at < m->items[i].end)
            return false;
        for (size_t k = 0; k < m->n_items && m->assigned && m->items[i].media >= 0; k++)
            if (m->items[k].modality == m->items[i].modality &&
                m->items[k].media == m->items[i].media && m->items[i].end <= at &&
                at <= m->items[k].start)
                return false;
    }
    return true;
}

static void find_survivors(const struct model *m, mmspan_span kept, mmspan_span *media) {
    static struct model counted;
    int32_t next[MMSPAN_MAX_MODALITIES] = {0};
    model_copy(&counted, m);
    if (!m->assigned) {
        model_find_takers(&counted, 0);
        for (size_t t = 0; t < counted.n_takers; t++)
            counted.takers[t].media =
                counted.takers[t].guest ? -1 : next[counted.takers[t].modality]++;
    }
    for (size_t i = 0; i < m->declared->n_modalities; i++)
        media[i] = (mmspan_span){0, 0};
    for (size_t t = 0; t < counted.n_takers; t++) {
        const struct model_taker *taker = &counted.takers[t];
        mmspan_span *range = &media[taker->modality];
        if (taker->media < 0 || taker->start < kept.start || taker->end > kept.end)
            continue;
        if (range->start == range->end)
            *range = (mmspan_span){taker->media, taker->media + 1};
        range->start = taker->media < range->start ? taker->media : range->start;
        range->end = taker->media >= range->end ? taker->media + 1 : range->end;
    }
}

mmspan_span model_truncate(const struct model *m, int64_t max_tokens, int32_t side,
                           mmspan_span *media) {
    int64_t length = max_tokens < m->n_tokens ? max_tokens : m->n_tokens;
    mmspan_span kept;
    for (;; length--) {
        bool left = side == MMSPAN_SIDE_LEFT;
        kept.start = left ? m->n_tokens - length : 0;
        kept.end = left ? m->n_tokens : length;
        if (may_truncate(m, left ? kept.start : kept.end) || length == 0)
            break;
    }
    find_survivors(m, kept, media);
    return kept;
}

size_t model_segments(const struct model *m, mmspan_segment *segments) {
    size_t n = 0;
    for (int64_t at = 0; at < m->n_tokens; at++) {
        int64_t item = -1;
        for (size_t i = 0; i < m->n_items; i++)
            if (m->items[i].start <= at && at < m->items[i].end)
                item = (int64_t)i;
        if (n == 0 || segments[n - 1].item != item)
            segments[n++] = (mmspan_segment){at, at, item};
        segments[n - 1].end = at + 1;
    }
    return n;
}
