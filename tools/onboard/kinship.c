/* Compares what a model is called with what shipped configs are called. */
#include "onboard.h"

#include <string.h>

enum { MAX_NAME = 128, WHOLE_NAME = 40 };

/* The first n letters and digits of a name, in lower case. */
static void simplify(const char *name, size_t n, char *to) {
    size_t n_to = 0;
    for (size_t i = 0; i < n && n_to + 1 < MAX_NAME; i++) {
        char c = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] - 'A' + 'a') : name[i];
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            to[n_to++] = c;
    }
    to[n_to] = '\0';
}

static const char *last_part(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* How much two names look alike: the letters that they begin with alike, or WHOLE_NAME. */
static int compare_names(const char *a, const char *b) {
    char x[MAX_NAME];
    char y[MAX_NAME];
    int n = 0;
    a = last_part(a);
    b = last_part(b);
    simplify(a, strlen(a), x);
    simplify(b, strlen(b), y);
    if (*x && strcmp(x, y) == 0)
        return WHOLE_NAME;
    while (x[n] && x[n] == y[n])
        n++;
    return n < 3 ? 0 : n;
}

/* "Qwen3_5" of "Qwen3_5ForConditionalGeneration". */
static size_t size_of_architecture(const char *name) {
    for (const char *at = strstr(name, "For"); at; at = strstr(at + 1, "For"))
        if (at > name && at[3] >= 'A' && at[3] <= 'Z')
            return (size_t)(at - name);
    return strlen(name);
}

/* Is there "models/qwen3_5/" in a source of the config, for the architecture "qwen35"? */
static bool is_source(const mmspan_config *config, const char *simple) {
    const char *source;
    for (int32_t i = 0; (source = mmspan_config_source(config, i)); i++)
        for (const char *at = strstr(source, "models/"); at; at = strstr(at + 1, "models/")) {
            char folder[MAX_NAME];
            const char *begin = at + strlen("models/");
            const char *end = strchr(begin, '/');
            if (!end)
                continue;
            simplify(begin, (size_t)(end - begin), folder);
            if (strcmp(folder, simple) == 0)
                return true;
        }
    return false;
}

/* Of one name of an architecture. A mixture of experts differs in the language model alone. */
static enum kinship compare_type(const char *name, size_t n, const mmspan_config *config) {
    char simple[MAX_NAME];
    char model[MAX_NAME];
    const char *other = mmspan_config_model(config);
    simplify(name, n, simple);
    simplify(other, strlen(other), model);
    if (!*simple)
        return KIN_NONE;
    if (strcmp(simple, model) == 0)
        return KIN_TYPE;
    if (is_source(config, simple))
        return KIN_SOURCE;
    const size_t n_simple = strlen(simple);
    if (n_simple <= 3 || strcmp(simple + n_simple - 3, "moe") != 0)
        return KIN_NONE;
    simple[n_simple - 3] = '\0';
    return strcmp(simple, model) == 0 || is_source(config, simple) ? KIN_SOURCE : KIN_NONE;
}

static bool is_model(const struct onboard *onboard, const mmspan_config *config) {
    const char *path = facts_text(&onboard->facts, "config.json", "_name_or_path");
    const char *name;
    for (int32_t i = 0; (name = mmspan_config_huggingface(config, i)); i++)
        if (compare_names(name, onboard->name) == WHOLE_NAME ||
            (path && compare_names(name, path) == WHOLE_NAME))
            return true;
    return false;
}

/* "model_type", or "model.type" of ONNX. */
static bool is_type(const struct fact *fact) {
    return strcmp(fact->key, "model_type") == 0 ||
           (strcmp(fact->file, "genai_config.json") == 0 &&
            strcmp(fact->path, "model.type") == 0);
}

enum kinship kinship(const struct onboard *onboard, const mmspan_config *config) {
    enum kinship best = is_model(onboard, config) ? KIN_NAME : KIN_NONE;
    for (size_t i = 0; i < onboard->facts.n; i++) {
        const struct fact *fact = &onboard->facts.list[i];
        const bool is_class = strcmp(fact->key, "architectures") == 0;
        if (!fact->text || fact->foreign || !(is_class || is_type(fact)))
            continue;
        const size_t n = is_class ? size_of_architecture(fact->text) : strlen(fact->text);
        enum kinship kin = compare_type(fact->text, n, config);
        const bool is_part = fact->depth > 1 && strcmp(fact->key, "type") != 0;
        if (is_part && kin != KIN_NONE)
            kin = KIN_PART;
        best = kin > best ? kin : best;
    }
    return best;
}

int likeness(const struct onboard *onboard, const mmspan_config *config) {
    const char *type = facts_text(&onboard->facts, "config.json", "model_type");
    const char *model = mmspan_config_model(config);
    return (type ? 2 * compare_names(type, model) : 0) + compare_names(onboard->name, model);
}
