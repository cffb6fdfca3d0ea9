/* neutralise: reserved tokens that a user has typed give way to harmless ones. */
#include "../../../include/mmspan/ops.h"
#include "../error.h"
#include "../matcher.h"
#include "../scan/values.h"

#include <string.h>

/* An output may not become longer than that. */
static const uint64_t max_length = UINT64_C(1) << 62;

struct rewrite {
    const mmspan_matcher *matcher;
    const int32_t *ids;
    const int32_t *replacement;
    size_t n_replacement;
    bool counting; /* how many are replaced; nothing is written */
    size_t n_replaced;
    int32_t *out;
    size_t n_out;
};

static void append(struct rewrite *r, const int32_t *ids, size_t n) {
    if (r->counting || n == 0)
        return;
    memcpy(r->out + r->n_out, ids, n * sizeof *ids);
    r->n_out += n;
}

/* Takes user text, ids[from..end). */
static void take_literal(struct rewrite *r, size_t from, size_t end) {
    for (size_t i = from; i < end; i++) {
        if (!mmspan_matcher_is_reserved(r->matcher, r->ids[i]))
            continue;
        r->n_replaced++;
        append(r, r->ids + from, i - from);
        append(r, r->replacement, r->n_replacement);
        from = i + 1;
    }
    append(r, r->ids + from, end - from);
}

static mmspan_status check(const struct mm_values *values, const struct rewrite *r,
                           mmspan_error *error) {
    if (!mm_values_spans_fit(values))
        return mm_fail_argument(error,
                                "literal spans must be sorted, apart from each other and "
                                "inside the sequence");
    if (r->n_replacement == 0)
        return mm_fail_argument(error, "an empty replacement joins what the token parts");
    for (size_t i = 0; i < r->n_replacement; i++) {
        int32_t token = mmspan_matcher_token_of(r->matcher, r->replacement[i]);
        if (token != MMSPAN_TEXT)
            return mm_fail(error, MMSPAN_E_ARGUMENT, NULL,
                           "replacement[%zu] is %d, the token \"%s\" itself", i,
                           (int)r->replacement[i],
                           mmspan_matcher_token_name(r->matcher, token));
    }
    return MMSPAN_OK;
}

/* How long the output is, or more than max_length. */
static uint64_t count_output(struct rewrite *r, size_t n, const mmspan_span *literal,
                             size_t n_literal) {
    r->counting = true;
    for (size_t i = 0; i < n_literal; i++)
        take_literal(r, (size_t)literal[i].start, (size_t)literal[i].end);
    uint64_t kept = n - r->n_replaced;
    if (r->n_replaced && r->n_replacement > (max_length - kept) / r->n_replaced)
        return max_length + 1;
    return kept + (uint64_t)r->n_replaced * r->n_replacement;
}

mmspan_status mmspan_neutralise(const mmspan_matcher *matcher, const int32_t *ids, size_t n,
                                mmspan_span *literal, size_t n_literal,
                                const int32_t *replacement, size_t n_replacement, int32_t *out,
                                size_t cap, size_t *n_out, mmspan_error *error) {
    if (!matcher || (!ids && n) || (!literal && n_literal) || (!replacement && n_replacement) ||
        (!out && cap) || !n_out || n > PTRDIFF_MAX / sizeof *ids)
        return mm_fail_argument(error, "matcher, ids, literal, replacement, out or n_out");
    const struct mm_values values = {
        .data = ids, .n = n, .literal = literal, .n_literal = n_literal};
    struct rewrite r = {.matcher = matcher,
                        .ids = ids,
                        .replacement = replacement,
                        .n_replacement = n_replacement,
                        .out = out};
    mmspan_status status = check(&values, &r, error);
    if (status != MMSPAN_OK)
        return status;
    uint64_t length = count_output(&r, n, literal, n_literal);
    if (length > max_length)
        return mm_fail(error, MMSPAN_E_LIMIT, NULL,
                       "the output would have more than 2^62 tokens");
    *n_out = (size_t)length;
    if (length > cap)
        return mm_fail(error, MMSPAN_E_SPACE, NULL, "the output needs room for %zu IDs",
                       *n_out);
    r.counting = false;
    size_t from = 0;
    for (size_t i = 0; i < n_literal; i++) {
        mmspan_span *span = &literal[i];
        if (from < (size_t)span->start)
            append(&r, ids + from, (size_t)span->start - from);
        int64_t start = (int64_t)r.n_out;
        take_literal(&r, (size_t)span->start, (size_t)span->end);
        from = (size_t)span->end;
        *span = (mmspan_span){start, (int64_t)r.n_out};
    }
    if (from < n)
        append(&r, ids + from, n - from);
    return MMSPAN_OK;
}
