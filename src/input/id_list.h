/* A growable array of token IDs. */
#ifndef MMSPAN_INPUT_ID_LIST_H
#define MMSPAN_INPUT_ID_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct id_list {
    int32_t *ids;
    size_t n;
    size_t cap;
};

/* Makes room for `more` IDs; false when memory runs out, the list is then as before. */
bool id_list_reserve(struct id_list *list, size_t more);

void id_list_free(struct id_list *list);

static inline bool id_list_add(struct id_list *list, int32_t id) {
    if (list->n == list->cap && !id_list_reserve(list, 1))
        return false;
    list->ids[list->n++] = id;
    return true;
}

#ifdef __cplusplus
}
#endif

#endif
