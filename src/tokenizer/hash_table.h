/* Hash tables of numbers; what a number stands for is its owner's business. */
#ifndef MMSPAN_TOKENIZER_HASH_TABLE_H
#define MMSPAN_TOKENIZER_HASH_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `number` is from 1; 0: the slot is free. */
struct mt_slot {
    uint32_t hash;
    uint32_t number;
};

/*
 * Zeroed is empty, and then may not be looked into. A number stands in the slot of its hash
 * or behind, with no free one between; n_slots is a power of two, and at least one slot in
 * two is free. Of the hash, the low bits count.
 */
struct mt_table {
    struct mt_slot *slots;
    size_t n_slots;
};

/* Makes room for n numbers; false, and nothing changed, when memory is out. */
bool mt_table_reserve(struct mt_table *table, size_t n);
void mt_table_free(struct mt_table *table);

/* The slots where a number with this hash may stand, up to the first free one. */
static inline struct mt_slot *mt_first_slot(const struct mt_table *table, uint32_t hash) {
    return &table->slots[hash & (table->n_slots - 1)];
}

static inline struct mt_slot *mt_next_slot(const struct mt_table *table,
                                           const struct mt_slot *slot) {
    return &table->slots[(size_t)(slot - table->slots + 1) & (table->n_slots - 1)];
}

#endif
