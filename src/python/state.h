/* What all files of the extension share: the module's state and the objects. */
#ifndef MMSPAN_PYTHON_STATE_H
#define MMSPAN_PYTHON_STATE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "../../include/mmspan/mmspan.h"

#include <stdbool.h>
#include <stdint.h>

/* Before 3.13 every list is under the GIL. The macros open and close a block. */
#ifndef Py_BEGIN_CRITICAL_SECTION
#define Py_BEGIN_CRITICAL_SECTION(object) {
#define Py_END_CRITICAL_SECTION()         }
#endif

/* From this many tokens on a scan lets the GIL go: it takes some microseconds then, and to
 * take the GIL back may cost as many. */
#define PM_GIL_TOKENS 32768

/* Of the Python files, fetched when the module is made. */
enum pm_class {
    PM_ERROR,
    PM_CONFIG_ERROR,
    PM_UNKNOWN_MODEL_ERROR,
    PM_MISMATCH_ERROR,
    PM_LIMIT_ERROR,
    PM_ITEM,
    PM_RUN,
    PM_FINDING,
    PM_MEDIA,
    PM_TRUNCATION,
    PM_NEUTRALISED,
    PM_FIT,
    PM_N_CLASSES
};

/* What mmspan._arrays.tools() gives: NumPy's function and one dtype for each kind of array. */
enum pm_array {
    PM_FROMBUFFER,
    PM_ITEMS,
    PM_RUNS,
    PM_FINDINGS,
    PM_REPLACEMENTS,
    PM_SEGMENTS,
    PM_BOOL,
    PM_INT32,
    PM_INT64,
    PM_N_ARRAYS
};

struct pm_state {
    PyTypeObject *block;
    PyTypeObject *matcher;
    PyTypeObject *result;
    PyTypeObject *expansion;
    PyTypeObject *batch;
    PyTypeObject *stream;
    PyTypeObject *arrow;
    PyTypeObject *auditor;
    PyObject *classes[PM_N_CLASSES];
    struct mmspan_detector *detector; /* NULL until it is asked for */
    PyObject *arrays; /* a tuple of PM_N_ARRAYS, or NULL until an array is asked for */
};

/* Memory that other objects look into. `owner` is NULL when it is the block's own. */
struct pm_block {
    PyObject ob_base;
    void *data;
    Py_ssize_t size;
    PyObject *owner;
    bool writable;
};

struct pm_matcher {
    PyObject ob_base;
    struct pm_state *state;
    mmspan_matcher *matcher;
    PyObject *yaml;   /* bytes */
    PyObject *pieces; /* dict of those that a tokenizer has resolved, or NULL */
    int32_t least;    /* reserved ID */
    int32_t most;
};

/* `ids` is NULL when nobody kept them. They stand in `block`, or, when that is NULL, in the
 * result, which has narrowed them. */
struct pm_result {
    PyObject ob_base;
    struct pm_state *state;
    struct pm_matcher *matcher;
    mmspan_result *result;
    struct pm_block *block;
    const int32_t *ids;
    mmspan_span *literal;
    size_t n_literal;
};

static inline struct pm_state *pm_state_of_module(PyObject *module) {
    return PyModule_GetState(module);
}

static inline const mmspan_matcher *pm_matcher_of(const struct pm_result *r) {
    return r->matcher->matcher;
}

/* A zeroed object of a type. What is used while the interpreter goes down may find the
 * module's state empty. */
static inline void *pm_new(PyTypeObject *type) {
    if (type)
        return type->tp_alloc(type, 0);
    PyErr_SetString(PyExc_RuntimeError, "mmspan was used after its module has gone");
    return NULL;
}
#define PM_NEW(type, struct_name) ((struct struct_name *)pm_new(type))

/* Frees what is not collected: the type of a heap type is owned by its objects. */
static inline void pm_free(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free(self);
    Py_DECREF(type);
}

#if PY_VERSION_HEX < 0x030a0000
#error "mmspan needs Python 3.10"
#endif

#endif
