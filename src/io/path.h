/* Paths of files and folders. */
#ifndef MMSPAN_IO_PATH_H
#define MMSPAN_IO_PATH_H

#include <stdbool.h>

/* DIRECTORY/NAME, to be freed; NULL when memory is out. */
char *mi_join_path(const char *directory, const char *name);

/* Does the path lead to a directory, to something else? */
bool mi_is_directory(const char *path);
bool mi_is_file(const char *path);

#endif
