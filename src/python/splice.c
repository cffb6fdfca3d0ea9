/* Result.splice_: embedding rows into the matrix of input embeddings, in place. */
#include "args.h"
#include "error.h"
#include "methods.h"
#include "tensor.h"

#include <string.h>

/* The matrix, the rows of each modality, and which tokens it is about. */
struct splice {
    const struct pm_result *r;
    struct pm_tensor matrix;
    struct pm_tensor rows[MMSPAN_MAX_MODALITIES];
    mmspan_source sources[MMSPAN_MAX_MODALITIES];
    size_t n;
    PyObject *window; /* among the named arguments, or NULL */
    int64_t start;
    int64_t end;
};

static int check_rows(const struct splice *s, const struct pm_tensor *rows, PyObject *name) {
    const struct pm_tensor *matrix = &s->matrix;
    if (rows->code != matrix->code || rows->size != matrix->size) {
        PyErr_Format(PyExc_TypeError,
                     "%U has other numbers than embeds: convert it to the same dtype", name);
        return -1;
    }
    if (rows->shape[1] != matrix->shape[1]) {
        PyErr_Format(PyExc_ValueError, "%U has rows of %lld numbers, and embeds of %lld", name,
                     (long long)rows->shape[1], (long long)matrix->shape[1]);
        return -1;
    }
    if (rows->stride < 0) {
        PyErr_Format(PyExc_ValueError, "%U has its rows in reverse order: make it contiguous",
                     name);
        return -1;
    }
    return 0;
}

static int open_rows(struct splice *s, PyObject *name, PyObject *value) {
    const char *text = PyUnicode_AsUTF8(name);
    int32_t modality = text ? pm_find_modality(s->r, name) : -1;
    if (modality < 0 || s->n == MMSPAN_MAX_MODALITIES)
        return -1;
    struct pm_tensor *rows = &s->rows[s->n];
    if (pm_tensor_open(value, text, 2, false, rows) < 0)
        return -1;
    s->sources[s->n++] =
        (mmspan_source){.data = rows->data, .n_rows = rows->shape[0], .modality = modality};
    if (check_rows(s, rows, name) < 0)
        return -1;
    const size_t bytes = (size_t)rows->shape[1] * (size_t)rows->size;
    s->sources[s->n - 1].stride = rows->shape[0] > 1 ? (size_t)rows->stride : bytes;
    return 0;
}

static int open_all(struct splice *s, PyObject *embeds, PyObject *named) {
    if (pm_tensor_open(embeds, "embeds", 2, true, &s->matrix) < 0)
        return -1;
    if (s->matrix.stride < 0 || s->matrix.shape[0] != s->end - s->start) {
        PyErr_Format(PyExc_ValueError, "embeds has %lld rows%s, and the window %lld tokens",
                     (long long)s->matrix.shape[0], s->matrix.stride < 0 ? " in reverse" : "",
                     (long long)(s->end - s->start));
        return -1;
    }
    PyObject *name, *value;
    Py_ssize_t at = 0;
    while (named && PyDict_Next(named, &at, &name, &value))
        if (value != s->window && open_rows(s, name, value) < 0)
            return -1;
    return 0;
}

static int copy_rows(struct splice *s) {
    const size_t bytes = (size_t)s->matrix.shape[1] * (size_t)s->matrix.size;
    const size_t stride = s->matrix.shape[0] > 1 ? (size_t)s->matrix.stride : bytes;
    mmspan_error error;
    mmspan_status status;
    pm_error_clear(&error);
    Py_BEGIN_ALLOW_THREADS;
    status = mmspan_splice(s->r->result, s->start, s->end, bytes, s->matrix.data, stride,
                           s->sources, s->n, &error);
    Py_END_ALLOW_THREADS;
    return status == MMSPAN_OK ? 0 : pm_raise(s->r->state, status, &error);
}

/* `window` may be given by its name, too, unless a modality has that. */
static PyObject *find_window(struct splice *s, PyObject *given, PyObject *named) {
    if (given || !named || mmspan_matcher_find_modality(pm_matcher_of(s->r), "window") >= 0)
        return given;
    s->window = PyDict_GetItemString(named, "window");
    return s->window;
}

/* (start, end), or the whole prompt. */
static int read_window(struct splice *s, PyObject *window) {
    s->start = 0;
    s->end = mmspan_result_view(s->r->result)->n_tokens;
    if (!window || window == Py_None)
        return 0;
    PyObject *pair = PySequence_Tuple(window);
    int failed = -1;
    if (pair && PyTuple_GET_SIZE(pair) == 2)
        failed = pm_int64(PyTuple_GET_ITEM(pair, 0), "window", &s->start) < 0 ||
                 pm_int64(PyTuple_GET_ITEM(pair, 1), "window", &s->end) < 0;
    else if (pair)
        PyErr_SetString(PyExc_TypeError, "window is not a pair of positions");
    Py_XDECREF(pair);
    const int64_t n = mmspan_result_view(s->r->result)->n_tokens;
    if (!failed && (s->start < 0 || s->end < s->start || s->end > n)) {
        PyErr_Format(PyExc_ValueError, "window [%lld, %lld) is not inside the %lld tokens",
                     (long long)s->start, (long long)s->end, (long long)n);
        failed = -1;
    }
    return failed ? -1 : 0;
}

const char pm_splice_doc[] =
    "splice_($self, embeds, /, window=None, **rows)\n--\n\n"
    "Copies embedding rows into the matrix of input embeddings, in place.\n\n"
    "All is checked before the first number is written.\n\n"
    "Parameters\n----------\n"
    "embeds : array or tensor on the CPU, of shape (tokens, width)\n"
    "window : pair of int, optional\n"
    "    The tokens [start, end) that `embeds` is about; the whole prompt by default. By\n"
    "    position only where a modality is named so.\n"
    "**rows : array or tensor on the CPU\n"
    "    For each modality all rows that the prompt takes, of the same dtype.\n\n"
    "Examples\n--------\n"
    ">>> import mmspan, numpy as np\n"
    ">>> r = mmspan.load(\"gemma-4\").scan([2, 255999, 258880, 258880, 258882])\n"
    ">>> embeds = np.zeros((5, 1), np.float32)\n"
    ">>> r.splice_(embeds, image=np.array([[1], [2]], np.float32))\n"
    ">>> embeds.ravel().tolist()\n"
    "[0.0, 0.0, 1.0, 2.0, 0.0]\n";

PyObject *pm_splice(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
    static const struct pm_signature signature = {"splice_", 2, 2, 1, {"embeds", "window"}};
    PyObject *values[PM_MAX_ARGS];
    PyObject *named;
    if (pm_args(&signature, args, n, names, values, &named) < 0)
        return NULL;
    struct splice *s = PyMem_RawCalloc(1, sizeof *s);
    int failed = -1;
    if (!s)
        PyErr_NoMemory();
    else {
        s->r = (struct pm_result *)self;
        failed = read_window(s, find_window(s, values[1], named)) < 0 ||
                 open_all(s, values[0], named) < 0 || copy_rows(s) < 0;
        pm_tensor_close(&s->matrix);
        for (size_t i = 0; i < s->n; i++)
            pm_tensor_close(&s->rows[i]);
    }
    PyMem_RawFree(s);
    Py_XDECREF(named);
    return failed ? NULL : Py_NewRef(Py_None);
}
