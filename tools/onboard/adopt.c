/* Writes a shipped config with the IDs, rows and vocabulary of another model. */
#include "onboard.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A token whose ID changes, or that gets one, and the line that declares it. */
struct change {
    uint32_t line;
    mmspan_token_decl decl;
    int32_t id;
    bool by_role; /* how it is spelt is not known */
};

/* Other rows of a modality: in place of the number `from` stands that of the fact, or both when
 * another fact says another one. */
struct new_rows {
    int64_t from;
    struct fact *fact; /* NULL: as there */
    struct fact *conflict;
};

/* A config on its way into the draft. */
struct adoption {
    const struct onboard *onboard;
    const char *family;
    struct change *changes;
    size_t n_changes;
    struct new_rows rows[N_MEDIA];
    int media; /* of the lines at hand; N_MEDIA: none of these */
    bool examples;
    bool strict;
    bool any_moved;
    bool new_size;          /* of the vocabulary, or none */
    bool in_comment;        /* of several lines */
    bool failed;            /* a line is not as it should be */
    const char *vocab_size; /* theirs, in their text; NULL: none */
    struct buffer *notes;
    struct buffer *out;
};

struct line {
    const char *text;
    size_t n; /* with its line feed */
    uint32_t number;
};

static bool begins(const struct line *line, const char *word) {
    size_t n = strlen(word);
    return line->n >= n && memcmp(line->text, word, n) == 0;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* The place behind a key in a flow mapping or on a line of its own, or NULL. */
static const char *find_behind(const struct line *line, const char *key) {
    size_t n = strlen(key);
    for (size_t i = 1; i + n <= line->n; i++)
        if (strchr("{ ", line->text[i - 1]) && memcmp(line->text + i, key, n) == 0)
            return line->text + i + n;
    return NULL;
}

/* Writes a line as it is. What its comment says was said of the other model. */
static void write_quoted(struct adoption *a, const struct line *line) {
    const char *end = line->text + line->n;
    const char *at = line->text[0] == '#' ? line->text : NULL;
    bool in_string = false;
    for (const char *c = line->text + 1; !at && c + 1 < end; c++) {
        in_string = in_string != (c[-1] == '"');
        if (!in_string && c[-1] == ' ' && c[0] == '#' && c[1] == ' ')
            at = c;
    }
    if (!at) {
        a->in_comment = false;
        buffer_bytes(a->out, line->text, line->n);
        return;
    }
    buffer_bytes(a->out, line->text, (size_t)(at - line->text));
    if (at != line->text || !a->in_comment)
        buffer_format(a->out, "# %s:", a->family);
    else
        buffer_text(a->out, "#");
    buffer_bytes(a->out, at + 1, (size_t)(end - at - 1));
    a->in_comment = at == line->text;
}

/* Writes the line of a token anew: how sure its ID was there says nothing here. */
static void write_token(struct adoption *a, const struct line *line,
                        const struct change *change) {
    const char *colon = memchr(line->text, ':', line->n);
    const char *open = memchr(line->text, '{', line->n);
    if (!colon || (open && !memchr(open, '}', line->n - (size_t)(open - line->text)))) {
        a->failed = true;
        return;
    }
    buffer_bytes(a->out, line->text, (size_t)((open ? open : colon + 1) - line->text));
    buffer_format(a->out, "%s{id: %d", open ? "" : " ", (int)change->id);
    if (!change->by_role) {
        buffer_text(a->out, ", piece: ");
        yaml_string(a->out, change->decl.piece, strlen(change->decl.piece));
    }
    buffer_text(a->out, change->decl.ordinary ? ", ordinary: true}\n" : "}\n");
}

static void write_number(const struct adoption *a, const struct new_rows *rows) {
    if (rows->conflict)
        buffer_format(a->out, "[%" PRId64 ", %" PRId64 "]", rows->fact->number,
                      rows->conflict->number);
    else
        buffer_integer(a->out, rows->fact->number);
}

/* Writes a line of a modality, in which "rows: 256" or "rows: {min: 256, multiple_of: 256}" may
 * stand for other rows here. */
static void write_rows(struct adoption *a, const struct line *line) {
    const struct new_rows *rows = &a->rows[a->media];
    const char *at = find_behind(line, "rows: ");
    const char *end = line->text + line->n;
    const size_t n_feed = end[-1] == '\n';
    if (!at) {
        write_quoted(a, line);
        return;
    }
    buffer_bytes(a->out, line->text, (size_t)(at - line->text));
    while (at < end - n_feed) {
        size_t n = 1;
        while (is_digit(*at) && at + n < end && is_digit(at[n]))
            n++;
        if (is_digit(*at) && n < 12 && strtoll(at, NULL, 10) == rows->from)
            write_number(a, rows);
        else
            buffer_bytes(a->out, at, n);
        at += n;
    }
    buffer_format(a->out, "   # %s in %s", rows->fact->path, rows->fact->file);
    if (rows->conflict)
        buffer_format(a->out, ", or %s in %s?", rows->conflict->path, rows->conflict->file);
    buffer_text(a->out, "\n");
}

static void add_note(const struct adoption *a) {
    buffer_text(a->notes, a->notes->n ? "; " : "");
}

/* The size of the vocabulary is this model's; theirs may stay only where the IDs do. */
static void write_vocab_size(const struct adoption *a) {
    const struct fact *size = facts_vocab_size(&a->onboard->facts);
    if (!a->new_size || !a->vocab_size) {
        buffer_text(a->out, "vocab_size: ");
        buffer_integer(a->out, strtoll(a->vocab_size, NULL, 10));
        if (size)
            buffer_format(a->out, "   # %s in %s\n", size->path, size->file);
        else
            buffer_format(a->out, "   # %s: no file here says it\n", a->family);
        return;
    }
    add_note(a);
    if (!size) {
        buffer_text(a->notes, "vocab_size is not in this folder");
    } else {
        buffer_format(a->notes, "vocab_size is %" PRId64 " here and %lld there", size->number,
                      strtoll(a->vocab_size, NULL, 10));
        buffer_format(a->out, "vocab_size: %" PRId64 "   # %s in %s\n", size->number,
                      size->path, size->file);
    }
}

/* What is about the model that the config was written for becomes about this one. */
static void write_model(const struct adoption *a) {
    buffer_text(a->out, "model: ");
    yaml_string(a->out, a->onboard->name, strlen(a->onboard->name));
    buffer_format(a->out,
                  "\nabout: \"a draft after %s\"\nsources:\n"
                  "  - \"the files of the model's repository\"\n"
                  "  - \"the shipped config %s\"\n",
                  a->family, a->family);
    const struct fact *size = facts_vocab_size(&a->onboard->facts);
    if (size && !a->vocab_size)
        buffer_format(a->out, "vocab_size: %" PRId64 "   # %s in %s\n", size->number,
                      size->path, size->file);
}

/* The parts of a config by their keys, as far as they matter here. */
enum part {
    PART_OTHER,
    PART_MODEL,
    PART_SKIPPED,
    PART_VOCAB_SIZE,
    PART_MODALITIES,
    PART_EXAMPLES
};

static enum part part_of(const struct line *line) {
    static const struct {
        const char *key;
        enum part part;
    } parts[] = {{"model:", PART_MODEL},           {"about:", PART_SKIPPED},
                 {"huggingface:", PART_SKIPPED},   {"sources:", PART_SKIPPED},
                 {"vocab_size:", PART_VOCAB_SIZE}, {"modalities:", PART_MODALITIES},
                 {"examples:", PART_EXAMPLES}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (begins(line, parts[i].key))
            return parts[i].part;
    return PART_OTHER;
}

static const struct change *change_at(const struct adoption *a, uint32_t line) {
    for (size_t i = 0; i < a->n_changes; i++)
        if (a->changes[i].line == line)
            return &a->changes[i];
    return NULL;
}

/* Which modality do the lines at hand declare? */
static void follow_modality(struct adoption *a, const struct line *line) {
    if (!begins(line, "  ") || line->n < 4 || strchr(" #", line->text[2]))
        return;
    a->media = N_MEDIA;
    for (int media = 0; media < N_MEDIA; media++) {
        const size_t n = strlen(media_names[media]);
        if (line->n > n + 3 && memcmp(line->text + 2, media_names[media], n) == 0 &&
            line->text[n + 2] == ':')
            a->media = media;
    }
}

static void write_line(struct adoption *a, const struct line *line, enum part part) {
    const struct change *change = change_at(a, line->number);
    switch (part) {
    case PART_MODEL:
        write_model(a);
        return;
    case PART_SKIPPED:
        return;
    case PART_VOCAB_SIZE:
        write_vocab_size(a);
        return;
    case PART_MODALITIES:
        follow_modality(a, line);
        if (a->media < N_MEDIA && a->rows[a->media].fact) {
            write_rows(a, line);
            return;
        }
        break;
    case PART_EXAMPLES:
        if (!a->examples)
            return;
        break;
    default:
        break;
    }
    if (change)
        write_token(a, line, change);
    else
        write_quoted(a, line);
}

/* Does the line begin an example that is about the size of the vocabulary, which is
 * another one here? */
static bool is_about_size(const struct line *line, const char *end) {
    static const char kind[] = "out-of-vocabulary";
    const char *at = line->text + line->n;
    while (at < end &&
           memcmp(at, "  - ", (size_t)(end - at) < 4 ? (size_t)(end - at) : 4) != 0) {
        const char *feed = memchr(at, '\n', (size_t)(end - at));
        const char *next = feed ? feed + 1 : end;
        const struct line inner = {at, (size_t)(next - at), 0};
        if (find_behind(&inner, kind))
            return true;
        at = next;
    }
    return false;
}

static void write_lines(struct adoption *a, const char *text, size_t size) {
    struct line line = {text, 0, 1};
    const char *end = text + size;
    enum part part = PART_OTHER;
    bool skips = false;
    for (; line.text < end; line.text += line.n, line.number++) {
        const size_t left = (size_t)(end - line.text);
        const char *feed = memchr(line.text, '\n', left);
        line.n = feed ? (size_t)(feed - line.text) + 1 : left;
        bool is_key = !strchr(" #\n-", line.text[0]);
        if (is_key)
            part = part_of(&line);
        else if (line.text[0] != ' ' && line.text[0] != '-' && part < PART_MODALITIES)
            part = PART_OTHER;
        if (part == PART_EXAMPLES && begins(&line, "  - "))
            skips = a->new_size && is_about_size(&line, end);
        if (part != PART_EXAMPLES || !skips)
            write_line(a, &line, part);
    }
    while (a->out->n > 1 && a->out->data[a->out->n - 1] == '\n' &&
           a->out->data[a->out->n - 2] == '\n')
        a->out->n--;
}

/* Which tokens get another ID. Those that the config looks up get the one found. */
static bool collect_changes(struct adoption *a, const mmspan_spec *spec) {
    mmspan_token_decl decl = {.struct_size = sizeof decl};
    mmspan_error place;
    a->changes = calloc(MMSPAN_MAX_TOKENS, sizeof *a->changes);
    if (!a->changes)
        return false;
    for (int32_t i = 0; mmspan_spec_token(spec, i, &decl, &place); i++) {
        int32_t id;
        const enum standing standing = standing_of(a->onboard, &decl, &id);
        if (standing != TOKEN_MOVED && standing != TOKEN_FOUND && standing != TOKEN_ROLE)
            continue;
        a->changes[a->n_changes++] =
            (struct change){place.line, decl, id, standing == TOKEN_ROLE};
        if (mmspan_config_is_made_up(decl.ids[0]))
            continue;
        a->any_moved = true;
        add_note(a);
        buffer_format(a->notes, "%s is %d here and %d there", decl.name, (int)id,
                      (int)decl.ids[0]);
    }
    return true;
}

static void note_number(const struct adoption *a, const struct fact *fact) {
    buffer_format(a->notes, "%" PRId64 " (%s in %s)", fact->number, fact->path, fact->file);
}

/* Of a modality for which the config asks for so many rows. */
static void collect_number(struct adoption *a, int media, int64_t there) {
    const struct draft_modality *modality = &a->onboard->media[media];
    struct fact *fact = modality->rows ? modality->rows : modality->maybe;
    struct fact *conflict = modality->conflict;
    if (!fact)
        return;
    rows_mark_used(a->onboard, fact->number);
    if (conflict)
        rows_mark_used(a->onboard, conflict->number);
    if (!conflict && fact->number == there)
        return;
    a->rows[media] = (struct new_rows){there, fact, a->strict ? NULL : conflict};
    add_note(a);
    buffer_format(a->notes, "the rows of %s are ", media_names[media]);
    note_number(a, fact);
    if (conflict) {
        buffer_text(a->notes, " or ");
        note_number(a, conflict);
    }
    buffer_format(a->notes, " here and %" PRId64 " there", there);
}

/* Where the config asks for one number of rows or its multiples, and the folder says another.
 */
static bool collect_rows(struct adoption *a, const mmspan_config *config) {
    mmspan_matcher *matcher;
    if (mmspan_config_compile(config, NULL, &matcher, NULL) != MMSPAN_OK)
        return false;
    for (int media = 0; media < N_MEDIA; media++) {
        const int32_t modality = mmspan_matcher_find_modality(matcher, media_names[media]);
        const int64_t rows =
            modality < 0 ? 0 : unit_of_rows(mmspan_matcher_modality_rows(matcher, modality));
        if (rows > 0)
            collect_number(a, media, rows);
    }
    mmspan_matcher_destroy(matcher);
    return true;
}

bool family_write(const struct onboard *onboard, const struct family *family,
                  enum adopted adopted, struct buffer *notes, struct buffer *out) {
    struct adoption a = {.onboard = onboard,
                         .family = family->name,
                         .media = N_MEDIA,
                         .examples = adopted == ADOPT_ALL,
                         .strict = adopted == ADOPT_STRICT,
                         .notes = notes,
                         .out = out};
    mmspan_config *config = NULL;
    size_t size;
    const char *text = mmspan_builtin_text(family->name, &size);
    notes->n = 0;
    out->n = 0;
    bool written = text &&
                   mmspan_config_load_shape(family->name, NULL, &config, NULL) == MMSPAN_OK &&
                   collect_changes(&a, mmspan_config_spec(config)) && collect_rows(&a, config);
    if (written) {
        const struct fact *our_size = facts_vocab_size(&onboard->facts);
        const char *key = strstr(text, "\nvocab_size:");
        a.vocab_size = key ? key + strlen("\nvocab_size:") : NULL;
        a.new_size = our_size ? !key || strtoll(a.vocab_size, NULL, 10) != our_size->number
                              : a.any_moved || family->kinship < KIN_SOURCE;
        write_lines(&a, text, size);
    }
    free(a.changes);
    mmspan_config_destroy(config);
    return written && !a.failed && !notes->failed && !out->failed;
}
