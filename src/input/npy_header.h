/* The header of a .npy file: element type and shape. */
#ifndef MMSPAN_INPUT_NPY_HEADER_H
#define MMSPAN_INPUT_NPY_HEADER_H

#include "bytes.h"
#include "elements.h"

/*
 *   start      position of the first element in the file
 *   n_rows     sequences: 1 for an array of one dimension
 *   n_columns  IDs per sequence
 *   type       of the elements
 */
struct mr_npy_header {
    uint64_t start;
    uint64_t n_rows;
    uint64_t n_columns;
    struct mr_type type;
    bool two_dimensions;
};

/* Reads and checks the header from where the input is, and leaves it at the first element.
 * Refuses what cannot be read as rows of token IDs. */
mmspan_status mr_npy_read_header(struct mr_bytes *bytes, struct mr_npy_header *header,
                                 mmspan_error *error);

#endif
