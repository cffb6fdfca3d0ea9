/* mmspan models: the built-in configs, their IDs and the shapes of their blocks. */
#include "../output/output.h"
#include "command.h"
#include "models_list.h"

#include "../../src/io/names.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static int open_model(const char *name, struct model *model) {
    mmspan_error error;
    memset(&error, 0, sizeof error);
    *model = (struct model){name, NULL, NULL};
    mmspan_status status = mmspan_config_load_shape(name, NULL, &model->config, &error);
    if (status == MMSPAN_OK)
        status = mmspan_config_compile(model->config, NULL, &model->matcher, &error);
    return status == MMSPAN_OK ? EXIT_CLEAN : fail_library(status, &error);
}

static void close_model(struct model *model) {
    mmspan_matcher_destroy(model->matcher);
    mmspan_config_destroy(model->config);
}

/* Is the word somewhere in the text, in whatever case? */
static bool contains(const char *text, const char *word) {
    for (; text && *text; text++) {
        size_t i = 0;
        while (word[i] && tolower((unsigned char)text[i]) == tolower((unsigned char)word[i]))
            i++;
        if (word[i] == '\0')
            return true;
    }
    return false;
}

static bool token_has_word(const mmspan_token_decl *decl, const char *word) {
    char *end;
    const long long id = strtoll(word, &end, 10);
    if (contains(decl->name, word) || contains(decl->piece, word))
        return true;
    if (*end || end == word || mmspan_config_is_made_up(decl->ids[0]))
        return false;
    if (decl->kind == MMSPAN_TOKEN_RANGE)
        return id >= decl->ids[0] && id <= decl->ids[1];
    for (size_t i = 0; i < decl->n_ids; i++)
        if (decl->ids[i] == id)
            return true;
    return false;
}

bool model_has_word(const struct model *model, const char *word) {
    const mmspan_spec *spec = mmspan_config_spec(model->config);
    mmspan_token_decl decl = {.struct_size = sizeof decl};
    const char *repository;
    if (contains(model->name, word))
        return true;
    for (int32_t i = 0; (repository = mmspan_config_huggingface(model->config, i)); i++)
        if (contains(repository, word))
            return true;
    for (int32_t t = 0; mmspan_spec_token(spec, t, &decl, NULL); t++)
        if (token_has_word(&decl, word))
            return true;
    return false;
}

/* With several words, all of them. */
static bool is_wanted(const struct model *model, const struct options *options) {
    for (size_t i = 0; i < options->n_files; i++)
        if (!model_has_word(model, options->files[i]))
            return false;
    return true;
}

/* Models that were found. */
struct found {
    struct model *models;
    size_t n;
};

/* One that fails is reported and left out. */
static int find_models(const struct options *options, struct found *found) {
    int32_t n_all = 0;
    int worst = EXIT_CLEAN;
    while (mmspan_builtin_name(n_all))
        n_all++;
    found->models = calloc((size_t)n_all + 1, sizeof *found->models);
    if (!found->models)
        return fail_memory();
    for (int32_t i = 0; i < n_all; i++) {
        struct model *model = &found->models[found->n];
        int status = open_model(mmspan_builtin_name(i), model);
        worst = status > worst ? status : worst;
        if (status == EXIT_CLEAN && is_wanted(model, options))
            found->n++;
        else
            close_model(model);
    }
    return worst;
}

static struct model_widths measure(const struct found *found) {
    struct model_widths widths = {strlen("MODEL"), strlen("MODALITY")};
    for (size_t i = 0; i < found->n; i++) {
        const struct model *model = &found->models[i];
        const size_t n_model = strlen(model->name);
        widths.model = n_model > widths.model ? n_model : widths.model;
        for (int32_t m = 0; m < mmspan_matcher_n_modalities(model->matcher); m++) {
            const size_t n = strlen(mmspan_matcher_modality_name(model->matcher, m));
            widths.modality = n > widths.modality ? n : widths.modality;
        }
    }
    return widths;
}

static void add_text(struct buffer *out, const struct found *found) {
    const struct model_widths widths = measure(found);
    bool doubtful = false;
    buffer_format(out, "%-*s  %-*s  BLOCK, ROWS, PLACEHOLDERS\n", (int)widths.model, "MODEL",
                  (int)widths.modality, "MODALITY");
    for (size_t i = 0; i < found->n; i++) {
        const struct model *model = &found->models[i];
        models_text(out, model, &widths);
        for (int32_t t = 0; t < mmspan_matcher_n_tokens(model->matcher); t++)
            doubtful = doubtful || strcmp(mmspan_config_evidence(model->config, t), "C") == 0;
    }
    if (doubtful)
        buffer_text(out, "?  only one source gives this ID: verify it with mmspan check "
                         "--tokenizer\n");
}

static void add_models(struct buffer *out, const struct found *found,
                       enum output_format format) {
    if (format == FORMAT_TEXT)
        add_text(out, found);
    if (format == FORMAT_MARKDOWN)
        buffer_text(out, "| Model | Modality | Rows | Bare | One source | Block |\n"
                         "|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < found->n; i++) {
        if (format == FORMAT_MARKDOWN)
            models_markdown(out, &found->models[i]);
        else if (format == FORMAT_JSON)
            models_json(out, &found->models[i]);
    }
}

static int fail_none(const struct options *options) {
    return fail(EXIT_USAGE, NULL,
                "no built-in config has '%s'%s in its name, its Hugging Face names or its "
                "tokens; mmspan models lists all",
                options->files[0], options->n_files > 1 ? " and the other words" : "");
}

static int models(const struct options *options) {
    struct found found = {NULL, 0};
    struct buffer out = {0};
    int status = find_models(options, &found);
    if (status == EXIT_CLEAN && found.n == 0 && options->n_files)
        status = fail_none(options);
    else
        add_models(&out, &found, options->format);
    int written = output_write(&out);
    buffer_free(&out);
    for (size_t i = 0; i < found.n; i++)
        close_model(&found.models[i]);
    free(found.models);
    return written == EXIT_CLEAN ? status : written;
}

const struct command cmd_models = {
    .name = "models",
    .summary = "the built-in configs, their IDs and block shapes",
    .accepts = OPTION_FORMAT | OPTION_MARKDOWN | OPTION_FILES,
    .run = models,
    .help = "Usage: mmspan models [-f FORMAT] [WORD...]\n"
            "\n"
            "Lists the built-in configs, or those that have the WORD in their name, in a\n"
            "Hugging Face name that they list or in a token, or a token of that ID: for\n"
            "each modality the pattern of its block, the legal rows and the bare\n"
            "placeholders, and then the IDs. a+b is a sequence, a|b one of a set, a..b\n"
            "one of a range. A question mark: only one source gives the ID (evidence C);\n"
            "verify it with mmspan check before you rely on it.\n"
            "\n"
            "  -f, --format text|json|markdown\n"
            "                            json: one object per config and line\n",
};
