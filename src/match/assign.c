/* assign: do the media that the caller has fit the prompt? */
#include "error.h"
#include "fit.h"
#include "scan.h"

mmspan_status mmspan_assign(mmspan_result *result, const mmspan_media *media, size_t n_media,
                            mmspan_error *error) {
    if (!result || !result->matcher || (!media && n_media))
        return mm_fail_argument(error, "result or media");
    mmspan_status status = mm_fit_check(result->matcher, media, n_media, false, error);
    if (status != MMSPAN_OK)
        return status;
    struct mm_fit fit = {.engine = &result->engine,
                         .media = media,
                         .n_media = n_media,
                         .n_tokens = result->view.n_tokens};
    status = mm_fit_measure(&fit);
    if (status == MMSPAN_OK)
        status = mm_fit_apply(&fit);
    if (status != MMSPAN_OK)
        return mm_fail_scan(error, status);
    mm_result_refresh(result, result->view.n_tokens);
    return MMSPAN_OK;
}
