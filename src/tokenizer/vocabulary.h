/* Pieces and IDs, each found by the other. */
#ifndef MMSPAN_TOKENIZER_VOCABULARY_H
#define MMSPAN_TOKENIZER_VOCABULARY_H

#include "../../include/mmspan/tokenizer.h"
#include "../match/siphash.h"
#include "hash_table.h"

#include <stdbool.h>

/* Files that give pieces, one on top of the other. */
enum { MT_MAX_LAYERS = 8 };

/* `layer` is the file that gave the piece. */
struct mt_entry {
    size_t text; /* in vocabulary.texts */
    uint32_t size;
    int32_t id;
    uint8_t kind;
    uint8_t layer;
    bool hidden; /* its ID belongs to another piece now */
};

/*
 * Zeroed is empty. The tables give an entry's number and one; their key is drawn for each
 * vocabulary, so that nobody can prepare a file whose pieces collide. A hidden entry is in
 * the table of texts only.
 */
struct mt_vocabulary {
    struct mt_entry *entries;
    size_t n_entries;
    size_t cap_entries;
    char *texts;
    size_t n_texts;
    size_t cap_texts;
    struct mt_table by_text;
    struct mt_table by_id;
    struct mm_sip_key key;
    int64_t size;                /* the largest ID and one */
    char *layers[MT_MAX_LAYERS]; /* paths */
    size_t n_layers;
};

/* Begins to read a file; false when memory is out. At most MT_MAX_LAYERS. */
bool mt_begin_layer(struct mt_vocabulary *vocabulary, const char *path);

/* What became of an entry. */
enum mt_added {
    MT_ADDED,
    MT_NO_MEMORY,
    MT_TOO_MANY,
    MT_REPEATED, /* this file has the piece already */
    MT_CLASH,    /* another file of added tokens has the piece with another ID */
    MT_TAKEN     /* another added token has the ID */
};

/*
 * Adds a piece of the file at hand to the base vocabulary; a piece or an ID that comes
 * again replaces what was there. Adds an added token, which replaces pieces of the base
 * vocabulary but not other added tokens; `*other` receives the one that is in its way.
 */
enum mt_added mt_add_base(struct mt_vocabulary *vocabulary, const mmspan_piece *piece);
enum mt_added mt_add_token(struct mt_vocabulary *vocabulary, const char *text, size_t size,
                           int32_t id, struct mt_entry *other);

/* The entry, or NULL. */
struct mt_entry *mt_find_text(const struct mt_vocabulary *vocabulary, const char *text,
                              size_t size);
struct mt_entry *mt_find_id(const struct mt_vocabulary *vocabulary, int32_t id);

/* An entry as callers see it. */
mmspan_piece mt_piece(const struct mt_vocabulary *vocabulary, const struct mt_entry *entry);

void mt_vocabulary_free(struct mt_vocabulary *vocabulary);

#endif
