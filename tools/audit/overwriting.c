/* Tells files by what they are and not by their names. */
#define _DEFAULT_SOURCE

#include "overwriting.h"

#include "../../src/input/input.h"
#include "../../src/io/path.h"
#include "../output/fail.h"
#include "data_set.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool are_same(const struct stat *a, const struct stat *b) {
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Pipes and devices keep nothing that could be lost. */
static bool holds_data(const char *path, struct stat *info) {
    return stat(path, info) == 0 && S_ISREG(info->st_mode);
}

/* The input, or for a Megatron pair its halves: returns how many, 0 when memory is out. */
static size_t halves_of(const char *input, char *halves[2]) {
    const size_t n_stem = mr_pair_stem(input, NULL);
    if (n_stem == 0) {
        halves[0] = strdup(input);
        return halves[0] ? 1 : 0;
    }
    for (size_t i = 0; i < 2; i++) {
        halves[i] = malloc(n_stem + sizeof ".idx");
        if (!halves[i]) {
            free(i ? halves[0] : NULL);
            return 0;
        }
        memcpy(halves[i], input, n_stem);
        memcpy(halves[i] + n_stem, i ? ".bin" : ".idx", sizeof ".idx");
    }
    return 2;
}

static int refuse_input(const char *output, const struct stat *info, const char *input,
                        const char *what) {
    const struct place place = {output, 0, 0};
    struct stat other;
    char *halves[2];
    const size_t n = halves_of(input, halves);
    int status = n ? EXIT_CLEAN : fail_memory();
    for (size_t i = 0; i < n; i++) {
        if (status == EXIT_CLEAN && stat(halves[i], &other) == 0 && are_same(info, &other))
            status = fail(EXIT_USAGE, &place, "is %s; give another name", what);
        free(halves[i]);
    }
    return status;
}

int refuse_overwriting(const char *const *outputs, size_t n_outputs, char *const *inputs,
                       size_t n_inputs, const char *what) {
    struct stat info;
    int status = EXIT_CLEAN;
    for (size_t i = 0; i < n_outputs; i++) {
        if (!outputs[i] || !holds_data(outputs[i], &info))
            continue;
        for (size_t j = 0; j < n_inputs && status == EXIT_CLEAN; j++)
            status = refuse_input(outputs[i], &info, inputs[j], what);
    }
    return status;
}

/* The folder of a name, free of links; NULL when there is none. To be freed. */
static char *real_folder(const char *name) {
    const char *slash = strrchr(name, '/');
    char *folder = strndup(slash ? name : ".", slash ? (size_t)(slash - name) + 1 : 1);
    char *real = folder ? realpath(folder, NULL) : NULL;
    free(folder);
    return real;
}

static bool is_below(const char *folder, const char *word) {
    char *top = mi_is_directory(word) ? realpath(word, NULL) : NULL;
    const size_t n = top ? strlen(top) : 0;
    const bool below = top && strncmp(folder, top, n) == 0 &&
                       (folder[n] == '/' || folder[n] == '\0' || top[n - 1] == '/');
    free(top);
    return below;
}

static int refuse_among(const char *output, char *const *words, size_t n_words) {
    const struct place place = {output, 0, 0};
    char *folder = real_folder(output);
    int status = EXIT_CLEAN;
    for (size_t i = 0; folder && i < n_words && status == EXIT_CLEAN; i++)
        if (is_below(folder, words[i]))
            status = fail(EXIT_USAGE, &place,
                          "would be part of the data next time; give a name outside of %s",
                          words[i]);
    free(folder);
    return status;
}

int refuse_among_data(const char *const *outputs, size_t n_outputs, char *const *words,
                      size_t n_words, bool headerless) {
    int status = EXIT_CLEAN;
    for (size_t i = 0; i < n_outputs && status == EXIT_CLEAN; i++) {
        const char *slash = outputs[i] ? strrchr(outputs[i], '/') : NULL;
        if (outputs[i] && data_set_takes(slash ? slash + 1 : outputs[i], headerless))
            status = refuse_among(outputs[i], words, n_words);
    }
    return status;
}

/* Will a name that no file has yet be the other's? Their folders may be spelled differently. */
static bool will_be_same(const char *a, const char *b) {
    const char *slash_a = strrchr(a, '/');
    const char *slash_b = strrchr(b, '/');
    if (strcmp(slash_a ? slash_a + 1 : a, slash_b ? slash_b + 1 : b) != 0)
        return false;
    char *folder_a = strndup(slash_a ? a : ".", slash_a ? (size_t)(slash_a - a) + 1 : 1);
    char *folder_b = strndup(slash_b ? b : ".", slash_b ? (size_t)(slash_b - b) + 1 : 1);
    struct stat info_a;
    struct stat info_b;
    const bool same = folder_a && folder_b && stat(folder_a, &info_a) == 0 &&
                      stat(folder_b, &info_b) == 0 && are_same(&info_a, &info_b);
    free(folder_a);
    free(folder_b);
    return same;
}

static bool are_one(const char *a, const char *b) {
    struct stat info_a;
    struct stat info_b;
    const bool is_a = stat(a, &info_a) == 0;
    const bool is_b = stat(b, &info_b) == 0;
    if (is_a && is_b)
        return S_ISREG(info_a.st_mode) && are_same(&info_a, &info_b);
    return !is_a && !is_b && will_be_same(a, b);
}

int refuse_same_outputs(const char *const *outputs, size_t n_outputs) {
    for (size_t i = 0; i < n_outputs; i++) {
        for (size_t j = i + 1; j < n_outputs; j++) {
            if (!outputs[i] || !outputs[j] || !are_one(outputs[i], outputs[j]))
                continue;
            const struct place place = {outputs[j], 0, 0};
            return fail(EXIT_USAGE, &place,
                        "is given for two outputs; give each a name of its own");
        }
    }
    return EXIT_CLEAN;
}
