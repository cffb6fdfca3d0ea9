/* The file system. */
#ifndef MMSPAN_CONFIG_READER_H
#define MMSPAN_CONFIG_READER_H

#include "../match/alloc.h"
#include "errors.h"

/* Reads a whole config file into the arena; NULL after an error. */
char *mc_read_file(const char *path, struct mm_arena *arena, struct mc_errors *errors,
                   size_t *size);

#endif
