/* Writes text as a YAML string or comment. */
#include "onboard.h"

#include <string.h>

/* Decodes the character at `text`; 0 when it is not UTF-8. Writes how long it is. */
static uint32_t decode(const char *text, size_t size, size_t *length) {
    const unsigned char c = (unsigned char)text[0];
    size_t n = c < 0x80 ? 1 : c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC2 ? 2 : 0;
    uint32_t character = n == 1 ? c : c & (0x7FU >> n);
    if (n == 0 || n > size || c > 0xF4)
        return 0;
    for (size_t i = 1; i < n; i++) {
        if (((unsigned char)text[i] & 0xC0) != 0x80)
            return 0;
        character = character << 6 | ((unsigned char)text[i] & 0x3F);
    }
    bool fits = n < 3 || (n == 3 && character >= 0x800) || (n == 4 && character >= 0x10000);
    bool is_surrogate = character >= 0xD800 && character <= 0xDFFF;
    *length = n;
    return fits && !is_surrogate && character <= 0x10FFFF ? character : 0;
}

bool yaml_can_say(const char *text, size_t size) {
    size_t n = 0;
    for (size_t i = 0; i < size; i += n)
        if (decode(text + i, size - i, &n) == 0)
            return false;
    return size > 0;
}

/* Control characters, line separators, byte-order marks and what is no character. */
static bool must_escape(uint32_t character) {
    return character < 0x20 || (character >= 0x7F && character < 0xA0) || character == 0x2028 ||
           character == 0x2029 || character == 0xFEFF ||
           (character >= 0xFFFE && character <= 0xFFFF);
}

void yaml_string(struct buffer *out, const char *text, size_t size) {
    size_t n = 0;
    buffer_bytes(out, "\"", 1);
    for (size_t i = 0; i < size; i += n) {
        uint32_t character = decode(text + i, size - i, &n);
        if (character == '"' || character == '\\')
            buffer_format(out, "\\%c", (int)character);
        else if (must_escape(character))
            buffer_format(out, "\\u%04X", (unsigned)character);
        else
            buffer_bytes(out, text + i, n);
    }
    buffer_bytes(out, "\"", 1);
}

void yaml_comment(struct buffer *out, const char *text, size_t size) {
    size_t n = 0;
    for (size_t i = 0; i < size; i += n) {
        const uint32_t character = decode(text + i, size - i, &n);
        if (character == 0)
            n = 1;
        if (character == 0 || must_escape(character))
            buffer_text(out, "?");
        else
            buffer_bytes(out, text + i, n);
    }
}
