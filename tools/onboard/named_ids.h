/* The token IDs that the JSON files of a model's folder name: image_token_id and the like. */
#ifndef MMSPAN_TOOLS_NAMED_IDS_H
#define MMSPAN_TOOLS_NAMED_IDS_H

#include "../../include/mmspan/config.h"

#include <stdbool.h>

struct onboard_ids;

/* Reads the files that onboard_folder reads, but for the tokenizer; none of them need be there.
 * Fails as it does. */
mmspan_status onboard_ids_read(const char *folder, struct onboard_ids **ids,
                               mmspan_error *error);
void onboard_ids_free(struct onboard_ids *ids);

/* Was there any such file, with anything in it about a model? */
bool onboard_ids_are_there(const struct onboard_ids *ids);

/* How many IDs of image, video and audio the files name. */
size_t onboard_ids_count(const struct onboard_ids *ids);

/* How many of these a config declares. One that is not among its tokens and stands for the rows
 * of a modality that it has is reported: the config would miss what is in the prompt. */
size_t onboard_ids_compare(const struct onboard_ids *ids, const mmspan_config *config,
                           const mmspan_matcher *matcher,
                           void (*report)(void *context, const mmspan_error *error),
                           void *context);

#endif
