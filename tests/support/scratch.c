/* Makes and removes a temporary folder. */
#define _POSIX_C_SOURCE 200809L

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void scratch_open(struct scratch *scratch) {
    const char *top = getenv("TMPDIR");
    snprintf(scratch->folder, sizeof scratch->folder, "%s/mmspan-test-XXXXXX",
             top && *top ? top : "/tmp");
    assert_non_null(mkdtemp(scratch->folder));
}

const char *scratch_path(struct scratch *scratch, const char *name) {
    int n = snprintf(scratch->path, sizeof scratch->path, "%s/%s", scratch->folder, name);
    assert_in_range(n, 1, sizeof scratch->path - 1);
    return scratch->path;
}

const char *scratch_write(struct scratch *scratch, const char *name, const void *bytes,
                          size_t n) {
    FILE *file = fopen(scratch_path(scratch, name), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
    return scratch->path;
}

const char *scratch_text(struct scratch *scratch, const char *name, const char *text) {
    return scratch_write(scratch, name, text, strlen(text));
}

void scratch_remove(struct scratch *scratch, const char *name) {
    assert_int_equal(unlink(scratch_path(scratch, name)), 0);
}

char *scratch_read(const char *path, size_t *n) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    long size = ftell(file);
    assert_true(size >= 0);
    rewind(file);
    char *bytes = malloc((size_t)size + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, (size_t)size, file), size);
    fclose(file);
    *n = (size_t)size;
    return bytes;
}

void scratch_close(struct scratch *scratch) {
    DIR *folder = opendir(scratch->folder);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            scratch_remove(scratch, entry->d_name);
    closedir(folder);
    assert_int_equal(rmdir(scratch->folder), 0);
}
