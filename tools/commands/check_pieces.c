/* Compares what a config says about its pieces with what a tokenizer says. */
#include "check_pieces.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A comparison of one token. */
struct check {
    const mmspan_tokenizer *tokenizer;
    bool partial;
    const mmspan_token_decl *decl;
    mmspan_error error; /* where the token is declared; gets its message */
};

bool has_id(const mmspan_token_decl *decl, int32_t id) {
    if (decl->kind == MMSPAN_TOKEN_RANGE)
        return id >= decl->ids[0] && id <= decl->ids[1];
    for (size_t i = 0; i < decl->n_ids; i++)
        if (decl->ids[i] == id)
            return true;
    return false;
}

bool is_partial(const mmspan_tokenizer *tokenizer) {
    const char *path;
    for (size_t i = 0; (path = mmspan_tokenizer_file(tokenizer, i)); i++) {
        const char *slash = strrchr(path, '/');
        const char *file = slash ? slash + 1 : path;
        if (strcmp(file, "added_tokens.json") != 0 &&
            strcmp(file, "tokenizer_config.json") != 0)
            return false;
    }
    return true;
}

/* The IDs of a token as text: "5", "one of 5, 6, ...", "5 to 9". */
static void describe_ids(const mmspan_token_decl *decl, char *text, size_t size) {
    if (decl->kind == MMSPAN_TOKEN_RANGE) {
        snprintf(text, size, "%d to %d", (int)decl->ids[0], (int)decl->ids[1]);
        return;
    }
    int n = snprintf(text, size, "%s", decl->kind == MMSPAN_TOKEN_ANY ? "one of " : "");
    size_t used = (size_t)n;
    for (size_t i = 0; i < decl->n_ids && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%d", i ? ", " : "",
                                 (int)decl->ids[i]);
}

/* What the tokenizer has at an ID, in quotes. */
static void describe_piece(const mmspan_tokenizer *tokenizer, int32_t id, char *text,
                           size_t size) {
    mmspan_piece piece;
    if (mmspan_tokenizer_at(tokenizer, id, &piece))
        snprintf(text, size, "\"%.*s\"", piece.size < 80 ? (int)piece.size : 80, piece.text);
    else
        snprintf(text, size, "nothing");
}

/* Pieces come from files that nobody has vetted. */
static void make_printable(char *text) {
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            *text = '?';
}

static bool differ(struct check *check, const char *in_tokenizer) {
    const mmspan_token_decl *decl = check->decl;
    mmspan_error *error = &check->error;
    char ids[160];
    char at[120];
    describe_ids(decl, ids, sizeof ids);
    describe_piece(check->tokenizer, decl->ids[0], at, sizeof at);
    error->status = MMSPAN_E_MISMATCH;
    snprintf(
        error->message, sizeof error->message,
        "token %.80s: \"%.120s\" is %s in the config and %s in the tokenizer, which has %s "
        "at %d",
        decl->name, decl->piece, ids, in_tokenizer, at, (int)decl->ids[0]);
    make_printable(error->message);
    return false;
}

/* One ID: both ways must lead to each other. */
static bool compare_piece(struct check *check, bool *skipped) {
    const mmspan_token_decl *decl = check->decl;
    char text[32] = "missing";
    mmspan_piece piece;
    if (!mmspan_tokenizer_find(check->tokenizer, decl->piece, strlen(decl->piece), &piece)) {
        mmspan_piece other;
        *skipped =
            (decl->ids[0] < 0 && decl->kind == MMSPAN_TOKEN_ID) ||
            (check->partial && !mmspan_tokenizer_at(check->tokenizer, decl->ids[0], &other));
        return *skipped || differ(check, text);
    }
    mmspan_piece back;
    snprintf(text, sizeof text, "%d", (int)piece.id);
    if (has_id(decl, piece.id) && mmspan_tokenizer_at(check->tokenizer, piece.id, &back) &&
        back.size == piece.size && memcmp(back.text, piece.text, back.size) == 0)
        return true;
    return differ(check, text);
}

/* Do `n` IDs of the tokenizer equal those of the config? A model may put a blank before a
 * text, as a token of its own. */
static bool same_sequence(const mmspan_tokenizer *tokenizer, const mmspan_token_decl *decl,
                          const int32_t *ids, size_t n) {
    mmspan_piece first;
    size_t size = decl->n_ids * sizeof *ids;
    if (n == decl->n_ids && memcmp(ids, decl->ids, size) == 0)
        return true;
    return n == decl->n_ids + 1 && memcmp(ids + 1, decl->ids, size) == 0 &&
           mmspan_tokenizer_at(tokenizer, ids[0], &first) && first.size == 3 &&
           memcmp(first.text, "\xE2\x96\x81", 3) == 0;
}

/* A string that is several tokens. */
static bool compare_sequence(struct check *check, bool *skipped) {
    const mmspan_token_decl *decl = check->decl;
    int32_t ids[64];
    size_t n = 0;
    *skipped = mmspan_tokenizer_encode(check->tokenizer, decl->piece, strlen(decl->piece), NULL,
                                       0, ids, sizeof ids / sizeof *ids, &n, NULL) != MMSPAN_OK;
    if (*skipped || same_sequence(check->tokenizer, decl, ids, n))
        return true;
    char text[512];
    const mmspan_token_decl found = {.kind = MMSPAN_TOKEN_IDS, .ids = ids, .n_ids = n};
    describe_ids(&found, text, sizeof text);
    return differ(check, text);
}

void check_pieces(const mmspan_config *config, const mmspan_tokenizer *tokenizer,
                  void (*report)(void *context, const mmspan_error *error), void *context,
                  struct piece_counts *counts) {
    const mmspan_spec *spec = mmspan_config_spec(config);
    mmspan_token_decl decl = {.struct_size = sizeof decl};
    struct check check = {
        .tokenizer = tokenizer, .partial = is_partial(tokenizer), .decl = &decl};
    *counts = (struct piece_counts){0};
    for (int32_t i = 0; mmspan_spec_token(spec, i, &decl, &check.error); i++) {
        bool skipped = false;
        if (!decl.piece)
            continue;
        bool same = decl.kind == MMSPAN_TOKEN_IDS ? compare_sequence(&check, &skipped)
                                                  : compare_piece(&check, &skipped);
        counts->n_skipped += skipped;
        counts->n_compared += !skipped;
        counts->n_different += !same;
        if (!same)
            report(context, &check.error);
    }
}
