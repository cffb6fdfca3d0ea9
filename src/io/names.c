/* Looks up names and guesses what a misspelt one was meant to be. */
#include "names.h"

#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void mi_sort_names(struct mi_names *names) {
    if (names->n)
        qsort(names->names, names->n, sizeof *names->names, compare);
}

bool mi_has_name(const struct mi_names *names, const char *name, size_t n) {
    size_t low = 0;
    size_t high = names->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const char *candidate = names->names[middle];
        int order = strncmp(candidate, name, n);
        if (order == 0 && candidate[n] == '\0')
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

/* Longer names are not guessed. */
enum { MAX_LENGTH = 64 };

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

/* Insertions, deletions, substitutions and swaps of neighbours that turn a into b. */
static size_t distance(const char *a, size_t n_a, const char *b, size_t n_b) {
    size_t rows[3][MAX_LENGTH + 1];
    size_t *older = rows[0];
    size_t *old = rows[1];
    size_t *row = rows[2];
    for (size_t j = 0; j <= n_b; j++)
        old[j] = j;
    for (size_t i = 1; i <= n_a; i++) {
        row[0] = i;
        for (size_t j = 1; j <= n_b; j++) {
            row[j] = old[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = smaller(row[j], smaller(old[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = smaller(row[j], older[j - 2] + 1);
        }
        size_t *free_row = older;
        older = old;
        old = row;
        row = free_row;
    }
    return old[n_b];
}

const char *mi_nearest_name(const struct mi_names *names, const char *name, size_t n) {
    if (n == 0 || n > MAX_LENGTH)
        return NULL;
    /* A third of the letters may be wrong, in short words one. */
    size_t limit = n < 3 ? 1 : n / 3;
    const char *nearest = NULL;
    for (size_t i = 0; i < names->n; i++) {
        size_t length = strlen(names->names[i]);
        if (length > MAX_LENGTH || length > n + limit || length + limit < n)
            continue;
        size_t d = distance(name, n, names->names[i], length);
        if (d > limit || d >= length)
            continue;
        nearest = names->names[i];
        if (d == 0)
            break;
        limit = d - 1;
    }
    return nearest;
}
