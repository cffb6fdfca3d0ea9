/* Writes a shipped config with the IDs of another model. */
#include "onboard.h"

#include "check_pieces.h"
#include "load.h"

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

/* The place behind `word` in a line, or NULL. */
static const char *find_behind(const struct line *line, const char *word) {
    size_t n = strlen(word);
    for (size_t i = 0; i + n <= line->n; i++)
        if (memcmp(line->text + i, word, n) == 0)
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
    if (rest < end) {
        buffer_integer(a->out, move->to);
        if (rest == at)
            buffer_text(a->out, ", ");
    }
    buffer_bytes(a->out, rest, (size_t)(end - rest));
}

static void note_vocab_size(const struct adoption *a, const char *theirs) {
    const struct fact *fact = facts_vocab_size(&a->onboard->facts);
    if (!fact || (theirs && strtoll(theirs, NULL, 10) == fact->number))
        return;
    buffer_format(a->notes, "%svocab_size is %" PRId64 " here and ", a->notes->n ? "; " : "",
                  fact->number);
    if (theirs)
        buffer_integer(a->notes, strtoll(theirs, NULL, 10));
    else
        buffer_text(a->notes, "unknown");
    buffer_text(a->notes, " there");
}

/* The model's name and the size of its vocabulary are this model's. */
static bool write_head_line(const struct adoption *a, const struct line *line) {
    const struct fact *size = facts_vocab_size(&a->onboard->facts);
    const char *theirs =
        begins(line, "vocab_size:") ? line->text + strlen("vocab_size:") : NULL;
    if (begins(line, "model:")) {
        buffer_text(a->out, "model: ");
        yaml_string(a->out, a->onboard->name, strlen(a->onboard->name));
        buffer_text(a->out, "\n");
        return true;
    }
    if (!theirs || !size || strtoll(theirs, NULL, 10) == size->number)
        return false;
    note_vocab_size(a, theirs);
    buffer_format(a->out, "vocab_size: %" PRId64 "   # %s in %s\n", size->number, size->path,
                  size->file);
    return true;
}

static const struct move *move_at(const struct adoption *a, uint32_t line) {
    for (size_t i = 0; i < a->n_moves; i++)
        if (a->moves[i].line == line)
            return &a->moves[i];
    return NULL;
}

static void write_lines(const struct adoption *a, const char *text, size_t size) {
    struct line line = {text, 0, 1};
    bool in_examples = false;
    for (; line.text < text + size; line.text += line.n, line.number++) {
        const size_t left = size - (size_t)(line.text - text);
        const char *feed = memchr(line.text, '\n', left);
        line.n = feed ? (size_t)(feed - line.text) + 1 : left;
        if (!strchr(" #\n-", line.text[0]))
            in_examples = begins(&line, "examples:");
        const struct move *move = move_at(a, line.number);
        if (in_examples && !a->examples)
            continue;
        if (in_examples && a->any_moved)
            write_moved(a, &line);
        else if (move)
            write_token_line(a, &line, move);
        else if (!write_head_line(a, &line))
            buffer_bytes(a->out, line.text, line.n);
    }
}

/* Which tokens get another ID. Those that the config looks up get the one found. */
static bool collect_moves(struct adoption *a, const mmspan_spec *spec) {
    mmspan_token_decl decl;
    mmspan_error place;
    a->moves = calloc(MMSPAN_MAX_TOKENS, sizeof *a->moves);
    if (!a->moves)
        return false;
    for (size_t i = 0; mmspan_spec_token_at(spec, i, &decl, &place); i++) {
        mmspan_piece piece;
        if (!decl.piece || decl.kind != MMSPAN_TOKEN_ID ||
            !mmspan_tokenizer_find(a->onboard->tokenizer, decl.piece, strlen(decl.piece),
                                   &piece))
            continue;
        a->moves[a->n_moves++] = (struct move){place.line, decl.ids[0], piece.id};
        if (decl.ids[0] == piece.id)
            continue;
        a->any_moved = true;
        buffer_format(a->notes, "%s%s is %d here and %d there", a->notes->n ? "; " : "",
                      decl.name, (int)piece.id, (int)decl.ids[0]);
    }
    return true;
}

bool family_write(const struct onboard *onboard, const struct family *family, bool examples,
                  struct buffer *notes, struct buffer *out) {
    const struct config_name name = {family->name, true};
    const mmspan_resolver resolver = {mmspan_tokenizer_resolve, onboard->tokenizer};
    const mmspan_load_options load = {.struct_size = sizeof load, .resolver = &resolver};
    struct adoption a = {.onboard = onboard, .examples = examples, .notes = notes, .out = out};
    mmspan_config *config = NULL;
    size_t size;
    const char *text = mmspan_builtin_text(family->name, &size);
    notes->n = 0;
    out->n = 0;
    bool written = text && load_config(&name, &load, &config, NULL) == MMSPAN_OK &&
                   collect_moves(&a, mmspan_config_spec(config));
    if (written)
        write_lines(&a, text, size);
    free(a.moves);
    mmspan_config_destroy(config);
    return written && !notes->failed && !out->failed;
}

/* The first error, for a report. */
static void keep_first(void *context, const mmspan_error *error) {
    mmspan_error *first = context;
    if (first->status == MMSPAN_OK)
        *first = *error;
}

static mmspan_status run_examples(const mmspan_config *config, const mmspan_matcher *matcher,
                                  mmspan_error *error) {
    mmspan_result *result = NULL;
    mmspan_status status = mmspan_result_create(NULL, &result);
    for (size_t i = 0; i < mmspan_config_n_examples(config) && status == MMSPAN_OK; i++)
        status = mmspan_config_run_example(config, i, matcher, result, error);
    mmspan_result_destroy(result);
    return status;
}

bool passes_check(const struct buffer *text, mmspan_tokenizer *tokenizer, mmspan_error *error) {
    const mmspan_resolver resolver = {mmspan_tokenizer_resolve, tokenizer};
    const mmspan_load_options load = {.struct_size = sizeof load,
                                      .resolver = tokenizer ? &resolver : NULL};
    mmspan_config *config = NULL;
    mmspan_matcher *matcher = NULL;
    struct piece_counts counts;
    memset(error, 0, sizeof *error);
    mmspan_status status =
        mmspan_config_load_memory(text->data, text->n, "draft", &load, &config, error);
    if (status == MMSPAN_OK)
        status = mmspan_check(mmspan_config_spec(config), keep_first, error);
    if (status == MMSPAN_OK)
        status = mmspan_config_compile(config, NULL, &matcher, error);
    if (status == MMSPAN_OK)
        status = run_examples(config, matcher, error);
    if (status == MMSPAN_OK && tokenizer)
        check_pieces(config, tokenizer, keep_first, error, &counts);
    mmspan_matcher_destroy(matcher);
    mmspan_config_destroy(config);
    return status == MMSPAN_OK && error->status == MMSPAN_OK;
}
