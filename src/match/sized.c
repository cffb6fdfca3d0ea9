/* Reads and writes callers' structs of whatever size they know. */
#include "sized.h"

#include <string.h>

/* Every such struct begins with it; the caller's may be of another type than ours. */
static size_t size_of(const void *given) {
    uint32_t size;
    memcpy(&size, given, sizeof size);
    return size;
}

bool mm_read_struct(void *to, size_t size, const void *from, size_t first_size) {
    memset(to, 0, size);
    if (!from)
        return true;
    size_t given = size_of(from);
    if (given < first_size)
        return false;
    for (size_t i = size; i < given; i++)
        if (((const unsigned char *)from)[i])
            return false;
    memcpy(to, from, given < size ? given : size);
    return true;
}

bool mm_write_struct(void *to, const void *from, size_t size, size_t first_size) {
    size_t given = size_of(to);
    if (given < first_size)
        return false;
    size_t n = given < size ? given : size;
    memcpy((char *)to + sizeof(uint32_t), (const char *)from + sizeof(uint32_t),
           n - sizeof(uint32_t));
    return true;
}
