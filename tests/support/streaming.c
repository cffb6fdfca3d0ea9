/* Pushes prompts with their literal spans, and compares what is decided before the end. */
#include "streaming.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

mmspan_status streaming_push(mmspan_stream *stream, const struct sampler_prompt *prompt,
                             size_t from, size_t to) {
    mmspan_status status = MMSPAN_OK;
    for (size_t i = 0; i <= prompt->n_literal && from < to && status == MMSPAN_OK; i++) {
        bool last = i == prompt->n_literal;
        size_t start = last ? prompt->n : (size_t)prompt->literal[i].start;
        size_t end = last ? prompt->n : (size_t)prompt->literal[i].end;
        for (int32_t literal = 0; literal < 2 && status == MMSPAN_OK; literal++) {
            size_t stop = literal ? end : start;
            stop = stop < to ? stop : to;
            if (from >= stop)
                continue;
            status = mmspan_stream_push(stream, prompt->ids + from, stop - from, literal, NULL);
            from = stop;
        }
    }
    return status;
}

static bool same(const void *a, const void *b, size_t n, size_t size) {
    return n == 0 || memcmp(a, b, n * size) == 0;
}

/* The findings of the whole, of which the last may be about a stretch of equal IDs that is
 * cut where the pushed tokens end. */
static bool same_findings(const mmspan_view *view, const mmspan_view *whole) {
    if (view->n_findings == 0)
        return true;
    size_t last = view->n_findings - 1;
    mmspan_finding finding = view->findings[last];
    if (finding.end == view->n_tokens)
        finding.end = whole->findings[last].end;
    return same(view->findings, whole->findings, last, sizeof finding) &&
           same(&finding, &whole->findings[last], 1, sizeof finding);
}

bool streaming_agrees(mmspan_stream *stream, const struct oracle *oracle,
                      const struct sampler_prompt *prompt, size_t pushed,
                      const mmspan_view *whole, char *difference, size_t size) {
    const mmspan_view *view = mmspan_result_view(mmspan_stream_result(stream));
    int64_t decided =
        oracle_decided(oracle, prompt->ids, pushed, prompt->literal, prompt->n_literal);
    size_t n_items = 0;
    size_t n_findings = 0;
    while (n_items < whole->n_items && whole->items[n_items].start < decided)
        n_items++;
    while (n_findings < whole->n_findings && whole->findings[n_findings].start < decided)
        n_findings++;
    size_t n_runs =
        n_items
            ? (size_t)(whole->items[n_items - 1].first_run + whole->items[n_items - 1].n_runs)
            : 0;
    snprintf(difference, size,
             "after %zu tokens, decided up to %" PRId64 ": %zu items, %zu runs, %zu findings; "
             "wanted up to %" PRId64 ": %zu, %zu, %zu, as in the whole",
             pushed, mmspan_stream_decided(stream), view->n_items, view->n_runs,
             view->n_findings, decided, n_items, n_runs, n_findings);
    return view->n_tokens == (int64_t)pushed && mmspan_stream_decided(stream) == decided &&
           view->n_items == n_items && view->n_runs == n_runs &&
           view->n_findings == n_findings &&
           same(view->items, whole->items, n_items, sizeof *view->items) &&
           same(view->runs, whole->runs, n_runs, sizeof *view->runs) &&
           same_findings(view, whole);
}
