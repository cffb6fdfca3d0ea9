/* A temporary folder with files, for tests of what reads files. */
#ifndef MMSPAN_TEST_SCRATCH_H
#define MMSPAN_TEST_SCRATCH_H

#include <stddef.h>

enum { SCRATCH_PATH = 512 };

struct scratch {
    char folder[SCRATCH_PATH];
    char path[SCRATCH_PATH]; /* of the file that was named last */
};

/* All of these fail the test when the system does. */
void scratch_open(struct scratch *scratch);

/* FOLDER/NAME, valid until the next call. */
const char *scratch_path(struct scratch *scratch, const char *name);

/* Writes a file and returns its path. */
const char *scratch_write(struct scratch *scratch, const char *name, const void *bytes,
                          size_t n);
const char *scratch_text(struct scratch *scratch, const char *name, const char *text);

void scratch_remove(struct scratch *scratch, const char *name);

/* The bytes of a file, to be freed. */
char *scratch_read(const char *path, size_t *n);

/* Removes the folder and what is in it. */
void scratch_close(struct scratch *scratch);

#endif
