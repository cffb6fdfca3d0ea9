/* Maps files. */
#define _DEFAULT_SOURCE /* madvise */

#include "map.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* After how many bytes the kernel is told that pages will not be needed again. */
#define RELEASE ((size_t)4 << 20)

bool mr_map_open(struct mr_map *map, int fd) {
    struct stat info;
    *map = (struct mr_map){0};
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size <= 0 ||
        (uintmax_t)info.st_size > SIZE_MAX / 2)
        return false;
    void *data = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (data == MAP_FAILED)
        return false;
    map->data = data;
    map->size = (size_t)info.st_size;
    madvise(data, map->size, MADV_SEQUENTIAL);
    return true;
}

void mr_map_close(struct mr_map *map) {
    if (map->data)
        munmap((void *)(uintptr_t)map->data, map->size);
    *map = (struct mr_map){0};
}

void mr_map_release(struct mr_map *map, size_t used) {
    if (!map->data || used < map->released || used - map->released < RELEASE)
        return;
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t end = used / page * page;
    madvise((void *)(uintptr_t)(map->data + map->released), end - map->released, MADV_DONTNEED);
    map->released = end;
}
