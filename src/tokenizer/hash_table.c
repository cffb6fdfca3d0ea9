/* Grows hash tables. */
#include "hash_table.h"

#include <stdlib.h>

bool mt_table_reserve(struct mt_table *table, size_t n) {
    struct mt_table grown = {NULL, table->n_slots ? table->n_slots : 2048};
    while (grown.n_slots / 2 < n)
        grown.n_slots *= 2;
    if (grown.n_slots == table->n_slots)
        return true;
    grown.slots = calloc(grown.n_slots, sizeof *grown.slots);
    if (!grown.slots)
        return false;
    for (size_t i = 0; i < table->n_slots; i++) {
        struct mt_slot *slot = mt_first_slot(&grown, table->slots[i].hash);
        if (!table->slots[i].number)
            continue;
        while (slot->number)
            slot = mt_next_slot(&grown, slot);
        *slot = table->slots[i];
    }
    mt_table_free(table);
    *table = grown;
    return true;
}

void mt_table_free(struct mt_table *table) {
    free(table->slots);
    *table = (struct mt_table){0};
}
