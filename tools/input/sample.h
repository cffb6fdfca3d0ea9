/* The beginning of some data, to tell which config is made for it. */
#ifndef MMSPAN_TOOLS_SAMPLE_H
#define MMSPAN_TOOLS_SAMPLE_H

#include "../../include/mmspan/detect.h"

#include <stdbool.h>

/* Sequences one after the other; a zeroed one is empty. IDs are wide, so that none is lost. */
struct sample {
    int64_t *ids;
    size_t n;
    size_t cap;
    int64_t *offsets; /* of n_sequences, and one more */
    size_t n_sequences;
    size_t cap_offsets;
};

/* Adds a sequence, or as much of it as `room` IDs hold, and says how much that was. */
int sample_add(struct sample *sample, const mmspan_ids *ids, size_t room, size_t *n_added);

/* Ranks the built-in configs: mmspan_detect. There is room for MMSPAN_MAX_FITS. */
int sample_detect(const struct sample *sample, mmspan_fit *fits, size_t *n);

void sample_free(struct sample *sample);

#endif
