/* The header of a .npy file: element type and shape. */
#ifndef MMSPAN_INPUT_NPY_HEADER_H
#define MMSPAN_INPUT_NPY_HEADER_H

#include "reader.h"

#define NPY_MAGIC      "\x93NUMPY"
#define NPY_MAGIC_SIZE 6

/*
 *   start      position of the first element in the file
 *   n_rows     sequences: 1 for an array of one dimension
 *   n_columns  IDs per sequence
 *   width      bytes per element: 1, 2, 4 or 8
 */
struct npy_header {
    uint64_t start;
    uint64_t n_rows;
    uint64_t n_columns;
    unsigned width;
    bool is_signed;
    bool big_endian;
    bool two_dimensions;
};

/* Reads and checks the header from the start of the input, and leaves the reader at
 * the first element. Refuses what cannot be read as rows of token IDs. */
int npy_read_header(struct reader *reader, struct npy_header *header);

#endif
