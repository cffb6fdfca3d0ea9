/*
 * Models of what is done with text that may not match: neutralise, and values that are no
 * int32.
 */
#include "model.h"
#include "oracle_parts.h"

#include <stdlib.h>

void model_neutralise(const struct oracle_declarations *declared, const int32_t *ids, size_t n,
                      mmspan_span *literal, size_t n_literal, const int32_t *replacement,
                      size_t n_replacement, struct model_list *out) {
    int64_t *moved = oracle_alloc(n + 1, sizeof *moved);
    out->n = 0;
    for (size_t at = 0; at < n; at++) {
        bool inside = false;
        moved[at] = (int64_t)out->n;
        for (size_t i = 0; i < n_literal; i++)
            inside =
                inside || (literal[i].start <= (int64_t)at && (int64_t)at < literal[i].end);
        if (inside && oracle_is_reserved(declared, ids[at]))
            model_append(out, replacement, n_replacement);
        else
            model_append(out, &ids[at], 1);
    }
    moved[n] = (int64_t)out->n;
    for (size_t i = 0; i < n_literal; i++)
        literal[i] = (mmspan_span){moved[literal[i].start], moved[literal[i].end]};
    free(moved);
}

bool model_type_holds(const struct oracle_declarations *declared, int32_t type) {
    int64_t low = type == MMSPAN_IDS_UINT16 || type == MMSPAN_IDS_UINT32 ? 0 : INT32_MIN;
    int64_t high = type == MMSPAN_IDS_UINT16 ? UINT16_MAX : INT32_MAX;
    for (size_t t = 0; t < declared->n_tokens; t++)
        for (size_t i = 0; i < declared->tokens[t].n_ids && !declared->tokens[t].ordinary; i++)
            if (declared->tokens[t].ids[i] < low || declared->tokens[t].ids[i] > high)
                return false;
    return true;
}

bool model_harmless_id(const struct oracle_declarations *declared, int32_t *id) {
    for (*id = 0; *id < 100000; ++*id)
        if (!oracle_is_declared(declared, *id))
            return declared->vocab_size == 0 || *id < declared->vocab_size;
    return false;
}

void model_scan_wide(struct model *m, const int64_t *values, size_t n,
                     const mmspan_span *literal, size_t n_literal) {
    int32_t *ids = oracle_alloc(n, sizeof *ids);
    int32_t harmless;
    if (!model_harmless_id(m->declared, &harmless))
        abort();
    for (size_t i = 0; i < n; i++)
        ids[i] = values[i] < INT32_MIN || values[i] > INT32_MAX ? harmless : (int32_t)values[i];
    model_load_scan(m, ids, n, literal, n_literal);
    for (size_t i = 0, to; i < n; i = to) {
        for (to = i + 1; to < n && values[to] == values[i]; to++)
            ;
        if (values[i] >= INT32_MIN && values[i] <= INT32_MAX)
            continue;
        model_add_finding(m, (mmspan_finding){.start = (int64_t)i,
                                              .end = (int64_t)to,
                                              .found = values[i],
                                              .kind = MMSPAN_FINDING_OUT_OF_VOCABULARY,
                                              .modality = -1,
                                              .token = -1,
                                              .id = -1,
                                              .state = -1,
                                              .media = -1});
    }
    /* What the substitute says of itself where it killed an attempt. */
    for (size_t i = 0; i < m->n_findings; i++)
        if (m->findings[i].kind == MMSPAN_FINDING_BROKEN_BLOCK) {
            int64_t value = values[m->findings[i].end];
            m->findings[i].found = value;
            if (value < INT32_MIN || value > INT32_MAX)
                m->findings[i].id = -1;
        }
    model_sort_findings(m->findings, m->n_findings);
    free(ids);
}
