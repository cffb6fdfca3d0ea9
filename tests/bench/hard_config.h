/* Legal configs of up to 1 MiB that are hard to load or to compile. */
#ifndef MMSPAN_BENCH_HARD_CONFIG_H
#define MMSPAN_BENCH_HARD_CONFIG_H

#include <stddef.h>

/* The YAML text of hard config number `index`, which the caller frees, and what is hard about
 * it; NULL when there are no more. */
char *hard_config(size_t index, size_t *size, const char **name);

#endif
