/* The configs that are compiled in; configs/embed.cmake generates the table. */
#ifndef MMSPAN_CONFIG_BUILTIN_H
#define MMSPAN_CONFIG_BUILTIN_H

#include <stddef.h>

struct mc_builtin {
    const char *name;
    const unsigned char *text; /* terminated */
    size_t size;
};

/* Sorted by name; the entry after the last has the name NULL. */
extern const struct mc_builtin mc_builtins[];
extern const size_t mc_n_builtins;

#endif
