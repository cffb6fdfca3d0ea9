/* Writes the draft of a config as YAML, with a comment at all that is a guess. */
#include "onboard.h"

#include <inttypes.h>
#include <string.h>

static const char *const media_names[N_MEDIA] = {"image", "video", "audio"};

/* Names of the tokens by modality and role. */
static const char *const token_names[N_MEDIA][N_ROLES] = {
    {"boi", "image", "eoi", "image_break"},
    {"bov", "video", "eov", "video_break"},
    {"boa", "audio", "eoa", "audio_break"},
};

/* Decodes the character at `text`; 0 when it is not UTF-8. Writes how long it is. */
static uint32_t decode(const char *text, size_t size, size_t *length) {
    const unsigned char c = (unsigned char)text[0];
    size_t n = c < 0x80 ? 1 : c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC2 ? 2 : 0;
    uint32_t character = n == 1 ? c : c & (0x7FU >> n);
    if (n == 0 || n > size || c > 0xF4)
        return 0;
    for (size_t i = 1; i < n; i++) {
        if (((unsigned char)text[i] & 0xC0) != 0x80)
            return 0;
        character = character << 6 | ((unsigned char)text[i] & 0x3F);
    }
    bool fits = n < 3 || (n == 3 && character >= 0x800) || (n == 4 && character >= 0x10000);
    bool is_surrogate = character >= 0xD800 && character <= 0xDFFF;
    *length = n;
    return fits && !is_surrogate && character <= 0x10FFFF ? character : 0;
}

bool yaml_can_say(const char *text, size_t size) {
    size_t n = 0;
    for (size_t i = 0; i < size; i += n)
        if (decode(text + i, size - i, &n) == 0)
            return false;
    return size > 0;
}

/* Control characters, line separators, byte-order marks and what is no character. */
static bool must_escape(uint32_t character) {
    return character < 0x20 || (character >= 0x7F && character < 0xA0) || character == 0x2028 ||
           character == 0x2029 || character == 0xFEFF ||
           (character >= 0xFFFE && character <= 0xFFFF);
}

void yaml_string(struct buffer *out, const char *text, size_t size) {
    size_t n = 0;
    buffer_bytes(out, "\"", 1);
    for (size_t i = 0; i < size; i += n) {
        uint32_t character = decode(text + i, size - i, &n);
        if (character == '"' || character == '\\')
            buffer_format(out, "\\%c", (int)character);
        else if (must_escape(character))
            buffer_format(out, "\\u%04X", (unsigned)character);
        else
            buffer_bytes(out, text + i, n);
    }
    buffer_bytes(out, "\"", 1);
}

void yaml_comment(struct buffer *out, const char *text) {
    for (; *text; text++) {
        const unsigned char c = (unsigned char)*text;
        buffer_bytes(out, c < 0x20 || c == 0x7f || c == 0xC2 ? " " : text, 1);
    }
}

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
        yaml_comment(out, token->why);
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

/* "boi image+ eoi" and what can be said about it. */
static void write_modality(const struct onboard *onboard, int media, struct buffer *out) {
    const struct draft_modality *modality = &onboard->media[media];
    const struct draft_token *tokens = modality->tokens;
    const char *patch = name_of(onboard, media, ROLE_PATCH);
    buffer_format(out, "  %s: {", media_names[media]);
    if (tokens[ROLE_BREAK].why) {
        buffer_format(out, "pattern: \"(%s+ %s)* %s+ %s\", embed: [%s]", patch,
                      name_of(onboard, media, ROLE_BREAK), patch,
                      name_of(onboard, media, ROLE_END), patch);
    } else {
        if (tokens[ROLE_BEGIN].why)
            buffer_format(out, "begin: %s, ", name_of(onboard, media, ROLE_BEGIN));
        buffer_format(out, "patch: %s", patch);
        if (tokens[ROLE_END].why)
            buffer_format(out, ", end: %s", name_of(onboard, media, ROLE_END));
    }
    if (modality->rows)
        buffer_format(out, ", rows: %" PRId64, modality->rows->number);
    buffer_text(out, "}\n");
}

static void write_open(const struct onboard *onboard, int media, struct buffer *out) {
    const struct draft_modality *modality = &onboard->media[media];
    const struct draft_token *tokens = modality->tokens;
    const char *name = media_names[media];
    if (modality->rows)
        buffer_format(out, "# %s: the rows are %s in %s.\n", name, modality->rows->path,
                      modality->rows->file);
    else if (modality->maybe)
        buffer_format(out,
                      "# open: %s in %s is %" PRId64 "; if each %s has so many rows, add "
                      "rows: %" PRId64 ".\n",
                      modality->maybe->path, modality->maybe->file, modality->maybe->number,
                      name, modality->maybe->number);
    else
        buffer_format(out, "# open: which numbers of rows %s may have (rows: ...).\n", name);
    if (!tokens[ROLE_BEGIN].why && !tokens[ROLE_END].why)
        buffer_format(out,
                      "# open: nothing seems to stand around %s; adjacent ones are one "
                      "item (adjacent: ...).\n",
                      name);
    if (tokens[ROLE_BREAK].why)
        buffer_format(out, "# guess: rows of %s end in a break, the last one in the end.\n",
                      name);
}

static void write_dropped(const struct onboard *onboard, struct buffer *out) {
    for (int media = 0; media < N_MEDIA; media++) {
        const struct draft_modality *modality = &onboard->media[media];
        if (modality->dropped) {
            buffer_format(out, "# open: %s was left out: ", media_names[media]);
            yaml_comment(out, modality->reason);
            buffer_text(out, "\n");
        } else if (!draft_has_modality(modality) &&
                   (modality->tokens[ROLE_BEGIN].why || modality->tokens[ROLE_END].why)) {
            const struct draft_token *token = &modality->tokens[ROLE_BEGIN];
            buffer_format(out, "# open: what stands between begin and end of %s; found ",
                          media_names[media]);
            draft_describe(token->why ? token : &modality->tokens[ROLE_END], out);
            buffer_text(out, ".\n");
        }
    }
}

/* A good block and, when it has both ends, a truncated one. */
static void write_examples(const struct onboard *onboard, int media, struct buffer *out) {
    const struct draft_modality *modality = &onboard->media[media];
    const struct draft_token *tokens = modality->tokens;
    const char *name = media_names[media];
    const int patch = (int)tokens[ROLE_PATCH].id;
    int64_t rows = modality->rows ? modality->rows->number : 4;
    int64_t start = tokens[ROLE_BEGIN].why ? 1 : 0;
    int64_t end = start + rows + (tokens[ROLE_END].why ? 1 : 0);
    buffer_format(out, "  - name: one %s\n    ids: [", name);
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
                      "\n  - name: truncated %s\n    ids: [%d, %d*2]\n    findings: [{kind: "
                      "truncated-block, start: 0, end: 3}]\n",
                      name, (int)tokens[ROLE_BEGIN].id, patch);
    buffer_text(out, "\n");
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
    if (!examples)
        return;
    buffer_text(out, "\nexamples:\n");
    for (int media = 0; media < N_MEDIA; media++)
        if (draft_has_modality(&onboard->media[media]))
            write_examples(onboard, media, out);
    while (out->n && out->data[out->n - 1] == '\n')
        out->n--;
    buffer_text(out, "\n");
}
