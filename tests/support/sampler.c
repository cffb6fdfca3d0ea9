/* Random configs, as different from each other as the contract allows. */
#include "sampler.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_TOKENS = 6, MAX_MODALITIES = 3 };

static const char *const names[MAX_TOKENS] = {"a", "b", "c-1", "_d.2", "E", "tx"};
static const char *const modality_names[MAX_MODALITIES] = {"image", "video", "audio"};

struct writer {
    struct random_source *random;
    char *text;
    size_t size;
    size_t n_tokens;
    size_t n_modalities;
    int32_t next_id;
};

__attribute__((format(printf, 2, 3))) static void put(struct writer *w, const char *format,
                                                      ...) {
    size_t used = strlen(w->text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(w->text + used, w->size - used, format, arguments);
    va_end(arguments);
}

static bool chance(struct writer *w, unsigned percent) {
    return random_chance(w->random, percent);
}

static const char *any_name(struct writer *w) {
    return names[random_below(w->random, w->n_tokens)];
}

/* Mostly an ID of its own, so that configs are rarely ambiguous. */
static int32_t pick_id(struct writer *w) {
    static const int32_t odd[] = {-2000000, -200,   -1,     0,         32000,
                                  128256,   151655, 262143, INT32_MAX, INT32_MIN};
    if (chance(w, 8))
        return odd[random_below(w->random, sizeof odd / sizeof *odd)];
    if (chance(w, 12))
        return (int32_t)random_between(w->random, 1, 12);
    w->next_id += (int32_t)random_between(w->random, 1, 2);
    return w->next_id;
}

static void put_token(struct writer *w, size_t index) {
    static const char *const kinds[] = {"ids", "any"};
    put(w, "token %s ", names[index]);
    size_t choice = random_below(w->random, 100);
    if (choice < 60) {
        put(w, "%d", (int)pick_id(w));
    } else if (choice < 85) {
        put(w, "%s", kinds[choice % 2]);
        for (size_t n = random_between(w->random, 1, 3); n > 0; n--)
            put(w, " %d", (int)pick_id(w));
    } else {
        int32_t low = pick_id(w);
        int32_t width = (int32_t)random_between(w->random, 0, 4);
        int32_t high = low > INT32_MAX - width ? INT32_MAX : low + width;
        w->next_id = high > 1000 || high < w->next_id ? w->next_id : high;
        put(w, "range %d %d", (int)low, (int)high);
    }
    put(w, "%s\n", chance(w, 15) ? " ordinary" : "");
}

static void put_sequence(struct writer *w, size_t max) {
    for (size_t n = random_between(w->random, 1, max), i = 0; i < n; i++)
        put(w, "%s%s", i ? " " : "", any_name(w));
}

static void put_list(struct writer *w, const char *key) {
    put(w, "%s ", key);
    for (size_t n = chance(w, 25) ? 2 : 1, i = 0; i < n; i++) {
        put(w, "%s", i ? " | " : "");
        put_sequence(w, chance(w, 20) ? 2 : 1);
    }
    put(w, "\n");
}

static void put_quantifier(struct writer *w) {
    size_t low = random_below(w->random, 4);
    size_t high = random_between(w->random, low ? low : 1, low + 3);
    switch (random_below(w->random, 12)) {
    case 0:
        put(w, "*");
        break;
    case 1:
    case 2:
    case 3:
        put(w, "+");
        break;
    case 4:
        put(w, "?");
        break;
    case 5:
        put(w, "{%zu}", high);
        break;
    case 6:
        put(w, "{%zu,}", low);
        break;
    case 7:
        put(w, "{ %zu , %zu }", low, high);
        break;
    default:
        break;
    }
}

static void put_choice(struct writer *w, int depth);

static void put_atom(struct writer *w, int depth, bool outermost) {
    size_t choice = random_below(w->random, 100);
    if (choice < 10 && !outermost) {
        put(w, "text");
    } else if (choice < 20) {
        put(w, "[");
        put_sequence(w, 3);
        put(w, "]");
    } else if (choice < 45 && depth > 0) {
        put(w, "(");
        put_choice(w, depth - 1);
        put(w, ")");
    } else {
        put(w, "%s", any_name(w));
    }
}

static void put_choice(struct writer *w, int depth) {
    for (size_t n = chance(w, 20) ? 2 : 1, i = 0; i < n; i++) {
        put(w, "%s", i ? " | " : "");
        size_t parts = random_between(w->random, 1, 3);
        for (size_t k = 0; k < parts; k++) {
            bool outermost = k == 0 || k + 1 == parts;
            put_atom(w, depth, outermost);
            put_quantifier(w);
            put(w, " ");
        }
    }
}

/* The numbers that n multiples above an offset give; fewer than the offset are never legal. */
static void put_multiple(struct writer *w) {
    size_t multiple = random_between(w->random, 2, 4);
    size_t offset = random_below(w->random, multiple);
    size_t min = 0;
    if (chance(w, 40)) {
        offset = random_below(w->random, 6);
        min = offset + random_below(w->random, 3);
    }
    put(w, "rows");
    if (min)
        put(w, " min %zu", min);
    if (chance(w, 25))
        put(w, " max %zu", offset + multiple * random_between(w->random, 1, 3));
    put(w, " multiple %zu", multiple);
    if (offset)
        put(w, " offset %zu", offset);
}

static void put_rows(struct writer *w) {
    size_t min = random_below(w->random, 4);
    const char *equal = chance(w, 30) ? " equal" : "";
    switch (random_below(w->random, 6)) {
    case 0:
        put(w, "rows %zu%s\n", random_between(w->random, 1, 4), equal);
        break;
    case 1:
        put(w, "rows %zu %zu%s\n", random_between(w->random, 1, 3),
            random_between(w->random, 2, 9), equal);
        break;
    case 2:
        put(w, "rows min %zu max %zu%s\n", min, random_between(w->random, min ? min : 1, 9),
            equal);
        break;
    case 3:
    case 4:
        put_multiple(w);
        put(w, "%s\n", equal);
        break;
    default:
        put(w, "%s", *equal ? "rows equal\n" : "");
        break;
    }
}

/* A run without delimiters that is cut into items. */
static void put_undelimited(struct writer *w) {
    const char *patch = any_name(w);
    bool split = chance(w, 50);
    if (chance(w, 40))
        put(w, "patch %s\n", patch);
    else if (chance(w, 60))
        put(w, "pattern %s{2,}\nembed %s\nbare %s\n", patch, patch, patch);
    else if (chance(w, 80))
        put(w, "pattern [%s %s]+\nembed %s %s\n", patch, names[0], patch, names[0]);
    else
        put(w, "pattern [%s %s]+\nembed %s\nembed %s: %s\n", patch, names[0], patch,
            modality_names[random_below(w->random, w->n_modalities)], names[0]);
    put(w, "adjacent %s\n", split ? "split" : "by_id");
    if (split || chance(w, 30))
        put(w, "rows %zu\n", random_between(w->random, 1, 5));
    else
        put_rows(w);
    if (chance(w, 12))
        put(w, "placeholder %s %s\n", patch, patch);
}

/* What published models look like: b is a begin, p a patch, e an end, x a separator. A bare
 * form often stands beside the block. */
static void put_published(struct writer *w) {
    size_t first = random_below(w->random, w->n_tokens);
    const char *b = names[first];
    const char *p = names[(first + 1) % w->n_tokens];
    const char *e = names[(first + 2) % w->n_tokens];
    const char *x = names[(first + 3) % w->n_tokens];
    const char *bare = chance(w, 55) ? p : NULL;
    switch (random_below(w->random, 8)) {
    case 0: /* Gemma 3: the begin is the placeholder */
        put(w, "begin %s\npatch %s\nend %s\n", b, p, e);
        bare = b;
        break;
    case 1: /* Pixtral */
        put(w, "pattern (%s+ %s)* %s+ %s\nembed %s\n", p, x, p, e, p);
        if (chance(w, 30))
            put(w, "placeholder %s %s\n", p, e);
        break;
    case 2: /* Idefics2 */
        put(w, "pattern %s (%s+ %s)+\nembed %s\neach_run\n", b, p, b, p);
        break;
    case 3: /* Llama 4 */
        put(w, "pattern %s (%s+ %s)* %s+ %s\nembed %s\n", b, p, x, p, e, p);
        bare = bare ? x : NULL;
        break;
    case 4: /* GLM: frames with text between them */
        put(w, "pattern %s (%s %s+ %s text{0,2})+ %s\nembed %s\n", b, x, p, e, b, p);
        break;
    case 5: /* SmolVLM and MiniCPM: tiles, with text between their rows */
        put(w, "pattern %s %s+ %s (text? %s %s+ %s)*\nembed %s\n", b, p, e, x, p, e, p);
        break;
    default: /* Gemma, Qwen, InternVL */
        put(w, "begin %s\npatch %s\nend %s\n", b, p, e);
        if (chance(w, 30))
            put(w, "placeholder %s %s %s\n", b, p, e);
        else if (chance(w, 20))
            put(w, "placeholder %s %s %s %s\n", b, p, p, e);
        break;
    }
    if (bare)
        put(w, "bare %s\n", bare);
    put_rows(w);
}

static void put_delimited(struct writer *w, bool *each_run) {
    *each_run = chance(w, 15);
    bool pattern = chance(w, 55);
    if (pattern) {
        put(w, "pattern ");
        put_choice(w, 2);
        put(w, "\n");
    } else {
        if (chance(w, 80))
            put_list(w, "begin");
        put_list(w, "patch");
        if (chance(w, 80))
            put_list(w, "end");
    }
    put_rows(w);
    if (*each_run)
        put(w, "each_run\n");
}

static void put_embed(struct writer *w, bool each_run) {
    if (chance(w, 30))
        return;
    put(w, "embed ");
    put_sequence(w, 2);
    put(w, "\n");
    if (each_run || chance(w, 65))
        return;
    put(w, "embed %s: ", modality_names[random_below(w->random, w->n_modalities)]);
    put_sequence(w, 2);
    put(w, "\n");
}

static void put_modality(struct writer *w, size_t index) {
    bool each_run = false;
    put(w, "modality %s\n", modality_names[index]);
    size_t choice = random_below(w->random, 100);
    if (choice < 15) {
        put_undelimited(w);
    } else if (choice < 50) {
        put_published(w);
    } else if (choice < 90) {
        put_delimited(w, &each_run);
        put_embed(w, each_run);
    } else {
        put_embed(w, false);
    }
    if (choice >= 90 || (choice >= 50 && chance(w, 40)))
        put_list(w, "bare");
    if (chance(w, 10))
        put(w, "multi\n");
}

void sampler_config(struct random_source *random, char *text, size_t size) {
    static const size_t n_modalities[] = {1, 1, 1, 1, 2, 2, 2, 3};
    struct writer w = {.random = random, .text = text, .size = size};
    text[0] = '\0';
    w.n_tokens = random_between(random, 2, MAX_TOKENS);
    w.n_modalities = n_modalities[random_below(random, 8)];
    for (size_t i = 0; i < w.n_tokens; i++)
        put_token(&w, i);
    if (chance(&w, 45))
        put(&w, "vocab %zu\n", chance(&w, 25) ? 151656 : random_between(random, 1, 40));
    for (size_t i = 0; i < w.n_modalities && i < MAX_MODALITIES; i++)
        put_modality(&w, i);
}
