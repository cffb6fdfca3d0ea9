/* Grows arrays of token IDs. */
#include "id_list.h"

#include <stdlib.h>

bool id_list_reserve(struct id_list *list, size_t more) {
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

void id_list_free(struct id_list *list) {
    free(list->ids);
    *list = (struct id_list){NULL, 0, 0};
}
