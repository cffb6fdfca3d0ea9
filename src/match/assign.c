/* assign: do the media that the caller has fit the prompt? */
#include "error.h"
#include "fit.h"
#include "scan.h"

/* What collapse or expand wrote does not belong to items that have been split since. */
static void forget_positions(mmspan_result *result) {
    for (size_t i = 0; i < result->engine.n_items; i++)
        result->engine.items[i].position = result->engine.items[i].start;
    result->rewritten = result->view.n_tokens;
}

mmspan_status mmspan_assign(mmspan_result *result, const mmspan_media *media, size_t n_media,
                            mmspan_error *error) {
    if (!result || !result->matcher || (!media && n_media))
        return mm_fail_argument(error, "result or media");
    mmspan_status status = mm_fit_check(result->matcher, media, n_media, error);
    if (status != MMSPAN_OK)
        return status;
    struct mm_fit fit = {.engine = &result->engine,
                         .media = media,
                         .n_media = n_media,
                         .n_tokens = result->view.n_tokens};
    size_t n_items = result->view.n_items;
    status = mm_fit_measure(&fit);
    if (status == MMSPAN_OK)
        status = mm_fit_apply(&fit);
    mm_result_refresh(result, fit.n_tokens);
    if (status != MMSPAN_OK)
        return mm_fail_scan(error, status);
    if (result->view.n_items != n_items)
        forget_positions(result);
    return MMSPAN_OK;
}
