/* assign: do the media that the caller has fit the prompt? */
#include "../error.h"
#include "../scan/values.h"
#include "../sized.h"
#include "fit.h"
#include "slots.h"

/* What collapse or expand wrote does not belong to items that have been split since. */
static void forget_positions(mmspan_result *result) {
    for (size_t i = 0; i < result->out.n_items; i++)
        result->out.items[i].position = result->out.items[i].start;
    result->rewritten = result->view.n_tokens;
}

static mmspan_status read_options(const mmspan_result *result,
                                  const mmspan_assign_options *given,
                                  mmspan_assign_options *options, mmspan_error *error) {
    if (!mm_read_struct(options, sizeof *options, given,
                        MM_SIZE_THROUGH(mmspan_assign_options, n)))
        return mm_fail_argument(error, "options");
    if (!options->ids && options->n)
        return mm_fail_argument(error, "options: n without ids");
    return options->ids ? mm_check_length(result, options->n, error) : MMSPAN_OK;
}

mmspan_status mmspan_assign(mmspan_result *result, const mmspan_media *media, size_t n_media,
                            const mmspan_assign_options *options, mmspan_error *error) {
    mmspan_assign_options read;
    if (!media && n_media)
        return mm_fail_argument(error, "media");
    mmspan_status status = mm_check_result(result, error);
    if (status == MMSPAN_OK)
        status = read_options(result, options, &read, error);
    if (status != MMSPAN_OK)
        return status;
    struct mm_fit fit = {.matcher = result->matcher,
                         .out = &result->out,
                         .result = result,
                         .media = media,
                         .n_media = n_media,
                         .ids = read.ids,
                         .from_end = read.from_end != 0,
                         .n_tokens = result->view.n_tokens};
    status = mm_fit_line_up(&fit, error);
    if (status != MMSPAN_OK)
        return status;
    status = mm_fit_run(&fit);
    if (status == MMSPAN_OK)
        status = mm_fit_apply(&fit);
    if (status != MMSPAN_OK) {
        mm_fit_leave(&fit);
        return mm_fail_scan(error, status);
    }
    for (size_t i = 0; i < result->out.n_items; i++)
        result->out.items[i].media = mm_noted_media(mm_note_on(&fit, i));
    if (fit.more)
        forget_positions(result);
    return MMSPAN_OK;
}
