/* Sets of legal names: look-up, and the nearest to a misspelt one. */
#ifndef MMSPAN_CONFIG_NAMES_H
#define MMSPAN_CONFIG_NAMES_H

#include <stdbool.h>
#include <stddef.h>

struct mc_names {
    const char **names; /* sorted once mc_sort_names ran */
    size_t n;
};

void mc_sort_names(struct mc_names *names);

/* Does a sorted set have the name of n bytes? */
bool mc_has_name(const struct mc_names *names, const char *name, size_t n);

/* The name with the smallest edit distance, or NULL when none is near enough to be
 * meant. The set need not be sorted. */
const char *mc_nearest_name(const struct mc_names *names, const char *name, size_t n);

#endif
