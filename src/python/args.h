/* Arguments by position and by name, for functions that take them as a vector. */
#ifndef MMSPAN_PYTHON_ARGS_H
#define MMSPAN_PYTHON_ARGS_H

#include "state.h"

#include <string.h>

enum { PM_MAX_ARGS = 6 };

/*
 * What a function takes. The first `n_only` names go by position only, the first
 * `n_positional` also so, the others by name; the first `n_required` must be there. The names
 * end with NULL.
 */
struct pm_signature {
    const char *function;
    int n_only;
    int n_positional;
    int n_required;
    const char *names[PM_MAX_ARGS + 1];
};

/*
 * Reads a call into `values`, borrowed, NULL where nothing was given. Raises TypeError and
 * returns -1 for what does not fit. With `rest`, unknown names are no error: *rest becomes a
 * new dict of them, or NULL when there are none.
 */
int pm_args(const struct pm_signature *signature, PyObject *const *args, Py_ssize_t n,
            PyObject *names, PyObject **values, PyObject **rest);

/* Is it a bool, or NumPy's? That one could once be taken for an index. */
static inline bool pm_is_bool(PyObject *value) {
    const char *name = Py_TYPE(value)->tp_name;
    return PyBool_Check(value) || strcmp(name, "numpy.bool") == 0 ||
           strcmp(name, "numpy.bool_") == 0;
}

/* An argument as a position or count, as a flag, or, when it is NULL, as it was. None of
 * them takes bool for an integer. 0, or -1 with an exception. */
int pm_int64(PyObject *value, const char *name, int64_t *out);
int pm_flag(PyObject *value, const char *name, bool *out);

#endif
