/* Checks of the media that a caller hands in. */
#include "error.h"
#include "fit.h"

/* An output may not become longer than that. */
static const uint64_t max_length = UINT64_C(1) << 62;

mmspan_status mm_fit_check(const mmspan_matcher *m, const mmspan_media *media, size_t n_media,
                           mmspan_error *error) {
    int64_t total = 0;
    if (n_media > INT32_MAX)
        return mm_fail(error, MMSPAN_E_LIMIT, NULL, "more than %d media", INT32_MAX);
    for (size_t i = 0; i < n_media; i++) {
        if ((uint32_t)media[i].modality >= m->n_modalities)
            return mm_fail(error, MMSPAN_E_ARGUMENT, NULL,
                           "media %zu is of modality %d; there are %u", i,
                           (int)media[i].modality, m->n_modalities);
        const char *name = m->shapes[media[i].modality].name;
        if (media[i].rows < 1)
            return mm_fail(error, MMSPAN_E_ARGUMENT, NULL,
                           "media %zu (%s) has %lld rows; a media has 1 or more", i, name,
                           (long long)media[i].rows);
        if (media[i].rows > INT64_MAX - total)
            return mm_fail(error, MMSPAN_E_ARGUMENT, NULL,
                           "media %zu (%s): the rows of all media together do not fit int64", i,
                           name);
        total += media[i].rows;
    }
    return MMSPAN_OK;
}

mmspan_status mm_fit_check_tokens(const mmspan_matcher *m, const mmspan_media *media,
                                  size_t n_media, size_t n, mmspan_error *error) {
    uint64_t total = n;
    for (size_t i = 0; i < n_media; i++) {
        const char *name = m->shapes[media[i].modality].name;
        if (!media[i].ids && !m->shapes[media[i].modality].expandable)
            return mm_fail(error, MMSPAN_E_ARGUMENT, NULL,
                           "media %zu (%s): rows alone do not say what stands for it, so its "
                           "tokens must be given",
                           i, name);
        if (!media[i].ids != !media[i].n_ids)
            return mm_fail(error, MMSPAN_E_ARGUMENT, NULL,
                           "media %zu (%s): a list of no tokens, or a number without a list", i,
                           name);
        uint64_t length = mm_media_length(m, &media[i]);
        if (length > max_length - total)
            return mm_fail(error, MMSPAN_E_LIMIT, NULL,
                           "media %zu (%s): the output would have more than 2^62 tokens", i,
                           name);
        total += length;
    }
    return MMSPAN_OK;
}
