/* segments: the prompt as alternating stretches of text and items. */
#include "../../../include/mmspan/ops.h"
#include "../error.h"
#include "../scan/result.h"

/* Walks the prompt; writes segments when there is an array. Returns their number. */
static size_t list_segments(const mmspan_view *view, mmspan_segment *segments) {
    size_t n = 0;
    int64_t at = 0;
    for (size_t i = 0; i <= view->n_items; i++) {
        bool last = i == view->n_items;
        int64_t start = last ? view->n_tokens : view->items[i].start;
        if (start > at) {
            if (segments)
                segments[n] = (mmspan_segment){at, start, -1};
            n++;
        }
        if (last)
            break;
        if (segments)
            segments[n] = (mmspan_segment){start, view->items[i].end, (int64_t)i};
        n++;
        at = view->items[i].end;
    }
    return n;
}

mmspan_status mmspan_segments(const mmspan_result *result, mmspan_segment *segments, size_t cap,
                              size_t *n_segments, mmspan_error *error) {
    if (!result || (!segments && cap) || !n_segments)
        return mm_fail_argument(error, "result, segments or n_segments");
    *n_segments = list_segments(&result->view, NULL);
    if (*n_segments > cap)
        return mm_fail(error, MMSPAN_E_SPACE, NULL, "room for %zu segments is needed",
                       *n_segments);
    list_segments(&result->view, segments);
    return MMSPAN_OK;
}
