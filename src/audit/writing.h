/* Text that grows, and JSON in it. */
#ifndef MMSPAN_AUDIT_WRITING_H
#define MMSPAN_AUDIT_WRITING_H

#include "../match/alloc.h"

/* Zeroed but for the allocator is empty. When memory runs out `failed` is set and additions
 * do nothing, so only the place that uses the text has to look. */
struct ma_writing {
    mmspan_allocator allocator;
    char *text;
    size_t n;
    size_t cap;
    bool failed;
};

void ma_write(struct ma_writing *out, const char *text);
void ma_write_integer(struct ma_writing *out, int64_t value);

/* A JSON string with its quotes, or null. Bytes that are not UTF-8, as names of files may have,
 * become U+FFFD. */
void ma_write_string(struct ma_writing *out, const char *text);

/* `"key": ` with a comma before it unless it is the first of its object. */
void ma_write_key(struct ma_writing *out, const char *key, bool first);
void ma_write_member(struct ma_writing *out, const char *key, int64_t value, bool first);

/* part / whole with six decimals, rounded down; 0 of nothing is 0. The same on every machine
 * and in every locale. */
void ma_write_share(struct ma_writing *out, int64_t part, int64_t whole);

/* The length of the UTF-8 sequence at `p`, 0 when it is none. Looks at no byte behind one that
 * does not belong to it. */
size_t ma_utf8_length(const unsigned char *p);

void ma_writing_free(struct ma_writing *out);

#endif
