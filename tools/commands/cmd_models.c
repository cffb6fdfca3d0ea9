/* mmspan models: the built-in configs and the shapes of their blocks. */
#include "../output/output.h"
#include "../output/table.h"
#include "command.h"

#include "../../include/mmspan/mmspan.h"

#include <string.h>

/* One built-in config, compiled. */
struct model {
    const char *name;
    mmspan_config *config;
    mmspan_matcher *matcher;
};

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

/* The bare forms of a modality, "a, b", or "-". */
static void add_bare(struct buffer *out, const struct model *model, int32_t modality) {
    const char *bare = mmspan_matcher_modality_bare(model->matcher, modality, 0);
    buffer_text(out, bare ? bare : "-");
    for (int32_t i = 1; (bare = mmspan_matcher_modality_bare(model->matcher, modality, i));
         i++) {
        buffer_text(out, ", ");
        buffer_text(out, bare);
    }
}

/* The tokens whose ID only one source gives, "a, b"; of the first modality's row only,
 * because they belong to the model. */
static void add_doubtful(struct buffer *out, const struct model *model, int32_t modality) {
    const char *between = "";
    for (int32_t t = 0; modality == 0 && t < mmspan_matcher_n_tokens(model->matcher); t++) {
        if (strcmp(mmspan_config_evidence(model->config, t), "C") != 0)
            continue;
        buffer_text(out, between);
        buffer_text(out, mmspan_matcher_token_name(model->matcher, t));
        between = ", ";
    }
    buffer_text(out, *between ? "" : "-");
}

static const char *pattern_of(const struct model *model, int32_t modality) {
    const char *pattern = mmspan_matcher_modality_pattern(model->matcher, modality);
    return pattern ? pattern : "-";
}

static void add_table_rows(struct table *table, const struct model *model) {
    for (int32_t i = 0; i < mmspan_matcher_n_modalities(model->matcher); i++) {
        struct buffer bare = {0};
        struct buffer doubtful = {0};
        add_bare(&bare, model, i);
        buffer_bytes(&bare, "", 1);
        add_doubtful(&doubtful, model, i);
        buffer_bytes(&doubtful, "", 1);
        table_text(table, model->name);
        table_text(table, mmspan_matcher_modality_name(model->matcher, i));
        table_text(table, mmspan_matcher_modality_rows(model->matcher, i));
        table_text(table, bare.failed ? "" : bare.data);
        table_text(table, doubtful.failed ? "" : doubtful.data);
        table_text(table, pattern_of(model, i));
        table->cells.failed = table->cells.failed || bare.failed || doubtful.failed;
        buffer_free(&bare);
        buffer_free(&doubtful);
    }
}

/* A cell of a Markdown table as code; the table's own bar needs a backslash. */
static void add_code(struct buffer *out, const char *text) {
    if (strcmp(text, "-") == 0) {
        buffer_text(out, " - |");
        return;
    }
    buffer_text(out, " `");
    for (; *text; text++) {
        buffer_text(out, *text == '|' ? "\\" : "");
        buffer_bytes(out, text, 1);
    }
    buffer_text(out, "` |");
}

static void add_markdown_rows(struct buffer *out, const struct model *model) {
    for (int32_t i = 0; i < mmspan_matcher_n_modalities(model->matcher); i++) {
        struct buffer bare = {0};
        add_bare(&bare, model, i);
        buffer_bytes(&bare, "", 1);
        buffer_format(out, "| %s | %s | %s |", model->name,
                      mmspan_matcher_modality_name(model->matcher, i),
                      mmspan_matcher_modality_rows(model->matcher, i));
        add_code(out, bare.failed ? "" : bare.data);
        buffer_text(out, " ");
        add_doubtful(out, model, i);
        buffer_text(out, " |");
        add_code(out, pattern_of(model, i));
        buffer_text(out, "\n");
        out->failed = out->failed || bare.failed;
        buffer_free(&bare);
    }
}

static void add_json_modality(struct buffer *out, const struct model *model, int32_t modality) {
    const char *bare;
    buffer_text(out, "{\"name\": ");
    buffer_json(out, mmspan_matcher_modality_name(model->matcher, modality));
    buffer_text(out, ", \"pattern\": ");
    buffer_json(out, mmspan_matcher_modality_pattern(model->matcher, modality));
    buffer_text(out, ", \"bare\": [");
    for (int32_t i = 0; (bare = mmspan_matcher_modality_bare(model->matcher, modality, i));
         i++) {
        buffer_text(out, i ? ", " : "");
        buffer_json(out, bare);
    }
    buffer_text(out, "], \"rows\": ");
    buffer_json(out, mmspan_matcher_modality_rows(model->matcher, modality));
    buffer_text(out, ", \"multi\": ");
    buffer_text(out,
                mmspan_matcher_modality_multi(model->matcher, modality) ? "true" : "false");
    buffer_text(out, ", \"atomic\": ");
    buffer_text(out,
                mmspan_matcher_modality_atomic(model->matcher, modality) ? "true}" : "false}");
}

static void add_json(struct buffer *out, const struct model *model) {
    const char *repository;
    buffer_text(out, "{\"model\": ");
    buffer_json(out, model->name);
    buffer_text(out, ", \"about\": ");
    buffer_json(out, mmspan_config_about(model->config));
    buffer_text(out, ", \"huggingface\": [");
    for (int32_t i = 0; (repository = mmspan_config_huggingface(model->config, i)); i++) {
        buffer_text(out, i ? ", " : "");
        buffer_json(out, repository);
    }
    buffer_text(out, "], \"modalities\": [");
    for (int32_t i = 0; i < mmspan_matcher_n_modalities(model->matcher); i++) {
        buffer_text(out, i ? ", " : "");
        add_json_modality(out, model, i);
    }
    buffer_text(out, "], \"tokens\": [");
    for (int32_t t = 0; t < mmspan_matcher_n_tokens(model->matcher); t++) {
        buffer_text(out, t ? ", {\"name\": " : "{\"name\": ");
        buffer_json(out, mmspan_matcher_token_name(model->matcher, t));
        buffer_text(out, ", \"piece\": ");
        buffer_json(out, mmspan_matcher_token_piece(model->matcher, t));
        buffer_text(out, ", \"evidence\": ");
        buffer_json(out, mmspan_config_evidence(model->config, t));
        buffer_text(out, "}");
    }
    buffer_text(out, "]}\n");
}

/* Adds all models to `out`, or to the table when the format is text. One that fails is
 * reported and left out. */
static int add_models(enum output_format format, struct table *table, struct buffer *out) {
    const char *name;
    int worst = EXIT_CLEAN;
    for (int32_t i = 0; (name = mmspan_builtin_name(i)); i++) {
        struct model model;
        int status = open_model(name, &model);
        if (status > worst)
            worst = status;
        if (status == EXIT_CLEAN && format == FORMAT_JSON)
            add_json(out, &model);
        else if (status == EXIT_CLEAN && format == FORMAT_MARKDOWN)
            add_markdown_rows(out, &model);
        else if (status == EXIT_CLEAN)
            add_table_rows(table, &model);
        close_model(&model);
    }
    return worst;
}

static int models(const struct options *options) {
    static const char *const heads[] = {"MODEL", "MODALITY",   "ROWS",
                                        "BARE",  "ONE SOURCE", "BLOCK"};
    struct table table = {.n_columns = 6};
    struct buffer out = {0};
    if (options->format == FORMAT_MARKDOWN)
        buffer_text(&out, "| Model | Modality | Rows | Bare | One source | Block |\n"
                          "|---|---|---|---|---|---|\n");
    for (size_t i = 0; options->format == FORMAT_TEXT && i < table.n_columns; i++)
        table_text(&table, heads[i]);
    int status = add_models(options->format, &table, &out);
    table_print(&table, "", &out);
    int written = output_write(&out);
    buffer_free(&out);
    return written == EXIT_CLEAN ? status : written;
}

const struct command cmd_models = {
    .name = "models",
    .summary = "the built-in configs and their block shapes",
    .accepts = OPTION_FORMAT | OPTION_MARKDOWN,
    .run = models,
    .help = "Usage: mmspan models [-f FORMAT]\n"
            "\n"
            "Lists the built-in configs: for each modality the legal rows, the bare\n"
            "placeholders and the pattern of its block. ONE SOURCE lists the tokens\n"
            "of the model whose ID only one source gives (evidence C): verify them\n"
            "with check --tokenizer before you rely on them.\n"
            "\n"
            "  -f, --format text|json|markdown\n"
            "                            json: one object per config and line\n",
};
