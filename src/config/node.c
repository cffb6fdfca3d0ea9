/* Builds the node tree from libyaml's events, within the limits for hostile files. */
#include "node.h"

#include "../../include/mmspan/config.h"
#include "position.h"

#include <string.h>
#include <yaml.h>

enum { MAX_ANCHORS = 256 };

/* A container that is being read. */
struct frame {
    struct mc_node *node;
    struct mc_entry **tail;
    struct mc_node *key; /* read, while its value is not */
};

struct anchor {
    const char *name;
    struct mc_node *node;
};

struct builder {
    struct mm_arena *arena;
    struct mc_errors *errors;
    struct mc_position position;
    struct mc_node *root;
    struct frame frames[MMSPAN_MAX_CONFIG_DEPTH];
    size_t depth;
    struct anchor anchors[MAX_ANCHORS];
    size_t n_anchors;
    size_t n_nodes;
    size_t n_documents;
};

static struct mm_place place_of(struct builder *b, const yaml_mark_t *mark) {
    mc_move_to_index(&b->position, mark->index);
    return (struct mm_place){.line = b->position.line, .column = mc_column(&b->position)};
}

static bool no_memory(struct builder *b) {
    mc_fail_memory(b->errors);
    return false;
}

static bool fail(struct builder *b, mmspan_status status, const yaml_mark_t *mark,
                 const char *message) {
    struct mm_place place = place_of(b, mark);
    mc_fail(b->errors, status, &place, "%s", message);
    return false;
}

static bool too_large(struct builder *b, const yaml_mark_t *mark) {
    struct mm_place place = place_of(b, mark);
    mc_fail(b->errors, MMSPAN_E_LIMIT, &place,
            "the config has more than %d values, aliases counted as copies",
            MMSPAN_MAX_CONFIG_NODES);
    return false;
}

static bool too_deep(struct builder *b, const yaml_mark_t *mark) {
    struct mm_place place = place_of(b, mark);
    mc_fail(b->errors, MMSPAN_E_LIMIT, &place, "nested more than %d levels deep",
            MMSPAN_MAX_CONFIG_DEPTH);
    return false;
}

/* Counts a finished child in the innermost container. */
static bool count_child(struct builder *b, const struct mc_node *child,
                        const yaml_mark_t *mark) {
    if (b->depth == 0)
        return true;
    struct mc_node *parent = b->frames[b->depth - 1].node;
    parent->n_nodes += child->n_nodes;
    if (parent->height <= child->height)
        parent->height = child->height + 1;
    return parent->n_nodes <= MMSPAN_MAX_CONFIG_NODES || too_large(b, mark);
}

/* Puts a node behind what was read before. */
static bool attach(struct builder *b, struct mc_node *node, const yaml_mark_t *mark) {
    if (b->depth == 0) {
        b->root = node;
        return true;
    }
    struct frame *frame = &b->frames[b->depth - 1];
    if (frame->node->kind == MC_MAPPING && !frame->key) {
        frame->key = node;
        return node->kind == MC_SCALAR ||
               fail(b, MMSPAN_E_CONFIG, mark, "a key must be a word, not a list or a mapping");
    }
    struct mc_entry *entry = mm_arena_alloc(b->arena, 1, sizeof *entry);
    if (!entry)
        return no_memory(b);
    entry->key = frame->key;
    entry->value = node;
    frame->key = NULL;
    *frame->tail = entry;
    frame->tail = &entry->next;
    frame->node->n_entries++;
    return true;
}

static bool define_anchor(struct builder *b, const yaml_char_t *name, struct mc_node *node,
                          const yaml_mark_t *mark) {
    if (!name)
        return true;
    if (b->n_anchors == MAX_ANCHORS)
        return fail(b, MMSPAN_E_LIMIT, mark, "more than 256 anchors");
    const char *copy = mm_arena_string(b->arena, (const char *)name);
    if (!copy)
        return no_memory(b);
    b->anchors[b->n_anchors++] = (struct anchor){copy, node};
    return true;
}

static bool add_alias(struct builder *b, const yaml_event_t *event) {
    const char *name = (const char *)event->data.alias.anchor;
    const yaml_mark_t *mark = &event->start_mark;
    struct mc_node *node = NULL;
    /* A name may be given again; the last one before the alias counts. */
    for (size_t i = b->n_anchors; i > 0 && !node; i--)
        if (strcmp(b->anchors[i - 1].name, name) == 0)
            node = b->anchors[i - 1].node;
    struct mm_place place = place_of(b, mark);
    if (!node) {
        mc_fail(b->errors, MMSPAN_E_SYNTAX, &place, "there is no anchor &%.60s before this",
                name);
        return false;
    }
    if (node->open) {
        mc_fail(b->errors, MMSPAN_E_CONFIG, &place, "*%.60s contains itself", name);
        return false;
    }
    if (b->depth + node->height > MMSPAN_MAX_CONFIG_DEPTH)
        return too_deep(b, mark);
    return attach(b, node, mark) && count_child(b, node, mark);
}

static struct mc_node *new_node(struct builder *b, enum mc_kind kind, const yaml_char_t *anchor,
                                const yaml_char_t *tag, const yaml_mark_t *mark) {
    if (tag) {
        fail(b, MMSPAN_E_CONFIG, mark, "tags such as !!str are not used here; remove it");
        return NULL;
    }
    if (b->n_nodes++ == MMSPAN_MAX_CONFIG_NODES) {
        too_large(b, mark);
        return NULL;
    }
    struct mc_node *node = mm_arena_alloc(b->arena, 1, sizeof *node);
    if (!node) {
        no_memory(b);
        return NULL;
    }
    struct mm_place place = place_of(b, mark);
    *node = (struct mc_node){
        .kind = kind, .line = place.line, .column = place.column, .n_nodes = 1};
    return define_anchor(b, anchor, node, mark) ? node : NULL;
}

static bool add_scalar(struct builder *b, const yaml_event_t *event) {
    const yaml_mark_t *mark = &event->start_mark;
    const char *text = (const char *)event->data.scalar.value;
    size_t length = event->data.scalar.length;
    struct mc_node *node =
        new_node(b, MC_SCALAR, event->data.scalar.anchor, event->data.scalar.tag, mark);
    if (!node)
        return false;
    if (memchr(text, '\0', length))
        return fail(b, MMSPAN_E_CONFIG, mark, "a string must not contain a NUL character");
    node->text = mm_arena_substring(b->arena, text, length);
    if (!node->text)
        return no_memory(b);
    node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    size_t from = b->position.offset + !node->plain;
    node->exact = from <= b->position.size && length <= b->position.size - from &&
                  memcmp(b->position.text + from, text, length) == 0;
    return attach(b, node, mark) && count_child(b, node, mark);
}

static bool begin_container(struct builder *b, enum mc_kind kind, const yaml_event_t *event) {
    const yaml_mark_t *mark = &event->start_mark;
    bool is_list = kind == MC_SEQUENCE;
    struct mc_node *node = new_node(
        b, kind, is_list ? event->data.sequence_start.anchor : event->data.mapping_start.anchor,
        is_list ? event->data.sequence_start.tag : event->data.mapping_start.tag, mark);
    if (!node || !attach(b, node, mark))
        return false;
    if (b->depth == MMSPAN_MAX_CONFIG_DEPTH)
        return too_deep(b, mark);
    node->open = true;
    node->height = 1;
    b->frames[b->depth++] = (struct frame){node, &node->entries, NULL};
    return true;
}

static bool end_container(struct builder *b, const yaml_event_t *event) {
    struct mc_node *node = b->frames[--b->depth].node;
    node->open = false;
    return count_child(b, node, &event->end_mark);
}

static bool take_event(struct builder *b, const yaml_event_t *event) {
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        return ++b->n_documents == 1 ||
               fail(b, MMSPAN_E_CONFIG, &event->start_mark,
                    "a second YAML document; a config is one document");
    case YAML_ALIAS_EVENT:
        return add_alias(b, event);
    case YAML_SCALAR_EVENT:
        return add_scalar(b, event);
    case YAML_SEQUENCE_START_EVENT:
        return begin_container(b, MC_SEQUENCE, event);
    case YAML_MAPPING_START_EVENT:
        return begin_container(b, MC_MAPPING, event);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return end_container(b, event);
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        break;
    }
    return true;
}

static bool fail_syntax(struct builder *b, const yaml_parser_t *parser) {
    if (parser->error == YAML_MEMORY_ERROR)
        return no_memory(b);
    const char *problem = parser->problem ? parser->problem : "it cannot be read";
    if (parser->error == YAML_READER_ERROR)
        mc_move_to_offset(&b->position, parser->problem_offset);
    else
        mc_move_to_index(&b->position, parser->problem_mark.index);
    struct mm_place place = {.line = b->position.line, .column = mc_column(&b->position)};
    if (parser->context)
        mc_fail(b->errors, MMSPAN_E_SYNTAX, &place, "not valid YAML: %s (%s from line %zu on)",
                problem, parser->context, parser->context_mark.line + 1);
    else
        mc_fail(b->errors, MMSPAN_E_SYNTAX, &place, "not valid YAML: %s", problem);
    return false;
}

static bool build(struct builder *b, yaml_parser_t *parser) {
    bool ok = true;
    for (bool at_end = false; ok && !at_end;) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event))
            return fail_syntax(b, parser);
        at_end = event.type == YAML_STREAM_END_EVENT;
        ok = take_event(b, &event);
        yaml_event_delete(&event);
    }
    return ok;
}

/* Without branches, so that compilers make vectors of the loop around it. */
static bool is_control(unsigned char c) {
    return ((c < 0x20) & (c != '\t') & (c != '\n') & (c != '\r')) | (c == 0x7F);
}

/* libyaml's own words for this speak of code points, not of files. */
static bool check_bytes(struct builder *b) {
    const unsigned char *text = (const unsigned char *)b->position.text;
    unsigned char found = 0;
    for (size_t i = 0; i < b->position.size; i++)
        found |= is_control(text[i]);
    if (!found)
        return true;
    size_t at = 0;
    while (!is_control(text[at]))
        at++;
    mc_move_to_offset(&b->position, at);
    struct mm_place place = {.line = b->position.line, .column = mc_column(&b->position)};
    mc_fail(b->errors, MMSPAN_E_SYNTAX, &place,
            "byte 0x%02X has no place in a text; a config is YAML in UTF-8", text[at]);
    return false;
}

struct mc_node *mc_parse_yaml(const char *text, size_t size, struct mm_arena *arena,
                              struct mc_errors *errors) {
    if (size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        size -= 3;
    }
    /* Too large for some stacks that users give to threads. */
    struct builder *b = mm_arena_alloc(arena, 1, sizeof *b);
    yaml_parser_t parser;
    if (!b || !yaml_parser_initialize(&parser)) {
        mc_fail_memory(errors);
        return NULL;
    }
    b->arena = arena;
    b->errors = errors;
    mc_position_init(&b->position, text, size);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
    bool ok = check_bytes(b) && build(b, &parser);
    yaml_parser_delete(&parser);
    if (ok && !b->root)
        mc_fail(errors, MMSPAN_E_CONFIG, &(struct mm_place){.line = 1, .column = 1},
                "the config is empty; it begins with \"mmspan: 1\"");
    return ok ? b->root : NULL;
}
