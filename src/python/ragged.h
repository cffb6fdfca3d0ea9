/* Many sequences, in whatever a caller has them. */
#ifndef MMSPAN_PYTHON_RAGGED_H
#define MMSPAN_PYTHON_RAGGED_H

#include "intake.h"
#include "tensor.h"

/*
 * Sequences as the core takes them. The values are borrowed from one of `tokens`, `matrix`
 * and `array`, or stand in `block`; `owner` is the object that holds what is borrowed. The
 * offsets are in `offset_block` or in the Arrow array.
 */
struct pm_ragged {
    mmspan_ids ids;
    const int64_t *offsets;
    size_t n;
    struct pm_tokens tokens;
    struct pm_tensor matrix;
    struct ArrowArray array;
    struct pm_block *block;
    struct pm_block *offset_block;
    PyObject *owner;
};

/* Reads flat values with offsets; without offsets an Arrow list array, a matrix, a list of
 * sequences. Each of these may be of a type of its own, and is checked with the matcher; the
 * caller checks `tokens`. Release it also after -1. */
int pm_ragged_read(const struct pm_matcher *matcher, PyObject *values, PyObject *offsets,
                   struct pm_ragged *ragged);
void pm_ragged_release(struct pm_ragged *ragged);

/* An Arrow list array, in ragged_arrow.c: 1, 0 when the object has none, -1. */
int pm_ragged_read_arrow(struct pm_state *state, PyObject *object, struct pm_ragged *ragged);

/* Room for n + 1 offsets; NULL with an exception. */
int64_t *pm_ragged_offsets(struct pm_state *state, struct pm_ragged *ragged, int64_t n);

#endif
