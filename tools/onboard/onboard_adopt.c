/* Writes a shipped config with the IDs of another model. */
#include "onboard.h"

#include "../commands/load.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A token whose ID changes, or that gets one, and the line that declares it. */
struct move {
    uint32_t line;
    int32_t from;
    int32_t to;
};

/* A config on its way into the draft. */
struct adoption {
    const struct onboard *onboard;
    struct move *moves;
    size_t n_moves;
    bool examples;
    bool any_moved;
    bool new_size;          /* of the vocabulary, or none */
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

/* Writes the line with the numbers in it that are old IDs replaced by the new ones. */
static void write_moved(const struct adoption *a, const struct line *line) {
    size_t i = 0;
    while (i < line->n) {
        size_t n = 0;
        int64_t number = 0;
        bool starts = is_digit(line->text[i]) && (i == 0 || !is_digit(line->text[i - 1]));
        while (starts && i + n < line->n && is_digit(line->text[i + n]) && n < 12)
            number = 10 * number + (line->text[i + n++] - '0');
        const struct move *move = NULL;
        for (size_t m = 0; n > 0 && m < a->n_moves && !move; m++)
            if (a->moves[m].from == number)
                move = &a->moves[m];
        if (move)
            buffer_integer(a->out, move->to);
        else
            buffer_bytes(a->out, line->text + i, n ? n : 1);
        i += n ? n : 1;
    }
}

/* The place behind the key in a flow mapping, or NULL. */
static const char *find_behind(const struct line *line, const char *key) {
    size_t n = strlen(key);
    for (size_t i = 1; i + n <= line->n; i++)
        if (strchr("{ ", line->text[i - 1]) && memcmp(line->text + i, key, n) == 0)
            return line->text + i + n;
    return NULL;
}

/* Writes the line of a token with its new ID: behind "id: ", or before "piece: ". */
static void write_token_line(const struct adoption *a, const struct line *line,
                             const struct move *move) {
    const char *end = line->text + line->n;
    const char *at = find_behind(line, "id: ");
    const char *rest = at;
    if (at && at < end) {
        rest += *rest == '-';
        while (rest < end && is_digit(*rest))
            rest++;
    } else {
        at = find_behind(line, "piece: ");
        at = at ? at - strlen("piece: ") : end;
        rest = at;
    }
    buffer_bytes(a->out, line->text, (size_t)(at - line->text));
    const bool inserts = rest == at && rest < end;
    if (rest < end) {
        buffer_text(a->out, inserts ? "id: " : "");
        buffer_integer(a->out, move->to);
        buffer_text(a->out, inserts ? ", " : "");
    }
    buffer_bytes(a->out, rest, (size_t)(end - rest));
}

/* The size of the vocabulary is this model's; theirs may stay only where the IDs do. */
static void write_vocab_size(const struct adoption *a, const struct line *line) {
    const struct fact *size = facts_vocab_size(&a->onboard->facts);
    const char *comma = a->notes->n ? "; " : "";
    if (!a->new_size) {
        buffer_bytes(a->out, line->text, line->n);
    } else if (!size) {
        buffer_format(a->notes, "%svocab_size is unknown here", comma);
    } else {
        buffer_format(a->notes, "%svocab_size is %" PRId64 " here and %lld there", comma,
                      size->number, strtoll(a->vocab_size, NULL, 10));
        buffer_format(a->out, "vocab_size: %" PRId64 "   # %s in %s\n", size->number,
                      size->path, size->file);
    }
}

/* What is about the model that the config was written for becomes about this one. */
static void write_model(const struct adoption *a, const char *family) {
    buffer_text(a->out, "model: ");
    yaml_string(a->out, a->onboard->name, strlen(a->onboard->name));
    buffer_format(a->out,
                  "\nabout: \"a draft after %s\"\nsources:\n"
                  "  - \"the files of the model's repository\"\n"
                  "  - \"the shipped config %s\"\n",
                  family, family);
    const struct fact *size = facts_vocab_size(&a->onboard->facts);
    if (size && !a->vocab_size)
        buffer_format(a->out, "vocab_size: %" PRId64 "   # %s in %s\n", size->number,
                      size->path, size->file);
}

/* The parts of a config by their keys, as far as they matter here. */
enum part { PART_OTHER, PART_MODEL, PART_SKIPPED, PART_VOCAB_SIZE, PART_EXAMPLES };

static enum part part_of(const struct line *line) {
    if (begins(line, "model:"))
        return PART_MODEL;
    if (begins(line, "about:") || begins(line, "huggingface:") || begins(line, "sources:"))
        return PART_SKIPPED;
    if (begins(line, "vocab_size:"))
        return PART_VOCAB_SIZE;
    return begins(line, "examples:") ? PART_EXAMPLES : PART_OTHER;
}

static const struct move *move_at(const struct adoption *a, uint32_t line) {
    for (size_t i = 0; i < a->n_moves; i++)
        if (a->moves[i].line == line)
            return &a->moves[i];
    return NULL;
}

static void write_line(const struct adoption *a, const struct line *line, enum part part,
                       const char *family) {
    const struct move *move = move_at(a, line->number);
    switch (part) {
    case PART_MODEL:
        write_model(a, family);
        break;
    case PART_SKIPPED:
        break;
    case PART_VOCAB_SIZE:
        write_vocab_size(a, line);
        break;
    case PART_EXAMPLES:
        if (a->examples)
            write_moved(a, line);
        break;
    default:
        if (move)
            write_token_line(a, line, move);
        else
            buffer_bytes(a->out, line->text, line->n);
    }
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

static void write_lines(const struct adoption *a, const char *family, const char *text,
                        size_t size) {
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
        else if (line.text[0] != ' ' && line.text[0] != '-' && part != PART_EXAMPLES)
            part = PART_OTHER;
        if (part == PART_EXAMPLES && begins(&line, "  - "))
            skips = a->new_size && is_about_size(&line, end);
        if (part != PART_EXAMPLES || !skips)
            write_line(a, &line, part, family);
    }
}

/* Which tokens get another ID. Those that the config looks up get the one found. */
static bool collect_moves(struct adoption *a, const mmspan_spec *spec) {
    mmspan_token_decl decl = {.struct_size = sizeof decl};
    mmspan_error place;
    a->moves = calloc(MMSPAN_MAX_TOKENS, sizeof *a->moves);
    if (!a->moves)
        return false;
    for (int32_t i = 0; mmspan_spec_token(spec, i, &decl, &place); i++) {
        mmspan_piece piece;
        if (!decl.piece || decl.kind != MMSPAN_TOKEN_ID ||
            !mmspan_tokenizer_find(a->onboard->tokenizer, decl.piece, strlen(decl.piece),
                                   &piece))
            continue;
        a->moves[a->n_moves++] = (struct move){place.line, decl.ids[0], piece.id};
        if (decl.ids[0] == piece.id || mmspan_config_is_made_up(decl.ids[0]))
            continue;
        a->any_moved = true;
        buffer_format(a->notes, "%s%s is %d here and %d there", a->notes->n ? "; " : "",
                      decl.name, (int)piece.id, (int)decl.ids[0]);
    }
    return true;
}

bool family_write(const struct onboard *onboard, const struct family *family, bool examples,
                  struct buffer *notes, struct buffer *out) {
    struct adoption a = {.onboard = onboard, .examples = examples, .notes = notes, .out = out};
    mmspan_config *config = NULL;
    size_t size;
    const char *text = mmspan_builtin_text(family->name, &size);
    notes->n = 0;
    out->n = 0;
    bool written = text &&
                   mmspan_config_load_shape(family->name, NULL, &config, NULL) == MMSPAN_OK &&
                   collect_moves(&a, mmspan_config_spec(config));
    if (written) {
        const struct fact *our_size = facts_vocab_size(&onboard->facts);
        const char *key = strstr(text, "\nvocab_size:");
        a.vocab_size = key ? key + strlen("\nvocab_size:") : NULL;
        a.new_size = our_size ? !key || strtoll(a.vocab_size, NULL, 10) != our_size->number
                              : a.any_moved;
        write_lines(&a, family->name, text, size);
    }
    free(a.moves);
    mmspan_config_destroy(config);
    return written && !notes->failed && !out->failed;
}
