/* Reads arguments by position and by name. */
#include "args.h"
#include "error.h"

static int find_name(const struct pm_signature *s, PyObject *name) {
    for (int i = s->n_only; s->names[i]; i++)
        if (PyUnicode_CompareWithASCIIString(name, s->names[i]) == 0)
            return i;
    return -1;
}

static int keep_rest(PyObject **rest, PyObject *name, PyObject *value) {
    if (!*rest && !(*rest = PyDict_New()))
        return -1;
    return PyDict_SetItem(*rest, name, value);
}

static int read_name(const struct pm_signature *s, PyObject *name, PyObject *value,
                     PyObject **values, PyObject **rest) {
    int i = find_name(s, name);
    if (i < 0 && rest)
        return keep_rest(rest, name, value);
    if (i < 0) {
        PyErr_Format(PyExc_TypeError, "%s() got an unexpected keyword argument '%U'",
                     s->function, name);
        return -1;
    }
    if (values[i]) {
        PyErr_Format(PyExc_TypeError, "%s() got multiple values for argument '%U'", s->function,
                     name);
        return -1;
    }
    values[i] = value;
    return 0;
}

static int read_all(const struct pm_signature *s, PyObject *const *args, Py_ssize_t n,
                    PyObject *names, PyObject **values, PyObject **rest) {
    if (n > s->n_positional) {
        PyErr_Format(PyExc_TypeError, "%s() takes at most %d positional argument%s (%zd given)",
                     s->function, s->n_positional, s->n_positional == 1 ? "" : "s", n);
        return -1;
    }
    for (Py_ssize_t i = 0; i < n; i++)
        values[i] = args[i];
    Py_ssize_t n_names = names ? PyTuple_GET_SIZE(names) : 0;
    for (Py_ssize_t i = 0; i < n_names; i++)
        if (read_name(s, PyTuple_GET_ITEM(names, i), args[n + i], values, rest) < 0)
            return -1;
    for (int i = 0; i < s->n_required; i++)
        if (!values[i]) {
            PyErr_Format(PyExc_TypeError, "%s() missing required argument '%s'", s->function,
                         s->names[i]);
            return -1;
        }
    return 0;
}

int pm_args(const struct pm_signature *s, PyObject *const *args, Py_ssize_t n, PyObject *names,
            PyObject **values, PyObject **rest) {
    for (int i = 0; s->names[i]; i++)
        values[i] = NULL;
    if (rest)
        *rest = NULL;
    if (read_all(s, args, n, names, values, rest) == 0)
        return 0;
    if (rest)
        Py_CLEAR(*rest);
    return -1;
}

int pm_int64(PyObject *value, const char *name, int64_t *out) {
    if (!value)
        return 0;
    if (pm_is_bool(value) || !PyIndex_Check(value)) {
        PyErr_Format(PyExc_TypeError, "%s is %s %.100s, not an int", name,
                     pm_article(Py_TYPE(value)), Py_TYPE(value)->tp_name);
        return -1;
    }
    PyObject *number = PyNumber_Index(value);
    if (!number)
        return -1;
    int overflow;
    long long v = PyLong_AsLongLongAndOverflow(number, &overflow);
    Py_DECREF(number);
    if (overflow) {
        PyErr_Format(PyExc_OverflowError, "%s does not fit an int64", name);
        return -1;
    }
    *out = v;
    return 0;
}

int pm_flag(PyObject *value, const char *name, bool *out) {
    if (!value)
        return 0;
    if (!PyBool_Check(value)) {
        PyErr_Format(PyExc_TypeError, "%s is %s %.100s, not a bool", name,
                     pm_article(Py_TYPE(value)), Py_TYPE(value)->tp_name);
        return -1;
    }
    *out = value == Py_True;
    return 0;
}
