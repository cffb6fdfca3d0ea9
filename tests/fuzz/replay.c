/* Runs a fuzz target on files, and on the files of directories, without libFuzzer. */
#define _POSIX_C_SOURCE 200809L

#include "target.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int replay_file(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return 1;
    }
    /* Exactly as large as the input, so that a sanitizer sees a read past its end. */
    uint8_t *data = NULL;
    size_t size = 0;
    uint8_t block[4096];
    for (size_t n; (n = fread(block, 1, sizeof block, file)) > 0; size += n) {
        uint8_t *grown = realloc(data, size + n);
        if (!grown)
            abort();
        data = grown;
        memcpy(data + size, block, n);
    }
    fclose(file);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    return 0;
}

static int replay_directory(DIR *directory, const char *path) {
    int failed = 0;
    size_t n = 0;
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        char name[4096];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        failed |= replay_file(name);
        n++;
    }
    printf("%s: %zu inputs\n", path, n);
    return failed || n == 0;
}

int main(int argc, char **argv) {
    int failed = argc < 2;
    for (int i = 1; i < argc; i++) {
        DIR *directory = opendir(argv[i]);
        failed |= directory ? replay_directory(directory, argv[i]) : replay_file(argv[i]);
        if (directory)
            closedir(directory);
    }
    return failed;
}
