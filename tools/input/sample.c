/* Keeps samples of data and ranks the built-in configs by them. */
#include "sample.h"

#include "../../src/input/elements.h"
#include "../output/fail.h"

#include <stdlib.h>
#include <string.h>

static bool grow(int64_t **array, size_t *cap, size_t need) {
    if (need <= *cap)
        return true;
    const size_t more = need > 2 * *cap ? need : 2 * *cap;
    int64_t *grown = realloc(*array, more * sizeof *grown);
    if (!grown)
        return false;
    *array = grown;
    *cap = more;
    return true;
}

int sample_add(struct sample *sample, const mmspan_ids *ids, size_t room, size_t *n_added) {
    const size_t n = ids->n < room ? ids->n : room;
    if (!grow(&sample->ids, &sample->cap, sample->n + n) ||
        !grow(&sample->offsets, &sample->cap_offsets, sample->n_sequences + 2))
        return fail_memory();
    for (size_t i = 0; i < n; i++)
        sample->ids[sample->n + i] = mr_id_at(ids, i);
    sample->n += n;
    sample->offsets[0] = 0;
    sample->offsets[++sample->n_sequences] = (int64_t)sample->n;
    *n_added = n;
    return EXIT_CLEAN;
}

int sample_detect(const struct sample *sample, mmspan_fit *fits, size_t *n) {
    static const int64_t none[] = {0};
    const mmspan_ids ids = {.data = sample->ids, .n = sample->n, .type = MMSPAN_IDS_INT64};
    mmspan_detector *detector = NULL;
    mmspan_error error;
    memset(&error, 0, sizeof error);
    mmspan_status status = mmspan_detector_create(NULL, &detector, &error);
    if (status == MMSPAN_OK)
        status = mmspan_detect(detector, &ids, sample->offsets ? sample->offsets : none,
                               sample->n_sequences, fits, MMSPAN_MAX_FITS, n, &error);
    mmspan_detector_destroy(detector);
    return status == MMSPAN_OK ? EXIT_CLEAN : fail_library(status, &error);
}

void sample_free(struct sample *sample) {
    free(sample->ids);
    free(sample->offsets);
    *sample = (struct sample){0};
}
