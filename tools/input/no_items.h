/* What is said when a config has found nothing in any sequence. */
#ifndef MMSPAN_TOOLS_NO_ITEMS_H
#define MMSPAN_TOOLS_NO_ITEMS_H

#include "sequences.h"

/* Keeps the beginning of the data until there is an item. */
int keep_sample(struct run *run, const mmspan_ids *ids);

/* Warns after a run over tokens in which there was not one item, and names the built-in configs
 * that fit the data best. */
void warn_of_no_items(const struct run *run);

#endif
