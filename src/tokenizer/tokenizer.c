/* Opens tokenizers and looks things up in them: the public functions. */
#include "tokenizer.h"

#include "../io/report.h"
#include "../match/sized.h"

#include <stdlib.h>
#include <string.h>

static bool is_special(const struct mt_entry *entry) {
    return !entry->hidden && entry->size > 0 &&
           (entry->kind == MMSPAN_PIECE_ADDED || entry->kind == MMSPAN_PIECE_CONTROL);
}

/* Collects the pieces to split text at. User-defined ones are not among them: SentencePiece
 * keeps those whole without putting a blank behind them. */
static bool collect_specials(mmspan_tokenizer *t) {
    const struct mt_vocabulary *v = &t->vocabulary;
    size_t n = 0;
    for (size_t i = 0; i < v->n_entries; i++)
        n += is_special(&v->entries[i]);
    if (n == 0)
        return true;
    struct mt_special *list = malloc(n * sizeof *list);
    if (!list)
        return false;
    n = 0;
    for (size_t i = 0; i < v->n_entries; i++) {
        const struct mt_entry *entry = &v->entries[i];
        if (is_special(entry))
            list[n++] = (struct mt_special){v->texts + entry->text, entry->size, entry->id};
    }
    mt_specials_init(&t->specials, list, n);
    return true;
}

mmspan_status mmspan_tokenizer_open(const char *path, const mmspan_tokenizer_options *options,
                                    mmspan_tokenizer **tokenizer, mmspan_error *error) {
    mmspan_tokenizer_options known;
    if (!path || !tokenizer ||
        !mm_read_struct(&known, sizeof known, options,
                        MM_SIZE_THROUGH(mmspan_tokenizer_options, lookup_only)))
        return mi_fail(error, MMSPAN_E_ARGUMENT, NULL, "path, options or tokenizer");
    mmspan_tokenizer *opened = calloc(1, sizeof *opened);
    if (!opened)
        return mm_fail_memory(error);
    mmspan_status status = mt_read_tokenizer(path, known.lookup_only != 0, opened, error);
    if (status == MMSPAN_OK && opened->encoder && !collect_specials(opened))
        status = mm_fail_memory(error);
    if (status == MMSPAN_OK)
        *tokenizer = opened;
    else
        mmspan_tokenizer_destroy(opened);
    return status;
}

void mmspan_tokenizer_destroy(mmspan_tokenizer *tokenizer) {
    if (!tokenizer)
        return;
    mt_encoder_close(tokenizer->encoder);
    mt_specials_free(&tokenizer->specials);
    mt_vocabulary_free(&tokenizer->vocabulary);
    free(tokenizer);
}

const char *mmspan_tokenizer_file(const mmspan_tokenizer *tokenizer, size_t index) {
    const struct mt_vocabulary *v = &tokenizer->vocabulary;
    return index < v->n_layers ? v->layers[index] : NULL;
}

int64_t mmspan_tokenizer_vocab_size(const mmspan_tokenizer *tokenizer) {
    return tokenizer->vocabulary.size;
}

/* Hands an entry out, unless it is none. */
static int32_t give(const mmspan_tokenizer *tokenizer, const struct mt_entry *entry,
                    mmspan_piece *piece) {
    if (!entry)
        return 0;
    *piece = mt_piece(&tokenizer->vocabulary, entry);
    return 1;
}

int32_t mmspan_tokenizer_find(const mmspan_tokenizer *tokenizer, const char *text, size_t size,
                              mmspan_piece *piece) {
    return give(tokenizer, mt_find_text(&tokenizer->vocabulary, text, size), piece);
}

int32_t mmspan_tokenizer_at(const mmspan_tokenizer *tokenizer, int32_t id,
                            mmspan_piece *piece) {
    return give(tokenizer, mt_find_id(&tokenizer->vocabulary, id), piece);
}

int32_t mmspan_tokenizer_next(const mmspan_tokenizer *tokenizer, size_t *index,
                              mmspan_piece *piece) {
    const struct mt_vocabulary *v = &tokenizer->vocabulary;
    while (*index < v->n_entries && v->entries[*index].hidden)
        ++*index;
    return give(tokenizer, *index < v->n_entries ? &v->entries[(*index)++] : NULL, piece);
}

static mmspan_status fail_missing(const mmspan_tokenizer *tokenizer, const char *piece,
                                  mmspan_error *error) {
    size_t n = 0;
    if (mmspan_tokenizer_can_encode(tokenizer))
        mmspan_tokenizer_encode(tokenizer, piece, strlen(piece), NULL, 0, NULL, 0, &n, NULL);
    if (n > 1)
        return mi_fail(error, MMSPAN_E_NOT_FOUND, NULL,
                       "the tokenizer does not have \"%.80s\", and as text it is %zu tokens",
                       piece, n);
    return mi_fail(error, MMSPAN_E_NOT_FOUND, NULL, "the tokenizer does not have \"%.80s\"",
                   piece);
}

mmspan_status mmspan_tokenizer_resolve(void *tokenizer, const char *piece, int32_t *id,
                                       mmspan_error *error) {
    const mmspan_tokenizer *t = tokenizer;
    mmspan_piece found;
    if (!t || !piece || !id)
        return mi_fail(error, MMSPAN_E_ARGUMENT, NULL, "tokenizer, piece or id");
    if (!mmspan_tokenizer_find(t, piece, strlen(piece), &found))
        return fail_missing(t, piece, error);
    if (found.kind == MMSPAN_PIECE_UNKNOWN)
        return mi_fail(error, MMSPAN_E_MISMATCH, NULL,
                       "\"%.80s\" is what the tokenizer puts for unknown text", piece);
    *id = found.id;
    return MMSPAN_OK;
}
