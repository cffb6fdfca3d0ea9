/* The life of a result, and scanning into it. */
#include "result.h"

#include "../error.h"
#include "../sized.h"
#include "values.h"

#include <string.h>

mmspan_status mmspan_result_create(const mmspan_allocator *allocator, mmspan_result **result) {
    if (!result)
        return MMSPAN_E_ARGUMENT;
    mmspan_allocator memory = mm_allocator(allocator);
    mmspan_result *made = mm_resize(&memory, NULL, 0, sizeof *made);
    if (!made)
        return MMSPAN_E_MEMORY;
    memset(made, 0, sizeof *made);
    made->allocator = memory;
    mm_output_init(&made->out, &memory);
    mm_engine_init(&made->engine, &memory, &made->out);
    *result = made;
    return MMSPAN_OK;
}

bool mm_result_try(mmspan_result *result) {
    if (result->trial)
        return true;
    result->trial = mm_resize(&result->allocator, NULL, 0, sizeof *result->trial);
    if (!result->trial)
        return false;
    mm_output_init(&result->trial->out, &result->allocator);
    mm_engine_init(&result->trial->engine, &result->allocator, &result->trial->out);
    mm_output_init(&result->trial->old_out, &result->allocator);
    mm_engine_init(&result->trial->old_engine, &result->allocator, &result->trial->old_out);
    return true;
}

static void free_trial(const mmspan_allocator *memory, struct mm_trial *trial) {
    if (!trial)
        return;
    mm_engine_free(&trial->engine);
    mm_output_free(&trial->out);
    mm_engine_free(&trial->old_engine);
    mm_output_free(&trial->old_out);
    mm_free(memory, trial, sizeof *trial);
}

void mmspan_result_destroy(mmspan_result *result) {
    if (!result)
        return;
    mmspan_allocator memory = result->allocator;
    free_trial(&memory, result->trial);
    mm_engine_free(&result->engine);
    mm_output_free(&result->out);
    mm_free(&memory, result->ids, result->cap_ids * sizeof *result->ids);
    mm_free(&memory, result->notes, result->cap_notes * sizeof *result->notes);
    mm_free(&memory, result, sizeof *result);
}

const mmspan_view *mmspan_result_view(const mmspan_result *result) {
    return &result->view;
}

const mmspan_matcher *mmspan_result_matcher(const mmspan_result *result) {
    return result->matcher;
}

const int32_t *mmspan_result_ids(const mmspan_result *result) {
    return result->narrowed ? result->ids : NULL;
}

void mm_result_refresh(mmspan_result *result, int64_t n_tokens) {
    const struct mm_output *out = &result->out;
    result->view = (mmspan_view){.items = out->items,
                                 .runs = out->runs,
                                 .findings = out->findings,
                                 .n_items = out->n_items,
                                 .n_runs = out->n_runs,
                                 .n_findings = out->n_findings,
                                 .n_tokens = n_tokens};
    result->assigned = false;
}

/* Reads what the caller wants; fails when it makes no sense. */
static mmspan_status read_arguments(const mmspan_matcher *matcher, const mmspan_ids *ids,
                                    const mmspan_scan_options *options,
                                    struct mm_values *values, mmspan_error *error) {
    mmspan_scan_options given;
    if (!matcher || !ids)
        return mm_fail_argument(error, "matcher or ids");
    mmspan_status status = mm_values_check(matcher, ids, error);
    if (status != MMSPAN_OK)
        return status;
    if (!mm_read_struct(&given, sizeof given, options,
                        MM_SIZE_THROUGH(mmspan_scan_options, n_literal)))
        return mm_fail_argument(error, "options");
    *values = mm_values_slice(ids, 0, ids->n);
    values->literal = given.literal;
    values->n_literal = given.n_literal;
    if ((given.n_literal && !given.literal) || !mm_values_spans_fit(values))
        return mm_fail_argument(error,
                                "literal spans must be sorted, apart from each other and "
                                "inside the sequence");
    return MMSPAN_OK;
}

static mmspan_status scan(mmspan_result *result, const struct mm_values *values,
                          mmspan_error *error) {
    bool narrowed = values->type != MMSPAN_IDS_INT32;
    if (narrowed && !mm_reserve(&result->allocator, &result->ids, &result->cap_ids, values->n,
                                sizeof *result->ids))
        return mm_fail_memory(error);
    mmspan_status status = mm_values_scan(&result->engine, values, result->ids, true);
    result->narrowed = narrowed && status == MMSPAN_OK;
    return status == MMSPAN_OK ? status : mm_fail_scan(error, status);
}

mmspan_status mmspan_scan_ids(const mmspan_matcher *matcher, const mmspan_ids *ids,
                              const mmspan_scan_options *options, mmspan_result *result,
                              mmspan_error *error) {
    struct mm_values values = {0};
    if (!result)
        return mm_fail_argument(error, "result");
    result->matcher = matcher;
    result->narrowed = false;
    result->growing = false;
    mm_output_reset(&result->out);
    mm_engine_reset(&result->engine, matcher);
    mmspan_status status = read_arguments(matcher, ids, options, &values, error);
    if (status == MMSPAN_OK)
        status = scan(result, &values, error);
    if (status != MMSPAN_OK)
        mm_output_reset(&result->out);
    mm_result_refresh(result, status == MMSPAN_OK ? (int64_t)values.n : 0);
    result->rewritten = result->view.n_tokens;
    return status;
}

mmspan_status mmspan_scan(const mmspan_matcher *matcher, const int32_t *ids, size_t n,
                          const mmspan_scan_options *options, mmspan_result *result,
                          mmspan_error *error) {
    const mmspan_ids plain = {.data = ids, .n = n, .type = MMSPAN_IDS_INT32};
    return mmspan_scan_ids(matcher, &plain, options, result, error);
}

/* Copies what is decided; of a stream's open cluster nothing. */
static bool copy_output(mmspan_result *copy, const mmspan_result *result) {
    struct mm_output part = result->out;
    part.n_items = result->view.n_items;
    part.n_runs = result->view.n_runs;
    part.n_findings = result->view.n_findings;
    for (size_t r = part.n_runs; r < result->out.n_runs; r++)
        part.rows[part.runs[r].modality] -= part.runs[r].length;
    return mm_output_copy(&copy->out, &part);
}

static bool copy_ids(mmspan_result *copy, const mmspan_result *result) {
    const size_t n = (size_t)result->view.n_tokens;
    if (!result->narrowed || n == 0)
        return true;
    if (!mm_reserve(&copy->allocator, &copy->ids, &copy->cap_ids, n, sizeof *copy->ids))
        return false;
    memcpy(copy->ids, result->ids, n * sizeof *copy->ids);
    return true;
}

mmspan_status mmspan_result_copy(const mmspan_result *result, mmspan_result *copy,
                                 mmspan_error *error) {
    if (!result || !copy)
        return mm_fail_argument(error, "result or copy");
    if (result == copy)
        return MMSPAN_OK;
    mm_output_reset(&copy->out);
    bool copied = copy_output(copy, result) && copy_ids(copy, result);
    if (!copied)
        mm_output_reset(&copy->out);
    copy->matcher = result->matcher;
    copy->narrowed = copied && result->narrowed;
    copy->growing = copied && result->growing;
    mm_result_refresh(copy, copied ? result->view.n_tokens : 0);
    copy->rewritten = copied ? result->rewritten : 0;
    copy->assigned = copied && result->assigned;
    memcpy(copy->handed, result->handed, sizeof copy->handed);
    return copied ? MMSPAN_OK : mm_fail_memory(error);
}
