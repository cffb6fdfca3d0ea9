/* Many sequences that were scanned. */
#ifndef MMSPAN_PYTHON_BATCH_H
#define MMSPAN_PYTHON_BATCH_H

#include "objects.h"
#include "ragged.h"

/* `literal` are the spans of all sequences, `literal_offsets` NULL when there are none. */
struct pm_batch {
    PyObject ob_base;
    struct pm_state *state;
    struct pm_matcher *matcher;
    mmspan_batch *batch;
    struct pm_ragged ragged;
    struct pm_spans literal;
    int64_t *literal_offsets;
};

/* What Batch.to_arrow gives: an object that makes the columns when it is asked for them. */
PyObject *pm_batch_to_arrow(PyObject *self, PyObject *const *args, Py_ssize_t n,
                            PyObject *names);
extern const char pm_batch_to_arrow_doc[];

#endif
