/* Media that a caller supplies, by modality. */
#ifndef MMSPAN_PYTHON_MEDIA_H
#define MMSPAN_PYTHON_MEDIA_H

#include "objects.h"

/* `keep` is a list of the blocks that hold the media's tokens. */
struct pm_media {
    mmspan_media *media;
    size_t n;
    size_t cap;
    PyObject *keep;
};

/* Reads mappings of modality to an iterable of row counts and Media; either may be NULL.
 * Free it also after -1. */
int pm_media_read(const struct pm_result *r, PyObject *mapping, PyObject *named,
                  struct pm_media *media);
void pm_media_free(struct pm_media *media);

#endif
