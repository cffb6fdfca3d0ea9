/* Structs that callers fill in and that grow from version to version. */
#ifndef MMSPAN_MATCH_SIZED_H
#define MMSPAN_MATCH_SIZED_H

#include "../../include/mmspan/base.h"

#include <stdbool.h>

/* The size of a struct that ended with `member` when it was first released. */
#define MM_SIZE_THROUGH(type, member) (offsetof(type, member) + sizeof(((type *)NULL)->member))

/*
 * Copies a caller's struct, which begins with its struct_size, to `to`, which is `size`
 * bytes, the struct as it is known here. What a shorter, older struct lacks becomes zero;
 * of a longer, newer one the rest must be zero. `first_size` is the size at its first
 * release. The copy's struct_size is the caller's. false when the struct is shorter than
 * that, or asks for what is not known here; `from` may be NULL, which is all zeros.
 */
bool mm_read_struct(void *to, size_t size, const void *from, size_t first_size);

/* Copies `from`, a struct of `size` bytes that begins with struct_size, to the caller's
 * `to`, as much of it as to's struct_size says, which stays as it is. false when that is
 * less than `first_size`. */
bool mm_write_struct(void *to, const void *from, size_t size, size_t first_size);

#endif
