/* Failures of the library as exceptions. */
#ifndef MMSPAN_PYTHON_ERROR_H
#define MMSPAN_PYTHON_ERROR_H

#include "state.h"

/* A report in which nothing stands yet; the whole is 1.5 KB, too much to clear for a scan. */
static inline void pm_error_clear(mmspan_error *error) {
    error->status = 0;
    error->line = 0;
    error->column = 0;
    error->file[0] = 0;
    error->path[0] = 0;
    error->message[0] = 0;
}

/* What gives memory of others back may run their code, which must not see an exception that is
 * on its way. */
static inline PyObject *pm_exception_hold(void) {
#if PY_VERSION_HEX >= 0x030c0000
    return PyErr_GetRaisedException();
#else
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (!type)
        return NULL;
    PyErr_NormalizeException(&type, &value, &traceback);
    if (traceback)
        PyException_SetTraceback(value, traceback);
    Py_DECREF(type);
    Py_XDECREF(traceback);
    return value;
#endif
}

static inline void pm_exception_restore(PyObject *exception) {
#if PY_VERSION_HEX >= 0x030c0000
    PyErr_SetRaisedException(exception);
#else
    if (!exception)
        return;
    PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
    Py_DECREF(exception);
#endif
}

/* Raises what the status means, with the report's message, place and path. Always -1. */
int pm_raise(struct pm_state *state, mmspan_status status, const mmspan_error *error);

/* pm_raise while a config is loaded: what is not found or does not fit there is a piece. */
int pm_raise_config(struct pm_state *state, mmspan_status status, const mmspan_error *error);

/* Raises one of the package's own classes with a formatted message. Always -1. */
int pm_raise_class(struct pm_state *state, enum pm_class which, const char *format, ...);

/* Raises MismatchError with a finding, and its sentence as the message. Always -1. */
int pm_raise_finding(struct pm_state *state, PyObject *finding);

/* "a" or "an", for the name of a type. */
const char *pm_article(PyTypeObject *type);

/* MemoryError. Always -1. */
int pm_no_memory(void);

#endif
