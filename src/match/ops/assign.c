/* assign: do the media that the caller has fit the prompt? */
#include "../error.h"
#include "../scan/values.h"
#include "fit.h"

/* What collapse or expand wrote does not belong to items that have been split since. */
static void forget_positions(mmspan_result *result) {
    for (size_t i = 0; i < result->out.n_items; i++)
        result->out.items[i].position = result->out.items[i].start;
    result->rewritten = result->view.n_tokens;
}

static void carry_out(const struct mm_fit *fit) {
    struct mm_output *out = fit->out;
    for (size_t i = 0; i < out->n_items; i++)
        out->items[i].media = mm_noted_media(fit->notes[i]);
}

mmspan_status mmspan_assign(mmspan_result *result, const mmspan_media *media, size_t n_media,
                            const mmspan_assign_options *options, mmspan_error *error) {
    (void)options;
    if (!result || !result->matcher || (!media && n_media))
        return mm_fail_argument(error, "result or media");
    struct mm_fit fit = {.matcher = result->matcher,
                         .out = &result->out,
                         .result = result,
                         .media = media,
                         .n_media = n_media,
                         .n_tokens = result->view.n_tokens};
    size_t n_items = result->view.n_items;
    mmspan_status status = mm_fit_check(&fit, error);
    if (status != MMSPAN_OK)
        return status;
    status = mm_fit_measure(&fit);
    if (status == MMSPAN_OK)
        status = mm_fit_apply(&fit);
    mm_result_refresh(result, fit.n_tokens);
    if (status != MMSPAN_OK)
        return mm_fail_scan(error, status);
    carry_out(&fit);
    if (result->view.n_items != n_items)
        forget_positions(result);
    return MMSPAN_OK;
}
