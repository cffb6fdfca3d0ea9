/* Looks into arrays and tensors: by their buffer, or through DLPack. */
#include "tensor.h"
#include "error.h"

#include "intake.h"

#include <string.h>

/* What the letter of a format means, or -1. */
static int code_of(const char *format) {
    if (*format && strchr("@=<", *format))
        format++;
    if (!*format || format[1])
        return -1;
    if (strchr("bhilqn", *format))
        return DL_INT;
    if (strchr("BHILQN", *format))
        return DL_UINT;
    if (strchr("efdg", *format))
        return DL_FLOAT;
    return *format == '?' ? DL_BOOL : -1;
}

static int fail_strides(const char *name) {
    PyErr_Format(PyExc_ValueError,
                 "%s is not contiguous: the numbers of a row must stand side by side", name);
    return -1;
}

/* NumPy has no format for some kinds of numbers that others have registered with it. */
static int get_buffer(PyObject *object, bool writable, Py_buffer *view) {
    const int flags = writable ? PyBUF_STRIDED : PyBUF_STRIDED_RO;
    if (PyObject_GetBuffer(object, view, flags | PyBUF_FORMAT) == 0)
        return 0;
    if (!PyErr_ExceptionMatches(PyExc_ValueError))
        return -1;
    PyErr_Clear();
    return PyObject_GetBuffer(object, view, flags);
}

static int open_buffer(PyObject *object, const char *name, int n_dimensions, bool writable,
                       struct pm_tensor *t) {
    Py_buffer *view = &t->buffer;
    if (get_buffer(object, writable, view) < 0) {
        memset(view, 0, sizeof *view);
        return -1;
    }
    if (view->ndim != n_dimensions)
        return pm_fail_dimensions(name, view->ndim, n_dimensions);
    t->data = view->buf;
    t->size = (int)view->itemsize;
    t->code = view->format ? code_of(view->format) : -1;
    t->stride = view->strides[0];
    for (int i = 0; i < view->ndim; i++)
        t->shape[i] = view->shape[i];
    const int last = view->ndim - 1;
    return view->shape[last] > 1 && view->strides[last] != view->itemsize ? fail_strides(name)
                                                                          : 0;
}

static int open_dlpack(PyObject *object, const char *name, int n_dimensions, bool writable,
                       struct pm_tensor *t) {
    int done = pm_dlpack_by_table(name, object, &t->dlpack);
    if (done == 0)
        done = pm_dlpack_by_capsule(name, object, &t->dlpack);
    if (done == 0)
        PyErr_Format(PyExc_TypeError,
                     "%s is %s %.100s, not a NumPy array or a tensor on the CPU", name,
                     pm_article(Py_TYPE(object)), Py_TYPE(object)->tp_name);
    const struct dl_tensor *from = &t->dlpack.tensor;
    if (done <= 0 || pm_dlpack_check(name, from, n_dimensions) < 0)
        return -1;
    if (writable && t->dlpack.read_only) {
        PyErr_Format(PyExc_ValueError, "%s is read-only", name);
        return -1;
    }
    if (from->dtype.lanes != 1 || from->dtype.bits % 8) {
        PyErr_Format(PyExc_TypeError, "%s has elements of %d bits", name, from->dtype.bits);
        return -1;
    }
    t->data = (char *)from->data + from->byte_offset;
    t->size = from->dtype.bits / 8;
    t->code = from->dtype.code;
    const int last = n_dimensions - 1;
    for (int i = 0; i < n_dimensions; i++)
        t->shape[i] = from->shape[i];
    t->stride = (from->strides ? from->strides[0] : last ? t->shape[1] : 1) * t->size;
    return from->strides && t->shape[last] > 1 && from->strides[last] != 1 ? fail_strides(name)
                                                                           : 0;
}

int pm_tensor_open(PyObject *object, const char *name, int n_dimensions, bool writable,
                   struct pm_tensor *tensor) {
    memset(tensor, 0, sizeof *tensor);
    int failed = PyObject_CheckBuffer(object)
                     ? open_buffer(object, name, n_dimensions, writable, tensor)
                     : open_dlpack(object, name, n_dimensions, writable, tensor);
    if (failed)
        pm_tensor_close(tensor);
    return failed;
}

void pm_tensor_close(struct pm_tensor *tensor) {
    if (tensor->buffer.obj)
        PyBuffer_Release(&tensor->buffer);
    pm_dlpack_release(&tensor->dlpack);
}
