/* The methods of Result, which stand in several files, and their docstrings. */
#ifndef MMSPAN_PYTHON_METHODS_H
#define MMSPAN_PYTHON_METHODS_H

#include "objects.h"

#define PM_DECLARE(name)                                                                       \
    extern const char pm_##name##_doc[];                                                       \
    PyObject *pm_##name(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names)

/* arrays.c */
PM_DECLARE(mask);
PM_DECLARE(type_ids);
PM_DECLARE(cumsum);
PM_DECLARE(item_index);
PM_DECLARE(fill);
PM_DECLARE(fill_runs);
/* window.c */
PM_DECLARE(rows);
PM_DECLARE(window);
PM_DECLARE(cut_before);
PM_DECLARE(cut_after);
PM_DECLARE(segments);
/* edit.c */
PM_DECLARE(assign);
PM_DECLARE(expand);
PM_DECLARE(collapse);
PM_DECLARE(truncate);
/* splice.c */
PM_DECLARE(splice);
/* result.c */
PyObject *pm_first_findings(PyObject *self, PyObject *most);
/* methods.c */
PM_DECLARE(check);
PM_DECLARE(to_json);
PM_DECLARE(to_dict);

#endif
