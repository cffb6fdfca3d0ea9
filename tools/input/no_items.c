/* Warns that the config does not seem to be that of the data. */
#include "no_items.h"

#include <inttypes.h>

void warn_of_no_items(const struct run *run) {
    const char *name = run->options->configs[0].name;
    if (run->n_items || run->n_seen_tokens == 0)
        return;
    warn(NULL, "there is not one item in %" PRIu64 " %s; is %s the config of this data?",
         run->n_sequences, run->n_sequences == 1 ? "sequence" : "sequences", name);
}
