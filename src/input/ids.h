/* A growable array of token IDs. */
#ifndef MMSPAN_INPUT_IDS_H
#define MMSPAN_INPUT_IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A zeroed one is empty. */
struct mr_ids {
    int32_t *ids;
    size_t n;
    size_t cap;
};

/* Makes room for `more` IDs; false when memory runs out, the list is then as before. */
bool mr_ids_reserve(struct mr_ids *list, size_t more);

void mr_ids_free(struct mr_ids *list);

static inline bool mr_ids_add(struct mr_ids *list, int32_t id) {
    if (list->n == list->cap && !mr_ids_reserve(list, 1))
        return false;
    list->ids[list->n++] = id;
    return true;
}

#ifdef __cplusplus
}
#endif

#endif
