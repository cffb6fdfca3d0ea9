/* Remembers which crossings of a stretch led nowhere. */
#include "engine.h"

#include <string.h>

static size_t slot_of(const struct mm_memo *memo, uint64_t key) {
    uint64_t hash = key * 0x9E3779B97F4A7C15U;
    return (size_t)(hash >> 32) & (memo->cap_entries - 1);
}

static uint64_t key_of(const struct mm_engine *e, size_t index, uint16_t state) {
    return (e->dropped + index) << 16 | state;
}

static struct mm_memo_entry *find_entry(const struct mm_memo *memo, uint64_t key) {
    size_t slot = slot_of(memo, key);
    while (memo->entries[slot].generation == memo->generation && memo->entries[slot].key != key)
        slot = (slot + 1) & (memo->cap_entries - 1);
    return &memo->entries[slot];
}

static bool grow(struct mm_engine *e) {
    struct mm_memo old = e->memo;
    struct mm_memo grown = {.n_entries = old.n_entries,
                            .cap_entries = old.cap_entries ? old.cap_entries * 2 : 64,
                            .generation = old.generation ? old.generation : 1};
    if (grown.cap_entries > PTRDIFF_MAX / sizeof *grown.entries)
        return false;
    size_t size = grown.cap_entries * sizeof *grown.entries;
    grown.entries = mm_resize(&e->allocator, NULL, 0, size);
    if (!grown.entries)
        return false;
    memset(grown.entries, 0, size);
    for (size_t i = 0; i < old.cap_entries; i++)
        if (old.entries[i].generation == old.generation)
            *find_entry(&grown, old.entries[i].key) = old.entries[i];
    mm_free(&e->allocator, old.entries, old.cap_entries * sizeof *old.entries);
    e->memo = grown;
    return true;
}

static mmspan_status add_entry(struct mm_engine *e, uint64_t key, uint32_t fate) {
    if (e->memo.n_entries * 2 >= e->memo.cap_entries && !grow(e))
        return MMSPAN_E_MEMORY;
    struct mm_memo_entry *entry = find_entry(&e->memo, key);
    e->memo.n_entries += entry->generation != e->memo.generation;
    *entry = (struct mm_memo_entry){key, fate, e->memo.generation};
    return MMSPAN_OK;
}

mmspan_status mm_remember(struct mm_engine *e, size_t first, size_t end,
                          const struct mm_fate *fate) {
    if (e->n_fates == UINT32_MAX)
        return MMSPAN_E_LIMIT;
    if (!mm_reserve(&e->allocator, &e->fates, &e->cap_fates, e->n_fates + 1, sizeof *e->fates))
        return MMSPAN_E_MEMORY;
    size_t index = e->n_fates++;
    e->fates[index] = *fate;
    for (size_t i = first; i < end; i++) {
        struct mm_stretch *s = &e->stretches[i];
        if (!s->dead_state) {
            s->dead_state = s->state;
            s->fate = (uint32_t)index;
        } else if (s->dead_state != s->state) {
            mmspan_status status = add_entry(e, key_of(e, i, s->state), (uint32_t)index);
            if (status != MMSPAN_OK)
                return status;
        }
    }
    return MMSPAN_OK;
}

const struct mm_fate *mm_recall(const struct mm_engine *e, size_t index, uint16_t state) {
    const struct mm_stretch *s = &e->stretches[index];
    if (s->dead_state == state)
        return &e->fates[s->fate];
    if (!s->dead_state || !e->memo.n_entries)
        return NULL;
    const struct mm_memo_entry *entry = find_entry(&e->memo, key_of(e, index, state));
    return entry->generation == e->memo.generation ? &e->fates[entry->fate] : NULL;
}

void mm_forget(struct mm_engine *e) {
    e->n_fates = 0;
    if (!e->memo.n_entries)
        return;
    e->memo.n_entries = 0;
    /* Once in four thousand million times the numbers wrap and must be wiped. */
    if (++e->memo.generation == 0) {
        memset(e->memo.entries, 0, e->memo.cap_entries * sizeof *e->memo.entries);
        e->memo.generation = 1;
    }
}
