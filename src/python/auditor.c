/* _Auditor: an audit at work, for mmspan/_audit.py, which finds files and columns. */
#include "error.h"
#include "objects.h"

#include "../../include/mmspan/audit.h"
#include "../../tools/audit/findings_file.h"
#include "../../tools/audit/shard.h"
#include "../io/file_kind.h"

#include <stdio.h>
#include <string.h>

enum { MAX_COLUMNS = 16, MAX_BUFFERS = 4 * MAX_COLUMNS };

/* `busy` while a thread is in it; `findings` are lines of JSON. */
struct pm_auditor {
    PyObject ob_base;
    struct pm_state *state;
    struct pm_matcher *matcher;
    mmspan_audit *audit;
    struct buffer findings;
    int busy;
};

/* Columns of a batch, and the buffers that they borrow from. */
struct borrowed {
    mmspan_column columns[MAX_COLUMNS];
    mmspan_media_column media[MAX_COLUMNS];
    Py_buffer buffers[MAX_BUFFERS];
    size_t n_columns;
    size_t n_buffers;
};

static void keep_finding(void *context, const mmspan_audit_finding *finding) {
    finding_write(context, finding);
}

static bool enter(struct pm_auditor *a) {
    int idle = 0;
    if (__atomic_compare_exchange_n(&a->busy, &idle, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        return true;
    PyErr_SetString(PyExc_RuntimeError,
                    "another thread is using this audit: give each its own");
    return false;
}

static PyObject *leave(struct pm_auditor *a, mmspan_status status, const mmspan_error *error) {
    __atomic_store_n(&a->busy, 0, __ATOMIC_RELEASE);
    if (status == MMSPAN_OK)
        Py_RETURN_NONE;
    pm_raise(a->state, status, error);
    return NULL;
}

static PyObject *auditor_new(PyTypeObject *type, PyObject *args, PyObject *names) {
    static char *keys[] = {"matcher",    "examples",      "window",           "max_length",
                           "merge_size", "keep_findings", "all_placeholders", NULL};
    PyObject *module = PyType_GetModule(type);
    struct pm_state *state = module ? pm_state_of_module(module) : NULL;
    mmspan_audit_options options = {.struct_size = sizeof options};
    PyObject *matcher;
    long long window = 0, max_length = 0, merge_size = 0;
    int keep = 0, all = 0;
    mmspan_error error;
    pm_error_clear(&error);
    if (!state || !PyArg_ParseTupleAndKeywords(args, names, "O!|ILLLpp", keys, state->matcher,
                                               &matcher, &options.n_examples, &window,
                                               &max_length, &merge_size, &keep, &all))
        return NULL;
    struct pm_auditor *a = PM_NEW(type, pm_auditor);
    if (!a)
        return NULL;
    a->state = state;
    a->matcher = (struct pm_matcher *)Py_NewRef(matcher);
    options.window = window;
    options.max_length = max_length;
    options.merge_size = merge_size;
    options.all_placeholders = all;
    options.config = PyBytes_AS_STRING(a->matcher->yaml);
    options.config_size = (size_t)PyBytes_GET_SIZE(a->matcher->yaml);
    if (keep) {
        options.found = keep_finding;
        options.found_context = &a->findings;
    }
    mmspan_status status =
        mmspan_audit_create(a->matcher->matcher, &options, &a->audit, &error);
    if (status == MMSPAN_OK)
        return (PyObject *)a;
    pm_raise(state, status, &error);
    Py_DECREF(a);
    return NULL;
}

static void auditor_dealloc(PyObject *self) {
    struct pm_auditor *a = (struct pm_auditor *)self;
    mmspan_audit_destroy(a->audit);
    buffer_free(&a->findings);
    Py_XDECREF(a->matcher);
    pm_free(self);
}

/* Pairs of a role and a name. */
static int read_names(PyObject *list, mmspan_audit_name *names, size_t *n) {
    *n = (size_t)PyTuple_GET_SIZE(list);
    if (*n > 3 * MAX_COLUMNS) {
        PyErr_SetString(PyExc_ValueError, "too many names of columns");
        return -1;
    }
    for (size_t i = 0; i < *n; i++)
        if (!PyArg_ParseTuple(PyTuple_GET_ITEM(list, (Py_ssize_t)i), "ss", &names[i].role,
                              &names[i].name))
            return -1;
    return 0;
}

/* Is all read that had to be? `stop` is an int that another thread may set. */
static PyObject *auditor_read(PyObject *self, PyObject *args) {
    struct pm_auditor *a = (struct pm_auditor *)self;
    mmspan_audit_name names[3 * MAX_COLUMNS];
    mmspan_audit_source source = {.struct_size = sizeof source, .names = names};
    PyObject *path, *list, *done = NULL;
    Py_buffer stop = {0};
    mmspan_status status;
    mmspan_error error;
    int32_t all = 0;
    pm_error_clear(&error);
    if (!PyArg_ParseTuple(args, "O&IIIzO!|y*", PyUnicode_FSConverter, &path, &source.shard,
                          &source.n_shards, &source.ordinal, &source.dtype, &PyTuple_Type,
                          &list, &stop))
        return NULL;
    if (stop.buf && (stop.len != sizeof(int) || (uintptr_t)stop.buf % sizeof(int)))
        PyErr_SetString(PyExc_ValueError, "stop is not an int");
    else if (read_names(list, names, &source.n_names) == 0 && enter(a)) {
        const char *name = PyBytes_AS_STRING(path);
        source.stop = stop.buf;
        Py_BEGIN_ALLOW_THREADS;
        status = mmspan_audit_read(a->audit, name, &source, &error);
        all = mmspan_audit_is_done(a->audit, mmspan_audit_report(a->audit), name, &source);
        Py_END_ALLOW_THREADS;
        done = leave(a, status, &error);
    }
    Py_DECREF(path);
    if (stop.buf)
        PyBuffer_Release(&stop);
    Py_XDECREF(done);
    return done ? PyBool_FromLong(all) : NULL;
}

static PyObject *auditor_file(PyObject *self, PyObject *args) {
    struct pm_auditor *a = (struct pm_auditor *)self;
    const char *path;
    long long size, total;
    int32_t file = 0;
    mmspan_error error;
    pm_error_clear(&error);
    if (!PyArg_ParseTuple(args, "sLL", &path, &size, &total) || !enter(a))
        return NULL;
    PyObject *done =
        leave(a, mmspan_audit_file(a->audit, path, size, total, &file, &error), &error);
    Py_XDECREF(done);
    return done ? PyLong_FromLong(file) : NULL;
}

static PyObject *auditor_cover(PyObject *self, PyObject *args) {
    struct pm_auditor *a = (struct pm_auditor *)self;
    int file;
    long long first, end;
    mmspan_error error;
    pm_error_clear(&error);
    if (!PyArg_ParseTuple(args, "iLL", &file, &first, &end) || !enter(a))
        return NULL;
    return leave(a, mmspan_audit_cover(a->audit, file, first, end, &error), &error);
}

static PyObject *auditor_unread(PyObject *self, PyObject *args) {
    struct pm_auditor *a = (struct pm_auditor *)self;
    int file;
    long long sequence;
    const char *message;
    mmspan_error error;
    pm_error_clear(&error);
    if (!PyArg_ParseTuple(args, "iLs", &file, &sequence, &message) || !enter(a))
        return NULL;
    return leave(a, mmspan_audit_unread(a->audit, file, sequence, message), &error);
}

/* Takes the memory of an object; *data is NULL for None. */
static int borrow(struct borrowed *b, PyObject *object, size_t width, const void **data,
                  size_t *n) {
    *data = NULL;
    *n = 0;
    if (object == Py_None)
        return 0;
    if (b->n_buffers == MAX_BUFFERS) {
        PyErr_SetString(PyExc_ValueError, "too many columns");
        return -1;
    }
    Py_buffer *buffer = &b->buffers[b->n_buffers];
    if (PyObject_GetBuffer(object, buffer, PyBUF_C_CONTIGUOUS) < 0)
        return -1;
    b->n_buffers++;
    if ((uintptr_t)buffer->buf % width || (size_t)buffer->len % width) {
        PyErr_SetString(PyExc_ValueError, "a column is not aligned");
        return -1;
    }
    *data = buffer->len ? buffer->buf : NULL;
    *n = (size_t)buffer->len / width;
    return 0;
}

static const size_t widths[] = {4, 8, 4, 2, 1, 2};

/* (values, type, offsets, validity or None): offsets of n + 1 int64, a bit for each row. */
static int read_column(struct borrowed *b, PyObject *tuple, size_t n, mmspan_column *column) {
    PyObject *values, *offsets, *validity;
    const void *data;
    size_t n_offsets, n_bytes;
    memset(column, 0, sizeof *column);
    if (!PyArg_ParseTuple(tuple, "OiOO", &values, &column->type, &offsets, &validity))
        return -1;
    if (column->type < 0 || column->type > MMSPAN_COLUMN_INT16) {
        PyErr_SetString(PyExc_ValueError, "a column of an unknown type");
        return -1;
    }
    if (borrow(b, values, widths[column->type], &column->data, &column->n) < 0 ||
        borrow(b, offsets, sizeof(int64_t), &data, &n_offsets) < 0)
        return -1;
    column->offsets = data;
    if (borrow(b, validity, 1, &data, &n_bytes) < 0)
        return -1;
    column->validity = data;
    if (n_offsets != n + 1 || (data && n_bytes < (n + 7) / 8)) {
        PyErr_SetString(PyExc_ValueError, "a column has another number of rows than the IDs");
        return -1;
    }
    return 0;
}

/* (modality, form, column, inner offsets or None) */
static int read_media(struct borrowed *b, PyObject *tuple, size_t n,
                      mmspan_media_column *media) {
    PyObject *column, *inner;
    const void *data;
    size_t n_inner;
    memset(media, 0, sizeof *media);
    if (!PyArg_ParseTuple(tuple, "iiO!O", &media->modality, &media->form, &PyTuple_Type,
                          &column, &inner) ||
        read_column(b, column, n, &media->values) < 0 ||
        borrow(b, inner, sizeof(int64_t), &data, &n_inner) < 0)
        return -1;
    media->inner_offsets = data;
    media->n_inner = n_inner ? n_inner - 1 : 0;
    return 0;
}

/* The column of a role, or NULL when it is not there; *failed is set on an error. */
static const mmspan_column *column_of(struct borrowed *b, PyObject *columns, const char *role,
                                      size_t n, bool *failed) {
    PyObject *tuple = *failed ? NULL : PyDict_GetItemString(columns, role);
    if (!tuple)
        return NULL;
    mmspan_column *column = &b->columns[b->n_columns++];
    *failed = read_column(b, tuple, n, column) < 0;
    return column;
}

static bool fill_batch(struct borrowed *b, PyObject *columns, PyObject *media,
                       mmspan_audit_batch *batch) {
    const size_t n = batch->n_sequences;
    bool failed = false;
    batch->ids = column_of(b, columns, "ids", n, &failed);
    batch->labels = column_of(b, columns, "labels", n, &failed);
    batch->attention_mask = column_of(b, columns, "attention_mask", n, &failed);
    batch->loss_mask = column_of(b, columns, "loss_mask", n, &failed);
    batch->type_ids = column_of(b, columns, "type_ids", n, &failed);
    batch->cu_seqlens = column_of(b, columns, "cu_seqlens", n, &failed);
    batch->seq_lens = column_of(b, columns, "seq_lens", n, &failed);
    batch->position_ids = column_of(b, columns, "position_ids", n, &failed);
    batch->media = b->media;
    batch->n_media = (size_t)PyTuple_GET_SIZE(media);
    if (batch->n_media > MAX_COLUMNS) {
        PyErr_SetString(PyExc_ValueError, "too many columns of media");
        return false;
    }
    for (size_t i = 0; !failed && i < batch->n_media; i++)
        failed = read_media(b, PyTuple_GET_ITEM(media, (Py_ssize_t)i), n, &b->media[i]) < 0;
    return !failed;
}

static PyObject *auditor_add(PyObject *self, PyObject *args) {
    struct pm_auditor *a = (struct pm_auditor *)self;
    mmspan_audit_batch batch = {.struct_size = sizeof batch};
    PyObject *columns, *media, *done = NULL;
    long long first_sequence, first_token;
    Py_ssize_t n;
    mmspan_error error;
    pm_error_clear(&error);
    if (!PyArg_ParseTuple(args, "iLLnO!O!", &batch.file, &first_sequence, &first_token, &n,
                          &PyDict_Type, &columns, &PyTuple_Type, &media))
        return NULL;
    struct borrowed *b = PyMem_Calloc(1, sizeof *b);
    if (!b)
        return PyErr_NoMemory();
    batch.first_sequence = first_sequence;
    batch.first_token = first_token;
    batch.n_sequences = (size_t)n;
    if (fill_batch(b, columns, media, &batch) && enter(a)) {
        mmspan_status status;
        Py_BEGIN_ALLOW_THREADS;
        status = mmspan_audit_add(a->audit, &batch, &error);
        Py_END_ALLOW_THREADS;
        done = leave(a, status, &error);
    }
    PyObject *exception = pm_exception_hold();
    for (size_t i = 0; i < b->n_buffers; i++)
        PyBuffer_Release(&b->buffers[i]);
    pm_exception_restore(exception);
    PyMem_Free(b);
    return done;
}

static PyObject *auditor_json(PyObject *self, PyObject *ignored) {
    struct pm_auditor *a = (struct pm_auditor *)self;
    const char *text = NULL;
    size_t n = 0;
    mmspan_error error;
    (void)ignored;
    pm_error_clear(&error);
    if (!enter(a))
        return NULL;
    mmspan_status status = mmspan_report_json(mmspan_audit_report(a->audit), &text, &n);
    PyObject *json =
        status == MMSPAN_OK ? PyBytes_FromStringAndSize(text, (Py_ssize_t)n) : NULL;
    PyObject *done = leave(a, status, &error);
    Py_XDECREF(done);
    return json;
}

static PyObject *auditor_findings(PyObject *self, PyObject *ignored) {
    struct pm_auditor *a = (struct pm_auditor *)self;
    (void)ignored;
    if (a->findings.failed)
        return PyErr_NoMemory();
    return PyBytes_FromStringAndSize(a->findings.data, (Py_ssize_t)a->findings.n);
}

static PyMethodDef methods[] = {
    {"read", auditor_read, METH_VARARGS, NULL},
    {"file", auditor_file, METH_VARARGS, NULL},
    {"cover", auditor_cover, METH_VARARGS, NULL},
    {"unread", auditor_unread, METH_VARARGS, NULL},
    {"add", auditor_add, METH_VARARGS, NULL},
    {"json", auditor_json, METH_NOARGS, NULL},
    {"findings", auditor_findings, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {{Py_tp_new, auditor_new},
                              {Py_tp_dealloc, auditor_dealloc},
                              {Py_tp_methods, methods},
                              {0, NULL}};

PyType_Spec pm_auditor_spec = {
    .name = "mmspan._core._Auditor",
    .basicsize = sizeof(struct pm_auditor),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};

/* Says of a file of data that it is none, as `mmspan merge` does. */
static mmspan_status refuse_data(const char *bytes, Py_ssize_t n, const char *name,
                                 mmspan_error *error) {
    const struct mi_kind *kind = mi_kind_of(bytes, (size_t)n, NULL);
    if (!kind || !kind->for_text)
        return MMSPAN_OK;
    snprintf(error->file, sizeof error->file, "%s", name);
    snprintf(error->message, sizeof error->message, "not a report but %s", kind->what);
    return MMSPAN_E_SYNTAX;
}

/* The sum of reports: (JSON, its name) one after the other. */
static mmspan_status add_report(mmspan_report *sum, PyObject *pair, mmspan_error *error) {
    mmspan_report *report = NULL;
    const char *json, *name;
    Py_ssize_t n;
    if (!PyArg_ParseTuple(pair, "y#s", &json, &n, &name))
        return MMSPAN_E_ARGUMENT;
    mmspan_status status = refuse_data(json, n, name, error);
    if (status == MMSPAN_OK)
        status = mmspan_report_read(json, (size_t)n, name, NULL, &report, error);
    if (status == MMSPAN_OK)
        status = mmspan_report_merge(sum, report, error);
    mmspan_report_destroy(report);
    return status;
}

static PyObject *merge_reports(PyObject *module, PyObject *list) {
    struct pm_state *state = pm_state_of_module(module);
    mmspan_report *sum = NULL;
    mmspan_status status = mmspan_report_create(NULL, &sum);
    const char *text = NULL;
    size_t n = 0;
    mmspan_error error;
    pm_error_clear(&error);
    PyObject *tuple = PySequence_Tuple(list);
    const Py_ssize_t n_reports = tuple ? PyTuple_GET_SIZE(tuple) : 0;
    for (Py_ssize_t i = 0; status == MMSPAN_OK && i < n_reports; i++)
        status = add_report(sum, PyTuple_GET_ITEM(tuple, i), &error);
    if (status == MMSPAN_OK)
        status = mmspan_report_json(sum, &text, &n);
    PyObject *json = NULL;
    if (tuple && status == MMSPAN_OK)
        json = PyBytes_FromStringAndSize(text, (Py_ssize_t)n);
    else if (!PyErr_Occurred())
        pm_raise(state, status, &error);
    mmspan_report_destroy(sum);
    Py_XDECREF(tuple);
    return json;
}

/* (index, number, its variable or None, do processes share a command line?) of a --shard or
 * None; a status when the program has said what is wrong. */
static PyObject *find_shard(PyObject *module, PyObject *args) {
    struct shard shard;
    const char *text;
    (void)module;
    if (!PyArg_ParseTuple(args, "z", &text))
        return NULL;
    const int status = shard_find(text, &shard);
    if (status != 0)
        return PyLong_FromLong(status);
    return Py_BuildValue("IIzO", shard.index, shard.n, shard.variable,
                         shard.ranks ? Py_True : Py_False);
}

PyMethodDef pm_report_functions[] = {
    {"_find_shard", find_shard, METH_VARARGS, NULL},
    {"_merge_reports", merge_reports, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
