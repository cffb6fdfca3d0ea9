/* Follows a SentencePiece model's table of characters wherever it may lead. */
#include "charsmap.h"

#include <stdlib.h>
#include <string.h>

/*
 * The table is a number of bytes (little-endian, 32 bits), so many bytes of a trie, and
 * texts that end in NUL, to which the trie's values point. The trie is a double array of
 * 32-bit units, as Darts-clone makes it. A node is a position; the unit there has
 *
 *   bits 0-7, 31  the byte that leads to the node; with bit 31 it is a value, no node
 *   bit 8         the node ends a key
 *   bit 9         the offset is in steps of 256
 *   bits 10-30    the offset: position ^ offset is the base of the node's children
 *
 * The child for byte b stands at base ^ b, the value of a key at the base itself. Parts
 * may be shared, so this is a graph; it must have no cycle.
 */
struct trie {
    const unsigned char *units;
    uint32_t n_units;
    size_t n_texts;        /* in bytes */
    unsigned char *n_keys; /* by node: most keys on a way from it, and one; 0: unknown */
};

/* What the library has room for: keys that begin one text. The others are far above what
 * is needed; on a cycle the depth is passed. The usual table has 240,000 bytes. */
enum { MAX_KEYS = 32, MAX_DEPTH = 128, MAX_BYTES = 4 << 20 };

static uint32_t unit_at(const struct trie *trie, uint32_t position) {
    const unsigned char *unit = trie->units + 4 * (size_t)position;
    return unit[0] | (uint32_t)unit[1] << 8 | (uint32_t)unit[2] << 16 | (uint32_t)unit[3] << 24;
}

static uint32_t base_of(uint32_t unit, uint32_t position) {
    return position ^ (unit >> 10 << ((unit & 0x200) >> 6));
}

static bool follow(struct trie *trie, uint32_t position, unsigned depth, unsigned *n_keys);

/* The most keys on a way from a child; false when one leads astray. */
static bool follow_children(struct trie *trie, uint32_t base, unsigned depth,
                            unsigned *n_keys) {
    for (uint32_t byte = 1; byte < 256; byte++) {
        unsigned below = 0;
        const uint32_t child = base ^ byte;
        if ((unit_at(trie, child) & 0x800000FF) != byte)
            continue;
        if (!follow(trie, child, depth + 1, &below))
            return false;
        *n_keys = below > *n_keys ? below : *n_keys;
    }
    return true;
}

static bool follow(struct trie *trie, uint32_t position, unsigned depth, unsigned *n_keys) {
    const uint32_t unit = unit_at(trie, position);
    const uint32_t base = base_of(unit, position);
    const bool is_key = depth > 0 && (unit & 0x100) != 0;
    if (trie->n_keys[position]) {
        *n_keys = trie->n_keys[position] - 1U;
        return true;
    }
    /* All children of a base lie in the same 256 units. */
    if (depth > MAX_DEPTH || (base | 0xFF) >= trie->n_units)
        return false;
    if (is_key && (unit_at(trie, base) & 0x7FFFFFFF) >= trie->n_texts)
        return false;
    if (!follow_children(trie, base, depth, n_keys))
        return false;
    *n_keys += is_key;
    trie->n_keys[position] = (unsigned char)(*n_keys + 1);
    return *n_keys <= MAX_KEYS;
}

static bool is_sound(const unsigned char *table, size_t size) {
    uint32_t n_bytes;
    if (size <= 4)
        return false;
    n_bytes = table[0] | (uint32_t)table[1] << 8 | (uint32_t)table[2] << 16 |
              (uint32_t)table[3] << 24;
    if (n_bytes >= size - 4 || n_bytes < 1024 || n_bytes > MAX_BYTES || table[size - 1] != 0)
        return false;
    unsigned n_keys = 0;
    struct trie trie = {table + 4, n_bytes / 4, size - 4 - n_bytes, calloc(n_bytes / 4, 1)};
    bool sound = trie.n_keys && follow(&trie, 0, 0, &n_keys);
    free(trie.n_keys);
    return sound;
}

bool mt_is_sound_normalizer(struct mt_message spec) {
    enum { PRECOMPILED_CHARSMAP = 2 };
    struct mt_field field;
    while (spec.at < spec.end) {
        if (!mt_read_field(&spec, &field))
            return false;
        size_t size = (size_t)(field.content.end - field.content.at);
        if (field.number == PRECOMPILED_CHARSMAP && size > 0 &&
            !is_sound(field.content.at, size))
            return false;
    }
    return true;
}
