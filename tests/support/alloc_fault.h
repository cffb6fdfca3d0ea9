/* An allocator that counts, checks what it is told, and fails when asked to. */
#ifndef MMSPAN_TESTS_ALLOC_FAULT_H
#define MMSPAN_TESTS_ALLOC_FAULT_H

#include "mmspan/base.h"

/* Zero it, then use alloc_fault_allocator. */
struct alloc_fault {
    size_t n_calls;   /* allocations and moves asked for so far */
    size_t fail_at;   /* the call that fails, from 1; 0 for none */
    size_t n_blocks;  /* live */
    size_t n_bytes;   /* live */
    size_t n_misused; /* a wrong old size, or an allocation of nothing */
};

mmspan_allocator alloc_fault_allocator(struct alloc_fault *fault);

/* Makes call number n from now on fail, and only that one. */
void alloc_fault_arm(struct alloc_fault *fault, size_t n);

#endif
