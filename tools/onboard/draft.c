/* Reads a model's folder and drafts its config: after a shipped one, or by names. */
#define _POSIX_C_SOURCE 200809L

#include "draft.h"
#include "onboard.h"

#include "../commands/check_pieces.h"

#include "../../src/io/path.h"
#include "../../src/io/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A model's name is the folder's, as far as a config may have it. */
static void choose_name(struct onboard *onboard) {
    const char *type = facts_text(&onboard->facts, "config.json", "model_type");
    size_t n_folder = strlen(onboard->folder);
    while (n_folder > 1 && onboard->folder[n_folder - 1] == '/')
        n_folder--;
    size_t start = n_folder;
    while (start > 0 && onboard->folder[start - 1] != '/')
        start--;
    const char *name = onboard->folder + start;
    size_t n_name = n_folder - start;
    if (n_name == 0 || (name[0] == '.' && n_name < 3)) {
        name = type ? type : "unnamed";
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
static mmspan_status open_folder(struct onboard *onboard, mmspan_error *error) {
    const mmspan_tokenizer_options options = {.struct_size = sizeof options, .lookup_only = 1};
    const struct mm_place place = {.file = onboard->folder};
    if (mi_is_file(onboard->folder))
        return mi_fail(error, MMSPAN_E_IO, &place, "a file, not the folder of a model");
    if (!mi_is_directory(onboard->folder))
        return mi_fail(error, MMSPAN_E_IO, &place,
                       "no such folder; give a local folder: mmspan downloads nothing");
    mmspan_status status = facts_read(&onboard->facts, onboard->folder, error);
    if (status != MMSPAN_OK)
        return status;
    status = mmspan_tokenizer_open(onboard->folder, &options, &onboard->tokenizer, error);
    if (status != MMSPAN_OK && status != MMSPAN_E_NOT_FOUND)
        return status;
    onboard->partial = onboard->tokenizer && is_partial(onboard->tokenizer);
    return named_collect(onboard) ? MMSPAN_OK : mm_fail_memory(error);
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
static mmspan_status fail_nothing(const struct onboard *onboard, mmspan_error *error) {
    const struct mm_place place = {.file = onboard->folder};
    const char *type = facts_text(&onboard->facts, "config.json", "model_type");
    struct buffer found = {0};
    add_files(onboard, &found);
    if (type) {
        buffer_text(&found, "; model_type is ");
        buffer_json(&found, type);
    }
    add_halves(onboard, &found);
    buffer_text(&found,
                onboard->tokenizer
                    ? "; missing: "
                    : "; missing: a tokenizer (tokenizer.json or tokenizer.model), or ");
    mmspan_status status =
        mi_fail(error, MMSPAN_E_NOT_FOUND, &place,
                "no image, video or audio is recognised; read %.*san image_token_id or "
                "the like in config.json, or a piece like <|image_pad|>",
                (int)found.n, found.data ? found.data : "");
    buffer_free(&found);
    return status;
}

/* A comment, broken at blanks; NULL: the label is all of it. */
static void add_comment(struct buffer *out, const char *label, const struct buffer *text) {
    enum { WIDTH = 96 };
    size_t column = strlen(label) + 2;
    buffer_format(out, "# %s", label);
    for (size_t i = 0; text && i < text->n;) {
        size_t n = 1;
        while (i + n < text->n && text->data[i + n] != ' ')
            n++;
        if (column + n > WIDTH && text->data[i] == ' ') {
            buffer_text(out, "\n#  ");
            column = 4;
        }
        yaml_comment(out, text->data + i, n);
        column += n;
        i += n;
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

/* Puts what was written together: title and text, and between them what was not used. */
static void put_together(struct onboard *onboard, const struct buffer *text,
                         const struct buffer *head, struct buffer *out) {
    facts_mark_used(onboard, text);
    add_title(onboard, out);
    buffer_bytes(out, head->data, head->n);
    facts_list_unused(onboard, out);
    buffer_bytes(out, text->data, text->n);
    out->failed = out->failed || text->failed || head->failed;
}

/* "4 of its 5 tokens have the same ID (3 by piece, 1 by ID), 1 has another". */
static void add_evidence(const struct family *family, struct buffer *out) {
    const size_t n_same = family->n_same + family->n_named;
    const struct {
        size_t n;
        const char *one;
        const char *many;
    } others[] = {{family->n_moved + family->n_role, "has another", "have another"},
                  {family->n_found, "was found by its piece", "were found by their pieces"},
                  {family->n_unknown, "is not in this folder", "are not in this folder"},
                  {family->n_uncounted, "cannot be looked up", "cannot be looked up"}};
    if (family->n_unknown + family->n_uncounted == family->n_tokens) {
        buffer_text(out, "by its kind alone, for no file says anything of its tokens");
        return;
    }
    buffer_format(out, "%zu of its %zu tokens %s the same ID", n_same, family->n_tokens,
                  n_same == 1 ? "has" : "have");
    if (family->n_same > 0 && family->n_named > 0)
        buffer_format(out, " (%zu by piece, %zu by ID)", family->n_same, family->n_named);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i].n > 0)
            buffer_format(out, ", %zu %s", others[i].n,
                          others[i].n == 1 ? others[i].one : others[i].many);
}

/* What kind of model its files say it is, and what that means. */
static void add_kinship(const struct onboard *onboard, const struct family *family,
                        struct buffer *out) {
    const char *type = facts_text(&onboard->facts, "config.json", "model_type");
    struct buffer text = {0};
    if (family->kinship >= KIN_SOURCE)
        buffer_text(&text, "whether the layout and the rows are the same, too");
    else
        buffer_format(&text,
                      "nothing but its tokens%s says that this is a model like %s; the layout "
                      "and the rows may be others",
                      family->kinship == KIN_PART ? ", and what a part of it is called," : "",
                      family->name);
    if (type && family->kinship < KIN_SOURCE) {
        buffer_text(&text, "; model_type is ");
        buffer_text(&text, type);
    }
    if (family->n_unknown)
        add_comment(out, "open: whether the IDs that are not in this folder are the same.",
                    NULL);
    add_comment(out, "open: ", &text);
    out->failed = out->failed || text.failed;
    buffer_free(&text);
}

/* The comments at the top of a draft that follows a shipped config. */
static void add_family(const struct onboard *onboard, const struct family *family,
                       const struct buffer *notes, const struct buffer *others,
                       struct buffer *out) {
    struct buffer evidence = {0};
    buffer_format(&evidence, "%s: ", family->name);
    add_evidence(family, &evidence);
    add_comment(out, "Recognised as ", &evidence);
    out->failed = out->failed || evidence.failed;
    buffer_free(&evidence);
    if (notes->n)
        add_comment(out, "Differs: ", notes);
    if (others->n)
        add_comment(out, "open: these shipped configs fit as well: ", others);
    if (family->n_covered == 0 && family->kinship < KIN_SOURCE)
        buffer_text(out, "# open: no config file names one of these tokens; is it this model "
                         "at all?\n");
    add_kinship(onboard, family, out);
}

/* A prompt of another model is no example, though the tokens be the same. */
static bool may_have_examples(const struct onboard *onboard, const struct family *family) {
    for (int media = 0; media < N_MEDIA; media++)
        if (onboard->media[media].conflict)
            return false;
    return family->kinship >= KIN_SOURCE &&
           family->n_moved + family->n_found + family->n_role == 0 && family->n_unknown == 0 &&
           family->rows >= 0;
}

/* Drafts after a shipped config; leaves `out` empty when that does not pass. */
static bool draft_after(struct onboard *onboard, const struct family *family,
                        const struct buffer *others, struct buffer *note, struct buffer *out) {
    struct buffer notes = {0};
    struct buffer text = {0};
    struct buffer head = {0};
    mmspan_error error;
    bool passes = false;
    int adopted = may_have_examples(onboard, family) ? ADOPT_ALL : ADOPT_RULES;
    for (; adopted < N_ADOPTED && !passes; adopted++)
        passes = family_write(onboard, family, (enum adopted)adopted, &notes, &text) &&
                 passes_check(&text, onboard->tokenizer, &error);
    if (passes) {
        add_family(onboard, family, &notes, others, &head);
        if (adopted - 1 != ADOPT_ALL)
            buffer_text(&text, "\n# open: examples of real prompts; no file has one.\n");
        put_together(onboard, &text, &head, out);
        buffer_format(note, "recognised as %s: ", family->name);
        add_evidence(family, note);
        buffer_text(note, others->n ? "; these fit as well: " : "");
        buffer_bytes(note, others->data, others->n);
        buffer_text(note, notes.n ? "; differs: " : "");
        buffer_bytes(note, notes.data, notes.n);
    }
    buffer_free(&head);
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

/* Writes a draft by names that passes; what makes it fail is left out. */
static bool write_by_names(struct onboard *onboard, struct buffer *text) {
    mmspan_error error;
    while (count_modalities(onboard) > 0) {
        for (int examples = 1; examples >= 0; examples--) {
            text->n = 0;
            draft_write(onboard, examples, text);
            if (text->failed)
                return false;
            if (passes_check(text, onboard->tokenizer, &error))
                return true;
        }
        drop_last(onboard, &error);
    }
    return false;
}

static mmspan_status draft_by_names(struct onboard *onboard, struct buffer *note,
                                    struct buffer *out, mmspan_error *error) {
    struct buffer text = {0};
    struct buffer head = {0};
    mmspan_status status = MMSPAN_OK;
    if (write_by_names(onboard, &text)) {
        status = draft_compare(onboard, note);
        if (note->n)
            add_comment(&head, "Drafted by the names of keys and pieces; ", note);
        put_together(onboard, &text, &head, out);
        buffer_text(note, "; drafted by the names of keys and pieces");
    } else if (!text.failed) {
        status = fail_nothing(onboard, error);
    }
    out->failed = out->failed || text.failed;
    buffer_free(&head);
    buffer_free(&text);
    return status;
}

static mmspan_status draft_folder(struct onboard *onboard, struct buffer *note,
                                  struct buffer *out, mmspan_error *error) {
    struct family family;
    struct buffer others = {0};
    choose_name(onboard);
    draft_assign(onboard);
    mmspan_status status = family_find(onboard, &family, &others);
    if (status == MMSPAN_OK &&
        !(family.name && draft_after(onboard, &family, &others, note, out)))
        status = draft_by_names(onboard, note, out, error);
    buffer_free(&others);
    /* One zero more than is counted. */
    buffer_bytes(out, "", 1);
    buffer_bytes(note, "", 1);
    if (status == MMSPAN_OK && (out->failed || note->failed))
        status = MMSPAN_E_MEMORY;
    return status == MMSPAN_E_MEMORY ? mm_fail_memory(error) : status;
}

mmspan_status onboard_folder(const char *folder, struct onboard_draft *draft,
                             mmspan_error *error) {
    struct onboard onboard = {.folder = folder};
    struct buffer out = {0};
    struct buffer note = {0};
    if (!folder || !draft)
        return mm_fail_argument(error, "folder or draft is NULL");
    mmspan_status status = open_folder(&onboard, error);
    if (status == MMSPAN_OK)
        status = draft_folder(&onboard, &note, &out, error);
    if (status == MMSPAN_OK) {
        *draft = (struct onboard_draft){.text = out.data, .n = out.n - 1, .note = note.data};
        out = note = (struct buffer){0};
    }
    buffer_free(&out);
    buffer_free(&note);
    free(onboard.named);
    mmspan_tokenizer_destroy(onboard.tokenizer);
    facts_free(&onboard.facts);
    return status;
}

void onboard_draft_free(struct onboard_draft *draft) {
    free(draft->text);
    free(draft->note);
    *draft = (struct onboard_draft){0};
}
