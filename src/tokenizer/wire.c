/* Reads the wire format of Protocol Buffers. */
#include "wire.h"

static bool read_varint(struct mt_message *message, uint64_t *value) {
    *value = 0;
    for (unsigned shift = 0; shift < 64 && message->at < message->end; shift += 7) {
        const unsigned char byte = *message->at++;
        *value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

static bool skip(struct mt_message *message, uint64_t n) {
    if (n > (uint64_t)(message->end - message->at))
        return false;
    message->at += n;
    return true;
}

/* Groups, which no model has, are refused. */
bool mt_read_field(struct mt_message *message, struct mt_field *field) {
    uint64_t tag;
    uint64_t length;
    if (!read_varint(message, &tag) || tag >> 3 == 0 || tag >> 3 > 0x1FFFFFFF)
        return false;
    *field = (struct mt_field){.number = tag >> 3};
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
