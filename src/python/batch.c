/* Batch: what was found in many sequences, as flat arrays, and each as a Result. */
#include "batch.h"

#include "args.h"
#include "error.h"

#include <string.h>

static int batch_traverse(PyObject *self, visitproc visit, void *arg) {
    struct pm_batch *b = (struct pm_batch *)self;
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(b->ragged.owner);
    Py_VISIT(b->ragged.tokens.buffer.obj);
    Py_VISIT(b->ragged.matrix.buffer.obj);
    return 0;
}

static void batch_dealloc(PyObject *self) {
    struct pm_batch *b = (struct pm_batch *)self;
    PyObject_GC_UnTrack(self);
    mmspan_batch_destroy(b->batch);
    pm_ragged_release(&b->ragged);
    PyMem_RawFree(b->literal.spans);
    PyMem_RawFree(b->literal_offsets);
    Py_XDECREF(b->matcher);
    pm_free(self);
}

static int add_spans(struct pm_spans *all, PyObject *item) {
    struct pm_spans some;
    if (pm_spans_read(item, "literal", &some) < 0)
        return -1;
    mmspan_span *more = all->spans;
    if (some.n)
        more = PyMem_RawRealloc(all->spans, (all->n + some.n) * sizeof *more);
    if (some.n && more) {
        memcpy(more + all->n, some.spans, some.n * sizeof *more);
        all->spans = more;
        all->n += some.n;
    }
    PyMem_RawFree(some.spans);
    return some.n && !more ? pm_no_memory() : 0;
}

/* Spans of each sequence, or None for those without. */
static int read_literal(struct pm_batch *b, PyObject *object) {
    if (!object || object == Py_None)
        return 0;
    PyObject *list = PySequence_Tuple(object);
    if (!list)
        return -1;
    const size_t n = b->ragged.n;
    int failed = 0;
    if ((size_t)PyTuple_GET_SIZE(list) != n) {
        PyErr_Format(PyExc_ValueError, "literal has spans of %zd sequences, and there are %zu",
                     PyTuple_GET_SIZE(list), n);
        failed = -1;
    } else if (!(b->literal_offsets = PyMem_RawCalloc(n + 1, sizeof(int64_t))))
        failed = pm_no_memory();
    for (size_t i = 0; !failed && i < n; i++) {
        failed = add_spans(&b->literal, PyTuple_GET_ITEM(list, (Py_ssize_t)i));
        b->literal_offsets[i + 1] = (int64_t)b->literal.n;
    }
    Py_DECREF(list);
    return failed;
}

static int scan(struct pm_batch *b, int64_t threads) {
    const mmspan_batch_options options = {.struct_size = sizeof options,
                                          .n_threads = (uint32_t)threads,
                                          .literal = b->literal.spans,
                                          .literal_offsets = b->literal_offsets};
    mmspan_error error;
    mmspan_status status;
    pm_error_clear(&error);
    Py_BEGIN_ALLOW_THREADS;
    status = mmspan_scan_batch(b->matcher->matcher, &b->ragged.ids, b->ragged.offsets,
                               b->ragged.n, &options, b->batch, &error);
    Py_END_ALLOW_THREADS;
    return status == MMSPAN_OK ? 0 : pm_raise(b->state, status, &error);
}

const char pm_scan_batch_doc[] =
    "scan_batch($self, /, values, offsets=None, *, threads=0, literal=None)\n--\n\n"
    "Scans many sequences.\n\n"
    "Parameters\n----------\n"
    "values : list of sequences, 2-D array or tensor, Arrow list array, or flat IDs\n"
    "    Borrowed when it has a buffer, is a tensor or an Arrow array: do not write to it\n"
    "    meanwhile.\n"
    "offsets : list of int or array, optional\n"
    "    With flat IDs: sequence i is ``values[offsets[i]:offsets[i + 1]]``.\n"
    "threads : int, optional\n    At most so many; 0 and 1 are the calling one alone.\n"
    "literal : list, optional\n"
    "    For each sequence its spans of user text, as in `scan`, or None.\n\n"
    "Returns\n-------\n"
    "Batch\n\n"
    "Examples\n--------\n"
    ">>> import mmspan\n"
    ">>> b = mmspan.load(\"gemma-4\").scan_batch([[2, 258880], [7], [258881, 5]])\n"
    ">>> b.item_offsets.tolist()\n"
    "[0, 1, 1, 2]\n";

PyObject *pm_matcher_scan_batch(PyObject *self, PyObject *const *args, Py_ssize_t n,
                                PyObject *names) {
    static const struct pm_signature signature = {
        "scan_batch", 0, 2, 1, {"values", "offsets", "threads", "literal"}};
    struct pm_matcher *m = (struct pm_matcher *)self;
    PyObject *values[PM_MAX_ARGS];
    int64_t threads = 0;
    if (pm_args(&signature, args, n, names, values, NULL) < 0 ||
        pm_int64(values[2], "threads", &threads) < 0)
        return NULL;
    if (threads < 0 || threads > 4096) {
        PyErr_Format(PyExc_ValueError, "threads is %lld, not 0 to 4096", (long long)threads);
        return NULL;
    }
    struct pm_batch *b = PM_NEW(m->state->batch, pm_batch);
    if (!b)
        return NULL;
    b->state = m->state;
    b->matcher = (struct pm_matcher *)Py_NewRef(self);
    if (mmspan_batch_create(NULL, &b->batch) != MMSPAN_OK)
        PyErr_NoMemory();
    else if (pm_ragged_read(m, values[0], values[1], &b->ragged) == 0 &&
             pm_tokens_check(&b->ragged.tokens, m) == 0 && read_literal(b, values[3]) == 0 &&
             scan(b, threads) == 0)
        return (PyObject *)b;
    Py_DECREF(b);
    return NULL;
}

static const mmspan_ragged *view_of(PyObject *self) {
    return mmspan_batch_view(((struct pm_batch *)self)->batch);
}

static Py_ssize_t batch_length(PyObject *self) {
    return (Py_ssize_t)view_of(self)->n_sequences;
}

static size_t width_of(int32_t type) {
    switch (type) {
    case MMSPAN_IDS_INT64:
        return 8;
    case MMSPAN_IDS_UINT16:
        return 2;
    default:
        return 4;
    }
}

/* A sequence by itself: scanned anew, which costs less than to copy its IDs does. */
static PyObject *batch_item(PyObject *self, Py_ssize_t i) {
    const struct pm_batch *b = (struct pm_batch *)self;
    if (i < 0 || i >= batch_length(self)) {
        PyErr_SetString(PyExc_IndexError, "a batch has no such sequence");
        return NULL;
    }
    const int64_t *at = b->ragged.offsets + i;
    struct pm_tokens tokens = {.state = b->state, .name = "ids", .ids = b->ragged.ids};
    tokens.ids.n = (size_t)(at[1] - at[0]);
    if (tokens.ids.n)
        tokens.ids.data =
            (const char *)b->ragged.ids.data + (size_t)at[0] * width_of(tokens.ids.type);
    struct pm_spans literal = {0};
    if (b->literal_offsets) {
        const int64_t *spans = b->literal_offsets + i;
        if (pm_spans_copy(&literal, b->literal.spans + spans[0],
                          (size_t)(spans[1] - spans[0])) < 0)
            return NULL;
    }
    PyObject *result = pm_scan(b->matcher, &tokens, &literal);
    pm_tokens_release(&tokens);
    return result;
}

static PyObject *batch_slice(PyObject *self, PyObject *slice) {
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(slice, &start, &stop, &step) < 0)
        return NULL;
    const Py_ssize_t n = PySlice_AdjustIndices(batch_length(self), &start, &stop, step);
    PyObject *list = PyList_New(n);
    for (Py_ssize_t i = 0; list && i < n; i++) {
        PyObject *result = batch_item(self, start + i * step);
        if (result)
            PyList_SET_ITEM(list, i, result);
        else
            Py_CLEAR(list);
    }
    return list;
}

static PyObject *batch_subscript(PyObject *self, PyObject *key) {
    if (PySlice_Check(key))
        return batch_slice(self, key);
    if (!PyIndex_Check(key)) {
        PyErr_Format(PyExc_TypeError, "a batch's sequences have ints as indices, not %.100s",
                     Py_TYPE(key)->tp_name);
        return NULL;
    }
    Py_ssize_t i = PyNumber_AsSsize_t(key, PyExc_IndexError);
    if (i == -1 && PyErr_Occurred())
        return NULL;
    return batch_item(self, i < 0 ? i + batch_length(self) : i);
}

static PyObject *batch_repr(PyObject *self) {
    const mmspan_ragged *v = view_of(self);
    return PyUnicode_FromFormat("<mmspan.Batch: %zu sequences, %zu items, %zu findings>",
                                v->n_sequences, v->n_items, v->n_findings);
}

/* Which array a getter gives. */
enum which { ITEMS, RUNS, FINDINGS, OFFSETS, ITEM_OFFSETS, RUN_OFFSETS, FINDING_OFFSETS };

static PyObject *get_array(PyObject *self, void *closure) {
    const mmspan_ragged *v = view_of(self);
    struct pm_state *state = ((struct pm_batch *)self)->state;
    const size_t n = v->n_sequences + 1;
    switch ((enum which)(intptr_t)closure) {
    case ITEMS:
        return pm_array_over(state, v->items, v->n_items, sizeof *v->items, self, PM_ITEMS);
    case RUNS:
        return pm_array_over(state, v->runs, v->n_runs, sizeof *v->runs, self, PM_RUNS);
    case FINDINGS:
        return pm_array_over(state, v->findings, v->n_findings, sizeof *v->findings, self,
                             PM_FINDINGS);
    case OFFSETS:
        return pm_array_over(state, ((struct pm_batch *)self)->ragged.offsets, n,
                             sizeof(int64_t), self, PM_INT64);
    case ITEM_OFFSETS:
        return pm_array_over(state, v->item_offsets, n, sizeof(int64_t), self, PM_INT64);
    case RUN_OFFSETS:
        return pm_array_over(state, v->run_offsets, n, sizeof(int64_t), self, PM_INT64);
    default:
        return pm_array_over(state, v->finding_offsets, n, sizeof(int64_t), self, PM_INT64);
    }
}

static PyObject *get_matcher(PyObject *self, void *ignored) {
    (void)ignored;
    return Py_NewRef((PyObject *)((struct pm_batch *)self)->matcher);
}

static PyGetSetDef getset[] = {
    {"items", get_array, NULL, "The items of all sequences, relative to theirs.",
     (void *)ITEMS},
    {"runs", get_array, NULL, "The runs of all sequences, relative to theirs.", (void *)RUNS},
    {"findings", get_array, NULL, "The findings of all sequences as numbers.",
     (void *)FINDINGS},
    {"offsets", get_array, NULL,
     "Sequence i is the values from offsets[i] to before offsets[i + 1].", (void *)OFFSETS},
    {"item_offsets", get_array, NULL,
     "Sequence i has the items from item_offsets[i] to before item_offsets[i + 1].",
     (void *)ITEM_OFFSETS},
    {"run_offsets", get_array, NULL, "The same for runs.", (void *)RUN_OFFSETS},
    {"finding_offsets", get_array, NULL, "The same for findings.", (void *)FINDING_OFFSETS},
    {"matcher", get_matcher, NULL, "The matcher that has scanned it.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMethodDef methods[] = {
    {"to_arrow", (PyCFunction)(void (*)(void))pm_batch_to_arrow, METH_FASTCALL | METH_KEYWORDS,
     pm_batch_to_arrow_doc},
    {NULL, NULL, 0, NULL},
};

PyDoc_STRVAR(batch_doc,
             "What was found in many sequences: an immutable sequence of Results.\n\n"
             "The arrays are views that keep it alive; a Result is made when it is asked for,\n"
             "from the values, which are borrowed if they can be. Any number of threads may\n"
             "read it.\n");

static PyType_Slot slots[] = {
    {Py_tp_dealloc, batch_dealloc},
    {Py_tp_traverse, batch_traverse},
    {Py_tp_repr, batch_repr},
    {Py_sq_length, batch_length},
    {Py_sq_item, batch_item},
    {Py_mp_length, batch_length},
    {Py_mp_subscript, batch_subscript},
    {Py_tp_methods, methods},
    {Py_tp_getset, getset},
    {Py_tp_doc, (char *)batch_doc},
    {0, NULL},
};

PyType_Spec pm_batch_spec = {
    .name = "mmspan.Batch",
    .basicsize = sizeof(struct pm_batch),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE |
             Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_SEQUENCE,
    .slots = slots,
};
