/* Text for a buffer of the caller's, cut where that ends. */
#ifndef MMSPAN_MATCH_TEXT_H
#define MMSPAN_MATCH_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* `n` bytes were added, of which the first `size` are in `text`. */
struct mm_text {
    char *text; /* may be NULL when size is 0 */
    size_t size;
    size_t n;
};

void mm_add_text(struct mm_text *out, const char *text);
void mm_add_integer(struct mm_text *out, int64_t value);

/* Terminates the text, which then ends with a whole UTF-8 character, and returns the length
 * that all of it would have had: as snprintf does. */
size_t mm_end_text(struct mm_text *out);

#endif
