/* Arrays and tensors of numbers that are written to, or copied from as they are. */
#ifndef MMSPAN_PYTHON_TENSOR_H
#define MMSPAN_PYTHON_TENSOR_H

#include "dlpack.h"

/*
 * Memory of one or two dimensions. `code` is a DL_ code, -1 when the kind of number is not
 * known; `size` its bytes; `stride` the bytes from one row to the next, or of one element.
 * The last dimension is contiguous.
 */
struct pm_tensor {
    char *data;
    int64_t shape[2];
    int64_t stride;
    int code;
    int size;
    Py_buffer buffer;
    struct pm_dlpack dlpack;
};

/* Looks into a NumPy array, a buffer, or a tensor on the CPU. Raises what does not fit. */
int pm_tensor_open(PyObject *object, const char *name, int n_dimensions, bool writable,
                   struct pm_tensor *tensor);
void pm_tensor_close(struct pm_tensor *tensor);

#endif
