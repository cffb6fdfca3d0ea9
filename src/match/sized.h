/* Structs that callers fill in and that grow from version to version. */
#ifndef MMSPAN_MATCH_SIZED_H
#define MMSPAN_MATCH_SIZED_H

#include "../../include/mmspan/base.h"

#include <stdbool.h>
#include <string.h>

/* The size of a struct that ended with `member` when it was first released. */
#define MM_SIZE_THROUGH(type, member) (offsetof(type, member) + sizeof(((type *)NULL)->member))

/* No such struct will ever be longer: what says so is memory that nobody has written. */
enum { MM_LONGEST_STRUCT = 4096 };

/* Every such struct begins with it. */
static inline size_t mm_struct_size(const void *given) {
    uint32_t size;
    memcpy(&size, given, sizeof size);
    return size;
}

/*
 * Copies a caller's struct, which begins with its struct_size, to `to`, which is `size`
 * bytes, the struct as it is known here. What a shorter, older struct lacks becomes zero;
 * of a longer, newer one the rest must be zero. `first_size` is the size at its first
 * release. The copy's struct_size is the caller's. false when the struct is shorter than
 * that, or so long that nobody has set its size, or asks for what is not known here. A NULL
 * `from` is a struct of zeros.
 */
static inline bool mm_read_struct(void *to, size_t size, const void *from, size_t first_size) {
    memset(to, 0, size);
    if (!from)
        return true;
    size_t given = mm_struct_size(from);
    if (given < first_size || given > MM_LONGEST_STRUCT)
        return false;
    for (size_t i = size; i < given; i++)
        if (((const unsigned char *)from)[i])
            return false;
    memcpy(to, from, given < size ? given : size);
    return true;
}

/* Copies `from`, a struct of `size` bytes, to the caller's `to`: as much of it as the
 * struct_size there says, which stays as it is. false when that is below `first_size`. */
static inline bool mm_write_struct(void *to, const void *from, size_t size, size_t first_size) {
    size_t given = mm_struct_size(to);
    if (given < first_size)
        return false;
    size_t begin = sizeof(uint32_t);
    size_t end = given < size ? given : size;
    memcpy((char *)to + begin, (const char *)from + begin, end - begin);
    return true;
}

#endif
