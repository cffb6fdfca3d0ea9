/* A JSON text in memory, as a tree. */
#ifndef MMSPAN_AUDIT_JSON_TREE_H
#define MMSPAN_AUDIT_JSON_TREE_H

#include "../match/alloc.h"
#include "../tokenizer/json.h"

/* A value. Texts are terminated; a key is NULL in a list. */
struct ma_node {
    enum mt_json_kind kind;
    char *key;
    char *text;
    int64_t integer;
    struct ma_node *first;
    struct ma_node *last;
    struct ma_node *next;
};

/* Reads n bytes of text, of which none need follow. The tree lives in the arena. */
mmspan_status ma_read_tree(const char *text, size_t n, const char *name, struct mm_arena *arena,
                           struct ma_node **root, mmspan_error *error);

/* A member of an object, or NULL. */
const struct ma_node *ma_member(const struct ma_node *object, const char *key);

#endif
