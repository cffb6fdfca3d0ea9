/* Finds special pieces in text: of several at one place the longest. */
#ifndef MMSPAN_TOKENIZER_SPECIALS_H
#define MMSPAN_TOKENIZER_SPECIALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mt_special {
    const char *text; /* borrowed, not empty */
    size_t size;
    int32_t id;
};

/* Sorted by text; those that begin with byte b are list[first[b]..first[b + 1]). */
struct mt_specials {
    struct mt_special *list;
    size_t n;
    size_t first[257];
};

/* Takes over `list`, which malloc made; NULL for none. */
void mt_specials_init(struct mt_specials *specials, struct mt_special *list, size_t n);
void mt_specials_free(struct mt_specials *specials);

/* The longest special that the n bytes begin with, or NULL. Its cost is what it looks at:
 * no text makes it slow, however many specials there are. */
const struct mt_special *mt_longest_special(const struct mt_specials *specials,
                                            const char *text, size_t n);

#endif
