/* Writes the draft of a config by what the names of keys and pieces say, with a comment at all
 * that is a guess. */
#include "onboard.h"

#include <inttypes.h>
#include <string.h>

/* Names of the tokens by modality and role. */
static const char *const token_names[N_MEDIA][N_ROLES] = {
    {"boi", "image", "eoi", "image_break"},
    {"bov", "video", "eov", "video_break"},
    {"boa", "audio", "eoa", "audio_break"},
};

/* The token of another modality that has the same ID is the same token. */
static const char *name_of(const struct onboard *onboard, int media, int role) {
    const struct draft_token *token = &onboard->media[media].tokens[role];
    for (int m = 0; m < media; m++)
        for (int r = 0; r < N_ROLES; r++)
            if (draft_has_modality(&onboard->media[m]) && onboard->media[m].tokens[r].why &&
                onboard->media[m].tokens[r].id == token->id)
                return name_of(onboard, m, r);
    return token_names[media][role];
}

void draft_describe(const struct draft_token *token, struct buffer *out) {
    if (token->piece) {
        yaml_string(out, token->piece, token->piece_size);
        buffer_text(out, " ");
    }
    buffer_format(out, "(%d)", (int)token->id);
}

static void write_why(const struct draft_token *token, struct buffer *out) {
    buffer_text(out, "   # ");
    if (token->where) {
        yaml_comment(out, token->why, strlen(token->why));
        buffer_format(out, " in %s", token->where);
    } else {
        buffer_text(out, "guess by its name");
    }
    if (!token->where && token->n_others) {
        buffer_text(out, "; ");
        buffer_count(out, (int64_t)token->n_others, "other piece looks like it",
                     "other pieces look like it");
    }
    if (!token->piece)
        buffer_text(out, "; no piece for it is known");
    buffer_text(out, "\n");
}

static void write_token(const struct onboard *onboard, int media, int role,
                        struct buffer *out) {
    const struct draft_token *token = &onboard->media[media].tokens[role];
    const char *name = token_names[media][role];
    if (!token->why || name_of(onboard, media, role) != name)
        return;
    buffer_format(out, "  %s: {id: %d", name, (int)token->id);
    if (token->piece) {
        buffer_text(out, ", piece: ");
        yaml_string(out, token->piece, token->piece_size);
    }
    buffer_text(out, "}");
    write_why(token, out);
}

static bool has_delimiters(const struct draft_modality *modality) {
    return modality->tokens[ROLE_BEGIN].why || modality->tokens[ROLE_END].why;
}

/* The rule that the draft asks for, or NULL. One row is one placeholder for each item, and so
 * much can be said of a number that may be something else. */
static const struct fact *rows_of(const struct draft_modality *modality) {
    if (modality->conflict)
        return NULL;
    if (modality->rows)
        return modality->rows;
    const bool is_one = modality->maybe && modality->maybe->number == 1;
    return is_one && !has_delimiters(modality) ? modality->maybe : NULL;
}

/* Where embeddings are seen by cross attention, a token stands for each image. */
static bool is_crossed(const struct draft_modality *modality) {
    return modality->crossed && !has_delimiters(modality) && !rows_of(modality);
}

static void write_block(const struct onboard *onboard, int media, struct buffer *out) {
    const struct draft_token *tokens = onboard->media[media].tokens;
    const char *patch = name_of(onboard, media, ROLE_PATCH);
    if (tokens[ROLE_BREAK].why) {
        buffer_format(out, "pattern: \"(%s+ %s)* %s+ %s\", embed: [%s]", patch,
                      name_of(onboard, media, ROLE_BREAK), patch,
                      name_of(onboard, media, ROLE_END), patch);
        return;
    }
    if (tokens[ROLE_BEGIN].why)
        buffer_format(out, "begin: %s, ", name_of(onboard, media, ROLE_BEGIN));
    buffer_format(out, "patch: %s", patch);
    if (tokens[ROLE_END].why)
        buffer_format(out, ", end: %s", name_of(onboard, media, ROLE_END));
}

static void write_modality(const struct onboard *onboard, int media, struct buffer *out) {
    const struct draft_modality *modality = &onboard->media[media];
    const struct fact *rows = rows_of(modality);
    buffer_format(out, "  %s: {", media_names[media]);
    if (is_crossed(modality)) {
        buffer_format(out, "bare: %s}\n", name_of(onboard, media, ROLE_PATCH));
        return;
    }
    write_block(onboard, media, out);
    if (rows)
        buffer_format(out, ", rows: %" PRId64 "%s", rows->number,
                      has_delimiters(modality) ? "" : ", adjacent: split");
    buffer_text(out, "}\n");
}

static void write_number(const struct fact *fact, struct buffer *out) {
    yaml_comment(out, fact->path, strlen(fact->path));
    buffer_format(out, " in %s is %" PRId64, fact->file, fact->number);
}

/* What is known of the rows, and what is not. */
static void write_rows(const struct onboard *onboard, int media, struct buffer *out) {
    const struct draft_modality *modality = &onboard->media[media];
    const char *name = media_names[media];
    const struct fact *rows = rows_of(modality);
    struct fact *first = modality->rows ? modality->rows : modality->maybe;
    if (is_crossed(modality)) {
        buffer_format(out,
                      "# guess: one token stands for each %s, which is seen by cross "
                      "attention, since there is ",
                      name);
        yaml_comment(out, modality->crossed->path, strlen(modality->crossed->path));
        buffer_format(out, " in %s.\n", modality->crossed->file);
        return;
    }
    if (!first) {
        buffer_format(out, "# open: which numbers of rows %s may have (rows: ...).\n", name);
        return;
    }
    rows_mark_used(onboard, first->number);
    buffer_text(out, rows ? "# " : "# open: ");
    write_number(first, out);
    if (modality->conflict) {
        rows_mark_used(onboard, modality->conflict->number);
        buffer_text(out, ", but ");
        write_number(modality->conflict, out);
        buffer_format(out, ": which of them, if any, are the rows of each %s?\n", name);
    } else if (rows) {
        buffer_format(out, ": the rows of each %s.\n", name);
    } else {
        buffer_format(out, "; if each %s has so many rows, add rows: %" PRId64 ".\n", name,
                      first->number);
    }
}

static void write_open(const struct onboard *onboard, int media, struct buffer *out) {
    const struct draft_modality *modality = &onboard->media[media];
    const char *name = media_names[media];
    write_rows(onboard, media, out);
    if (!has_delimiters(modality) && !is_crossed(modality))
        buffer_format(out,
                      rows_of(modality)
                          ? "# guess: nothing seems to stand around %s; those that touch are "
                            "cut by their rows (adjacent: split).\n"
                          : "# open: nothing seems to stand around %s; those that touch are "
                            "one item (adjacent: ...).\n",
                      name);
    if (modality->tokens[ROLE_BREAK].why)
        buffer_format(out, "# guess: rows of %s end in a break, the last one in the end.\n",
                      name);
    if (media == MEDIA_VIDEO)
        buffer_text(out, "# open: whether each frame of a video is an item of its own "
                         "(multi: true).\n");
}

/* Is what stands around it known from another modality? */
static bool is_shared(const struct onboard *onboard, int media) {
    const struct draft_token *begin = &onboard->media[media].tokens[ROLE_BEGIN];
    for (int m = 0; m < media; m++) {
        const struct draft_token *other = &onboard->media[m].tokens[ROLE_BEGIN];
        if (draft_has_modality(&onboard->media[m]) && begin->why && other->why &&
            begin->id == other->id)
            return true;
    }
    return false;
}

static void write_dropped(const struct onboard *onboard, struct buffer *out) {
    for (int media = 0; media < N_MEDIA; media++) {
        const struct draft_modality *modality = &onboard->media[media];
        if (modality->dropped) {
            buffer_format(out, "# open: %s was left out: ", media_names[media]);
            yaml_comment(out, modality->reason, strlen(modality->reason));
            buffer_text(out, "\n");
        } else if (!draft_has_modality(modality) &&
                   (modality->tokens[ROLE_BEGIN].why || modality->tokens[ROLE_END].why) &&
                   !is_shared(onboard, media)) {
            const struct draft_token *token = &modality->tokens[ROLE_BEGIN];
            buffer_format(out, "# open: what stands between begin and end of %s; found ",
                          media_names[media]);
            draft_describe(token->why ? token : &modality->tokens[ROLE_END], out);
            buffer_text(out, ".\n");
        }
    }
}

/* A good block and, when it has both ends, a truncated one; of rows that are known. */
static void write_examples(const struct onboard *onboard, int media, struct buffer *out) {
    const struct draft_modality *modality = &onboard->media[media];
    const struct draft_token *tokens = modality->tokens;
    const char *name = media_names[media];
    const int patch = (int)tokens[ROLE_PATCH].id;
    const int64_t rows = rows_of(modality)->number;
    const int64_t start = tokens[ROLE_BEGIN].why ? 1 : 0;
    const int64_t end = start + rows + (tokens[ROLE_END].why ? 1 : 0);
    buffer_format(out, "\n  - name: one %s\n    ids: [", name);
    if (start)
        buffer_format(out, "%d, ", (int)tokens[ROLE_BEGIN].id);
    buffer_format(out, "%d*%" PRId64, patch, rows);
    if (tokens[ROLE_END].why)
        buffer_format(out, ", %d", (int)tokens[ROLE_END].id);
    buffer_format(out,
                  "]\n    items: [{modality: %s, form: block, start: 0, end: %" PRId64
                  ", rows: %" PRId64 "}]\n",
                  name, end, rows);
    if (start && tokens[ROLE_END].why)
        buffer_format(out,
                      "\n  - name: truncated %s\n    ids: [%d, %d*%" PRId64
                      "]\n    findings: [{kind: truncated-block, start: 0, end: %" PRId64
                      "}]\n",
                      name, (int)tokens[ROLE_BEGIN].id, patch, rows, rows + 1);
}

static bool has_example(const struct draft_modality *modality) {
    const struct fact *rows = rows_of(modality);
    return draft_has_modality(modality) && rows && !is_crossed(modality) &&
           !modality->tokens[ROLE_BREAK].why && rows->number <= MMSPAN_MAX_EXAMPLE_TOKENS / 4;
}

static void write_head(const struct onboard *onboard, struct buffer *out) {
    const struct fact *vocab_size = facts_vocab_size(&onboard->facts);
    buffer_text(out, "mmspan: 1\nmodel: ");
    yaml_string(out, onboard->name, strlen(onboard->name));
    buffer_text(out, "\n");
    if (vocab_size)
        buffer_format(out, "vocab_size: %" PRId64 "   # %s in %s\n", vocab_size->number,
                      vocab_size->path, vocab_size->file);
    buffer_text(out, "sources:\n  - ");
    buffer_text(out, "\"the files of the model's repository\"\n\ntokens:\n");
}

void draft_write(const struct onboard *onboard, bool examples, struct buffer *out) {
    write_head(onboard, out);
    for (int media = 0; media < N_MEDIA; media++)
        for (int role = 0; role < N_ROLES; role++)
            if (draft_has_modality(&onboard->media[media]))
                write_token(onboard, media, role, out);
    buffer_text(out, "\n");
    for (int media = 0; media < N_MEDIA; media++)
        if (draft_has_modality(&onboard->media[media]))
            write_open(onboard, media, out);
    write_dropped(onboard, out);
    buffer_text(out, "# open: whether a placeholder stands alone before it is expanded "
                     "(bare: ...).\nmodalities:\n");
    for (int media = 0; media < N_MEDIA; media++)
        if (draft_has_modality(&onboard->media[media]))
            write_modality(onboard, media, out);
    bool any = false;
    for (int media = 0; media < N_MEDIA && examples; media++) {
        if (!has_example(&onboard->media[media]))
            continue;
        buffer_text(out, any ? "" : "\nexamples:");
        write_examples(onboard, media, out);
        any = true;
    }
    if (!any)
        buffer_text(out, "\n# open: examples of real prompts; no file has one.\n");
}
