/* Remembers which crossings of a stretch led nowhere. */
#include "engine.h"

mmspan_status mm_remember(struct mm_engine *e, size_t first, size_t end,
                          const struct mm_fate *fate) {
    size_t n_crossings = e->n_crossings + (end - first);
    if (e->n_fates == UINT32_MAX || n_crossings > UINT32_MAX)
        return MMSPAN_E_LIMIT;
    if (!mm_reserve(&e->allocator, &e->fates, &e->cap_fates, e->n_fates + 1,
                    sizeof *e->fates) ||
        !mm_reserve(&e->allocator, &e->crossings, &e->cap_crossings, n_crossings,
                    sizeof *e->crossings))
        return MMSPAN_E_MEMORY;
    uint32_t index = (uint32_t)e->n_fates++;
    e->fates[index] = *fate;
    for (size_t i = first; i < end; i++) {
        struct mm_stretch *s = &e->stretches[i];
        e->crossings[e->n_crossings++] = (struct mm_crossing){s->crossings, index, s->state, 0};
        s->crossings = (uint32_t)e->n_crossings;
    }
    return MMSPAN_OK;
}

const struct mm_fate *mm_recall(const struct mm_engine *e, size_t index, uint16_t state) {
    const struct mm_crossing *crossing;
    for (uint32_t i = e->stretches[index].crossings; i; i = crossing->next) {
        crossing = &e->crossings[i - 1];
        if (crossing->state == state)
            return &e->fates[crossing->fate];
    }
    return NULL;
}

void mm_forget(struct mm_engine *e) {
    e->n_fates = 0;
    e->n_crossings = 0;
}
