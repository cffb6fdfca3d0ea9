/* The smallest program: the items of a prompt, with a built-in config. */
#include <mmspan/mmspan.h>

#include <inttypes.h>
#include <stdio.h>

/* A prompt of Gemma 4 with an image of two rows. */
static const int32_t ids[] = {2, 255999, 258880, 258880, 258882, 107};
static const size_t n = sizeof ids / sizeof *ids;
static int n_used;

static int fail(const mmspan_error *error) {
    fprintf(stderr, "first: %s\n", error->message);
    return 1;
}

static void use(const mmspan_item *item) {
    printf("[%" PRId64 ", %" PRId64 ") %" PRId64 " rows\n", item->start, item->end, item->rows);
    n_used += item->start == 1 && item->end == 5 && item->rows == 2;
}

int main(void) {
    mmspan_error error = {0};
    mmspan_config *config;
    mmspan_matcher *matcher;
    mmspan_result *result;
    if (mmspan_config_load_builtin("gemma-4", NULL, &config, &error) != MMSPAN_OK ||
        mmspan_config_compile(config, NULL, &matcher, &error) != MMSPAN_OK ||
        mmspan_result_create(NULL, &result) != MMSPAN_OK ||
        mmspan_scan(matcher, ids, n, NULL, result, &error) != MMSPAN_OK)
        return fail(&error);
    const mmspan_view *view = mmspan_result_view(result);
    for (size_t i = 0; i < view->n_items; i++)
        use(&view->items[i]); /* start, end, rows, runs, modality, form */

    mmspan_result_destroy(result);
    mmspan_matcher_destroy(matcher);
    mmspan_config_destroy(config);
    return n_used != 1;
}
