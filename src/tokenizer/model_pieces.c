/* Reads the pieces of a SentencePiece model from the file's bytes. */
#include "model.h"

#include "charsmap.h"

#include <stdio.h>

/*
 * Not left to the library: its look-up gives the unknown piece for one that it lacks, it
 * does not tell which pieces are user-defined, takes a file that was cut between two
 * pieces for a smaller model, and prints to standard error about one cut elsewhere.
 */

/* Fields of a ModelProto, of a SentencePiece in it, and the types of the latter. */
enum { PIECES = 1, TRAINER_SPEC = 2, NORMALIZER_SPEC = 3 };
enum { PIECE_TEXT = 1, PIECE_TYPE = 3 };
enum { TYPE_NORMAL = 1, TYPE_UNKNOWN, TYPE_CONTROL, TYPE_USER, TYPE_UNUSED, TYPE_BYTE };

static int32_t kind_of(uint64_t type) {
    switch (type) {
    case TYPE_UNKNOWN:
        return MMSPAN_PIECE_UNKNOWN;
    case TYPE_CONTROL:
        return MMSPAN_PIECE_CONTROL;
    case TYPE_USER:
        return MMSPAN_PIECE_USER;
    case TYPE_UNUSED:
        return MMSPAN_PIECE_UNUSED;
    case TYPE_BYTE:
        return MMSPAN_PIECE_BYTE;
    default:
        return MMSPAN_PIECE_NORMAL;
    }
}

static bool read_piece(struct mt_message message, mmspan_piece *piece) {
    struct mt_field field;
    piece->size = 0;
    piece->kind = MMSPAN_PIECE_NORMAL;
    while (message.at < message.end) {
        if (!mt_read_field(&message, &field))
            return false;
        if (field.number == PIECE_TEXT && field.content.at) {
            piece->text = (const char *)field.content.at;
            piece->size = (size_t)(field.content.end - field.content.at);
        } else if (field.number == PIECE_TYPE) {
            piece->kind = kind_of(field.value);
        }
    }
    return piece->size > 0;
}

static enum mt_model_status corrupt(char reason[MT_MODEL_REASON], const char *why) {
    snprintf(reason, MT_MODEL_REASON, "%s", why);
    return MT_MODEL_CORRUPT;
}

enum mt_model_status mt_read_model(const char *data, size_t n, mt_model_each each,
                                   void *context, char reason[MT_MODEL_REASON]) {
    struct mt_message message = {(const unsigned char *)data, (const unsigned char *)data + n};
    struct mt_field field;
    int32_t n_pieces = 0;
    bool has_trainer = false;
    bool has_normalizer = false;
    while (message.at < message.end) {
        mmspan_piece piece = {.id = n_pieces};
        bool fine = mt_read_field(&message, &field);
        if (fine && field.number == PIECES)
            fine = read_piece(field.content, &piece);
        if (!fine)
            return corrupt(reason, n_pieces ? "the SentencePiece model is cut short or damaged"
                                            : "this is no SentencePiece model");
        if (field.number == PIECES && (n_pieces++ == INT32_MAX || !each(context, &piece)))
            return MT_MODEL_STOPPED;
        if (field.number == NORMALIZER_SPEC && !mt_is_sound_normalizer(field.content))
            return corrupt(reason,
                           "the SentencePiece model is damaged: its table of characters "
                           "leads astray");
        has_trainer = has_trainer || field.number == TRAINER_SPEC;
        has_normalizer = has_normalizer || field.number == NORMALIZER_SPEC;
    }
    if (n_pieces == 0)
        return corrupt(reason, n ? "this is no SentencePiece model: it has no pieces"
                                 : "the file is empty");
    if (!has_trainer || !has_normalizer)
        return corrupt(reason, "the SentencePiece model is cut short: what follows its "
                               "pieces is missing");
    return MT_MODEL_OK;
}

#ifndef MMSPAN_HAVE_SENTENCEPIECE

enum mt_model_status mt_encoder_open(const char *data, size_t n, struct mt_encoder **encoder,
                                     char reason[MT_MODEL_REASON]) {
    (void)data;
    (void)n;
    (void)encoder;
    (void)reason;
    return MT_MODEL_MISSING;
}

void mt_encoder_close(struct mt_encoder *encoder) {
    (void)encoder;
}

enum mt_model_status mt_encode(const struct mt_encoder *encoder, const char *text, size_t n,
                               bool (*add)(void *context, const int32_t *ids, size_t n),
                               void *context) {
    (void)encoder;
    (void)text;
    (void)n;
    (void)add;
    (void)context;
    return MT_MODEL_MISSING;
}

#endif
