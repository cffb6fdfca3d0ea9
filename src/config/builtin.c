/* Looks up the configs that are compiled in. */
#include "builtin.h"

#include "../../include/mmspan/config.h"

#include <stdlib.h>
#include <string.h>

const char *mmspan_builtin_name(int32_t index) {
    return index >= 0 && (size_t)index < mc_n_builtins ? mc_builtins[index].name : NULL;
}

static int compare(const void *name, const void *builtin) {
    return strcmp(name, ((const struct mc_builtin *)builtin)->name);
}

const char *mmspan_builtin_text(const char *model, size_t *size) {
    const struct mc_builtin *found =
        model ? bsearch(model, mc_builtins, mc_n_builtins, sizeof *mc_builtins, compare) : NULL;
    if (!found)
        return NULL;
    if (size)
        *size = found->size;
    return (const char *)found->text;
}
