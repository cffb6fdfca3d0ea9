/* Implements the allocator wrapper, growing arrays and arenas. */
#include "alloc.h"

#include <stdlib.h>
#include <string.h>

static void *resize_with_malloc(void *context, void *block, size_t old_size, size_t new_size) {
    (void)context;
    (void)old_size;
    if (new_size == 0) {
        free(block);
        return NULL;
    }
    return realloc(block, new_size);
}

mmspan_allocator mm_allocator(const mmspan_allocator *allocator) {
    if (allocator)
        return *allocator;
    return (mmspan_allocator){resize_with_malloc, NULL};
}

void *mm_resize(const mmspan_allocator *allocator, void *block, size_t old_size,
                size_t new_size) {
    return allocator->resize(allocator->context, block, old_size, new_size);
}

void mm_free(const mmspan_allocator *allocator, void *block, size_t size) {
    if (block)
        allocator->resize(allocator->context, block, size, 0);
}

bool mm_grow(const mmspan_allocator *allocator, void *array, size_t *cap, size_t need,
             size_t size) {
    size_t limit = PTRDIFF_MAX / size;
    if (need > limit)
        return false;
    size_t grown = *cap < 16 ? 16 : *cap;
    while (grown < need)
        grown = grown > limit / 2 ? limit : grown * 2;
    void *old;
    memcpy(&old, array, sizeof old);
    void *block = mm_resize(allocator, old, *cap * size, grown * size);
    if (!block)
        return false;
    memcpy(array, &block, sizeof block);
    *cap = grown;
    return true;
}

/* Large enough that a shipped config needs a handful of chunks. */
enum { CHUNK_SIZE = 8192 };

struct mm_chunk {
    struct mm_chunk *next;
    size_t size;
    size_t used;
    size_t reserved; /* keeps what follows aligned for any object */
};

void mm_arena_init(struct mm_arena *arena, const mmspan_allocator *allocator) {
    arena->allocator = mm_allocator(allocator);
    arena->chunks = NULL;
}

void mm_arena_free(struct mm_arena *arena) {
    struct mm_chunk *chunk = arena->chunks;
    while (chunk) {
        struct mm_chunk *next = chunk->next;
        mm_free(&arena->allocator, chunk, chunk->size);
        chunk = next;
    }
    arena->chunks = NULL;
}

static struct mm_chunk *new_chunk(struct mm_arena *arena, size_t need) {
    size_t size = sizeof(struct mm_chunk) + need;
    if (size < CHUNK_SIZE)
        size = CHUNK_SIZE;
    struct mm_chunk *chunk = mm_resize(&arena->allocator, NULL, 0, size);
    if (!chunk)
        return NULL;
    *chunk = (struct mm_chunk){arena->chunks, size, sizeof(struct mm_chunk), 0};
    arena->chunks = chunk;
    return chunk;
}

void *mm_arena_alloc(struct mm_arena *arena, size_t n, size_t size) {
    size_t align = _Alignof(max_align_t);
    if (n > (PTRDIFF_MAX - CHUNK_SIZE) / size)
        return NULL;
    size_t need = (n * size + align - 1) / align * align;
    struct mm_chunk *chunk = arena->chunks;
    if (!chunk || chunk->size - chunk->used < need)
        chunk = new_chunk(arena, need);
    if (!chunk)
        return NULL;
    void *block = (char *)chunk + chunk->used;
    chunk->used += need;
    return memset(block, 0, n * size);
}

char *mm_arena_substring(struct mm_arena *arena, const char *text, size_t n) {
    char *copy = mm_arena_alloc(arena, n + 1, 1);
    if (copy)
        memcpy(copy, text, n);
    return copy;
}

char *mm_arena_string(struct mm_arena *arena, const char *text) {
    return mm_arena_substring(arena, text, strlen(text));
}

void *mm_arena_copy(struct mm_arena *arena, const void *elements, size_t n, size_t size) {
    void *copy = mm_arena_alloc(arena, n, size);
    if (copy && n)
        memcpy(copy, elements, n * size);
    return copy;
}
