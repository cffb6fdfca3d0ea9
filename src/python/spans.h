/* Literal spans as callers give them. */
#ifndef MMSPAN_PYTHON_SPANS_H
#define MMSPAN_PYTHON_SPANS_H

#include "state.h"

struct pm_spans {
    mmspan_span *spans; /* of PyMem_RawMalloc */
    size_t n;
};

/* Reads pairs of positions; NULL and None are none. What they mean is the core's business. */
int pm_spans_read(PyObject *object, const char *name, struct pm_spans *spans);

/* Copies spans; `to` is empty before. */
int pm_spans_copy(struct pm_spans *to, const mmspan_span *spans, size_t n);

#endif
