/* The wire format of Protocol Buffers: a message is tagged fields in a row. */
#ifndef MMSPAN_TOKENIZER_WIRE_H
#define MMSPAN_TOKENIZER_WIRE_H

#include <stdbool.h>
#include <stdint.h>

/* What is left of a message. */
struct mt_message {
    const unsigned char *at;
    const unsigned char *end;
};

/* `content` is empty unless the field has a length, `value` is 0 unless it is a number. */
struct mt_field {
    uint64_t number;
    uint64_t value;
    struct mt_message content;
};

/* Reads the next field; false when the message is no message. */
bool mt_read_field(struct mt_message *message, struct mt_field *field);

#endif
