/* Files that are there whole or not at all. */
#ifndef MMSPAN_TOOLS_SAVED_H
#define MMSPAN_TOOLS_SAVED_H

#include "../output/buffer.h"

#include <stdbool.h>

/* A file under a temporary name beside its own; a zeroed one is none. */
struct saved {
    char *path;
    char *temporary;
    int fd;
    struct buffer out; /* what is not written yet */
};

/* Is there a file that a run before this one may have kept? A device, which may never end, is
 * none. */
bool saved_before(const char *path);

/* Pipes and devices have no temporary name: they are written to. */
int saved_open(struct saved *saved, const char *path);

/* Writes what has gathered in `out` when it is much. */
int saved_offer(struct saved *saved);

/* Writes the rest and gives the file its name. */
int saved_keep(struct saved *saved);

/* Frees it; what has not been kept is removed. */
void saved_close(struct saved *saved);

#endif
