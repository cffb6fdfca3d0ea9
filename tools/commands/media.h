/* The media that --rows and --ids options describe. */
#ifndef MMSPAN_TOOLS_MEDIA_H
#define MMSPAN_TOOLS_MEDIA_H

#include "../../include/mmspan/mmspan.h"
#include "options.h"

/* Zeroed is empty. The list of the options owns the tokens of its media; lists that media are
 * copied to do not. */
struct media_list {
    mmspan_media *media;
    size_t n;
    size_t cap;
    int32_t **owned;
    size_t n_owned;
};

/* Parses every "MODALITY=N,N,..." of --rows, and reads every "MODALITY=FILE" of --ids, in
 * which each sequence is a media. Free the list in every case. */
int media_parse(const struct options *options, const mmspan_matcher *matcher,
                struct media_list *list);

int media_add(struct media_list *list, const mmspan_media *media);
void media_free(struct media_list *list);

/* The modality whose name is the n bytes at `name`; false when there is none. */
bool media_find_modality(const mmspan_matcher *matcher, const char *name, size_t n,
                         int32_t *modality);

/* Lists what the config knows, as "image, video"; cut when there is too much. */
void media_list_modalities(const mmspan_matcher *matcher, char *text, size_t size);

#endif
