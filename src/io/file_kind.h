/* Files that people have in place of the one that they meant. */
#ifndef MMSPAN_IO_FILE_KIND_H
#define MMSPAN_IO_FILE_KIND_H

#include <stddef.h>

/* How many bytes tell. */
enum { MI_KIND_BYTES = 64 };

/* What a file is that begins with these n bytes, and what to do about it: "a Git LFS pointer
 * ...; run git lfs pull". NULL when they are no sign of such a file. */
const char *mi_file_kind(const char *bytes, size_t n);

#endif
