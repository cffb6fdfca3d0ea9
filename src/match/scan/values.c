/* Feeds a sequence of IDs of any width to the engine. */
#include "values.h"

#include "../error.h"
#include "scan.h"

#include <string.h>

/* A value of any type, as it was given. */
static int64_t value_at(const struct mm_values *values, size_t i) {
    switch (values->type) {
    case MMSPAN_IDS_INT64:
        return ((const int64_t *)values->data)[i];
    case MMSPAN_IDS_UINT32:
        return ((const uint32_t *)values->data)[i];
    case MMSPAN_IDS_UINT16:
        return ((const uint16_t *)values->data)[i];
    default:
        return ((const int32_t *)values->data)[i];
    }
}

static size_t size_of(int32_t type) {
    switch (type) {
    case MMSPAN_IDS_INT64:
        return sizeof(int64_t);
    case MMSPAN_IDS_UINT32:
        return sizeof(uint32_t);
    case MMSPAN_IDS_UINT16:
        return sizeof(uint16_t);
    default:
        return sizeof(int32_t);
    }
}

struct mm_values mm_values_slice(const mmspan_ids *ids, size_t from, size_t n) {
    const char *data = ids->data;
    if (data)
        data += from * size_of(ids->type);
    return (struct mm_values){.data = data, .n = n, .type = ids->type};
}

/* The least and the greatest ID of a type that is also an int32. */
static void range_of(int32_t type, int64_t *least, int64_t *most) {
    bool is_signed = type == MMSPAN_IDS_INT32 || type == MMSPAN_IDS_INT64;
    *least = is_signed ? INT32_MIN : 0;
    *most = type == MMSPAN_IDS_UINT16 ? UINT16_MAX : INT32_MAX;
}

mmspan_status mm_values_check(const mmspan_matcher *matcher, const mmspan_ids *ids,
                              mmspan_error *error) {
    static const char *const names[] = {"int32", "int64", "uint32", "uint16"};
    if (ids->type < MMSPAN_IDS_INT32 || ids->type > MMSPAN_IDS_UINT16 || ids->reserved)
        return mm_fail_argument(error, "the type of the IDs");
    if ((!ids->data && ids->n) || ids->n > PTRDIFF_MAX / sizeof(int64_t))
        return mm_fail_argument(error, "ids or n");
    int64_t least, most;
    range_of(ids->type, &least, &most);
    const struct mm_classes *classes = &matcher->classes;
    for (size_t i = 0; i < classes->n_segments; i++) {
        const struct mm_class *class = &classes->classes[classes->class_at[i]];
        int64_t first = classes->starts[i];
        int64_t last =
            i + 1 < classes->n_segments ? (int64_t)classes->starts[i + 1] - 1 : INT32_MAX;
        if (class->reserved && (first < least || last > most))
            return mm_fail(error, MMSPAN_E_MISMATCH, NULL,
                           "%s cannot hold the token \"%s\" (%lld): such data has wrapped "
                           "around when it was written; store it in a wider type",
                           names[ids->type], matcher->tokens[class->token].name,
                           (long long)(first < least ? first : last));
    }
    return MMSPAN_OK;
}

bool mm_values_spans_fit(const struct mm_values *values) {
    int64_t end = 0;
    for (size_t i = 0; i < values->n_literal; i++) {
        const mmspan_span *span = &values->literal[i];
        if (span->start < end || span->end < span->start || (uint64_t)span->end > values->n)
            return false;
        end = span->end;
    }
    return true;
}

/* An ID that no token is declared with, to stand for values that are no IDs. Rather one of
 * the vocabulary, since such is nothing worth a finding by itself. */
static int32_t find_spare(const mmspan_matcher *m) {
    int32_t spare = 0;
    bool found = false;
    for (size_t i = 0; i < m->classes.n_segments; i++) {
        uint16_t class_index = m->classes.class_at[i];
        if (class_index == MM_CLASS_TEXT)
            return m->classes.starts[i];
        if (class_index == MM_CLASS_OUTSIDE && !found)
            spare = m->classes.starts[i];
        found |= class_index == MM_CLASS_OUTSIDE;
    }
    return spare;
}

/* One chunk as int32. Returns whether all of it fits. */
static bool narrow(const mmspan_matcher *m, const struct mm_values *values, size_t from,
                   size_t n, int32_t *ids) {
    const struct mm_kernel *kernel = m->kernel;
    bool fits = true;
    if (values->type == MMSPAN_IDS_UINT16) {
        kernel->from_uint16((const uint16_t *)values->data + from, n, ids);
        return true;
    }
    for (size_t i = 0; i < n;) {
        i += values->type == MMSPAN_IDS_INT64
                 ? kernel->from_int64((const int64_t *)values->data + from + i, n - i, ids + i)
                 : kernel->from_uint32((const uint32_t *)values->data + from + i, n - i,
                                       ids + i);
        if (i == n)
            break;
        ids[i++] = find_spare(m);
        fits = false;
    }
    return fits;
}

struct feed {
    struct mm_engine *engine;
    const struct mm_values *values;
    int32_t *ids;
    bool keep;
    bool fits; /* all values so far */
};

static mmspan_status feed_part(struct feed *f, size_t from, size_t end, bool literal) {
    mmspan_status status = MMSPAN_OK;
    if (from == end)
        return status;
    if (f->values->type == MMSPAN_IDS_INT32)
        return mm_scan_part(f->engine, (const int32_t *)f->values->data + from, end - from,
                            (int64_t)from, literal);
    while (from < end && status == MMSPAN_OK) {
        size_t n = end - from < MM_VALUES_CHUNK ? end - from : MM_VALUES_CHUNK;
        int32_t *ids = f->keep ? f->ids + from : f->ids;
        f->fits &= narrow(f->engine->matcher, f->values, from, n, ids);
        status = mm_scan_part(f->engine, ids, n, (int64_t)from, literal);
        from += n;
    }
    return status;
}

static bool is_id(int64_t value) {
    return value >= INT32_MIN && value <= INT32_MAX;
}

/* What the scan has said of the ID that stood for values that are no int32 is not what was
 * there: findings about it go, and a block that it broke names the value. */
static void restore_misfits(struct mm_output *out, int32_t spare,
                            const struct mm_values *values) {
    size_t kept = out->first_finding;
    for (size_t i = kept; i < out->n_findings; i++) {
        mmspan_finding finding = out->findings[i];
        if (finding.kind == MMSPAN_FINDING_OUT_OF_VOCABULARY && finding.id == spare)
            continue;
        if (finding.kind == MMSPAN_FINDING_BROKEN_BLOCK) {
            finding.found = value_at(values, (size_t)finding.end);
            finding.id = is_id(finding.found) ? finding.id : -1;
        }
        out->findings[kept++] = finding;
    }
    out->n_findings = kept;
}

/* Adds a finding for each stretch of equal values that are no int32. */
static mmspan_status report_misfits(struct mm_output *out, const mmspan_matcher *m,
                                    const struct mm_values *values) {
    int32_t spare = find_spare(m);
    bool outside = mm_class_of(m, spare) == MM_CLASS_OUTSIDE;
    restore_misfits(out, spare, values);
    size_t kept = out->n_findings;
    for (size_t i = 0, end; i < values->n; i = end) {
        int64_t value = value_at(values, i);
        bool fits = is_id(value);
        for (end = i + 1; end < values->n && value_at(values, end) == value;)
            end++;
        if (fits && !(outside && value == spare))
            continue;
        if (!mm_reserve(&out->allocator, &out->findings, &out->cap_findings,
                        out->n_findings + 1, sizeof *out->findings))
            return MMSPAN_E_MEMORY;
        mmspan_finding *finding = &out->findings[out->n_findings++];
        *finding = mm_finding(MMSPAN_FINDING_OUT_OF_VOCABULARY, (int64_t)i, (int64_t)end);
        finding->found = value;
        finding->id = fits ? spare : -1;
    }
    return mm_output_merge(out, out->first_finding, kept) ? MMSPAN_OK : MMSPAN_E_MEMORY;
}

mmspan_status mm_values_scan(struct mm_engine *e, const struct mm_values *values, int32_t *ids,
                             bool keep) {
    struct feed f = {e, values, ids, keep, true};
    size_t at = 0;
    mmspan_status status = MMSPAN_OK;
    for (size_t i = 0; i < values->n_literal && status == MMSPAN_OK; i++) {
        size_t start = (size_t)values->literal[i].start;
        size_t end = (size_t)values->literal[i].end;
        status = feed_part(&f, at, start, false);
        if (status == MMSPAN_OK)
            status = feed_part(&f, start, end, true);
        at = end;
    }
    if (status == MMSPAN_OK)
        status = feed_part(&f, at, values->n, false);
    if (status == MMSPAN_OK)
        status = mm_engine_finish(e);
    if (status == MMSPAN_OK && !f.fits)
        status = report_misfits(e->out, e->matcher, values);
    return status;
}

mmspan_status mm_fail_scan(mmspan_error *error, mmspan_status status) {
    if (status == MMSPAN_E_LIMIT)
        return mm_fail(error, status, NULL, "more than %d items in one sequence", INT32_MAX);
    return mm_fail_memory(error);
}
