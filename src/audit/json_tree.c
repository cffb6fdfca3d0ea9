/* Builds trees of JSON values. */
#include "json_tree.h"

#include "../io/report.h"

#include <string.h>

/* The parser has its own, larger limit. */
enum { MAX_DEPTH = 16 };

struct growth {
    struct mm_arena *arena;
    struct ma_node *parents[MAX_DEPTH];
    struct ma_node *root;
    bool too_deep;
    bool failed;
};

static struct ma_node *make_node(struct growth *growth, const struct mt_json_value *value) {
    struct ma_node *node = mm_arena_alloc(growth->arena, 1, sizeof *node);
    if (!node)
        return NULL;
    node->kind = value->kind;
    node->integer = value->integer;
    if (value->key)
        node->key = mm_arena_substring(growth->arena, value->key, value->key_size);
    if (value->kind == MT_JSON_STRING)
        node->text = mm_arena_substring(growth->arena, value->text, value->size);
    return (value->key && !node->key) || (value->kind == MT_JSON_STRING && !node->text) ? NULL
                                                                                        : node;
}

static enum mt_json_step grow(void *context, const struct mt_json_value *value) {
    struct growth *growth = context;
    if (value->kind == MT_JSON_END)
        return MT_JSON_GO;
    if (value->depth >= MAX_DEPTH) {
        growth->too_deep = true;
        return MT_JSON_STOP;
    }
    struct ma_node *node = make_node(growth, value);
    if (!node) {
        growth->failed = true;
        return MT_JSON_STOP;
    }
    growth->parents[value->depth] = node;
    struct ma_node *parent = value->depth ? growth->parents[value->depth - 1] : NULL;
    if (!parent)
        growth->root = node;
    else if (parent->last)
        parent->last->next = node;
    else
        parent->first = node;
    if (parent)
        parent->last = node;
    return MT_JSON_GO;
}

static mmspan_status explain(enum mt_json_status status, const struct growth *growth,
                             const struct mt_json_error *why, const char *name,
                             const char *text, size_t n, mmspan_error *error) {
    struct mm_place place = {.file = name};
    switch (status) {
    case MT_JSON_OK:
        return MMSPAN_OK;
    case MT_JSON_MISSING:
        return mi_fail(error, MMSPAN_E_UNSUPPORTED, &place,
                       "reports cannot be read: this mmspan was built without simdjson");
    case MT_JSON_CORRUPT:
    case MT_JSON_TOO_DEEP:
        place = mi_place_of(name, text, n, why->at);
        return mi_fail(error, MMSPAN_E_SYNTAX, &place, "%s", why->message);
    case MT_JSON_STOPPED:
        if (growth->too_deep)
            return mi_fail(error, MMSPAN_E_SYNTAX, &place,
                           "not a report of mmspan audit: nested too deeply");
        break;
    default:
        break;
    }
    return mm_fail_memory(error);
}

mmspan_status ma_read_tree(const char *text, size_t n, const char *name, struct mm_arena *arena,
                           struct ma_node **root, mmspan_error *error) {
    struct growth growth = {.arena = arena};
    struct mt_json_error why = {0};
    char *padded = mm_arena_alloc(arena, n + MT_JSON_PADDING, 1);
    if (!padded)
        return mm_fail_memory(error);
    if (n)
        memcpy(padded, text, n);
    enum mt_json_status status = mt_json_walk(padded, n, grow, &growth, &why);
    *root = growth.root;
    return explain(status, &growth, &why, name, padded, n, error);
}

const struct ma_node *ma_member(const struct ma_node *object, const char *key) {
    if (!object || object->kind != MT_JSON_OBJECT)
        return NULL;
    for (const struct ma_node *node = object->first; node; node = node->next)
        if (node->key && strcmp(node->key, key) == 0)
            return node;
    return NULL;
}
