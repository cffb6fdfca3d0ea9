/* The oracle's own parser of patterns. */
#include "oracle_parts.h"

#include <stdlib.h>
#include <string.h>

void *oracle_alloc(size_t n, size_t size) {
    void *memory = calloc(n ? n : 1, size);
    if (!memory)
        abort();
    return memory;
}

void *oracle_grow(void *array, size_t n, size_t size) {
    /* Powers of two, so that arrays grow one element at a time in linear time. */
    if (n & (n - 1))
        return array;
    array = realloc(array, (n ? 2 * n : 1) * size);
    if (!array)
        abort();
    return array;
}

struct oracle_node *oracle_new_node(enum oracle_node_kind kind) {
    struct oracle_node *node = oracle_alloc(1, sizeof *node);
    node->kind = kind;
    return node;
}

void oracle_free_tree(struct oracle_node *tree) {
    while (tree) {
        struct oracle_node *next = tree->next;
        oracle_free_tree(tree->child);
        free(tree);
        tree = next;
    }
}

int oracle_find_token(const struct oracle_declarations *declared, const char *name, size_t n) {
    for (size_t i = 0; i < declared->n_tokens; i++)
        if (strlen(declared->tokens[i].name) == n &&
            memcmp(declared->tokens[i].name, name, n) == 0)
            return (int)i;
    return -1;
}

struct reader {
    const struct oracle_declarations *declared;
    const char *at;
    bool wrong;
};

/* The next character that is no blank. */
static char peek(struct reader *r) {
    while (*r->at && strchr(" \t\r\n\v\f", *r->at))
        r->at++;
    return *r->at;
}

static bool take(struct reader *r, char c) {
    if (peek(r) != c)
        return false;
    r->at++;
    return true;
}

static void add_child(struct oracle_node *parent, struct oracle_node *child) {
    struct oracle_node **tail = &parent->child;
    while (*tail)
        tail = &(*tail)->next;
    *tail = child;
}

static bool begins_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static struct oracle_node *read_name(struct reader *r, bool text_allowed) {
    const char *name = r->at;
    while (begins_name(*r->at) || (*r->at && strchr("0123456789.-", *r->at)))
        r->at++;
    size_t n = (size_t)(r->at - name);
    struct oracle_node *node = oracle_new_node(ORACLE_NODE_TOKEN);
    bool text = n == 4 && memcmp(name, "text", 4) == 0;
    node->token = text ? ORACLE_TEXT : oracle_find_token(r->declared, name, n);
    r->wrong = r->wrong || (text ? !text_allowed : node->token < 0);
    return node;
}

static struct oracle_node *read_choice(struct reader *r);

static struct oracle_node *read_atom(struct reader *r) {
    if (begins_name(peek(r)))
        return read_name(r, true);
    struct oracle_node *node = oracle_new_node(ORACLE_NODE_CHOICE);
    if (take(r, '(')) {
        add_child(node, read_choice(r));
        r->wrong = r->wrong || !take(r, ')');
    } else if (take(r, '[')) {
        while (begins_name(peek(r)))
            add_child(node, read_name(r, false));
        r->wrong = r->wrong || !node->child || !take(r, ']');
    } else {
        r->wrong = true;
    }
    return node;
}

static int read_number(struct reader *r) {
    int number = 0;
    if (!strchr("0123456789", peek(r)) || !*r->at)
        r->wrong = true;
    for (; *r->at >= '0' && *r->at <= '9'; r->at++)
        number = number < 100000 ? number * 10 + (*r->at - '0') : number;
    return number;
}

static void read_bounds(struct reader *r, struct oracle_node *repeat) {
    repeat->min = repeat->max = read_number(r);
    if (take(r, ','))
        repeat->max = peek(r) == '}' ? ORACLE_NO_LIMIT : read_number(r);
    bool bounded = repeat->max != ORACLE_NO_LIMIT;
    if (!take(r, '}') || repeat->max == 0 || (bounded && repeat->max < repeat->min))
        r->wrong = true;
}

static struct oracle_node *read_repeats(struct reader *r) {
    struct oracle_node *node = read_atom(r);
    while (!r->wrong && peek(r) && strchr("*+?{", *r->at)) {
        struct oracle_node *repeat = oracle_new_node(ORACLE_NODE_REPEAT);
        char operator= * r->at++;
        repeat->min = operator== '+';
        repeat->max = operator== '?' ? 1 : ORACLE_NO_LIMIT;
        if (operator== '{')
            read_bounds(r, repeat);
        repeat->child = node;
        node = repeat;
    }
    return node;
}

static struct oracle_node *read_sequence(struct reader *r) {
    struct oracle_node *node = oracle_new_node(ORACLE_NODE_SEQUENCE);
    do
        add_child(node, read_repeats(r));
    while (!r->wrong && peek(r) && !strchr("|)", *r->at));
    return node;
}

static struct oracle_node *read_choice(struct reader *r) {
    struct oracle_node *node = oracle_new_node(ORACLE_NODE_CHOICE);
    do
        add_child(node, read_sequence(r));
    while (!r->wrong && take(r, '|'));
    return node;
}

struct oracle_node *oracle_parse(const struct oracle_declarations *declared, const char *text) {
    struct reader r = {declared, text, false};
    struct oracle_node *tree = read_choice(&r);
    if (!r.wrong && !peek(&r))
        return tree;
    oracle_free_tree(tree);
    return NULL;
}

struct oracle_node *oracle_parse_list(const struct oracle_declarations *declared,
                                      const char *const *list, size_t n) {
    struct oracle_node *choice = oracle_new_node(ORACLE_NODE_CHOICE);
    for (size_t i = 0; i < n; i++) {
        struct oracle_node *tree = oracle_parse(declared, list[i]);
        if (!tree) {
            oracle_free_tree(choice);
            return NULL;
        }
        add_child(choice, tree);
    }
    return choice;
}
