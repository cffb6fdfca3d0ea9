/* Enumerates and writes crafted inputs. */
#include "craft.h"
#include "../../include/mmspan/automaton.h"

#include "prompts.h"

#include "../../src/match/matcher.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_TRIPLES = 4096, N_WALKS = 64, WALK_TRIES = 8 };

static void add_id(struct alphabet *alphabet, int32_t id) {
    for (size_t i = 0; i < alphabet->n; i++)
        if (alphabet->ids[i] == id)
            return;
    alphabet->ids[alphabet->n++] = id;
}

/* Segments are stretches of IDs of one class; a class is met in its first segments. */
void alphabet_make(struct alphabet *alphabet, const mmspan_matcher *matcher) {
    const struct mm_classes *classes = &matcher->classes;
    uint8_t *seen = allocate(classes->n_classes, sizeof *seen);
    alphabet->ids = allocate(2 * (size_t)classes->n_classes + 2, sizeof *alphabet->ids);
    alphabet->n = 0;
    for (size_t i = 0; i < classes->n_segments; i++) {
        uint16_t class_index = classes->class_at[i];
        if (seen[class_index]++ || !matcher->class_flags[class_index])
            continue;
        int32_t last = i + 1 < classes->n_segments ? classes->starts[i + 1] - 1 : INT32_MAX;
        add_id(alphabet, classes->starts[i]);
        add_id(alphabet, last);
    }
    size_t n_declared = alphabet->n;
    for (int32_t id = 1000; alphabet->n < n_declared + 2; id++)
        if (!matcher->class_flags[mm_class_of(matcher, id)])
            add_id(alphabet, id);
    free(seen);
}

void alphabet_free(struct alphabet *alphabet) {
    free(alphabet->ids);
    alphabet->ids = NULL;
}

static void visit_pairs(int32_t a, int32_t b, void (*visit)(void *, const struct craft *),
                        void *context) {
    static const uint32_t lengths[] = {1, 2, 16, 300};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++)
        visit(context, &(struct craft){.runs = {{a, lengths[i]}, {b, 1}}, .n = 2});
    visit(context, &(struct craft){.runs = {{a, 1}, {b, 1}}, .n = 2, .once = 1});
}

static void visit_triple(int32_t a, int32_t b, int32_t c,
                         void (*visit)(void *, const struct craft *), void *context) {
    struct craft craft = {.runs = {{a, 1}, {b, 1}, {c, 1}}, .n = 3};
    visit(context, &craft);
    craft.once = 1;
    visit(context, &craft);
}

static void visit_triples(const struct alphabet *alphabet,
                          void (*visit)(void *, const struct craft *), void *context) {
    size_t n = alphabet->n;
    size_t total = n * n * n;
    uint32_t random = 88172645U;
    for (size_t k = 0; k < total && k < MAX_TRIPLES; k++) {
        size_t i = total <= MAX_TRIPLES ? k : next_random(&random) % total;
        visit_triple(alphabet->ids[i / n / n], alphabet->ids[i / n % n], alphabet->ids[i % n],
                     visit, context);
    }
}

void for_each_craft(const struct alphabet *alphabet,
                    void (*visit)(void *, const struct craft *), void *context) {
    for (size_t i = 0; i < alphabet->n; i++) {
        visit(context, &(struct craft){.runs = {{alphabet->ids[i], 1}}, .n = 1});
        for (size_t k = 0; k < alphabet->n; k++)
            if (k != i)
                visit_pairs(alphabet->ids[i], alphabet->ids[k], visit, context);
    }
    visit_triples(alphabet, visit, context);
    for (uint32_t seed = 1; seed <= N_WALKS; seed++)
        visit(context, &(struct craft){.seed = seed});
}

/* Goes from state to state, preferring tokens that keep an attempt alive without
 * completing a form; one in `patience` tokens is any: with a patience of 1 all are random. */
static void fill_walk(uint32_t seed, const struct alphabet *alphabet,
                      const mmspan_matcher *matcher, int32_t *ids, size_t n) {
    uint32_t random = seed * 2654435761U;
    uint32_t patience = 1U << seed % 14;
    int32_t state = 0;
    for (size_t i = 0; i < n; i++) {
        int32_t id = 0;
        int32_t next = -1;
        int32_t modality;
        int32_t form;
        int tries = next_random(&random) % patience ? WALK_TRIES : 1;
        for (; tries > 0; tries--) {
            id = alphabet->ids[next_random(&random) % alphabet->n];
            next =
                mmspan_automaton_next(matcher, state, mmspan_automaton_class_of(matcher, id));
            if (next >= 0 && !mmspan_automaton_accepts(matcher, next, &modality, &form))
                break;
        }
        ids[i] = id;
        state = next < 0 ? 0 : next;
    }
}

void craft_fill(const struct craft *craft, const struct alphabet *alphabet,
                const mmspan_matcher *matcher, int32_t *ids, size_t n) {
    if (craft->seed) {
        fill_walk(craft->seed, alphabet, matcher, ids, n);
        return;
    }
    size_t k = 0;
    for (size_t i = 0; i < n;) {
        for (uint32_t left = craft->runs[k].length; left > 0 && i < n; left--)
            ids[i++] = craft->runs[k].id;
        if (++k == craft->n)
            k = craft->once;
    }
}

/* Appends to a text that is cut when it gets too long. */
static void append(char *text, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void append(char *text, size_t size, const char *format, ...) {
    size_t length = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + length, size - length, format, arguments);
    va_end(arguments);
}

static void append_run(const struct craft_run *run, const mmspan_matcher *matcher, char *text,
                       size_t size) {
    const char *name =
        mmspan_matcher_token_name(matcher, mmspan_matcher_token_of(matcher, run->id));
    append(text, size, "%s", *text ? " " : "");
    if (mmspan_matcher_token_of(matcher, run->id) == MMSPAN_TEXT)
        append(text, size, "%d", run->id);
    else
        append(text, size, "%s", name);
    if (run->length > 1)
        append(text, size, "×%u", run->length);
}

void craft_name(const struct craft *craft, const mmspan_matcher *matcher, char *text,
                size_t size) {
    *text = '\0';
    if (craft->seed) {
        append(text, size, "random walk %u", craft->seed);
        return;
    }
    for (size_t i = 0; i < craft->n; i++) {
        if (craft->once && i == craft->once)
            append(text, size, " once, then");
        append_run(&craft->runs[i], matcher, text, size);
    }
    append(text, size, ", ...");
}
