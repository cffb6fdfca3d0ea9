/* Regular files in memory, page by page as they are needed. */
#ifndef MMSPAN_INPUT_MAP_H
#define MMSPAN_INPUT_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `released` bytes at the beginning have been given back. A zeroed one holds nothing. */
struct mr_map {
    const unsigned char *data;
    size_t size;
    size_t released;
};

/* Maps the whole file behind the descriptor; false, and no map, when it is no regular file or
 * the system refuses, and then it can only be read. */
bool mr_map_open(struct mr_map *map, int fd);
void mr_map_close(struct mr_map *map);

/* Gives the pages before `used` back, now and then, so that a large file does not fill the
 * memory. They may still be read. */
void mr_map_release(struct mr_map *map, size_t used);

#endif
