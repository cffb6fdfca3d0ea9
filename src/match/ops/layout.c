/* Compares the tokens in the prompt with those that a media was supplied with. */
#include "fit.h"

#include <string.h>

/* How many tokens of the media stand before its first row. */
static int64_t count_before(const mmspan_matcher *m, const mmspan_media *media) {
    const uint8_t *embed = m->embed + (size_t)media->modality * m->n_classes;
    size_t i = 0;
    while (i < media->n_ids && embed[mm_class_of(m, media->ids[i])] != media->modality + 1)
        i++;
    return (int64_t)i;
}

/* Does the block go on in the media's tokens, from `left` on, where it ends in the prompt? */
static bool goes_on(const struct mm_fit *fit, const int32_t *left, int64_t n_left,
                    int64_t end) {
    if (n_left <= 0 || !mmspan_matcher_is_reserved(fit->matcher, left[0]))
        return false;
    return end == fit->n_tokens || fit->ids[end] != left[0];
}

void mm_fit_compare(struct mm_fit *fit, const mmspan_media *media, int64_t index,
                    mmspan_span span, int64_t first_row) {
    if (!fit->ids)
        return;
    /* The media may have text around what the prompt has as an item: the first rows of both
     * are laid over each other, and only the item is compared. */
    int64_t offset = count_before(fit->matcher, media) - (first_row - span.start);
    offset = offset < 0 ? 0 : offset;
    const int32_t *wanted = media->ids + offset;
    const int32_t *found = fit->ids + span.start;
    int64_t n_wanted = (int64_t)media->n_ids - offset;
    int64_t n = span.end - span.start;
    int64_t i = 0;
    if (n <= n_wanted && memcmp(wanted, found, (size_t)n * sizeof *found) == 0)
        i = n;
    while (i < n && i < n_wanted && wanted[i] == found[i])
        i++;
    const mmspan_span rest = {span.start + i, span.end};
    if (i < n)
        mm_fit_report(fit, MMSPAN_FINDING_MEDIA_LAYOUT, media->modality, index, rest,
                      i < n_wanted ? wanted[i] : -1, found[i]);
    else if (goes_on(fit, wanted + n, n_wanted - n, span.end))
        mm_fit_report(fit, MMSPAN_FINDING_MEDIA_LAYOUT, media->modality, index, rest, wanted[n],
                      -1);
}
