/* Maps memory between two pages that may not be touched. */
#define _DEFAULT_SOURCE
#include "guard.h"

#include <sys/mman.h>
#include <unistd.h>

bool guard_open(struct guard *guard, size_t bytes) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t size = (bytes + page - 1) / page * page;
    unsigned char *all =
        mmap(NULL, size + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED) {
        return false;
    }
    if (mprotect(all + page, size, PROT_READ | PROT_WRITE) != 0) {
        munmap(all, size + 2 * page);
        return false;
    }
    *guard = (struct guard){all + page, size, page};
    return true;
}

void *guard_back(const struct guard *guard, size_t bytes) {
    return guard->start + (guard->size - bytes);
}

void guard_close(struct guard *guard) {
    munmap(guard->start - guard->page, guard->size + 2 * guard->page);
    *guard = (struct guard){NULL, 0, 0};
}
