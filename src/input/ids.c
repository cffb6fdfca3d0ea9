/* Grows arrays of token IDs. */
#include "ids.h"

#include <stdlib.h>

bool mr_ids_reserve(struct mr_ids *list, size_t more) {
    if (more <= list->cap - list->n)
        return true;
    if (more > SIZE_MAX / sizeof *list->ids / 2 - list->n)
        return false;
    /* By half: a line may need most of the memory there is. */
    size_t cap = list->cap + list->cap / 2;
    if (cap < list->n + more)
        cap = list->n + more < 1024 ? 1024 : list->n + more;
    int32_t *ids = realloc(list->ids, cap * sizeof *ids);
    if (!ids)
        return false;
    list->ids = ids;
    list->cap = cap;
    return true;
}

void mr_ids_free(struct mr_ids *list) {
    free(list->ids);
    *list = (struct mr_ids){NULL, 0, 0};
}
