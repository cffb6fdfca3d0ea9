/* Turns a status and its report into an exception: the only place where that is done. */
#include "error.h"

#include <string.h>

static enum pm_class class_of(mmspan_status status) {
    switch (status) {
    case MMSPAN_E_SYNTAX:
    case MMSPAN_E_CONFIG:
    case MMSPAN_E_AMBIGUOUS:
    case MMSPAN_E_UNSUPPORTED:
        return PM_CONFIG_ERROR;
    case MMSPAN_E_NOT_FOUND:
        return PM_UNKNOWN_MODEL_ERROR;
    case MMSPAN_E_LIMIT:
        return PM_LIMIT_ERROR;
    case MMSPAN_E_MISMATCH:
        return PM_MISMATCH_ERROR;
    default:
        return PM_ERROR;
    }
}

/* Text of the library that may quote a file: never a second error. */
static PyObject *decode(const char *text) {
    return PyUnicode_DecodeUTF8(text, (Py_ssize_t)strlen(text), "replace");
}

const char *pm_article(PyTypeObject *type) {
    return strchr("aeioAEIO", type->tp_name[0]) ? "an" : "a";
}

int pm_no_memory(void) {
    PyErr_NoMemory();
    return -1;
}

/* Calls class(message, file, line, column, path) and raises what comes out. */
static int raise_report(PyObject *class, const char *message, const mmspan_error *error) {
    PyObject *exception = NULL;
    if (!class)
        class = PyExc_ValueError;
    PyObject *text = decode(message);
    PyObject *file = error->file[0] ? decode(error->file) : Py_NewRef(Py_None);
    PyObject *path = error->path[0] ? decode(error->path) : Py_NewRef(Py_None);
    if (text && file && path)
        exception = PyObject_CallFunction(class, "OOIIO", text, file, (unsigned)error->line,
                                          (unsigned)error->column, path);
    if (exception)
        PyErr_SetObject(class, exception);
    Py_XDECREF(exception);
    Py_XDECREF(text);
    Py_XDECREF(file);
    Py_XDECREF(path);
    return -1;
}

static int raise_as(PyObject *class, mmspan_status status, const mmspan_error *error) {
    if (status == MMSPAN_E_MEMORY)
        return pm_no_memory();
    mmspan_error none;
    memset(&none, 0, sizeof none);
    if (!error)
        error = &none;
    const char *message = error->message[0] ? error->message : mmspan_status_text(status);
    return raise_report(class, message, error);
}

int pm_raise(struct pm_state *state, mmspan_status status, const mmspan_error *error) {
    return raise_as(state->classes[class_of(status)], status, error);
}

int pm_raise_config(struct pm_state *state, mmspan_status status, const mmspan_error *error) {
    const bool limit = status == MMSPAN_E_LIMIT;
    return raise_as(state->classes[limit ? PM_LIMIT_ERROR : PM_CONFIG_ERROR], status, error);
}

int pm_raise_class(struct pm_state *state, enum pm_class which, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    PyObject *class = state->classes[which];
    PyErr_FormatV(class ? class : PyExc_ValueError, format, arguments);
    va_end(arguments);
    return -1;
}

int pm_raise_finding(struct pm_state *state, PyObject *finding) {
    PyObject *class = state->classes[PM_MISMATCH_ERROR];
    PyObject *exception = NULL;
    PyObject *text = PyObject_Str(finding);
    if (text)
        exception = PyObject_CallOneArg(class, text);
    if (exception && PyObject_SetAttrString(exception, "finding", finding) == 0)
        PyErr_SetObject(class, exception);
    Py_XDECREF(text);
    Py_XDECREF(exception);
    return -1;
}
