/* Writes text and numbers as far as there is room. */
#include "text.h"

#include <string.h>

static void add_bytes(struct mm_text *out, const char *bytes, size_t n) {
    const size_t room = out->n < out->size ? out->size - out->n : 0;
    if (room)
        memcpy(out->text + out->n, bytes, n < room ? n : room);
    out->n += n;
}

void mm_add_text(struct mm_text *out, const char *text) {
    add_bytes(out, text, strlen(text));
}

void mm_add_integer(struct mm_text *out, int64_t value) {
    char digits[20];
    char *p = digits + sizeof digits;
    /* Negated as unsigned, so that the smallest value has no special case. */
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        *--p = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (value < 0)
        *--p = '-';
    add_bytes(out, p, (size_t)(digits + sizeof digits - p));
}

size_t mm_end_text(struct mm_text *out) {
    size_t end = out->n;
    if (out->size == 0)
        return out->n;
    if (end >= out->size) {
        end = out->size - 1;
        while (end > 0 && ((unsigned char)out->text[end] & 0xC0) == 0x80)
            end--;
    }
    out->text[end] = '\0';
    return out->n;
}
