/* Where the documents of packed sequences begin. */
#include "audit.h"

#include "../match/error.h"

static bool add(struct mmspan_audit *audit, int64_t at) {
    if (!mm_reserve(&audit->allocator, &audit->documents, &audit->cap_documents,
                    audit->n_documents + 2, sizeof *audit->documents))
        return false;
    audit->documents[audit->n_documents++] = at;
    return true;
}

/* The border behind value `k` of a list of positions or of lengths, given the one before. Lists
 * that were padded with negative numbers end there. */
static bool next_border(const mmspan_column *column, int64_t at, bool lengths, int64_t n,
                        int64_t *border, bool *end) {
    int64_t value = ma_value(column, at);
    *end = value < 0;
    if (*end)
        return true;
    if (lengths && value > n - *border)
        return false;
    int64_t next = lengths ? *border + value : value;
    if (next < *border || next > n)
        return false;
    *border = next;
    return true;
}

/* Borders from a column that lists them. Borders that do not fit are none: length-mismatch says
 * so, and the sequence stays whole. */
static mmspan_status from_list(struct mmspan_audit *audit, const mmspan_column *column,
                               bool lengths, size_t i, int64_t first, int64_t n) {
    const size_t before = audit->n_documents;
    int64_t border = 0;
    bool end = false;
    for (int64_t at = column->offsets[i]; at < column->offsets[i + 1] && !end; at++) {
        const int64_t last = border;
        if (!next_border(column, at, lengths, n, &border, &end)) {
            audit->n_documents = before;
            return MMSPAN_OK;
        }
        if (border > last && border < n && !add(audit, first + border))
            return MMSPAN_E_MEMORY;
    }
    return MMSPAN_OK;
}

/* Borders where positions go back to 0. */
static mmspan_status from_positions(struct mmspan_audit *audit, const mmspan_column *column,
                                    size_t i, int64_t first, int64_t n) {
    const int64_t begin = column->offsets[i];
    if (ma_length(column, i) != n)
        return MMSPAN_OK;
    for (int64_t at = begin + 1; at < begin + n; at++) {
        at = ma_find_equal(column, at, begin + n, 0);
        if (at < begin + n && ma_value(column, at - 1) > 0 && !add(audit, first + at - begin))
            return MMSPAN_E_MEMORY;
    }
    return MMSPAN_OK;
}

struct ma_borders ma_borders_of(const mmspan_audit_batch *batch, size_t i) {
    const struct ma_borders all[] = {{MA_BORDERS, batch->cu_seqlens},
                                     {MA_BORDERS_BY_LENGTH, batch->seq_lens},
                                     {MA_BORDERS_BY_POSITION, batch->position_ids}};
    for (size_t k = 0; k < sizeof all / sizeof all[0]; k++)
        if (all[k].column && !ma_is_null(all[k].column, i))
            return all[k];
    return (struct ma_borders){MA_NO_BORDERS, NULL};
}

static mmspan_status divide_one(struct mmspan_audit *audit, size_t i, int64_t first,
                                int64_t n) {
    const struct ma_borders borders = ma_borders_of(audit->batch, i);
    switch (borders.kind) {
    case MA_BORDERS:
    case MA_BORDERS_BY_LENGTH:
        return from_list(audit, borders.column, borders.kind == MA_BORDERS_BY_LENGTH, i, first,
                         n);
    case MA_BORDERS_BY_POSITION:
        return from_positions(audit, borders.column, i, first, n);
    default:
        return MMSPAN_OK;
    }
}

mmspan_status ma_divide(struct mmspan_audit *audit, mmspan_error *error) {
    const mmspan_column *ids = audit->batch->ids;
    const size_t n_sequences = audit->batch->n_sequences;
    audit->n_documents = 0;
    if (!mm_reserve(&audit->allocator, &audit->of, &audit->cap_of, n_sequences + 1,
                    sizeof *audit->of))
        return mm_fail_memory(error);
    for (size_t i = 0; i < n_sequences; i++) {
        audit->of[i] = audit->n_documents;
        if (!add(audit, ids->offsets[i]) ||
            divide_one(audit, i, ids->offsets[i], ma_length(ids, i)) != MMSPAN_OK)
            return mm_fail_memory(error);
    }
    audit->of[n_sequences] = audit->n_documents;
    if (!add(audit, ids->offsets[n_sequences]))
        return mm_fail_memory(error);
    audit->n_documents--;
    return MMSPAN_OK;
}

struct ma_document ma_document(const struct mmspan_audit *audit, size_t index) {
    const mmspan_ragged *view = mmspan_batch_view(audit->scan);
    const int64_t item = view->item_offsets[index];
    const int64_t run = view->run_offsets[index];
    const int64_t finding = view->finding_offsets[index];
    return (struct ma_document){
        .index = index,
        .start = audit->documents[index] - audit->sequence.first_id,
        .n = audit->documents[index + 1] - audit->documents[index],
        .items = view->n_items ? view->items + item : NULL,
        .n_items = (size_t)(view->item_offsets[index + 1] - item),
        .runs = view->n_runs ? view->runs + run : NULL,
        .findings = view->n_findings ? view->findings + finding : NULL,
        .n_findings = (size_t)(view->finding_offsets[index + 1] - finding),
    };
}
