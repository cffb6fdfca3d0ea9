/* Random configs, prompts and media for the operations. */
#ifndef MMSPAN_TESTS_OPS_SAMPLER_H
#define MMSPAN_TESTS_OPS_SAMPLER_H

#include "../oracle/model.h"
#include "sampler.h"

enum { OPS_MOST_MEDIA = 256, OPS_MOST_MEDIA_IDS = 8192 };

/* A prompt with media, and how they are to be used. Media point into `media_ids`: a copy is
 * good as long as the original stays where it is. */
struct ops_question {
    struct sampler_prompt prompt;
    mmspan_media media[OPS_MOST_MEDIA];
    size_t n_media;
    int32_t media_ids[OPS_MOST_MEDIA_IDS];
    size_t n_media_ids;
    bool from_end;
    bool layout;   /* assign gets the prompt */
    int64_t start; /* of expand */
};

/* One of the gallery or a random one, with what operations ask of a modality. */
void ops_sampler_config(struct random_source *random, char *text, size_t size);

/* A prompt, and media that fit it, or would but for some damage. Uses the model, which must
 * be open, to find the items. */
void ops_sampler_question(struct random_source *random, struct model *model,
                          struct ops_question *question);

#endif
