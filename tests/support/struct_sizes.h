/* Callers whose structs are shorter or longer than the library's. */
#ifndef MMSPAN_TESTS_STRUCT_SIZES_H
#define MMSPAN_TESTS_STRUCT_SIZES_H

#include "mmspan/base.h"

#include <stddef.h>

/*
 * Sets the `struct_size` of *given, which begins with it, to every size from 0 to `longer`, and
 * asserts that `call` takes those from `first` on and refuses the others with
 * MMSPAN_E_ARGUMENT; and that a byte that is not zero at or behind `size`, where the library
 * knows nothing, is refused. *given has `longer` bytes.
 */
void struct_sizes_try(mmspan_status (*call)(void *given), void *given, size_t first,
                      size_t size, size_t longer);

#endif
