/* Finds states that go on in the same way, whatever is complete in them. */
#include "../matcher.h"
#include "table_hash.h"

#include <string.h>

static bool same_list(const struct mm_lists *lists, uint32_t a, uint32_t b) {
    uint32_t n = lists->begin[a + 1] - lists->begin[a];
    return n == lists->begin[b + 1] - lists->begin[b] &&
           memcmp(lists->items + lists->begin[a], lists->items + lists->begin[b],
                  n * sizeof *lists->items) == 0;
}

static const uint16_t *row_of(const mmspan_matcher *m, uint32_t state) {
    return m->next + ((size_t)state << m->class_bits);
}

static bool same_future(const mmspan_matcher *m, uint32_t a, uint32_t b) {
    return memcmp(row_of(m, a), row_of(m, b), m->n_classes * sizeof *m->next) == 0 &&
           same_list(&m->expected, a, b) && same_list(&m->possible, a, b);
}

static size_t hash_row(const mmspan_matcher *m, uint32_t state) {
    return mm_table_hash(row_of(m, state), m->n_classes * sizeof(uint16_t));
}

bool mm_make_futures(mmspan_matcher *m) {
    struct mm_arena scratch;
    mm_arena_init(&scratch, &m->arena.allocator);
    size_t size = 16;
    while (size < 2 * (size_t)m->n_states)
        size *= 2;
    uint16_t *table = mm_arena_alloc(&scratch, size, sizeof *table);
    m->future = mm_arena_alloc(&m->arena, m->n_states, sizeof *m->future);
    bool done = table && m->future;
    for (uint32_t s = MM_START; done && s < m->n_states; s++) {
        size_t slot = hash_row(m, s) & (size - 1);
        while (table[slot] && !same_future(m, table[slot], s))
            slot = (slot + 1) & (size - 1);
        if (!table[slot])
            table[slot] = (uint16_t)s;
        m->future[s] = table[slot];
    }
    mm_arena_free(&scratch);
    return done;
}
