/* Makes batches of sequences that come one by one. */
#include "reading.h"

#include "../match/error.h"

#include <stdlib.h>
#include <string.h>

/* A batch is passed on when it has so many IDs: few enough for the cache, and enough that its
 * own cost does not matter. */
enum { MANY_IDS = 64 * 1024, MAX_SEQUENCES = 1024 };

static size_t width_of(int32_t type) {
    switch (type) {
    case MMSPAN_IDS_INT64:
        return 8;
    case MMSPAN_IDS_UINT16:
        return 2;
    default:
        return 4;
    }
}

mmspan_status ma_flush(struct ma_reading *reading, struct ma_gathered *g, mmspan_error *error) {
    if (g->n == 0)
        return MMSPAN_OK;
    const mmspan_column ids = {.data = g->data ? g->data : g->copy,
                               .n = g->n_ids,
                               .offsets = g->offsets,
                               .type = g->type};
    const mmspan_audit_batch batch = {.struct_size = sizeof batch,
                                      .file = reading->file,
                                      .first_sequence = g->first_sequence,
                                      .first_token = g->first_token,
                                      .n_sequences = g->n,
                                      .ids = &ids,
                                      .lines = g->lines};
    mmspan_status status = mmspan_audit_add(reading->audit, &batch, error);
    g->n = g->n_ids = 0;
    g->data = NULL;
    return status;
}

static bool copy_ids(struct ma_gathered *g, const mmspan_ids *ids) {
    const size_t width = width_of(ids->type);
    const size_t need = (g->n_ids + ids->n) * width;
    if (need > g->cap) {
        const size_t cap = need > 2 * g->cap ? need : 2 * g->cap;
        char *copy = realloc(g->copy, cap);
        if (!copy)
            return false;
        g->copy = copy;
        g->cap = cap;
    }
    if (ids->n)
        memcpy(g->copy + g->n_ids * width, ids->data, ids->n * width);
    return true;
}

/* Can the sequence be added to what there is? */
static bool fits(const struct ma_gathered *g, const struct mr_sequence *s) {
    const mmspan_ids *ids = &s->ids;
    if (g->n == MAX_SEQUENCES || g->n_ids >= MANY_IDS || g->type != ids->type ||
        (int64_t)s->number != g->first_sequence + (int64_t)g->n)
        return false;
    if (!s->stays)
        return !g->data;
    return g->data && (const char *)ids->data == g->data + g->n_ids * width_of(ids->type);
}

mmspan_status ma_gather(struct ma_reading *reading, struct ma_gathered *g,
                        const struct mr_sequence *s, int64_t first_token, mmspan_error *error) {
    if (g->n && !fits(g, s)) {
        mmspan_status status = ma_flush(reading, g, error);
        if (status != MMSPAN_OK)
            return status;
    }
    if (g->n == 0) {
        g->type = s->ids.type;
        g->first_sequence = (int64_t)s->number;
        g->first_token = first_token;
        g->data = s->stays ? s->ids.data : NULL;
    }
    if (!s->stays && !copy_ids(g, &s->ids))
        return mm_fail_memory(error);
    g->n_ids += s->ids.n;
    g->lines[g->n] = (int64_t)s->line;
    g->offsets[++g->n] = (int64_t)g->n_ids;
    return MMSPAN_OK;
}

void ma_gathered_free(struct ma_gathered *g) {
    free(g->copy);
    *g = (struct ma_gathered){0};
}
