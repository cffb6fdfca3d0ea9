/* The files of a data set, as the command line names them. */
#ifndef MMSPAN_TOOLS_DATA_SET_H
#define MMSPAN_TOOLS_DATA_SET_H

#include <stdbool.h>
#include <stddef.h>

/* Sorted by path, each once. A zeroed one is empty. */
struct data_set {
    char **paths;
    size_t n;
    size_t cap;
    size_t n_passed_over; /* files of folders that hold no tokens */
};

/*
 * Lists files, the files of folders and of the folders in them, and what patterns that the
 * shell has not expanded stand for. In folders, files are taken by their endings (with
 * `headerless` also those of arrays without a header), hidden ones and of Megatron's pairs the
 * .bin left out. What only Python reads is refused, with the command to type.
 */
int data_set_list(struct data_set *set, char **words, size_t n, bool headerless);

/* Is a name, of whatever is not there yet, one that data_set_list takes in a folder? */
bool data_set_takes(const char *name, bool headerless);

void data_set_free(struct data_set *set);

#endif
