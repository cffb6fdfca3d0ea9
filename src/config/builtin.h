/* The configs that are compiled in; configs/embed.cmake generates the table. */
#ifndef MMSPAN_CONFIG_BUILTIN_H
#define MMSPAN_CONFIG_BUILTIN_H

#include "../../include/mmspan/base.h"

#include <stddef.h>

struct mc_builtin {
    const char *name;
    const unsigned char *text; /* terminated */
    size_t size;
};

/* Sorted by name; the entry after the last has the name NULL. */
extern const struct mc_builtin mc_builtins[];
extern const size_t mc_n_builtins;

/*
 * The built-in config that lists a Hugging Face name. Fails with MMSPAN_E_NOT_FOUND,
 * MMSPAN_E_AMBIGUOUS when several do, whose names the message has, and MMSPAN_E_MEMORY.
 */
mmspan_status mc_find_repository(const char *name, const mmspan_allocator *allocator,
                                 const char **model, mmspan_error *error);

#endif
