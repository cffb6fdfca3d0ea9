/* Keeps the pieces of a tokenizer in two hash tables, by text and by ID. */
#include "vocabulary.h"

#include <stdlib.h>
#include <string.h>

/* Grows an array of elements of `size` bytes to room for `need`. */
static bool grow(void *array, size_t *cap, size_t need, size_t size) {
    void *old;
    if (need <= *cap)
        return true;
    size_t wanted = *cap < 512 ? 1024 : 2 * *cap;
    if (wanted < need)
        wanted = need;
    memcpy(&old, array, sizeof old);
    void *grown = wanted <= SIZE_MAX / size ? realloc(old, wanted * size) : NULL;
    if (!grown)
        return false;
    memcpy(array, &grown, sizeof grown);
    *cap = wanted;
    return true;
}

/* The seed is an address, so nobody can prepare a file whose pieces collide. */
static uint32_t hash_text(const struct mt_vocabulary *v, const char *text, size_t size) {
    const uint64_t factor = UINT64_C(0x9E3779B97F4A7C15);
    uint64_t hash = v->seed ^ (size * factor);
    for (; size > 0; text += 8) {
        uint64_t block = 0;
        size_t n = size < 8 ? size : 8;
        memcpy(&block, text, n);
        hash = (hash ^ block) * factor;
        hash ^= hash >> 32;
        size -= n;
    }
    return (uint32_t)(hash ^ hash >> 29);
}

static size_t first_place(const struct mt_vocabulary *v, const struct mt_slot *table,
                          uint32_t key) {
    if (table == v->by_text)
        return key & v->mask;
    uint64_t hash = (v->seed ^ key) * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(hash >> 32) & v->mask;
}

static bool has_text(const struct mt_vocabulary *v, const struct mt_slot *slot,
                     const char *text, size_t size) {
    const struct mt_entry *entry = &v->entries[slot->number - 1];
    return entry->size == size && memcmp(v->texts + entry->text, text, size) == 0;
}

/* The slot of the text, or the free one where it belongs. */
static struct mt_slot *slot_of_text(const struct mt_vocabulary *v, const char *text,
                                    size_t size, uint32_t key) {
    size_t at = first_place(v, v->by_text, key);
    struct mt_slot *slot = &v->by_text[at];
    while (slot->number && !(slot->key == key && has_text(v, slot, text, size))) {
        at = (at + 1) & v->mask;
        slot = &v->by_text[at];
    }
    return slot;
}

static struct mt_slot *slot_of_id(const struct mt_vocabulary *v, int32_t id) {
    const uint32_t key = (uint32_t)id;
    size_t at = first_place(v, v->by_id, key);
    struct mt_slot *slot = &v->by_id[at];
    while (slot->number && slot->key != key) {
        at = (at + 1) & v->mask;
        slot = &v->by_id[at];
    }
    return slot;
}

/* Moves the slots of a table into the one that takes its place. */
static void move_slots(const struct mt_vocabulary *v, const struct mt_slot *from, size_t n,
                       struct mt_slot *to) {
    for (size_t i = 0; i < n; i++) {
        if (!from[i].number)
            continue;
        size_t at = first_place(v, to, from[i].key);
        while (to[at].number)
            at = (at + 1) & v->mask;
        to[at] = from[i];
    }
}

/* Doubles the tables. */
static bool rehash(struct mt_vocabulary *v) {
    size_t n_old = v->mask ? v->mask + 1 : 0;
    size_t n = n_old ? 2 * n_old : 2048;
    struct mt_slot *by_text = calloc(n, sizeof *by_text);
    struct mt_slot *by_id = calloc(n, sizeof *by_id);
    if (!by_text || !by_id) {
        free(by_text);
        free(by_id);
        return false;
    }
    struct mt_slot *old_by_text = v->by_text;
    struct mt_slot *old_by_id = v->by_id;
    if (!n_old)
        v->seed = (uint64_t)(uintptr_t)by_text * UINT64_C(0xD6E8FEB86659FD93);
    v->mask = n - 1;
    v->by_text = by_text;
    v->by_id = by_id;
    move_slots(v, old_by_text, n_old, by_text);
    move_slots(v, old_by_id, n_old, by_id);
    free(old_by_text);
    free(old_by_id);
    return true;
}

static bool reserve(struct mt_vocabulary *v, size_t size) {
    return grow(&v->entries, &v->cap_entries, v->n_entries + 1, sizeof *v->entries) &&
           grow(&v->texts, &v->cap_texts, v->n_texts + size + 1, 1) &&
           (v->n_entries < v->mask / 2 || rehash(v));
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
    uint32_t key = hash_text(v, text, size);
    struct mt_slot *by_text = slot_of_text(v, text, size, key);
    struct mt_slot *by_id = slot_of_id(v, id);
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
    *by_text = (struct mt_slot){key, number};
    *by_id = (struct mt_slot){(uint32_t)id, number};
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
    if (!vocabulary->mask)
        return NULL;
    uint32_t key = hash_text(vocabulary, text, size);
    uint32_t number = slot_of_text(vocabulary, text, size, key)->number;
    struct mt_entry *entry = number ? &vocabulary->entries[number - 1] : NULL;
    return entry && !entry->hidden ? entry : NULL;
}

struct mt_entry *mt_find_id(const struct mt_vocabulary *vocabulary, int32_t id) {
    if (!vocabulary->mask)
        return NULL;
    uint32_t number = slot_of_id(vocabulary, id)->number;
    return number ? &vocabulary->entries[number - 1] : NULL;
}

mmspan_piece mt_piece(const struct mt_vocabulary *vocabulary, const struct mt_entry *entry) {
    return (mmspan_piece){vocabulary->texts + entry->text, entry->size, entry->id, entry->kind};
}

void mt_vocabulary_free(struct mt_vocabulary *vocabulary) {
    free(vocabulary->entries);
    free(vocabulary->texts);
    free(vocabulary->by_text);
    free(vocabulary->by_id);
    for (size_t i = 0; i < vocabulary->n_layers; i++)
        free(vocabulary->layers[i]);
    *vocabulary = (struct mt_vocabulary){0};
}
