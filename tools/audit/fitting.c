/* Warns of a config that is not that of the data. */
#include "fitting.h"

#include "../input/sample.h"
#include "../output/buffer.h"

#include <string.h>

/* Tokens that are read, of so many files at most, and configs that are named. */
enum { MAX_SAMPLE = 64 * 1024, MAX_FILES = 4, MAX_NAMED = 5, MIN_TOKENS = 8 };

/* A few IDs that happen to be somebody's placeholder say nothing, unless they make up a block.
 */
static bool says_something(const mmspan_fit *fit) {
    return fit->rank == 1 && (fit->n_tokens >= MIN_TOKENS || fit->n_tokens >= 3 * fit->n_items);
}

/* What cannot be read was reported before. */
static void read_file(struct sample *sample, const char *path, const struct mr_options *how) {
    struct mr_input *input = NULL;
    struct mr_sequence sequence;
    mmspan_error error;
    bool more = true;
    size_t n;
    if (mr_open(path, how, &input, &error) != MMSPAN_OK)
        return;
    while (more && sample->n < MAX_SAMPLE &&
           mr_next(input, &sequence, &more, &error) == MMSPAN_OK && more)
        if (sample_add(sample, &sequence.ids, MAX_SAMPLE - sample->n, &n) != EXIT_CLEAN)
            break;
    mr_close(input);
}

void warn_of_fits(const struct data_set *set, const struct mr_options *how, const char *name) {
    struct sample sample = {0};
    struct buffer list = {0};
    mmspan_fit fits[MMSPAN_MAX_FITS];
    size_t n = 0;
    for (size_t i = 0; i < set->n && i < MAX_FILES; i++)
        read_file(&sample, set->paths[i], how);
    if (sample.n_sequences && sample_detect(&sample, fits, &n) != EXIT_CLEAN)
        n = 0;
    for (size_t i = 0; i < n && i < MAX_NAMED && says_something(&fits[i]); i++) {
        buffer_text(&list, i ? ", " : " mmspan detect ranks first: ");
        buffer_text(&list, fits[i].model);
    }
    warn(NULL, "there is not one item in all of the data; is %s its config?%.*s", name,
         (int)list.n, list.data ? list.data : "");
    buffer_free(&list);
    sample_free(&sample);
}
