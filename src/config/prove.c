/* Proves of each example that it survives collapse and expand, and being cut. */
#include "prove.h"

#include "../../include/mmspan/ops.h"
#include "../match/error.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

mmspan_status mc_proof_fails(const struct mc_proof *proof, const char *format, ...) {
    char text[400];
    char path[32];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    snprintf(path, sizeof path, "examples[%d]", (int)proof->index);
    const struct mm_place place = {proof->config->file, path, proof->example->line,
                                   proof->example->column};
    return mm_fail(proof->error, MMSPAN_E_MISMATCH, &place, "example \"%.100s\": %s",
                   proof->example->name, text);
}

/* Collapses the example into memory of the arena. */
static mmspan_status collapse(struct mc_proof *proof, struct mm_arena *arena, int32_t **ids,
                              size_t *n) {
    const struct mc_example *example = proof->example;
    mmspan_status status =
        mmspan_collapse(proof->whole, example->ids, example->n_ids, NULL, 0, n, proof->error);
    if (status != MMSPAN_OK && status != MMSPAN_E_SPACE)
        return status;
    *ids = mm_arena_alloc(arena, *n, sizeof **ids);
    if (!*ids)
        return mm_fail_memory(proof->error);
    return mmspan_collapse(proof->whole, example->ids, example->n_ids, *ids, *n, n,
                           proof->error);
}

static mmspan_status check_collapsed(struct mc_proof *proof, const int32_t *ids, size_t n,
                                     size_t n_items) {
    mmspan_status status = mmspan_scan(proof->matcher, ids, n, NULL, proof->part, proof->error);
    if (status != MMSPAN_OK)
        return status;
    const mmspan_view *view = mmspan_result_view(proof->part);
    if (view->n_findings)
        return mc_proof_fails(
            proof, "collapsed, it has a finding, %s [%" PRId64 ", %" PRId64 ") of %zu tokens",
            mmspan_finding_kind_name(view->findings[0].kind), view->findings[0].start,
            view->findings[0].end, n);
    if (view->n_items != n_items)
        return mc_proof_fails(proof, "collapsed, it has another number of items: %zu, not %zu",
                              view->n_items, n_items);
    return MMSPAN_OK;
}

/* The media of another modality whose runs stand in an item: the sound of a video. Returns how
 * many there are. */
static size_t guests_as_media(const mmspan_view *view, const mmspan_item *item,
                              mmspan_media *media) {
    size_t n = 0;
    for (int32_t i = 0; i < item->n_runs; i++) {
        const mmspan_run *run = &view->runs[item->first_run + i];
        size_t k = 0;
        while (k < n && media[k].modality != run->modality)
            k++;
        if (run->modality == item->modality)
            continue;
        if (k == n)
            media[n++] = (mmspan_media){.modality = run->modality};
        media[k].rows += run->length;
    }
    return n;
}

/* Writes the items as media with their own tokens. False when one takes no rows: such a media
 * has no tokens to be compared with. */
static bool items_as_media(const struct mc_proof *proof, const mmspan_view *view,
                           mmspan_media *media, size_t *n) {
    for (size_t i = 0; i < view->n_items; i++) {
        const mmspan_item *item = &view->items[i];
        if (item->rows == 0)
            return false;
        media[(*n)++] = (mmspan_media){.modality = item->modality,
                                       .rows = item->rows,
                                       .ids = proof->example->ids + item->start,
                                       .n_ids = (size_t)(item->end - item->start)};
        *n += guests_as_media(view, item, media + *n);
    }
    return true;
}

/* Expands what was collapsed, whose scan is in proof->part, into `out`. */
static mmspan_status check_expanded(struct mc_proof *proof, const int32_t *ids, size_t n,
                                    const mmspan_media *media, size_t n_media, int32_t *out) {
    const struct mc_example *example = proof->example;
    size_t n_out = 0;
    mmspan_status status = mmspan_expand(proof->part, ids, n, media, n_media, NULL, out,
                                         example->n_ids, &n_out, proof->error);
    if (status != MMSPAN_OK && status != MMSPAN_E_SPACE)
        return status;
    const mmspan_view *view = mmspan_result_view(proof->part);
    if (status == MMSPAN_OK && view->n_findings)
        return mc_proof_fails(proof, "collapsed and expanded, it has a finding, %s",
                              mmspan_finding_kind_name(view->findings[0].kind));
    if (n_out != example->n_ids)
        return mc_proof_fails(proof, "collapsed and expanded, it has %zu tokens, not %zu",
                              n_out, example->n_ids);
    for (size_t at = 0; at < n_out; at++)
        if (out[at] != example->ids[at])
            return mc_proof_fails(
                proof, "collapsed and expanded, it has %" PRId32 " at token %zu, not %" PRId32,
                out[at], at, example->ids[at]);
    return MMSPAN_OK;
}

/* Of an example without findings: what collapse makes of it scans clean, and expand gives the
 * example back. */
static mmspan_status prove_round_trip(struct mc_proof *proof) {
    const mmspan_view *view = mmspan_result_view(proof->whole);
    if (view->n_findings)
        return MMSPAN_OK;
    struct mm_arena arena;
    mm_arena_init(&arena, &proof->config->arena.allocator);
    const size_t n_items = view->n_items;
    int32_t *collapsed = NULL;
    size_t n = 0;
    int32_t *out = mm_arena_alloc(&arena, proof->example->n_ids, sizeof *out);
    /* An item has at most as many guests as runs. */
    mmspan_media *media = mm_arena_alloc(&arena, n_items + view->n_runs, sizeof *media);
    size_t n_media = 0;
    mmspan_status status = out && media ? MMSPAN_OK : mm_fail_memory(proof->error);
    const bool expandable = status == MMSPAN_OK && items_as_media(proof, view, media, &n_media);
    if (status == MMSPAN_OK)
        status = collapse(proof, &arena, &collapsed, &n);
    if (status == MMSPAN_OK)
        status = check_collapsed(proof, collapsed, n, n_items);
    if (status == MMSPAN_OK && expandable)
        status = check_expanded(proof, collapsed, n, media, n_media, out);
    mm_arena_free(&arena);
    return status;
}

static mmspan_status prove_example(struct mc_proof *proof) {
    const struct mc_example *example = proof->example;
    mmspan_status status = mmspan_scan(proof->matcher, example->ids, example->n_ids, NULL,
                                       proof->whole, proof->error);
    if (status == MMSPAN_OK)
        status = mc_prove_cuts(proof);
    return status == MMSPAN_OK ? prove_round_trip(proof) : status;
}

static mmspan_status prove_all(struct mc_proof *proof,
                               void (*report)(void *context, const mmspan_error *error),
                               void *context) {
    mmspan_status first = MMSPAN_OK;
    mmspan_error own = {0};
    mmspan_error *given = proof->error;
    const int32_t n = (int32_t)proof->config->n_examples;
    for (int32_t i = 0; i < n && first != MMSPAN_E_MEMORY; i++) {
        proof->error = first == MMSPAN_OK && given ? given : &own;
        proof->index = i;
        proof->example = &proof->config->examples[i];
        const mmspan_status status = prove_example(proof);
        if (status == MMSPAN_OK)
            continue;
        if (report)
            report(context, proof->error);
        first = first == MMSPAN_OK || status == MMSPAN_E_MEMORY ? status : first;
    }
    proof->error = given;
    return first;
}

mmspan_status mmspan_config_prove(const mmspan_config *config, const mmspan_matcher *matcher,
                                  void (*report)(void *context, const mmspan_error *error),
                                  void *context, mmspan_error *error) {
    if (!config || !matcher)
        return mm_fail_argument(error, "config or matcher is NULL");
    struct mc_proof proof = {.config = config, .matcher = matcher, .error = error};
    const mmspan_allocator *allocator = &config->arena.allocator;
    mmspan_status status = mmspan_result_create(allocator, &proof.whole);
    if (status == MMSPAN_OK)
        status = mmspan_result_create(allocator, &proof.part);
    status = status == MMSPAN_OK ? prove_all(&proof, report, context) : mm_fail_memory(error);
    mmspan_result_destroy(proof.part);
    mmspan_result_destroy(proof.whole);
    return status;
}
