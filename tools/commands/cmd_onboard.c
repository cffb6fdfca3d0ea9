/* mmspan onboard: the draft of a config from a model's Hugging Face folder. */
#define _POSIX_C_SOURCE 200809L

#include "../onboard/onboard.h"
#include "../output/output.h"
#include "command.h"
#include "load.h"

#include "../../src/io/path.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Says on standard error what became of the folder. */
PRINTF_LIKE(2, 3)
static void say(const struct onboard *onboard, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "%s: note: ", onboard->folder);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

/* A model's name is the folder's, as far as a config may have it. */
static void choose_name(struct onboard *onboard) {
    const struct fact *type = facts_find(&onboard->facts, "config.json", "model_type");
    size_t n_folder = strlen(onboard->folder);
    while (n_folder > 1 && onboard->folder[n_folder - 1] == '/')
        n_folder--;
    size_t start = n_folder;
    while (start > 0 && onboard->folder[start - 1] != '/')
        start--;
    const char *name = onboard->folder + start;
    size_t n_name = n_folder - start;
    if (n_name == 0 || (name[0] == '.' && n_name < 3)) {
        name = type && type->text ? type->text : "unnamed";
        n_name = strlen(name);
    }
    size_t n = 0;
    for (size_t i = 0; i < n_name && n + 1 < sizeof onboard->name; i++) {
        const char c = name[i];
        bool legal = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
        onboard->name[n++] = legal ? c : '-';
    }
    onboard->name[n] = '\0';
}

/* A folder without a tokenizer may still name IDs in its config.json. */
static int open_folder(struct onboard *onboard) {
    const mmspan_tokenizer_options options = {.struct_size = sizeof options, .lookup_only = 1};
    mmspan_error error;
    memset(&error, 0, sizeof error);
    int status = facts_read(&onboard->facts, onboard->folder);
    if (status != EXIT_CLEAN)
        return status;
    mmspan_status opened =
        mmspan_tokenizer_open(onboard->folder, &options, &onboard->tokenizer, &error);
    if (opened == MMSPAN_OK || opened == MMSPAN_E_NOT_FOUND)
        return EXIT_CLEAN;
    return fail_tokenizer(opened, &error);
}

/* "config.json and tokenizer.json", the files that said something. */
static void add_files(const struct onboard *onboard, struct buffer *out) {
    const char *last = NULL;
    bool any = false;
    for (size_t i = 0; i < onboard->facts.n; i++) {
        const char *file = onboard->facts.list[i].file;
        if (last == file)
            continue;
        buffer_format(out, "%s%s", any ? ", " : "", file);
        any = true;
        last = file;
    }
    const char *path;
    for (size_t i = 0;
         onboard->tokenizer && (path = mmspan_tokenizer_file(onboard->tokenizer, i)); i++) {
        const char *slash = strrchr(path, '/');
        const char *file = slash ? slash + 1 : path;
        if (last && strcmp(last, file) == 0)
            continue;
        buffer_format(out, "%s%s", any ? ", " : "", file);
        any = true;
    }
    if (!any)
        buffer_text(out, "nothing");
}

/* "; found <image> (5) and </image> (6), but nothing that stands between". */
static void add_halves(const struct onboard *onboard, struct buffer *out) {
    for (int media = 0; media < N_MEDIA; media++) {
        const struct draft_token *tokens = onboard->media[media].tokens;
        const struct draft_token *begin = &tokens[ROLE_BEGIN];
        const struct draft_token *end = &tokens[ROLE_END];
        if (tokens[ROLE_PATCH].why || (!begin->why && !end->why))
            continue;
        buffer_text(out, "; found ");
        if (begin->why)
            draft_describe(begin, out);
        buffer_text(out, begin->why && end->why ? " and " : "");
        if (end->why)
            draft_describe(end, out);
        buffer_text(out, ", but no token that stands for the rows");
    }
}

/* Says what was found and what is missing. */
static int fail_nothing(const struct onboard *onboard) {
    const struct place place = {onboard->folder, 0, 0};
    const struct fact *type = facts_find(&onboard->facts, "config.json", "model_type");
    struct buffer found = {0};
    add_files(onboard, &found);
    if (type && type->text) {
        buffer_text(&found, "; model_type is ");
        buffer_json(&found, type->text);
    }
    add_halves(onboard, &found);
    buffer_text(&found,
                onboard->tokenizer
                    ? "; missing: "
                    : "; missing: a tokenizer (tokenizer.json or tokenizer.model), or ");
    int status = fail(EXIT_USAGE, &place,
                      "no image, video or audio is recognised; read %.*san image_token_id or "
                      "the like in config.json, or a piece like <|image_pad|>",
                      (int)found.n, found.data ? found.data : "");
    buffer_free(&found);
    return status;
}

static void add_comment(struct buffer *out, const char *label, const struct buffer *text) {
    buffer_format(out, "# %s", label);
    for (size_t i = 0; i < text->n; i++) {
        const char one[2] = {text->data[i], '\0'};
        yaml_comment(out, one);
    }
    buffer_text(out, "\n");
}

static void add_title(const struct onboard *onboard, struct buffer *out) {
    struct buffer files = {0};
    add_files(onboard, &files);
    buffer_text(out, "# A draft by mmspan onboard. Verify it, then remove these comments.\n");
    add_comment(out, "Read: ", &files);
    out->failed = out->failed || files.failed;
    buffer_free(&files);
}

/* The comments at the top of a draft that follows a shipped config, and the note. */
static void add_family(const struct onboard *onboard, const struct family *family,
                       const struct buffer *notes, const struct buffer *others,
                       struct buffer *out) {
    const size_t n = family->n_same + family->n_moved + family->n_open;
    add_title(onboard, out);
    buffer_format(out, "# Recognised as %s: %zu of its %zu pieces have the same ID here.\n",
                  family->name, family->n_same, n);
    if (family->n_open)
        buffer_format(out, "# For %zu of them it has no ID: they are found by their pieces.\n",
                      family->n_open);
    if (notes->n)
        add_comment(out, "Differs: ", notes);
    if (others->n)
        add_comment(out, "open: these shipped configs have the same tokens: ", others);
    if (family->n_named == 0)
        buffer_text(out, "# open: no config file names one of these tokens; is it this model "
                         "at all?\n");
    buffer_text(out, "# open: whether the layout and the rows are those of that model, too.\n");
    say(onboard, "recognised as %s: %zu of its %zu pieces have the same ID%s%.*s", family->name,
        family->n_same, n, notes->n ? "; differs: " : "", (int)notes->n,
        notes->n ? notes->data : "");
}

/* Drafts after a shipped config; leaves `out` empty when that does not pass. */
static bool draft_after(const struct onboard *onboard, const struct family *family,
                        const struct buffer *others, struct buffer *out) {
    struct buffer notes = {0};
    struct buffer text = {0};
    mmspan_error error;
    bool passes = family_write(onboard, family, true, &notes, &text) &&
                  passes_check(&text, onboard->tokenizer, &error);
    if (!passes)
        passes = family_write(onboard, family, false, &notes, &text) &&
                 passes_check(&text, onboard->tokenizer, &error);
    if (passes) {
        add_family(onboard, family, &notes, others, out);
        buffer_bytes(out, text.data, text.n);
        out->failed = out->failed || text.failed;
    }
    buffer_free(&text);
    buffer_free(&notes);
    return passes;
}

/* The last modality is the one whose guess is given up. */
static bool drop_last(struct onboard *onboard, const mmspan_error *error) {
    for (int media = N_MEDIA - 1; media >= 0; media--) {
        struct draft_modality *modality = &onboard->media[media];
        if (!draft_has_modality(modality))
            continue;
        modality->dropped = true;
        snprintf(modality->reason, sizeof modality->reason, "%.*s",
                 (int)strcspn(error->message, "\n"), error->message);
        return true;
    }
    return false;
}

static size_t count_modalities(const struct onboard *onboard) {
    size_t n = 0;
    for (int media = 0; media < N_MEDIA; media++)
        n += draft_has_modality(&onboard->media[media]);
    return n;
}

/* Drafts from names and conventions; what makes the draft fail is left out. */
static int draft_by_names(struct onboard *onboard, struct buffer *out) {
    struct buffer text = {0};
    mmspan_error error;
    bool passes = false;
    while (!passes && !text.failed && count_modalities(onboard) > 0) {
        text.n = 0;
        draft_write(onboard, true, &text);
        passes = !text.failed && passes_check(&text, onboard->tokenizer, &error);
        if (passes || text.failed)
            break;
        text.n = 0;
        draft_write(onboard, false, &text);
        passes = !text.failed && passes_check(&text, onboard->tokenizer, &error);
        if (!passes && !drop_last(onboard, &error))
            break;
    }
    if (passes) {
        add_title(onboard, out);
        buffer_text(out,
                    "# No shipped config has these tokens: what follows is by the names of "
                    "keys and pieces.\n");
        buffer_bytes(out, text.data, text.n);
        say(onboard,
            "no shipped config has its tokens; drafted by the names of keys and pieces");
    }
    bool failed = text.failed;
    buffer_free(&text);
    if (failed)
        return fail_memory();
    return passes ? EXIT_CLEAN : fail_nothing(onboard);
}

static int write_file(const char *path, const struct buffer *out) {
    if (out->failed)
        return fail_memory();
    FILE *file = fopen(path, "wb");
    if (!file)
        return fail_system(path, errno);
    bool written = fwrite(out->data, 1, out->n, file) == out->n;
    int error = errno;
    if (fclose(file) != 0 && written) {
        written = false;
        error = errno;
    }
    return written ? EXIT_CLEAN : fail_system(path, error);
}

static int draft(struct onboard *onboard, struct buffer *out) {
    struct family family;
    struct buffer others = {0};
    choose_name(onboard);
    draft_assign(onboard);
    int status = family_find(onboard, &family, &others);
    if (status == EXIT_CLEAN && !(family.name && draft_after(onboard, &family, &others, out)))
        status = draft_by_names(onboard, out);
    buffer_free(&others);
    return status;
}

static int onboard_folder(const struct options *options) {
    if (options->n_files != 1)
        return fail(EXIT_USAGE, NULL, "onboard: name one folder; try mmspan onboard -h");
    struct onboard onboard = {.folder = options->files[0]};
    const struct place place = {onboard.folder, 0, 0};
    struct buffer out = {0};
    if (mi_is_file(onboard.folder))
        return fail(EXIT_USAGE, &place, "a file, not the folder of a model");
    if (!mi_is_directory(onboard.folder))
        return fail_system(onboard.folder, ENOENT);
    int status = open_folder(&onboard);
    if (status == EXIT_CLEAN)
        status = draft(&onboard, &out);
    if (status == EXIT_CLEAN)
        status = options->output ? write_file(options->output, &out) : output_write(&out);
    buffer_free(&out);
    mmspan_tokenizer_destroy(onboard.tokenizer);
    facts_free(&onboard.facts);
    return status;
}

const struct command cmd_onboard = {
    .name = "onboard",
    .summary = "a model's folder to the draft of a config",
    .accepts = OPTION_OUTPUT | OPTION_FILES,
    .run = onboard_folder,
    .help = "Usage: mmspan onboard [-o FILE] FOLDER\n"
            "\n"
            "Reads a Hugging Face model folder (config.json, tokenizer.json or\n"
            "tokenizer.model, tokenizer_config.json, added_tokens.json,\n"
            "processor_config.json) and writes the draft of a config that passes\n"
            "mmspan check. If a shipped config has the same pieces, the draft follows\n"
            "it; what differs stands at its top. Otherwise the names of keys and\n"
            "pieces say which token does what. What is a guess is marked \"guess\",\n"
            "what is not known is marked \"open\".\n"
            "\n"
            "  -o, --output FILE         write the draft to FILE\n",
};
