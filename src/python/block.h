/* Memory as a Python object, and NumPy arrays over it. */
#ifndef MMSPAN_PYTHON_BLOCK_H
#define MMSPAN_PYTHON_BLOCK_H

#include "state.h"

extern PyType_Spec pm_block_spec;

/* A block with memory of its own for `n` elements of `size` bytes, not cleared. */
struct pm_block *pm_block_new(struct pm_state *state, Py_ssize_t n, size_t size);

/* A read-only look at `n` elements that `owner` holds; owner is kept alive. `data` may be
 * NULL when n is 0. */
struct pm_block *pm_block_over(struct pm_state *state, const void *data, size_t n, size_t size,
                               PyObject *owner);

/* A NumPy array over a block, whose reference is taken over; NULL passes an error on. */
PyObject *pm_array(struct pm_state *state, struct pm_block *block, enum pm_array kind);

/* pm_array of pm_block_over. */
PyObject *pm_array_over(struct pm_state *state, const void *data, size_t n, size_t size,
                        PyObject *owner, enum pm_array kind);

#endif
