/* The media that --rows options describe. */
#ifndef MMSPAN_TOOLS_MEDIA_H
#define MMSPAN_TOOLS_MEDIA_H

#include "../../include/mmspan/mmspan.h"
#include "options.h"

struct media_list {
    mmspan_media *media;
    size_t n;
};

/* Parses every "MODALITY=N,N,..." of the options. Free the list in every case. */
int media_parse(const struct options *options, const mmspan_matcher *matcher,
                struct media_list *list);

void media_free(struct media_list *list);

#endif
