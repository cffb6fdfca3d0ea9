/* Reads literal spans: any iterable of pairs of positions. */
#include "spans.h"

#include "args.h"
#include "error.h"

#include <string.h>

/* A pair may be a list, a tuple, a row of an array. */
static int read_pair(PyObject *item, const char *name, mmspan_span *span) {
    PyObject *pair = PyUnicode_Check(item) ? NULL : PySequence_Tuple(item);
    if (!pair && PyErr_Occurred() && !PyErr_ExceptionMatches(PyExc_TypeError))
        return -1;
    if (!pair || PyTuple_GET_SIZE(pair) != 2) {
        Py_XDECREF(pair);
        PyErr_Format(PyExc_TypeError, "%s has a %.100s in it, not a pair of positions", name,
                     Py_TYPE(item)->tp_name);
        return -1;
    }
    int failed = pm_int64(PyTuple_GET_ITEM(pair, 0), name, &span->start) < 0 ||
                 pm_int64(PyTuple_GET_ITEM(pair, 1), name, &span->end) < 0;
    Py_DECREF(pair);
    return failed ? -1 : 0;
}

static int add(struct pm_spans *spans, size_t *cap, PyObject *item, const char *name) {
    if (spans->n == *cap) {
        size_t room = *cap ? 2 * *cap : 8;
        mmspan_span *more = room <= PY_SSIZE_T_MAX / sizeof *more
                                ? PyMem_RawRealloc(spans->spans, room * sizeof *more)
                                : NULL;
        if (!more)
            return pm_no_memory();
        spans->spans = more;
        *cap = room;
    }
    return read_pair(item, name, &spans->spans[spans->n++]);
}

int pm_spans_read(PyObject *object, const char *name, struct pm_spans *spans) {
    memset(spans, 0, sizeof *spans);
    if (!object || object == Py_None)
        return 0;
    PyObject *iterator = PyObject_GetIter(object);
    if (!iterator)
        return -1;
    size_t cap = 0;
    int failed = 0;
    PyObject *item;
    while (!failed && (item = PyIter_Next(iterator))) {
        failed = add(spans, &cap, item, name) < 0;
        Py_DECREF(item);
    }
    Py_DECREF(iterator);
    if (!PyErr_Occurred())
        return 0;
    PyMem_RawFree(spans->spans);
    memset(spans, 0, sizeof *spans);
    return -1;
}

int pm_spans_copy(struct pm_spans *to, const mmspan_span *spans, size_t n) {
    memset(to, 0, sizeof *to);
    if (n == 0)
        return 0;
    to->spans = PyMem_RawMalloc(n * sizeof *spans);
    if (!to->spans)
        return pm_no_memory();
    memcpy(to->spans, spans, n * sizeof *spans);
    to->n = n;
    return 0;
}
