/* Which configs would fit data in which this one finds nothing. */
#ifndef MMSPAN_TOOLS_FITTING_H
#define MMSPAN_TOOLS_FITTING_H

#include "data_set.h"

#include "../commands/options.h"

/* Warns that no item was found, and names the built-in configs that fit the beginning of the
 * data best. Reads the first files for it. */
void warn_of_fits(const struct data_set *set, const struct mr_options *how, const char *name);

#endif
