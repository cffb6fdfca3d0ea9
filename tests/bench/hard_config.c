/* Writes configs that are as large as one may be, each in another way. */
#include "hard_config.h"

#include "prompts.h"

#include <mmspan/mmspan.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { CAPACITY = MMSPAN_MAX_CONFIG_BYTES };

struct text {
    char *bytes;
    size_t size;
};

static void add(struct text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void add(struct text *text, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const int n = vsnprintf(text->bytes + text->size, CAPACITY - text->size, format, arguments);
    va_end(arguments);
    if (n > 0)
        text->size += (size_t)n;
}

static void begin(struct text *text) {
    add(text, "mmspan: 1\nmodel: hard\ntokens:\n  a: 1\n  b: 2\n  c: 3\n");
}

static void add_image(struct text *text, const char *keys) {
    add(text, "modalities:\n  image: {%s}\n", keys);
}

/* One token is any of 90,000 IDs, no two of which are neighbours. */
static void scattered_ids(struct text *text) {
    begin(text);
    add(text, "  many: {any: [10");
    for (int id = 13; id < 10 + 3 * 90000; id += 3)
        add(text, ",%d", id);
    add(text, "]}\n");
    add_image(text, "begin: a, patch: many, end: b");
}

/* As many tokens as there may be, each a set of IDs of which others have some, too. */
static void shared_ids(struct text *text) {
    begin(text);
    for (int token = 0; token < MMSPAN_MAX_TOKENS - 3; token++) {
        add(text, "  t%d: {any: [%d", token, 1000 + 7 * token);
        for (int k = 1; k < 80; k++)
            add(text, ",%d", 1000 + 7 * ((token * 31 + k * 997) % 40000));
        add(text, "]}\n");
    }
    add_image(text, "begin: a, patch: t0, end: b");
}

/* A deterministic automaton doubles its states with each repeat. */
static void doubling_states(struct text *text) {
    begin(text);
    add_image(text, "pattern: \"b (a | b)* a (a | b){9} c\", embed: [a]");
}

/* A chain of nearly as many states as there may be, which any shorter one ends, too. */
static void long_chain(struct text *text) {
    begin(text);
    add_image(text, "pattern: \"a (a | b){1,2000} c\", embed: [a]");
}

/* An example as long as the text has room for. */
static void long_example(struct text *text) {
    begin(text);
    add_image(text, "begin: a, patch: b, end: c");
    add(text, "examples:\n  - {name: long, ids: [1,2,3");
    for (int i = 0; i < 99000; i++)
        add(text, ",%d", 100000 + i);
    add(text, "], items: [{modality: image, form: block, start: 0, end: 3}]}\n");
}

/* Many modalities with a begin of their own and many placeholders. */
static void many_forms(struct text *text) {
    enum { MODALITIES = MMSPAN_MAX_MODALITIES, BARE = 15 };
    begin(text);
    for (int token = 0; token < MODALITIES * (BARE + 1); token++)
        add(text, "  t%d: %d\n", token, 100 + token);
    add(text, "modalities:\n");
    for (int m = 0; m < MODALITIES; m++) {
        add(text, "  m%d: {begin: t%d, patch: a, end: b, bare: [", m, m * (BARE + 1));
        for (int k = 1; k <= BARE; k++)
            add(text, "%s\"t%d c c c c t%d\"", k > 1 ? ", " : "", m * (BARE + 1) + k,
                m * (BARE + 1) + k);
        add(text, "], embed: [a]}\n");
    }
}

static const struct {
    const char *name;
    void (*write)(struct text *text);
} configs[] = {
    {"90,000 scattered IDs of one token", scattered_ids},
    {"1,021 tokens that share 80,000 IDs", shared_ids},
    {"states that double with each repeat", doubling_states},
    {"a repetition of 2,000", long_chain},
    {"an example of 99,000 IDs", long_example},
    {"512 forms of 32 modalities", many_forms},
};

char *hard_config(size_t index, size_t *size, const char **name) {
    if (index >= sizeof configs / sizeof configs[0])
        return NULL;
    struct text text = {.bytes = allocate(CAPACITY, 1)};
    configs[index].write(&text);
    *size = text.size;
    *name = configs[index].name;
    return text.bytes;
}
