/* Builds JSON in memory. */
#include "writing.h"

#include "../match/text.h"

#include <stdio.h>
#include <string.h>

static void add(struct ma_writing *out, const char *bytes, size_t n) {
    if (out->failed || n == 0)
        return;
    if (!mm_reserve(&out->allocator, &out->text, &out->cap, out->n + n + 1, 1)) {
        out->failed = true;
        return;
    }
    memcpy(out->text + out->n, bytes, n);
    out->n += n;
    out->text[out->n] = '\0';
}

void ma_write(struct ma_writing *out, const char *text) {
    add(out, text, strlen(text));
}

void ma_write_integer(struct ma_writing *out, int64_t value) {
    char digits[24];
    struct mm_text text = {digits, sizeof digits, 0};
    mm_add_integer(&text, value);
    add(out, digits, text.n);
}

size_t ma_utf8_length(const unsigned char *p) {
    size_t n = *p < 0x80   ? 1
               : *p < 0xc2 ? 0
               : *p < 0xe0 ? 2
               : *p < 0xf0 ? 3
               : *p < 0xf5 ? 4
                           : 0;
    for (size_t i = 1; i < n; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
        (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
        return 0;
    return n;
}

void ma_write_string(struct ma_writing *out, const char *text) {
    if (!text) {
        ma_write(out, "null");
        return;
    }
    add(out, "\"", 1);
    for (const unsigned char *p = (const unsigned char *)text; *p;) {
        size_t n = ma_utf8_length(p);
        char escape[8];
        if (*p == '"' || *p == '\\')
            add(out, "\\", 1);
        if (*p < 0x20 || *p == 0x7f) {
            snprintf(escape, sizeof escape, "\\u%04x", *p);
            ma_write(out, escape);
        } else if (n == 0) {
            ma_write(out, "\xef\xbf\xbd");
        } else {
            add(out, (const char *)p, n);
        }
        p += n ? n : 1;
    }
    add(out, "\"", 1);
}

void ma_write_key(struct ma_writing *out, const char *key, bool first) {
    ma_write(out, first ? "" : ", ");
    ma_write_string(out, key);
    ma_write(out, ": ");
}

void ma_write_member(struct ma_writing *out, const char *key, int64_t value, bool first) {
    ma_write_key(out, key, first);
    ma_write_integer(out, value);
}

void ma_write_share(struct ma_writing *out, int64_t part, int64_t whole) {
    int64_t rest = part;
    if (whole <= 0 || part < 0) {
        ma_write(out, "0.000000");
        return;
    }
    /* Long division; ten times the rest must fit. */
    for (; whole > INT64_MAX / 16; whole /= 2)
        rest /= 2;
    ma_write_integer(out, rest / whole);
    ma_write(out, ".");
    for (int i = 0; i < 6; i++) {
        rest = rest % whole * 10;
        const char digit[2] = {(char)('0' + rest / whole), '\0'};
        ma_write(out, digit);
    }
}

void ma_writing_free(struct ma_writing *out) {
    mm_free(&out->allocator, out->text, out->cap);
    out->text = NULL;
    out->n = out->cap = 0;
}
