/* What is said when a config has found nothing in any sequence. */
#ifndef MMSPAN_TOOLS_NO_ITEMS_H
#define MMSPAN_TOOLS_NO_ITEMS_H

#include "sequences.h"

/* Warns after a run over tokens in which there was not one item. */
void warn_of_no_items(const struct run *run);

#endif
