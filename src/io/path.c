/* Joins paths and finds out what is there. */
#define _POSIX_C_SOURCE 200809L

#include "path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

char *mi_join_path(const char *directory, const char *name) {
    size_t n = strlen(directory);
    size_t size = n + strlen(name) + 2;
    char *path = malloc(size);
    if (path)
        snprintf(path, size, "%s%s%s", directory, n && directory[n - 1] == '/' ? "" : "/",
                 name);
    return path;
}

bool mi_is_directory(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

bool mi_is_file(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && !S_ISDIR(info.st_mode);
}
