/* Result: what a scan found. It is filled before anyone sees it and never changes then. */
#include "args.h"
#include "error.h"
#include "methods.h"

#include <string.h>

struct pm_result *pm_result_new(struct pm_state *state, struct pm_matcher *matcher) {
    struct pm_result *r = PM_NEW(state->result, pm_result);
    if (!r)
        return NULL;
    r->state = state;
    r->matcher = (struct pm_matcher *)Py_NewRef((PyObject *)matcher);
    if (mmspan_result_create(NULL, &r->result) == MMSPAN_OK)
        return r;
    Py_DECREF(r);
    PyErr_NoMemory();
    return NULL;
}

struct pm_result *pm_result_copy(const struct pm_result *r) {
    struct pm_spans literal;
    if (pm_spans_copy(&literal, r->literal, r->n_literal) < 0)
        return NULL;
    struct pm_result *copy = pm_result_new(r->state, r->matcher);
    if (!copy) {
        PyMem_RawFree(literal.spans);
        return NULL;
    }
    copy->literal = literal.spans;
    copy->n_literal = literal.n;
    copy->block = (struct pm_block *)Py_XNewRef((PyObject *)r->block);
    mmspan_error error;
    pm_error_clear(&error);
    mmspan_status status = mmspan_result_copy(r->result, copy->result, &error);
    if (status != MMSPAN_OK) {
        Py_DECREF(copy);
        pm_raise(r->state, status, &error);
        return NULL;
    }
    copy->ids = r->block ? r->ids : mmspan_result_ids(copy->result);
    return copy;
}

static mmspan_status run(struct pm_result *r, const mmspan_ids *ids, mmspan_error *error) {
    const mmspan_scan_options options = {
        .struct_size = sizeof options, .literal = r->literal, .n_literal = r->n_literal};
    const mmspan_matcher *matcher = pm_matcher_of(r);
    if (ids->n < PM_GIL_TOKENS)
        return mmspan_scan_ids(matcher, ids, &options, r->result, error);
    mmspan_status status;
    Py_BEGIN_ALLOW_THREADS;
    status = mmspan_scan_ids(matcher, ids, &options, r->result, error);
    Py_END_ALLOW_THREADS;
    return status;
}

PyObject *pm_scan(struct pm_matcher *matcher, struct pm_tokens *tokens,
                  struct pm_spans *literal) {
    const bool narrow = tokens->ids.type != MMSPAN_IDS_INT32;
    struct pm_result *r = NULL;
    /* int32 would be read in place, and twice: a writer could mislead the scan. */
    if (pm_tokens_check(tokens, matcher) == 0 && (narrow || pm_tokens_own_int32(tokens) == 0))
        r = pm_result_new(matcher->state, matcher);
    if (!r) {
        PyMem_RawFree(literal->spans);
        return NULL;
    }
    r->literal = literal->spans;
    r->n_literal = literal->n;
    if (!narrow) {
        r->block = (struct pm_block *)Py_NewRef((PyObject *)tokens->block);
        r->block->writable = false;
    }
    mmspan_error error;
    pm_error_clear(&error);
    mmspan_status status = run(r, &tokens->ids, &error);
    if (status != MMSPAN_OK) {
        Py_DECREF(r);
        pm_raise(matcher->state, status, &error);
        return NULL;
    }
    r->ids = narrow ? mmspan_result_ids(r->result) : r->block->data;
    return (PyObject *)r;
}

PyObject *pm_scan_block(struct pm_matcher *matcher, struct pm_block *block, size_t n,
                        struct pm_spans *literal) {
    struct pm_tokens tokens = {.state = matcher->state, .name = "ids", .block = block};
    tokens.ids = (mmspan_ids){.data = block->data, .n = n, .type = MMSPAN_IDS_INT32};
    PyObject *result = pm_scan(matcher, &tokens, literal);
    pm_tokens_release(&tokens);
    return result;
}

int pm_result_need_ids(const struct pm_result *r) {
    if (r->ids || mmspan_result_view(r->result)->n_tokens == 0)
        return 0;
    PyErr_SetString(PyExc_ValueError,
                    "the IDs of this result were not kept: make the stream with keep_ids=True");
    return -1;
}

static void result_dealloc(PyObject *self) {
    struct pm_result *r = (struct pm_result *)self;
    mmspan_result_destroy(r->result);
    PyMem_RawFree(r->literal);
    Py_XDECREF(r->block);
    Py_XDECREF(r->matcher);
    pm_free(self);
}

static const mmspan_view *view_of(PyObject *self) {
    return mmspan_result_view(((struct pm_result *)self)->result);
}

static Py_ssize_t result_length(PyObject *self) {
    return (Py_ssize_t)view_of(self)->n_items;
}

static PyObject *result_item(PyObject *self, Py_ssize_t i) {
    if (i < 0 || i >= result_length(self)) {
        PyErr_SetString(PyExc_IndexError, "a result has no such item");
        return NULL;
    }
    return pm_item((struct pm_result *)self, i);
}

static PyObject *result_slice(PyObject *self, PyObject *slice) {
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(slice, &start, &stop, &step) < 0)
        return NULL;
    const Py_ssize_t n = PySlice_AdjustIndices(result_length(self), &start, &stop, step);
    PyObject *list = PyList_New(n);
    for (Py_ssize_t i = 0; list && i < n; i++) {
        PyObject *item = pm_item((struct pm_result *)self, start + i * step);
        if (item)
            PyList_SET_ITEM(list, i, item);
        else
            Py_CLEAR(list);
    }
    return list;
}

static PyObject *result_subscript(PyObject *self, PyObject *key) {
    if (PySlice_Check(key))
        return result_slice(self, key);
    if (!PyIndex_Check(key)) {
        PyErr_Format(PyExc_TypeError, "a result's items have ints as indices, not %.100s",
                     Py_TYPE(key)->tp_name);
        return NULL;
    }
    Py_ssize_t i = PyNumber_AsSsize_t(key, PyExc_IndexError);
    if (i == -1 && PyErr_Occurred())
        return NULL;
    return result_item(self, i < 0 ? i + result_length(self) : i);
}

static PyObject *result_repr(PyObject *self) {
    const mmspan_view *view = view_of(self);
    return PyUnicode_FromFormat("<mmspan.Result: %lld tokens, %zu items, %zu findings>",
                                (long long)view->n_tokens, view->n_items, view->n_findings);
}

static PyObject *result_str(PyObject *self) {
    return pm_text((struct pm_result *)self);
}

static PyObject *get_matcher(PyObject *self, void *ignored) {
    (void)ignored;
    return Py_NewRef((PyObject *)((struct pm_result *)self)->matcher);
}

static PyObject *get_n_tokens(PyObject *self, void *ignored) {
    (void)ignored;
    return PyLong_FromLongLong(view_of(self)->n_tokens);
}

static PyObject *get_ids(PyObject *self, void *ignored) {
    struct pm_result *r = (struct pm_result *)self;
    (void)ignored;
    if (pm_result_need_ids(r) < 0)
        return NULL;
    return pm_array_over(r->state, r->ids, (size_t)view_of(self)->n_tokens, sizeof *r->ids,
                         self, PM_INT32);
}

static PyObject *get_items(PyObject *self, void *ignored) {
    const mmspan_view *view = view_of(self);
    (void)ignored;
    return pm_array_over(((struct pm_result *)self)->state, view->items, view->n_items,
                         sizeof *view->items, self, PM_ITEMS);
}

static PyObject *get_runs(PyObject *self, void *ignored) {
    const mmspan_view *view = view_of(self);
    (void)ignored;
    return pm_array_over(((struct pm_result *)self)->state, view->runs, view->n_runs,
                         sizeof *view->runs, self, PM_RUNS);
}

/* The first findings, at most so many. */
static PyObject *list_findings(const struct pm_result *r, size_t most) {
    const mmspan_view *view = mmspan_result_view(r->result);
    const size_t n = view->n_findings < most ? view->n_findings : most;
    PyObject *list = PyList_New((Py_ssize_t)n);
    for (size_t i = 0; list && i < n; i++) {
        PyObject *finding = pm_finding(r, &view->findings[i]);
        if (finding)
            PyList_SET_ITEM(list, (Py_ssize_t)i, finding);
        else
            Py_CLEAR(list);
    }
    return list;
}

static PyObject *get_findings(PyObject *self, void *ignored) {
    (void)ignored;
    return list_findings((struct pm_result *)self, SIZE_MAX);
}

static PyObject *get_n_findings(PyObject *self, void *ignored) {
    (void)ignored;
    return PyLong_FromSize_t(view_of(self)->n_findings);
}

PyObject *pm_first_findings(PyObject *self, PyObject *most) {
    const Py_ssize_t n = PyNumber_AsSsize_t(most, PyExc_OverflowError);
    if (n == -1 && PyErr_Occurred())
        return NULL;
    return list_findings((struct pm_result *)self, n < 0 ? 0 : (size_t)n);
}

static PyObject *get_literal(PyObject *self, void *ignored) {
    const struct pm_result *r = (struct pm_result *)self;
    PyObject *list = PyTuple_New((Py_ssize_t)r->n_literal);
    (void)ignored;
    for (size_t i = 0; list && i < r->n_literal; i++) {
        PyObject *pair =
            Py_BuildValue("(LL)", (long long)r->literal[i].start, (long long)r->literal[i].end);
        if (pair)
            PyTuple_SET_ITEM(list, (Py_ssize_t)i, pair);
        else
            Py_CLEAR(list);
    }
    return list;
}

static PyGetSetDef getset[] = {
    {"matcher", get_matcher, NULL, "The matcher that has scanned it.", NULL},
    {"n_tokens", get_n_tokens, NULL, "How many tokens the prompt has.", NULL},
    {"ids", get_ids, NULL, "The prompt's IDs: an int32 array, read-only, no copy.", NULL},
    {"items", get_items, NULL, "The items: a structured array, read-only, no copy.", NULL},
    {"runs", get_runs, NULL, "The runs of all items: a structured array, no copy.", NULL},
    {"findings", get_findings, NULL, "What is wrong with the prompt: a new list.", NULL},
    {"_n_findings", get_n_findings, NULL, "How many findings there are.", NULL},
    {"literal", get_literal, NULL, "The spans of user text that the scan was given.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

PyDoc_STRVAR(
    result_doc,
    "What a scan found: an immutable sequence of items.\n\n"
    "Arrays that it gives are views that keep it alive. It never changes, so any\n"
    "number of threads may read it; `assign`, `expand` and the like give new objects.\n");

static PyType_Slot slots[] = {
    {Py_tp_dealloc, result_dealloc},
    {Py_tp_repr, result_repr},
    {Py_tp_str, result_str},
    {Py_sq_length, result_length},
    {Py_sq_item, result_item},
    {Py_mp_length, result_length},
    {Py_mp_subscript, result_subscript},
    {Py_tp_methods, pm_result_methods},
    {Py_tp_getset, getset},
    {Py_tp_doc, (char *)result_doc},
    {0, NULL},
};

PyType_Spec pm_result_spec = {
    .name = "mmspan.Result",
    .basicsize = sizeof(struct pm_result),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE |
             Py_TPFLAGS_SEQUENCE,
    .slots = slots,
};
