/* Finds the built-in config that lists a Hugging Face name. */
#include "builtin.h"

#include "../../include/mmspan/config.h"
#include "../io/names.h"
#include "../match/text.h"
#include "node.h"

#include <string.h>

/* Names of one config, or of all. */
struct listing {
    struct mm_arena arena;
    const char **names;
    size_t n;
    size_t cap;
    bool failed; /* memory ran out */
};

static void add_name(struct listing *listing, const struct mc_node *node) {
    if (node->kind != MC_SCALAR)
        return;
    if (!mm_reserve(&listing->arena.allocator, &listing->names, &listing->cap, listing->n + 1,
                    sizeof *listing->names)) {
        listing->failed = true;
        return;
    }
    listing->names[listing->n++] = node->text;
}

/* Adds what a config lists. Examples are its last key and most of its text. */
static void add_config(struct listing *listing, const struct mc_builtin *builtin) {
    const char *text = (const char *)builtin->text;
    const char *examples = strstr(text, "\nexamples:");
    const size_t size = examples ? (size_t)(examples + 1 - text) : builtin->size;
    struct mc_errors errors = {.file = builtin->name};
    const struct mc_node *root = mc_parse_yaml(text, size, &listing->arena, &errors);
    listing->failed = listing->failed || errors.status == MMSPAN_E_MEMORY;
    if (!root || root->kind != MC_MAPPING)
        return;
    for (const struct mc_entry *e = root->entries; e; e = e->next) {
        if (strcmp(e->key->text, "huggingface") != 0)
            continue;
        add_name(listing, e->value);
        if (e->value->kind == MC_SEQUENCE)
            for (const struct mc_entry *name = e->value->entries; name; name = name->next)
                add_name(listing, name->value);
    }
}

static void start(struct listing *listing, const mmspan_allocator *allocator) {
    *listing = (struct listing){0};
    mm_arena_init(&listing->arena, allocator);
}

static void finish(struct listing *listing) {
    mm_free(&listing->arena.allocator, listing->names, listing->cap * sizeof *listing->names);
    mm_arena_free(&listing->arena);
}

/* Does the config list the name? Only what has it as text is parsed. */
static bool lists(const struct mc_builtin *builtin, const char *name,
                  const mmspan_allocator *allocator, bool *failed) {
    struct listing listing;
    bool found = false;
    if (!strstr((const char *)builtin->text, name))
        return false;
    start(&listing, allocator);
    add_config(&listing, builtin);
    for (size_t i = 0; i < listing.n && !found; i++)
        found = strcmp(listing.names[i], name) == 0;
    *failed = *failed || listing.failed;
    finish(&listing);
    return found;
}

static size_t common_prefix(const char *a, const char *b) {
    size_t n = 0;
    while (a[n] && a[n] == b[n])
        n++;
    return n;
}

/* Names go from the family to the details, and one wrong digit may be another family: what
 * agrees longest from the start is nearer than what differs in fewer letters. Keeps only the
 * names that do, if they agree in more than whose they are. */
static const char *nearest_name(struct listing *listing, const char *name) {
    const size_t n_name = strlen(name);
    const size_t n_owner = (size_t)(strchr(name, '/') - name) + 1;
    size_t longest = n_owner;
    for (size_t i = 0; i < listing->n; i++) {
        const size_t n = common_prefix(listing->names[i], name);
        longest = n > longest ? n : longest;
    }
    struct mi_names names = {listing->names, 0};
    for (size_t i = 0; i < listing->n && longest > n_owner; i++) {
        const char *candidate = listing->names[i];
        if (common_prefix(candidate, name) < longest)
            continue;
        if (longest == n_name)
            return candidate;
        listing->names[i] = listing->names[names.n];
        listing->names[names.n++] = candidate;
    }
    const char *nearest = mi_nearest_name(&names, name, n_name);
    names.n = listing->n;
    return nearest ? nearest : mi_nearest_name(&names, name, n_name);
}

static mmspan_status fail_unknown(const char *name, const mmspan_allocator *allocator,
                                  mmspan_error *error) {
    struct listing listing;
    start(&listing, allocator);
    for (size_t i = 0; i < mc_n_builtins; i++)
        add_config(&listing, &mc_builtins[i]);
    const char *nearest = nearest_name(&listing, name);
    mmspan_status status =
        nearest ? mm_fail(error, MMSPAN_E_NOT_FOUND, NULL,
                          "no built-in config lists the Hugging Face name \"%.80s\"; did you "
                          "mean \"%s\"? mmspan models lists them",
                          name, nearest)
                : mm_fail(error, MMSPAN_E_NOT_FOUND, NULL,
                          "no built-in config lists the Hugging Face name \"%.80s\"; mmspan "
                          "models lists them",
                          name);
    finish(&listing);
    return status;
}

/* Adds "a, b and c" to the message. */
static void add_model(struct mm_text *models, const char *name, size_t i, size_t n) {
    mm_add_text(models, i == 0 ? "" : i + 1 == n ? " and " : ", ");
    mm_add_text(models, name);
}

mmspan_status mc_find_repository(const char *name, const mmspan_allocator *allocator,
                                 const char **model, mmspan_error *error) {
    enum { MAX_FOUND = 8 };
    const char *found[MAX_FOUND];
    size_t n = 0;
    bool failed = false;
    for (size_t i = 0; i < mc_n_builtins && n < MAX_FOUND; i++)
        if (lists(&mc_builtins[i], name, allocator, &failed))
            found[n++] = mc_builtins[i].name;
    if (failed)
        return mm_fail_memory(error);
    if (n == 0)
        return fail_unknown(name, allocator, error);
    if (n == 1) {
        *model = found[0];
        return MMSPAN_OK;
    }
    char text[512];
    struct mm_text models = {text, sizeof text, 0};
    for (size_t i = 0; i < n; i++)
        add_model(&models, found[i], i, n);
    mm_end_text(&models);
    return mm_fail(
        error, MMSPAN_E_AMBIGUOUS, NULL,
        "%zu configs list the Hugging Face name \"%.80s\": %s; choose one by its own "
        "name",
        n, name, text);
}
