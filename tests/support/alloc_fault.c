/* The counting allocator. Each block knows its size, so that a wrong old size shows. */
#include "alloc_fault.h"

#include <stdlib.h>

union header {
    size_t size;
    max_align_t align;
};

static void release(struct alloc_fault *fault, union header *header) {
    fault->n_blocks--;
    fault->n_bytes -= header->size;
    free(header);
}

static void *resize(void *context, void *block, size_t old_size, size_t new_size) {
    struct alloc_fault *fault = context;
    union header *header = block ? (union header *)block - 1 : NULL;
    if ((header ? header->size : 0) != old_size || (!block && new_size == 0))
        fault->n_misused++;
    if (new_size == 0) {
        if (header)
            release(fault, header);
        return NULL;
    }
    if (++fault->n_calls == fault->fail_at)
        return NULL;
    /* Always a new place, so that an old pointer that is still in use shows. */
    union header *made = malloc(sizeof *made + new_size);
    if (!made)
        return NULL;
    unsigned char *to = (unsigned char *)(made + 1);
    const unsigned char *from = block;
    for (size_t i = 0; i < new_size; i++)
        to[i] = i < old_size ? from[i] : 0xA5;
    made->size = new_size;
    fault->n_blocks++;
    fault->n_bytes += new_size;
    if (header)
        release(fault, header);
    return to;
}

mmspan_allocator alloc_fault_allocator(struct alloc_fault *fault) {
    return (mmspan_allocator){resize, fault};
}

void alloc_fault_arm(struct alloc_fault *fault, size_t n) {
    fault->fail_at = n ? fault->n_calls + n : 0;
}
