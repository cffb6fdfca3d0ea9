/* The pattern language: a recursive-descent parser with carets in its errors. */
#include "pattern.h"

#include <string.h>

/* Deeper nesting is not readable, and the bound keeps the recursion off the end of
 * a small stack. */
enum { MAX_DEPTH = 64, MAX_LENGTH = 16384 };

struct parser {
    const mmspan_spec *spec;
    const struct mm_source *source;
    struct mm_arena *arena;
    const char *at;
    bool names_only; /* no `text` and no operators */
    uint32_t depth;  /* open groups */
    mmspan_error *error;
    mmspan_status status;
};

/* <ctype.h> would let the caller's locale decide what a name is. */
static bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

size_t mm_name_length(const char *at) {
    if (!is_letter(*at))
        return 0;
    size_t n = 1;
    while (is_letter(at[n]) || is_digit(at[n]) || at[n] == '.' || at[n] == '-')
        n++;
    return n;
}

/* Reports `what` with the pattern and a caret below `at`. A long pattern is shown
 * from a little before the place on. Returns NULL for the convenience of callers. */
static struct mm_node *reject(struct parser *p, const char *at, const char *what, int n,
                              const char *name) {
    enum { WIDTH = 72, BEFORE = 30 };
    const char *text = p->source->text;
    size_t offset = (size_t)(at - text);
    const char *from = offset > WIDTH - 2 ? at - BEFORE : text;
    const char *cut = memchr(from, '\0', WIDTH);
    int shown = cut ? (int)(cut - from) : WIDTH;
    struct mm_place place = p->source->place;
    if (p->source->exact)
        place.column += (uint32_t)offset;
    p->status =
        mm_fail(p->error, MMSPAN_E_SYNTAX, &place, "pattern: %s%s%.*s%s\n  %.*s\n  %*s^", what,
                n ? " \"" : "", n, name, n ? "\"" : "", shown, from, (int)(at - from), "");
    return NULL;
}

static struct mm_node *out_of_memory(struct parser *p) {
    p->status = mm_fail_memory(p->error);
    return NULL;
}

static struct mm_node *new_node(struct parser *p, enum mm_node_kind kind) {
    struct mm_node *node = mm_arena_alloc(p->arena, 1, sizeof *node);
    if (!node)
        return out_of_memory(p);
    node->kind = kind;
    return node;
}

static uint32_t offset_of(const struct parser *p) {
    return (uint32_t)(p->at - p->source->text);
}

static void skip_blanks(struct parser *p) {
    while (is_blank(*p->at))
        p->at++;
}

/* An undeclared name is a fault of the config, not of the syntax. */
static struct mm_node *reject_name(struct parser *p, size_t n) {
    reject(p, p->at, "no such token:", n > 60 ? 60 : (int)n, p->at);
    p->status = MMSPAN_E_CONFIG;
    if (p->error)
        p->error->status = MMSPAN_E_CONFIG;
    return NULL;
}

static struct mm_node *parse_name(struct parser *p, bool text_allowed) {
    size_t n = mm_name_length(p->at);
    bool text = n == 4 && strncmp(p->at, "text", 4) == 0;
    if (text && !text_allowed)
        return reject(p, p->at,
                      p->names_only ? "\"text\" cannot stand in a plain sequence of tokens"
                                    : "\"text\" cannot stand in brackets; write (text | ...)",
                      0, "");
    size_t rank;
    int32_t token = text ? MM_TEXT : mm_find_token(p->spec, p->at, n, &rank);
    if (!text && token < 0)
        return reject_name(p, n);
    struct mm_node *node = new_node(p, MM_NODE_TOKEN);
    if (!node)
        return NULL;
    node->token = token;
    node->begin = offset_of(p);
    p->at += n;
    node->end = offset_of(p);
    return node;
}

/* '[' NAME+ ']' is a choice of its names. */
static struct mm_node *parse_set(struct parser *p) {
    const char *open = p->at++;
    struct mm_node *set = new_node(p, MM_NODE_CHOICE);
    if (!set)
        return NULL;
    struct mm_node **tail = &set->child;
    for (skip_blanks(p); *p->at && *p->at != ']'; skip_blanks(p)) {
        if (!mm_name_length(p->at))
            return reject(p, p->at, "brackets hold token names only", 0, "");
        struct mm_node *name = parse_name(p, false);
        if (!name)
            return NULL;
        *tail = name;
        tail = &name->next;
    }
    if (!*p->at)
        return reject(p, open, "this '[' is never closed", 0, "");
    if (!set->child)
        return reject(p, open, "empty brackets match nothing", 0, "");
    p->at++;
    return set;
}

static struct mm_node *parse_choice(struct parser *p);

static struct mm_node *parse_group(struct parser *p) {
    const char *open = p->at++;
    if (++p->depth > MAX_DEPTH)
        return reject(p, open, "nested too deeply", 0, "");
    struct mm_node *inside = parse_choice(p);
    if (!inside)
        return NULL;
    if (*p->at != ')')
        return reject(p, open, "this '(' is never closed", 0, "");
    if (++inside->height > MAX_DEPTH)
        return reject(p, open, "nested too deeply", 0, "");
    p->at++;
    p->depth--;
    return inside;
}

static struct mm_node *parse_atom(struct parser *p) {
    if (mm_name_length(p->at))
        return parse_name(p, !p->names_only);
    switch (*p->at) {
    case '(':
        return parse_group(p);
    case '[':
        return parse_set(p);
    case '\0':
        return reject(p, p->at, "a token name is missing at the end", 0, "");
    case ')':
    case ']':
    case '|':
    case '*':
    case '+':
    case '?':
    case '{':
    case '}':
        return reject(p, p->at, "a token name must come before this", 0, "");
    default:
        return reject(p, p->at, "this character has no meaning here", 0, "");
    }
}

/* A decimal count; more digits than any legal count saturate. */
static bool parse_count(struct parser *p, uint32_t *count) {
    if (!is_digit(*p->at))
        return false;
    uint32_t value = 0;
    for (; is_digit(*p->at); p->at++)
        value = value > 1000000 ? value : value * 10 + (uint32_t)(*p->at - '0');
    *count = value;
    return true;
}

static bool parse_bounds(struct parser *p, uint32_t *min, uint32_t *max) {
    const char *open = p->at++;
    skip_blanks(p);
    bool well_formed = parse_count(p, min);
    skip_blanks(p);
    *max = *min;
    if (well_formed && *p->at == ',') {
        p->at++;
        skip_blanks(p);
        if (!parse_count(p, max))
            *max = MM_UNBOUNDED;
        skip_blanks(p);
    }
    if (!well_formed || *p->at != '}')
        reject(p, open, "a count is {n}, {m,} or {m,n}", 0, "");
    else if (*max == 0)
        reject(p, open, "repeated no times, this matches nothing", 0, "");
    else if (*min > *max)
        reject(p, open, "the counts are the wrong way round", 0, "");
    else
        p->at++;
    return p->status == MMSPAN_OK;
}

static struct mm_node *parse_repeat(struct parser *p) {
    uint32_t begin = offset_of(p);
    struct mm_node *node = parse_atom(p);
    while (node) {
        skip_blanks(p);
        uint32_t min = 0;
        uint32_t max = MM_UNBOUNDED;
        if (*p->at == '{') {
            if (!parse_bounds(p, &min, &max))
                return NULL;
        } else if (*p->at && strchr("*+?", *p->at)) {
            min = *p->at == '+';
            max = *p->at == '?' ? 1 : MM_UNBOUNDED;
            p->at++;
        } else {
            return node;
        }
        /* Operators stacked on operators nest as groups do. */
        uint32_t height = node->height + (node->kind == MM_NODE_REPEAT);
        if (height > MAX_DEPTH)
            return reject(p, p->at - 1, "nested too deeply", 0, "");
        struct mm_node *repeat = new_node(p, MM_NODE_REPEAT);
        if (!repeat)
            return NULL;
        repeat->min = min;
        repeat->max = max;
        repeat->height = height;
        repeat->child = node;
        repeat->begin = begin;
        repeat->end = offset_of(p);
        node = repeat;
    }
    return NULL;
}

/* A node is as high as its highest part. */
static void lift(struct mm_node *node, const struct mm_node *part) {
    if (node->height < part->height)
        node->height = part->height;
}

static struct mm_node *parse_concatenation(struct parser *p) {
    struct mm_node *sequence = new_node(p, MM_NODE_SEQUENCE);
    if (!sequence)
        return NULL;
    skip_blanks(p);
    do {
        struct mm_node *part = parse_repeat(p);
        if (!part)
            return NULL;
        part->next = sequence->child;
        sequence->child = part;
        lift(sequence, part);
        skip_blanks(p);
    } while (*p->at && *p->at != '|' && *p->at != ')');
    return sequence;
}

static struct mm_node *parse_choice(struct parser *p) {
    struct mm_node *choice = new_node(p, MM_NODE_CHOICE);
    if (!choice)
        return NULL;
    struct mm_node **tail = &choice->child;
    for (;;) {
        struct mm_node *branch = parse_concatenation(p);
        if (!branch)
            return NULL;
        *tail = branch;
        tail = &branch->next;
        lift(choice, branch);
        if (*p->at != '|')
            return choice;
        p->at++;
    }
}

mmspan_status mm_parse_pattern(const mmspan_spec *spec, const struct mm_source *source,
                               struct mm_arena *arena, struct mm_node **tree,
                               mmspan_error *error) {
    struct parser p = {spec, source, arena, source->text, false, 0, error, MMSPAN_OK};
    if (strlen(source->text) > MAX_LENGTH)
        return mm_fail(error, MMSPAN_E_LIMIT, &source->place,
                       "pattern: longer than %d characters", MAX_LENGTH);
    skip_blanks(&p);
    if (!*p.at) {
        reject(&p, p.at, "empty; name at least one token", 0, "");
        return p.status;
    }
    *tree = parse_choice(&p);
    if (*tree && *p.at)
        reject(&p, p.at, "nothing is open here to be closed", 0, "");
    return p.status;
}

mmspan_status mm_parse_sequence(const mmspan_spec *spec, const struct mm_source *source,
                                struct mm_arena *arena, struct mm_node **tree,
                                mmspan_error *error) {
    struct parser p = {spec, source, arena, source->text, true, 0, error, MMSPAN_OK};
    for (const char *at = source->text; *at; at++) {
        size_t n = mm_name_length(at);
        if (!n && !is_blank(*at)) {
            reject(&p, at, "only token names separated by blanks may stand here", 0, "");
            return p.status;
        }
        at += n ? n - 1 : 0;
    }
    skip_blanks(&p);
    if (!*p.at) {
        reject(&p, p.at, "empty; name at least one token", 0, "");
        return p.status;
    }
    *tree = parse_concatenation(&p);
    return p.status;
}
