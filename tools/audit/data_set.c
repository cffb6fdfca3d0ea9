/* Walks through folders and patterns. */
#define _GNU_SOURCE

#include "data_set.h"

#include "../../src/input/input.h"
#include "../../src/io/path.h"
#include "../output/buffer.h"

#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Folders that contain each other through links end here. */
enum { MAX_DEPTH = 32 };

static int add(struct data_set *set, const char *path) {
    if (set->n == set->cap) {
        const size_t cap = set->cap ? 2 * set->cap : 64;
        char **paths = realloc(set->paths, cap * sizeof *paths);
        if (!paths)
            return fail_memory();
        set->paths = paths;
        set->cap = cap;
    }
    set->paths[set->n] = strdup(path);
    if (!set->paths[set->n])
        return fail_memory();
    set->n++;
    return EXIT_CLEAN;
}

static bool ends_with(const char *name, size_t n, const char *ending) {
    const size_t length = strlen(ending);
    return n > length && strncmp(name + n - length, ending, length) == 0;
}

static bool has_ending(const char *name, const char *const *endings) {
    static const char *const packed[] = {".gz", ".zst", ".zstd"};
    size_t n = strlen(name);
    for (size_t i = 0; i < 3; i++) {
        if (ends_with(name, n, packed[i])) {
            n -= strlen(packed[i]);
            break;
        }
    }
    for (; *endings; endings++)
        if (ends_with(name, n, *endings))
            return true;
    return false;
}

static const char *const readable[] = {".npy", ".jsonl", ".ndjson", ".idx", NULL};
static const char *const headerless_too[] = {".bin", ".ds",  ".raw", ".u16",
                                             ".u32", ".i32", ".i64", NULL};
static const char *const of_python[] = {".parquet", ".arrow", ".feather", ".mds", ".tar", NULL};

static int refuse(const char *path) {
    const struct place place = {path, 0, 0};
    return fail(EXIT_USAGE, &place,
                "needs the Python package: pip install \"mmspan[arrow]\", and then the same "
                "command");
}

/* Does a name in a folder belong to the data? */
static bool is_wanted(const char *path, const char *name, bool headerless) {
    if (has_ending(name, readable))
        return !has_ending(name, (const char *const[]){".idx", NULL}) ||
               mr_pair_stem(path, NULL) > 0;
    return headerless && has_ending(name, headerless_too);
}

bool data_set_takes(const char *name, bool headerless) {
    return name[0] != '.' && name[0] != '_' &&
           (has_ending(name, readable) || has_ending(name, of_python) ||
            (headerless && has_ending(name, headerless_too)));
}

static int walk(struct data_set *set, const char *folder, bool headerless, int depth);

static int visit(struct data_set *set, const char *folder, const char *name, bool headerless,
                 int depth) {
    char *path = mi_join_path(folder, name);
    if (!path)
        return fail_memory();
    int status = EXIT_CLEAN;
    if (mi_is_directory(path))
        status = walk(set, path, headerless, depth + 1);
    else if (has_ending(name, of_python))
        status = refuse(path);
    else if (is_wanted(path, name, headerless))
        status = add(set, path);
    else
        set->n_passed_over++;
    free(path);
    return status;
}

static int walk(struct data_set *set, const char *folder, bool headerless, int depth) {
    const struct place place = {folder, 0, 0};
    if (depth > MAX_DEPTH)
        return fail(EXIT_USAGE, &place, "folders more than %d deep", MAX_DEPTH);
    DIR *open = opendir(folder);
    if (!open)
        return fail_system(folder, errno);
    int status = EXIT_CLEAN;
    while (status == EXIT_CLEAN) {
        errno = 0;
        const struct dirent *entry = readdir(open);
        if (!entry && errno)
            status = fail_system(folder, errno);
        if (!entry)
            break;
        /* Hidden files, and those that engines write beside the data (_SUCCESS). */
        if (entry->d_name[0] != '.' && entry->d_name[0] != '_')
            status = visit(set, folder, entry->d_name, headerless, depth);
    }
    closedir(open);
    return status;
}

static int take(struct data_set *set, const char *path, bool headerless) {
    if (mi_is_directory(path))
        return walk(set, path, headerless, 0);
    return has_ending(path, of_python) ? refuse(path) : add(set, path);
}

static int expand(struct data_set *set, const char *pattern, bool headerless) {
    const struct place place = {pattern, 0, 0};
    glob_t found;
    int status = EXIT_CLEAN;
    switch (glob(pattern, GLOB_NOSORT, NULL, &found)) {
    case 0:
        break;
    case GLOB_NOMATCH:
        return fail(EXIT_USAGE, &place, "no file has such a name");
    case GLOB_NOSPACE:
        return fail_memory();
    default:
        return fail_system(pattern, errno);
    }
    for (size_t i = 0; i < found.gl_pathc && status == EXIT_CLEAN; i++)
        status = take(set, found.gl_pathv[i], headerless);
    globfree(&found);
    return status;
}

static int compare(const void *left, const void *right) {
    char *const *a = left;
    char *const *b = right;
    return strcmp(*a, *b);
}

/* A file that was named twice counts once. */
static void sort(struct data_set *set) {
    size_t kept = 0;
    if (set->n)
        qsort(set->paths, set->n, sizeof *set->paths, compare);
    for (size_t i = 0; i < set->n; i++) {
        if (kept && strcmp(set->paths[kept - 1], set->paths[i]) == 0)
            free(set->paths[i]);
        else
            set->paths[kept++] = set->paths[i];
    }
    set->n = kept;
}

/* Says where nothing was found and what was looked for. */
static int fail_empty(char **words, size_t n, bool headerless) {
    const struct place place = {n ? words[0] : NULL, 0, 0};
    if (n == 0)
        return fail(EXIT_USAGE, NULL, "no data; name files, folders or patterns");
    struct buffer endings = {0};
    for (const char *const *ending = readable; *ending; ending++) {
        buffer_text(&endings, ending == readable        ? ""
                              : ending[1] || headerless ? ", "
                                                        : " or ");
        buffer_text(&endings, *ending);
    }
    for (const char *const *ending = headerless_too; headerless && *ending; ending++) {
        buffer_text(&endings, ending[1] ? ", " : " or ");
        buffer_text(&endings, *ending);
    }
    const int status =
        endings.failed
            ? fail_memory()
            : fail(EXIT_USAGE, &place, "no file %s ends in %.*s, with .gz or .zst or without%s",
                   n == 1 ? "there" : "there or in what else is named", (int)endings.n,
                   endings.data,
                   headerless ? "" : "; give --dtype for arrays without a header");
    buffer_free(&endings);
    return status;
}

int data_set_list(struct data_set *set, char **words, size_t n, bool headerless) {
    struct stat info;
    int status = EXIT_CLEAN;
    for (size_t i = 0; i < n && status == EXIT_CLEAN; i++) {
        const bool exists = stat(words[i], &info) == 0;
        if (!exists && strpbrk(words[i], "*?["))
            status = expand(set, words[i], headerless);
        else
            status = take(set, words[i], headerless);
    }
    sort(set);
    if (status == EXIT_CLEAN && set->n == 0)
        return fail_empty(words, n, headerless);
    return status;
}

void data_set_free(struct data_set *set) {
    for (size_t i = 0; i < set->n; i++)
        free(set->paths[i]);
    free(set->paths);
    *set = (struct data_set){0};
}
