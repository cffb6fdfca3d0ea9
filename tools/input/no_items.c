/* Warns that the config does not seem to be that of the data. */
#include "no_items.h"

#include <inttypes.h>
#include <string.h>

/* So much of the data is kept until there is an item, so many configs are named, and so many
 * tokens must speak for one. */
enum { MAX_SAMPLE = 64 * 1024, MAX_NAMED = 5, MIN_TOKENS = 8 };

int keep_sample(struct run *run, const mmspan_ids *ids) {
    size_t n;
    if (run->n_items > 0) {
        sample_free(&run->sample);
        return EXIT_CLEAN;
    }
    if (run->sample.n >= MAX_SAMPLE || run->n_sequences >= MAX_SAMPLE)
        return EXIT_CLEAN;
    return sample_add(&run->sample, ids, MAX_SAMPLE - run->sample.n, &n);
}

/* Is there a config that explains enough to be named? A few IDs that happen to be somebody's
 * placeholder say nothing, unless they make up a block; and where this config's blocks have
 * begun, it is the data that is broken. */
static bool is_named(const struct run *run, const mmspan_fit *fits, size_t n) {
    return n > 0 && fits[0].rank == 1 && !run->found_blocks &&
           (fits[0].n_tokens >= MIN_TOKENS || fits[0].n_tokens >= 3 * fits[0].n_items) &&
           strcmp(fits[0].model, run->options->configs[0].name) != 0;
}

/* "a, b and c", those that fit best. */
static void add_fits(struct buffer *out, const mmspan_fit *fits, size_t n) {
    size_t n_best = 0;
    while (n_best < n && fits[n_best].rank == 1)
        n_best++;
    const size_t n_named = n_best < MAX_NAMED ? n_best : MAX_NAMED;
    for (size_t i = 0; i < n_named; i++) {
        const bool is_last = i + 1 == n_named && n_named == n_best;
        buffer_text(out, i == 0 ? "" : is_last ? " and " : ", ");
        buffer_text(out, fits[i].model);
    }
    if (n_named < n_best)
        buffer_format(out, " and %zu more", n_best - n_named);
}

void warn_of_no_items(const struct run *run) {
    const char *name = run->options->configs[0].name;
    const char *plural = run->n_sequences == 1 ? "" : "s";
    mmspan_fit fits[MMSPAN_MAX_FITS];
    size_t n = 0;
    if (run->n_items || run->n_seen_tokens == 0)
        return;
    if (sample_detect(&run->sample, fits, &n) != EXIT_CLEAN)
        return;
    if (!is_named(run, fits, n)) {
        warn(NULL,
             "there is not one item in %" PRIu64 " sequence%s; is %s the config of this data?",
             run->n_sequences, plural, name);
        return;
    }
    struct buffer list = {0};
    add_fits(&list, fits, n);
    warn(NULL,
         "there is not one item in %" PRIu64
         " sequence%s; is %s the config of this data? mmspan "
         "detect ranks first: %.*s",
         run->n_sequences, plural, name, (int)list.n, list.data ? list.data : "");
    buffer_free(&list);
}
