/* Turns --rows MODALITY=N,N,... and --ids MODALITY=FILE into media. */
#include "media.h"

#include "../output/fail.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void media_list_modalities(const mmspan_matcher *matcher, char *text, size_t size) {
    size_t used = 0;
    text[0] = '\0';
    for (int32_t m = 0; m < mmspan_matcher_n_modalities(matcher) && used < size; m++)
        used += (size_t)snprintf(text + used, size - used, "%s%s", m ? ", " : "",
                                 mmspan_matcher_modality_name(matcher, m));
}

bool media_find_modality(const mmspan_matcher *matcher, const char *name, size_t n,
                         int32_t *modality) {
    for (int32_t m = 0; m < mmspan_matcher_n_modalities(matcher); m++) {
        const char *known = mmspan_matcher_modality_name(matcher, m);
        if (strlen(known) == n && memcmp(known, name, n) == 0) {
            *modality = m;
            return true;
        }
    }
    return false;
}

/* The modality before the "=" of an option, and what stands behind it. */
static int parse_modality(const mmspan_matcher *matcher, const char *option_name,
                          const char *option, int32_t *modality, const char **value) {
    const char *equals = strchr(option, '=');
    if (!equals)
        return fail(EXIT_USAGE, NULL, "%s %s: write MODALITY=%s", option_name, option,
                    strcmp(option_name, "--ids") == 0 ? "FILE" : "N,N,...");
    *value = equals + 1;
    const size_t n = (size_t)(equals - option);
    if (media_find_modality(matcher, option, n, modality))
        return EXIT_CLEAN;
    char known[256];
    media_list_modalities(matcher, known, sizeof known);
    return fail(EXIT_USAGE, NULL, "%s %s: no modality \"%.*s\"; the config has %s", option_name,
                option, (int)n, option, known);
}

int media_add(struct media_list *list, const mmspan_media *media) {
    if (list->n == list->cap) {
        const size_t cap = list->cap ? 2 * list->cap : 16;
        mmspan_media *grown = realloc(list->media, cap * sizeof *grown);
        if (!grown)
            return fail_memory();
        list->media = grown;
        list->cap = cap;
    }
    list->media[list->n++] = *media;
    return EXIT_CLEAN;
}

/* *more: another number follows. */
static int parse_rows(const char *option, const char **at, int64_t *rows, bool *more) {
    char *end;
    errno = 0;
    *rows = strtoll(*at, &end, 10);
    if (end == *at || **at < '0' || **at > '9' || (*end && *end != ','))
        return fail(EXIT_USAGE, NULL,
                    "--rows %s: write MODALITY=N,N,... with one number of rows "
                    "for each media",
                    option);
    if (errno == ERANGE || *rows < 1)
        return fail(EXIT_USAGE, NULL,
                    "--rows %s: a media has 1 row or more, and fewer than 2^63", option);
    *more = *end == ',';
    *at = *more ? end + 1 : end;
    return EXIT_CLEAN;
}

static int parse_option(const mmspan_matcher *matcher, const char *option,
                        struct media_list *list) {
    mmspan_media media = {.modality = -1};
    const char *at = NULL;
    int status = parse_modality(matcher, "--rows", option, &media.modality, &at);
    for (bool more = true; status == EXIT_CLEAN && more;) {
        status = parse_rows(option, &at, &media.rows, &more);
        if (status == EXIT_CLEAN)
            status = media_add(list, &media);
    }
    return status;
}

/* The tokens of one media, with a result to scan them into. */
struct supply {
    const mmspan_matcher *matcher;
    mmspan_result *result;
    const char *file;
    int32_t modality;
};

/* Keeps a copy of the IDs, as int32. */
static int copy_ids(const struct mr_sequence *sequence, const mmspan_result *result,
                    struct media_list *list, mmspan_media *media) {
    const int32_t *narrowed = mmspan_result_ids(result);
    const int32_t *ids = narrowed ? narrowed : sequence->ids.data;
    int32_t **owned = realloc(list->owned, (list->n_owned + 1) * sizeof *owned);
    if (!owned)
        return fail_memory();
    list->owned = owned;
    int32_t *copy = malloc((sequence->ids.n + 1) * sizeof *copy);
    if (!copy)
        return fail_memory();
    memcpy(copy, ids, sequence->ids.n * sizeof *copy);
    owned[list->n_owned++] = copy;
    media->ids = copy;
    media->n_ids = sequence->ids.n;
    return EXIT_CLEAN;
}

/* A media has the rows that a scan of its tokens finds. An item without rows (cross
 * attention) goes with any number of them. */
static int add_supplied(const struct supply *supply, const struct mr_sequence *sequence,
                        struct media_list *list) {
    const struct place place = {supply->file, sequence->line, 0};
    mmspan_error error;
    memset(&error, 0, sizeof error);
    mmspan_status scanned =
        mmspan_scan_ids(supply->matcher, &sequence->ids, NULL, supply->result, &error);
    if (scanned != MMSPAN_OK)
        return fail_library(scanned, &error);
    const mmspan_view *view = mmspan_result_view(supply->result);
    size_t n_items = 0;
    for (size_t i = 0; i < view->n_items; i++)
        n_items += view->items[i].modality == supply->modality;
    if (n_items == 0 || view->n_findings)
        return fail(EXIT_CORRUPT, &place, "--ids: this is no %s of the config%s",
                    mmspan_matcher_modality_name(supply->matcher, supply->modality),
                    view->n_findings ? "; mmspan scan shows what is wrong with it" : "");
    const int64_t rows = mmspan_rows(supply->result, supply->modality);
    mmspan_media media = {.rows = rows ? rows : 1, .modality = supply->modality};
    int status = copy_ids(sequence, supply->result, list, &media);
    return status == EXIT_CLEAN ? media_add(list, &media) : status;
}

static int read_supplied(const struct supply *supply, struct mr_input *input,
                         struct media_list *list) {
    struct mr_sequence sequence;
    mmspan_error error;
    bool more = true;
    int status = EXIT_CLEAN;
    while (status == EXIT_CLEAN && more) {
        memset(&error, 0, sizeof error);
        mmspan_status read = mr_next(input, &sequence, &more, &error);
        if (read != MMSPAN_OK)
            return fail_input(read, &error);
        if (more)
            status = add_supplied(supply, &sequence, list);
    }
    return status;
}

/* Each sequence of the file is one media. */
static int read_option(const struct options *options, const mmspan_matcher *matcher,
                       const char *option, struct media_list *list) {
    struct supply supply = {.matcher = matcher};
    struct mr_input *input = NULL;
    mmspan_error error;
    memset(&error, 0, sizeof error);
    int status = parse_modality(matcher, "--ids", option, &supply.modality, &supply.file);
    if (status != EXIT_CLEAN)
        return status;
    for (size_t i = 0; i < list->n; i++)
        if (list->media[i].modality == supply.modality)
            return fail(EXIT_USAGE, NULL,
                        "--ids %s: the modality has media already; give them in one option",
                        option);
    const struct mr_options how = {.key = options->input.key};
    mmspan_status opened = mr_open(supply.file, &how, &input, &error);
    if (opened != MMSPAN_OK)
        return fail_input(opened, &error);
    if (mmspan_result_create(NULL, &supply.result) != MMSPAN_OK)
        status = fail_memory();
    if (status == EXIT_CLEAN)
        status = read_supplied(&supply, input, list);
    mmspan_result_destroy(supply.result);
    mr_close(input);
    return status;
}

int media_parse(const struct options *options, const mmspan_matcher *matcher,
                struct media_list *list) {
    int status = EXIT_CLEAN;
    for (size_t i = 0; i < options->n_rows && status == EXIT_CLEAN; i++)
        status = parse_option(matcher, options->rows[i], list);
    for (size_t i = 0; i < options->n_ids && status == EXIT_CLEAN; i++)
        status = read_option(options, matcher, options->ids[i], list);
    return status;
}

void media_free(struct media_list *list) {
    for (size_t i = 0; i < list->n_owned; i++)
        free(list->owned[i]);
    free(list->owned);
    free(list->media);
    *list = (struct media_list){0};
}
