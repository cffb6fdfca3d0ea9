/* Reads the pieces of a SentencePiece model from the file's bytes. */
#include "model.h"

#include <stdio.h>

/*
 * Not left to the library: its look-up gives the unknown piece for one that it lacks, it
 * does not tell which pieces are user-defined, takes a file that was cut between two
 * pieces for a smaller model, and prints to standard error about one cut elsewhere. The
 * file is a message in the wire format of Protocol Buffers: tagged fields in a row.
 */
struct message {
    const unsigned char *at;
    const unsigned char *end;
};

/* `content` is empty unless the field has a length, `value` is 0 unless it has none. */
struct field {
    uint64_t number;
    uint64_t value;
    struct message content;
};

/* Fields of a ModelProto, of a SentencePiece in it, and the types of the latter. */
enum { PIECES = 1, TRAINER_SPEC = 2, NORMALIZER_SPEC = 3 };
enum { PIECE_TEXT = 1, PIECE_TYPE = 3 };
enum { TYPE_NORMAL = 1, TYPE_UNKNOWN, TYPE_CONTROL, TYPE_USER, TYPE_UNUSED, TYPE_BYTE };

static bool read_varint(struct message *message, uint64_t *value) {
    *value = 0;
    for (unsigned shift = 0; shift < 64 && message->at < message->end; shift += 7) {
        const unsigned char byte = *message->at++;
        *value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

static bool skip(struct message *message, uint64_t n) {
    if (n > (uint64_t)(message->end - message->at))
        return false;
    message->at += n;
    return true;
}

/* Groups, which no model has, are refused. */
static bool read_field(struct message *message, struct field *field) {
    uint64_t tag;
    uint64_t length;
    if (!read_varint(message, &tag) || tag >> 3 == 0 || tag >> 3 > 0x1FFFFFFF)
        return false;
    *field = (struct field){.number = tag >> 3};
    switch (tag & 7) {
    case 0:
        return read_varint(message, &field->value);
    case 1:
        return skip(message, 8);
    case 2:
        if (!read_varint(message, &length))
            return false;
        field->content.at = message->at;
        if (!skip(message, length))
            return false;
        field->content.end = message->at;
        return true;
    case 5:
        return skip(message, 4);
    default:
        return false;
    }
}

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

static bool read_piece(struct message message, mmspan_piece *piece) {
    struct field field;
    piece->size = 0;
    piece->kind = MMSPAN_PIECE_NORMAL;
    while (message.at < message.end) {
        if (!read_field(&message, &field))
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
    struct message message = {(const unsigned char *)data, (const unsigned char *)data + n};
    struct field field;
    int32_t n_pieces = 0;
    bool has_trainer = false;
    bool has_normalizer = false;
    while (message.at < message.end) {
        mmspan_piece piece = {.id = n_pieces};
        bool fine = read_field(&message, &field);
        if (fine && field.number == PIECES)
            fine = read_piece(field.content, &piece);
        if (!fine)
            return corrupt(reason, n_pieces ? "the SentencePiece model is cut short or damaged"
                                            : "this is no SentencePiece model");
        if (field.number == PIECES && (n_pieces++ == INT32_MAX || !each(context, &piece)))
            return MT_MODEL_STOPPED;
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
