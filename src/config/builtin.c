/* Looks up the configs that are compiled in. */
#include "builtin.h"

#include "../../include/mmspan/config.h"

#include <string.h>

const char *mmspan_builtin_name(size_t index) {
    return index < mc_n_builtins ? mc_builtins[index].name : NULL;
}

const char *mmspan_builtin_text(const char *model, size_t *size) {
    for (size_t i = 0; model && i < mc_n_builtins; i++)
        if (strcmp(mc_builtins[i].name, model) == 0) {
            if (size)
                *size = mc_builtins[i].size;
            return (const char *)mc_builtins[i].text;
        }
    return NULL;
}
