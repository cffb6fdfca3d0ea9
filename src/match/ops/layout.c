/* Compares the tokens in the prompt with those that a media was supplied with. */
#include "fit.h"

#include <string.h>

/* Does the block go on in the media's tokens, from number `at` on, where it ends in the
 * prompt? What follows items of each_run is not theirs. */
static bool goes_on(const struct mm_fit *fit, const mmspan_media *media, int64_t at,
                    int64_t end) {
    if (at >= (int64_t)media->n_ids || fit->matcher->shapes[media->modality].each_run ||
        !mmspan_matcher_is_reserved(fit->matcher, media->ids[at]))
        return false;
    return end == fit->n_tokens || fit->ids[end] != media->ids[at];
}

/* Does the config declare none of them? */
static bool is_text(const struct mm_fit *fit, const int32_t *ids, int64_t n) {
    for (int64_t i = 0; i < n; i++)
        if (mmspan_matcher_token_of(fit->matcher, ids[i]) >= 0)
            return false;
    return true;
}

/* Are the media's tokens those of the prompt with text around them, the first rows of both over
 * each other? This is so nearly always, and spares reading what the media has. */
static bool is_usual(const struct mm_fit *fit, const mmspan_media *media, mmspan_span span,
                     int64_t first_row) {
    int64_t at = mm_fit_find_row(fit, media, false) - (first_row - span.start);
    int64_t n = span.end - span.start;
    int64_t behind = (int64_t)media->n_ids - at - n;
    return at >= 0 && behind >= 0 && is_text(fit, media->ids, at) &&
           memcmp(media->ids + at, fit->ids + span.start, (size_t)n * sizeof *fit->ids) == 0 &&
           is_text(fit, media->ids + at + n, behind);
}

void mm_fit_compare(struct mm_fit *fit, const mmspan_media *media, int64_t index,
                    mmspan_span span, int64_t first_row) {
    if (!fit->ids || is_usual(fit, media, span, first_row))
        return;
    /* The media may have text around its items. */
    struct mm_supplied read = mm_fit_read(fit, media);
    if (fit->status != MMSPAN_OK)
        return;
    const int32_t *wanted = media->ids + read.start;
    const int32_t *found = fit->ids + span.start;
    int64_t n_wanted = read.end - read.start;
    int64_t n = span.end - span.start;
    int64_t i = 0;
    while (i < n && i < n_wanted && wanted[i] == found[i])
        i++;
    const mmspan_span rest = {span.start + i, span.end};
    if (i < n || i < n_wanted)
        mm_fit_report(fit, MMSPAN_FINDING_MEDIA_LAYOUT, media->modality, index, rest,
                      i < n_wanted ? wanted[i] : -1, i < n ? found[i] : -1);
    else if (goes_on(fit, media, read.end, span.end))
        mm_fit_report(fit, MMSPAN_FINDING_MEDIA_LAYOUT, media->modality, index, rest, wanted[n],
                      -1);
}
