/* Parses --rows MODALITY=N,N,... into media. */
#include "media.h"

#include "../output/fail.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Lists what the config knows, as "image, video"; cut when there is too much. */
static void list_modalities(const mmspan_matcher *matcher, char *text, size_t size) {
    size_t used = 0;
    text[0] = '\0';
    for (int32_t m = 0; m < mmspan_matcher_n_modalities(matcher) && used < size; m++)
        used += (size_t)snprintf(text + used, size - used, "%s%s", m ? ", " : "",
                                 mmspan_matcher_modality_name(matcher, m));
}

static int find_modality(const mmspan_matcher *matcher, const char *option, size_t length,
                         int32_t *modality) {
    for (int32_t m = 0; m < mmspan_matcher_n_modalities(matcher); m++) {
        const char *name = mmspan_matcher_modality_name(matcher, m);
        if (strlen(name) == length && strncmp(name, option, length) == 0) {
            *modality = m;
            return EXIT_CLEAN;
        }
    }
    char known[256];
    list_modalities(matcher, known, sizeof known);
    return fail(EXIT_USAGE, NULL, "--rows %s: no modality \"%.*s\"; the config has %s", option,
                (int)length, option, known);
}

static size_t count_numbers(const char *text) {
    size_t n = 1;
    for (; *text; text++)
        n += *text == ',';
    return n;
}

static int parse_rows(const char *option, const char **at, int64_t *rows) {
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
    *at = *end ? end + 1 : end;
    return EXIT_CLEAN;
}

static int parse_option(const mmspan_matcher *matcher, const char *option,
                        struct media_list *list) {
    const char *equals = strchr(option, '=');
    if (!equals)
        return fail(EXIT_USAGE, NULL, "--rows %s: write MODALITY=N,N,...", option);
    int32_t modality = -1;
    int status = find_modality(matcher, option, (size_t)(equals - option), &modality);
    if (status != EXIT_CLEAN)
        return status;
    size_t n = count_numbers(equals + 1);
    mmspan_media *grown = realloc(list->media, (list->n + n) * sizeof *grown);
    if (!grown)
        return fail_memory();
    list->media = grown;
    const char *at = equals + 1;
    for (size_t i = 0; i < n; i++) {
        mmspan_media media = {.modality = modality};
        status = parse_rows(option, &at, &media.rows);
        if (status != EXIT_CLEAN)
            return status;
        list->media[list->n++] = media;
    }
    return EXIT_CLEAN;
}

int media_parse(const struct options *options, const mmspan_matcher *matcher,
                struct media_list *list) {
    int status = EXIT_CLEAN;
    for (size_t i = 0; i < options->n_rows && status == EXIT_CLEAN; i++)
        status = parse_option(matcher, options->rows[i], list);
    return status;
}

void media_free(struct media_list *list) {
    free(list->media);
    list->media = NULL;
    list->n = 0;
}
