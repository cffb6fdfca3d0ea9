/* Keeps special pieces sorted and narrows them down byte by byte. */
#include "specials.h"

#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b) {
    const struct mt_special *x = a;
    const struct mt_special *y = b;
    int order = memcmp(x->text, y->text, x->size < y->size ? x->size : y->size);
    return order ? order : (x->size > y->size) - (x->size < y->size);
}

void mt_specials_init(struct mt_specials *specials, struct mt_special *list, size_t n) {
    *specials = (struct mt_specials){.list = list, .n = n};
    if (n == 0)
        return;
    qsort(list, n, sizeof *list, compare);
    for (size_t i = 0; i < n; i++)
        specials->first[(unsigned char)list[i].text[0] + 1]++;
    for (size_t b = 1; b <= 256; b++)
        specials->first[b] += specials->first[b - 1];
}

void mt_specials_free(struct mt_specials *specials) {
    free(specials->list);
    *specials = (struct mt_specials){0};
}

/* The first of list[low..high) whose byte number `at` is `byte` or more. All have more
 * than `at` bytes and the same bytes before. */
static size_t lower_bound(const struct mt_special *list, size_t low, size_t high, size_t at,
                          unsigned byte) {
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if ((unsigned char)list[middle].text[at] < byte)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct mt_special *mt_longest_special(const struct mt_specials *specials,
                                            const char *text, size_t n) {
    const struct mt_special *list = specials->list;
    const struct mt_special *longest = NULL;
    if (n == 0)
        return NULL;
    size_t low = specials->first[(unsigned char)text[0]];
    size_t high = specials->first[(unsigned char)text[0] + 1];
    for (size_t at = 1; low < high; at++) {
        /* Here all of list[low..high) have the first `at` bytes of the text. */
        while (low < high && list[low].size == at)
            longest = &list[low++];
        if (at == n)
            break;
        const unsigned byte = (unsigned char)text[at];
        low = lower_bound(list, low, high, at, byte);
        high = lower_bound(list, low, high, at, byte + 1);
    }
    return longest;
}
