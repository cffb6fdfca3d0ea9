/* Memory: the caller's allocator, growing arrays, and arenas freed as a whole. */
#ifndef MMSPAN_MATCH_ALLOC_H
#define MMSPAN_MATCH_ALLOC_H

#include "../../include/mmspan/base.h"

#include <stdbool.h>

/* The given allocator, or malloc when it is NULL. */
mmspan_allocator mm_allocator(const mmspan_allocator *allocator);

/* new_size bytes, or NULL; new_size > 0. */
void *mm_resize(const mmspan_allocator *allocator, void *block, size_t old_size,
                size_t new_size);

/* Frees; NULL is fine. */
void mm_free(const mmspan_allocator *allocator, void *block, size_t size);

/* mm_reserve when there is not enough room yet. */
bool mm_grow(const mmspan_allocator *allocator, void *array, size_t *cap, size_t need,
             size_t size);

/* Makes room for at least `need` elements of `size` bytes in *array, doubling.
 * false, and nothing changed, when memory runs out or the size overflows. */
static inline bool mm_reserve(const mmspan_allocator *allocator, void *array, size_t *cap,
                              size_t need, size_t size) {
    return need <= *cap || mm_grow(allocator, array, cap, need, size);
}

/* Blocks that live and die together. Start with mm_arena_init; a zeroed arena may
 * be freed. */
struct mm_arena {
    mmspan_allocator allocator;
    struct mm_chunk *chunks;
};

void mm_arena_init(struct mm_arena *arena, const mmspan_allocator *allocator);
void mm_arena_free(struct mm_arena *arena);

/* Zeroed memory for `n` elements of `size` bytes, or NULL; never NULL for n == 0
 * unless memory is out. */
void *mm_arena_alloc(struct mm_arena *arena, size_t n, size_t size);

/* A copy of a string, of its first n bytes, or of n elements. NULL copies to NULL
 * only when memory is out, so pass a non-NULL string. */
char *mm_arena_string(struct mm_arena *arena, const char *text);
char *mm_arena_substring(struct mm_arena *arena, const char *text, size_t n);
void *mm_arena_copy(struct mm_arena *arena, const void *elements, size_t n, size_t size);

#endif
