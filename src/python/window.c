/* What chunked prefill asks of a result: windows, cuts, rows, segments. */
#include "args.h"
#include "error.h"
#include "methods.h"

/* The index of a modality that a caller has named, or -1 with an exception. */
int32_t pm_find_modality(const struct pm_result *r, PyObject *name) {
    const mmspan_matcher *matcher = pm_matcher_of(r);
    const char *text = PyUnicode_Check(name) ? PyUnicode_AsUTF8(name) : NULL;
    if (!text) {
        if (!PyErr_Occurred())
            PyErr_Format(PyExc_TypeError, "a modality's name is %s %.100s, not a str",
                         pm_article(Py_TYPE(name)), Py_TYPE(name)->tp_name);
        return -1;
    }
    int32_t found = mmspan_matcher_find_modality(matcher, text);
    if (found >= 0)
        return found;
    PyObject *names = PyObject_GetAttrString((PyObject *)r->matcher, "modalities");
    if (names)
        PyErr_Format(PyExc_ValueError, "no modality '%U': the config has %R", name, names);
    Py_XDECREF(names);
    return -1;
}

#define PROMPT                                                                                 \
    ">>> import mmspan\n"                                                                      \
    ">>> r = mmspan.load(\"gemma-4\").scan([2, 255999, 258880, 258880, 258882])\n"

const char pm_rows_doc[] = "rows($self, /, modality)\n--\n\n"
                           "How many embedding rows the prompt takes of a modality.\n\n"
                           "Examples\n--------\n" PROMPT ">>> r.rows(\"image\")\n"
                           "2\n";

PyObject *pm_rows(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
    static const struct pm_signature signature = {"rows", 0, 1, 1, {"modality"}};
    struct pm_result *r = (struct pm_result *)self;
    PyObject *values[PM_MAX_ARGS];
    if (pm_args(&signature, args, n, names, values, NULL) < 0)
        return NULL;
    int32_t modality = pm_find_modality(r, values[0]);
    return modality < 0 ? NULL : PyLong_FromLongLong(mmspan_rows(r->result, modality));
}

const char pm_window_doc[] =
    "window($self, /, start, end)\n--\n\n"
    "The runs that overlap the tokens [start, end), clipped to them.\n\n"
    "Windows that tile the prompt give exactly all rows once.\n\n"
    "Returns\n-------\n"
    "structured ndarray, as `runs`\n\n"
    "Examples\n--------\n" PROMPT
    ">>> r.window(3, 5)[[\"start\", \"length\", \"row\"]].tolist()\n"
    "[(3, 1, 1)]\n";

PyObject *pm_window(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
    static const struct pm_signature signature = {"window", 0, 2, 2, {"start", "end"}};
    struct pm_result *r = (struct pm_result *)self;
    PyObject *values[PM_MAX_ARGS];
    int64_t start = 0, end = 0;
    size_t n_runs = 0;
    mmspan_error error;
    pm_error_clear(&error);
    if (pm_args(&signature, args, n, names, values, NULL) < 0 ||
        pm_int64(values[0], "start", &start) < 0 || pm_int64(values[1], "end", &end) < 0)
        return NULL;
    mmspan_status status = mmspan_window(r->result, start, end, NULL, 0, &n_runs, &error);
    if (status != MMSPAN_OK && status != MMSPAN_E_SPACE) {
        pm_raise(r->state, status, &error);
        return NULL;
    }
    struct pm_block *block = pm_block_new(r->state, (Py_ssize_t)n_runs, sizeof(mmspan_run));
    if (block && n_runs)
        mmspan_window(r->result, start, end, block->data, n_runs, &n_runs, &error);
    return pm_array(r->state, block, PM_RUNS);
}

static PyObject *cut(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names,
                     const struct pm_signature *signature,
                     int64_t (*function)(const mmspan_result *, int64_t)) {
    PyObject *values[PM_MAX_ARGS];
    int64_t position = 0;
    if (pm_args(signature, args, n, names, values, NULL) < 0 ||
        pm_int64(values[0], "position", &position) < 0)
        return NULL;
    return PyLong_FromLongLong(function(((struct pm_result *)self)->result, position));
}

const char pm_cut_before_doc[] = "cut_before($self, /, position)\n--\n\n"
                                 "The largest place <= `position` that cuts no item in two.\n\n"
                                 "Examples\n--------\n" PROMPT ">>> r.cut_before(3)\n"
                                 "1\n";

PyObject *pm_cut_before(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
    static const struct pm_signature signature = {"cut_before", 0, 1, 1, {"position"}};
    return cut(self, args, n, names, &signature, mmspan_cut_before);
}

const char pm_cut_after_doc[] = "cut_after($self, /, position)\n--\n\n"
                                "The smallest place >= `position` that cuts no item in two.\n\n"
                                "Examples\n--------\n" PROMPT ">>> r.cut_after(3)\n"
                                "5\n";

PyObject *pm_cut_after(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
    static const struct pm_signature signature = {"cut_after", 0, 1, 1, {"position"}};
    return cut(self, args, n, names, &signature, mmspan_cut_after);
}

const char pm_segments_doc[] =
    "segments($self, /)\n--\n\n"
    "The prompt as alternating stretches of text and items, which cover it.\n\n"
    "Returns\n-------\n"
    "structured ndarray\n    ``start``, ``end``, and ``item``, -1 for text.\n\n"
    "Examples\n--------\n" PROMPT ">>> r.segments().tolist()\n"
    "[(0, 1, -1), (1, 5, 0)]\n";

PyObject *pm_segments(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
    static const struct pm_signature signature = {"segments", 0, 0, 0, {NULL}};
    struct pm_result *r = (struct pm_result *)self;
    PyObject *values[PM_MAX_ARGS];
    size_t count = 0;
    mmspan_error error;
    pm_error_clear(&error);
    if (pm_args(&signature, args, n, names, values, NULL) < 0)
        return NULL;
    mmspan_segments(r->result, NULL, 0, &count, &error);
    struct pm_block *block = pm_block_new(r->state, (Py_ssize_t)count, sizeof(mmspan_segment));
    mmspan_status status =
        block ? mmspan_segments(r->result, block->data, count, &count, &error) : MMSPAN_OK;
    if (status == MMSPAN_OK)
        return pm_array(r->state, block, PM_SEGMENTS);
    Py_DECREF(block);
    pm_raise(r->state, status, &error);
    return NULL;
}
