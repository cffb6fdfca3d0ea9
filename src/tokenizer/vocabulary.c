/* Keeps the pieces of a tokenizer in two hash tables, by text and by ID. */
#include "vocabulary.h"

#include "../io/hash_key.h"
#include "../match/alloc.h"

#include <stdlib.h>
#include <string.h>

static uint32_t hash_text(const struct mt_vocabulary *v, const char *text, size_t size) {
    return (uint32_t)mm_siphash(&v->key, text, size);
}

static uint32_t hash_id(const struct mt_vocabulary *v, int32_t id) {
    return (uint32_t)mm_siphash(&v->key, &id, sizeof id);
}

static bool has_text(const struct mt_vocabulary *v, const struct mt_slot *slot,
                     const char *text, size_t size) {
    const struct mt_entry *entry = &v->entries[slot->number - 1];
    return entry->size == size && memcmp(v->texts + entry->text, text, size) == 0;
}

/* The slot of the text, or the free one where it belongs. */
static struct mt_slot *slot_of_text(const struct mt_vocabulary *v, const char *text,
                                    size_t size, uint32_t hash) {
    struct mt_slot *slot = mt_first_slot(&v->by_text, hash);
    while (slot->number && !(slot->hash == hash && has_text(v, slot, text, size)))
        slot = mt_next_slot(&v->by_text, slot);
    return slot;
}

static struct mt_slot *slot_of_id(const struct mt_vocabulary *v, int32_t id, uint32_t hash) {
    struct mt_slot *slot = mt_first_slot(&v->by_id, hash);
    while (slot->number && !(slot->hash == hash && v->entries[slot->number - 1].id == id))
        slot = mt_next_slot(&v->by_id, slot);
    return slot;
}

/* Makes room for one more entry, with a text of `size` bytes. */
static bool reserve(struct mt_vocabulary *v, size_t size) {
    const mmspan_allocator memory = mm_allocator(NULL);
    const size_t n = v->n_entries + 1;
    if (v->n_entries == 0)
        v->key = mi_hash_key();
    return mm_reserve(&memory, &v->entries, &v->cap_entries, n, sizeof *v->entries) &&
           mm_reserve(&memory, &v->texts, &v->cap_texts, v->n_texts + size + 1, 1) &&
           mt_table_reserve(&v->by_text, n) && mt_table_reserve(&v->by_id, n);
}

bool mt_begin_layer(struct mt_vocabulary *vocabulary, const char *path) {
    size_t size = strlen(path) + 1;
    char *copy = malloc(size);
    if (!copy)
        return false;
    memcpy(copy, path, size);
    vocabulary->layers[vocabulary->n_layers++] = copy;
    return true;
}

/* Enters a piece. An older one with the same text is not found by it any more, one with
 * the same ID is hidden. */
static enum mt_added put(struct mt_vocabulary *v, const char *text, size_t size, int32_t id,
                         int32_t kind) {
    const uint8_t layer = (uint8_t)(v->n_layers - 1);
    if (v->n_entries >= MMSPAN_MAX_TOKENIZER_PIECES || size > UINT32_MAX)
        return MT_TOO_MANY;
    if (!reserve(v, size))
        return MT_NO_MEMORY;
    const uint32_t text_hash = hash_text(v, text, size);
    const uint32_t id_hash = hash_id(v, id);
    struct mt_slot *by_text = slot_of_text(v, text, size, text_hash);
    struct mt_slot *by_id = slot_of_id(v, id, id_hash);
    uint32_t number = (uint32_t)v->n_entries + 1;
    struct mt_entry entry = {v->n_texts, (uint32_t)size, id, (uint8_t)kind, layer, false};
    if (by_id->number)
        v->entries[by_id->number - 1].hidden = true;
    if (by_text->number) {
        /* The older entry is still found by its ID, as in Hugging Face's tables. */
        entry.text = v->entries[by_text->number - 1].text;
    } else {
        memcpy(v->texts + v->n_texts, text, size);
        v->texts[v->n_texts + size] = '\0';
        v->n_texts += size + 1;
    }
    v->entries[v->n_entries++] = entry;
    *by_text = (struct mt_slot){text_hash, number};
    *by_id = (struct mt_slot){id_hash, number};
    if (id >= v->size)
        v->size = (int64_t)id + 1;
    return MT_ADDED;
}

enum mt_added mt_add_base(struct mt_vocabulary *vocabulary, const mmspan_piece *piece) {
    return put(vocabulary, piece->text, piece->size, piece->id, piece->kind);
}

enum mt_added mt_add_token(struct mt_vocabulary *vocabulary, const char *text, size_t size,
                           int32_t id, struct mt_entry *other) {
    const uint8_t layer = (uint8_t)(vocabulary->n_layers - 1);
    struct mt_entry *old = mt_find_text(vocabulary, text, size);
    if (old && old->kind == MMSPAN_PIECE_ADDED) {
        *other = *old;
        if (old->layer == layer)
            return MT_REPEATED;
        old->layer = layer;
        return old->id == id ? MT_ADDED : MT_CLASH;
    }
    /* What stands for unknown text is nearly always listed; it stays what it is. */
    if (old && old->kind == MMSPAN_PIECE_UNKNOWN && old->id == id)
        return MT_ADDED;
    old = mt_find_id(vocabulary, id);
    if (old && old->kind == MMSPAN_PIECE_ADDED) {
        *other = *old;
        return MT_TAKEN;
    }
    return put(vocabulary, text, size, id, MMSPAN_PIECE_ADDED);
}

struct mt_entry *mt_find_text(const struct mt_vocabulary *vocabulary, const char *text,
                              size_t size) {
    if (!vocabulary->n_entries)
        return NULL;
    const uint32_t hash = hash_text(vocabulary, text, size);
    const uint32_t number = slot_of_text(vocabulary, text, size, hash)->number;
    struct mt_entry *entry = number ? &vocabulary->entries[number - 1] : NULL;
    return entry && !entry->hidden ? entry : NULL;
}

struct mt_entry *mt_find_id(const struct mt_vocabulary *vocabulary, int32_t id) {
    if (!vocabulary->n_entries)
        return NULL;
    const uint32_t number = slot_of_id(vocabulary, id, hash_id(vocabulary, id))->number;
    return number ? &vocabulary->entries[number - 1] : NULL;
}

mmspan_piece mt_piece(const struct mt_vocabulary *vocabulary, const struct mt_entry *entry) {
    return (mmspan_piece){vocabulary->texts + entry->text, entry->size, entry->id, entry->kind};
}

void mt_vocabulary_free(struct mt_vocabulary *vocabulary) {
    free(vocabulary->entries);
    free(vocabulary->texts);
    mt_table_free(&vocabulary->by_text);
    mt_table_free(&vocabulary->by_id);
    for (size_t i = 0; i < vocabulary->n_layers; i++)
        free(vocabulary->layers[i]);
    *vocabulary = (struct mt_vocabulary){0};
}
