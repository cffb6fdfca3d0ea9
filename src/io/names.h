/* Sets of legal names: look-up, and the nearest to a misspelt one. */
#ifndef MMSPAN_IO_NAMES_H
#define MMSPAN_IO_NAMES_H

#include <stdbool.h>
#include <stddef.h>

struct mi_names {
    const char **names; /* sorted once mi_sort_names ran */
    size_t n;
};

void mi_sort_names(struct mi_names *names);

/* Does a sorted set have the name of n bytes? */
bool mi_has_name(const struct mi_names *names, const char *name, size_t n);

/* The name with the smallest edit distance, or NULL when none is near enough to be
 * meant. The set need not be sorted. */
const char *mi_nearest_name(const struct mi_names *names, const char *name, size_t n);

#endif
