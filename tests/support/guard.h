/* Memory between two pages that may not be touched. */
#ifndef MMSPAN_TESTS_GUARD_H
#define MMSPAN_TESTS_GUARD_H

#include <stdbool.h>
#include <stddef.h>

/* `size` bytes from `start`, a multiple of the page size. The bytes before and behind are
 * not readable: a touch ends the program. */
struct guard {
    unsigned char *start;
    size_t size;
    size_t page;
};

/* Maps at least `bytes`; false when the system refuses. */
bool guard_open(struct guard *guard, size_t bytes);

/* The last `bytes` of the memory. */
void *guard_back(const struct guard *guard, size_t bytes);

void guard_close(struct guard *guard);

#endif
