/* Encodes text: splits it at special pieces and lets SentencePiece encode the rest. */
#include "tokenizer.h"

#include "../io/report.h"

#include <stdlib.h>
#include <string.h>

/* IDs on their way to the caller; `n` counts also those for which there is no room. */
struct output {
    int32_t *ids;
    size_t cap;
    size_t n;
};

static bool add_ids(void *context, const int32_t *ids, size_t n) {
    struct output *out = context;
    size_t room = out->n < out->cap ? out->cap - out->n : 0;
    size_t fits = n < room ? n : room;
    if (fits)
        memcpy(out->ids + out->n, ids, fits * sizeof *ids);
    out->n += n;
    return true;
}

/* The special at the text's beginning; the caller's wins over the tokenizer's. */
static const struct mt_special *special_at(const mmspan_tokenizer *tokenizer,
                                           const struct mt_specials *extra, const char *text,
                                           size_t n) {
    const struct mt_special *own = mt_longest_special(&tokenizer->specials, text, n);
    const struct mt_special *other = mt_longest_special(extra, text, n);
    return own && (!other || own->size > other->size) ? own : other;
}

static enum mt_model_status encode_all(const mmspan_tokenizer *tokenizer,
                                       const struct mt_specials *extra, const char *text,
                                       size_t size, struct output *out) {
    enum mt_model_status status = MT_MODEL_OK;
    size_t start = 0;
    size_t at = 0;
    while (at < size && status == MT_MODEL_OK) {
        const struct mt_special *special = special_at(tokenizer, extra, text + at, size - at);
        if (!special) {
            at++;
            continue;
        }
        if (at > start)
            status = mt_encode(tokenizer->encoder, text + start, at - start, add_ids, out);
        add_ids(out, &special->id, 1);
        at += special->size;
        start = at;
    }
    if (status == MT_MODEL_OK && size > start)
        status = mt_encode(tokenizer->encoder, text + start, size - start, add_ids, out);
    return status;
}

static mmspan_status finish(enum mt_model_status encoded, const struct output *out, size_t *n,
                            mmspan_error *error) {
    switch (encoded) {
    case MT_MODEL_OK:
        *n = out->n;
        if (out->n <= out->cap)
            return MMSPAN_OK;
        return mi_fail(error, MMSPAN_E_SPACE, NULL,
                       "the text has %zu tokens; there is room "
                       "for %zu",
                       out->n, out->cap);
    case MT_MODEL_MEMORY:
        return mm_fail_memory(error);
    default:
        return mi_fail(error, MMSPAN_E_SYNTAX, NULL, "SentencePiece cannot encode the text");
    }
}

mmspan_status mmspan_tokenizer_encode(const mmspan_tokenizer *tokenizer, const char *text,
                                      size_t size, const mmspan_special *specials,
                                      size_t n_specials, int32_t *ids, size_t cap, size_t *n,
                                      mmspan_error *error) {
    if (!tokenizer || (!text && size) || (!specials && n_specials) || (!ids && cap) || !n)
        return mi_fail(error, MMSPAN_E_ARGUMENT, NULL, "a NULL where none may be");
    if (!tokenizer->encoder)
        return mi_fail(error, MMSPAN_E_UNSUPPORTED, NULL,
                       "the tokenizer cannot encode text: %s", tokenizer->obstacle);
    struct mt_special *list = n_specials ? malloc(n_specials * sizeof *list) : NULL;
    if (n_specials && !list)
        return mm_fail_memory(error);
    size_t n_list = 0;
    for (size_t i = 0; i < n_specials; i++)
        if (specials[i].piece && *specials[i].piece)
            list[n_list++] = (struct mt_special){specials[i].piece, strlen(specials[i].piece),
                                                 specials[i].id};
    struct mt_specials extra;
    struct output out = {ids, cap, 0};
    mt_specials_init(&extra, list, n_list);
    enum mt_model_status encoded = encode_all(tokenizer, &extra, text, size, &out);
    mt_specials_free(&extra);
    return finish(encoded, &out, n, error);
}

int32_t mmspan_tokenizer_can_encode(const mmspan_tokenizer *tokenizer) {
    return tokenizer->encoder != NULL;
}
