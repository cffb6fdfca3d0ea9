/* Arrays with an element for each token: made here, or the caller's. */
#include "args.h"
#include "error.h"
#include "methods.h"
#include "tensor.h"

#include <string.h>

/* What an array is filled by, and what its elements are. */
struct filler {
    mmspan_status (*fill)(const mmspan_result *result, const void *context, void *out, size_t n,
                          mmspan_error *error);
    const void *context;
    enum pm_array kind;
    int size;
    int code;
    int other_code; /* as good */
    const char *elements;
};

static int fail_out(const struct pm_tensor *out, const struct filler *filler, int64_t n) {
    if (out->code != filler->code && out->code != filler->other_code)
        PyErr_Format(PyExc_TypeError, "out has other elements than %s", filler->elements);
    else if (out->size != filler->size)
        PyErr_Format(PyExc_TypeError, "out has elements of %d bytes, not %s", out->size,
                     filler->elements);
    else if (out->shape[0] != n)
        PyErr_Format(PyExc_ValueError, "out has %lld elements, and the prompt %lld tokens",
                     (long long)out->shape[0], (long long)n);
    else if (n > 1 && out->stride != filler->size)
        PyErr_SetString(PyExc_ValueError, "out is not contiguous");
    else if ((uintptr_t)out->data % (unsigned)filler->size)
        PyErr_SetString(PyExc_ValueError, "out is not aligned");
    else
        return 0;
    return -1;
}

static PyObject *fill_out(const struct pm_result *r, const struct filler *filler,
                          PyObject *object) {
    const int64_t n = mmspan_result_view(r->result)->n_tokens;
    struct pm_tensor out;
    mmspan_error error;
    pm_error_clear(&error);
    if (pm_tensor_open(object, "out", 1, true, &out) < 0)
        return NULL;
    int failed = fail_out(&out, filler, n);
    if (!failed) {
        mmspan_status status =
            filler->fill(r->result, filler->context, out.data, (size_t)n, &error);
        failed = status == MMSPAN_OK ? 0 : pm_raise(r->state, status, &error);
    }
    pm_tensor_close(&out);
    return failed ? NULL : Py_NewRef(object);
}

static PyObject *fill_new(const struct pm_result *r, const struct filler *filler) {
    const int64_t n = mmspan_result_view(r->result)->n_tokens;
    struct pm_block *block = pm_block_new(r->state, (Py_ssize_t)n, (size_t)filler->size);
    mmspan_error error;
    pm_error_clear(&error);
    if (!block)
        return NULL;
    mmspan_status status =
        filler->fill(r->result, filler->context, block->data, (size_t)n, &error);
    if (status == MMSPAN_OK)
        return pm_array(r->state, block, filler->kind);
    Py_DECREF(block);
    pm_raise(r->state, status, &error);
    return NULL;
}

static PyObject *fill(const struct pm_result *r, const struct filler *filler, PyObject *out) {
    return out && out != Py_None ? fill_out(r, filler, out) : fill_new(r, filler);
}

static mmspan_status fill_mask(const mmspan_result *result, const void *context, void *out,
                               size_t n, mmspan_error *error) {
    (void)context;
    return mmspan_mask(result, out, n, error);
}

static mmspan_status fill_cumsum(const mmspan_result *result, const void *context, void *out,
                                 size_t n, mmspan_error *error) {
    (void)context;
    return mmspan_cumsum(result, out, n, error);
}

static mmspan_status fill_items(const mmspan_result *result, const void *context, void *out,
                                size_t n, mmspan_error *error) {
    (void)context;
    return mmspan_item_index(result, out, n, error);
}

struct numbers {
    int32_t of[MMSPAN_MAX_MODALITIES];
    size_t n;
};

static mmspan_status fill_types(const mmspan_result *result, const void *context, void *out,
                                size_t n, mmspan_error *error) {
    const struct numbers *numbers = context;
    return mmspan_type_ids(result, numbers->n ? numbers->of : NULL, numbers->n, out, n, error);
}

#define OUT_DOC                                                                                \
    "Parameters\n----------\n"                                                                 \
    "out : array or tensor on the CPU, optional\n"                                             \
    "    Where to write, one element for each token; a new array when it is not given.\n\n"

#define FIVE                                                                                   \
    ">>> import mmspan\n"                                                                      \
    ">>> r = mmspan.load(\"gemma-4\").scan([2, 255999, 258880, 258880, 258882])\n"

const char pm_mask_doc[] =
    "mask($self, /, *, out=None)\n--\n\n"
    "True where a token takes an embedding row.\n\n" OUT_DOC "Returns\n-------\n"
    "ndarray of bool, or `out`\n\n"
    "Examples\n--------\n" FIVE ">>> r.mask().tolist()\n"
    "[False, False, True, True, False]\n";

PyObject *pm_mask(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
    static const struct pm_signature signature = {"mask", 0, 0, 0, {"out"}};
    static const struct filler filler = {fill_mask, NULL,    PM_BOOL,        1,
                                         DL_BOOL,   DL_UINT, "bool or uint8"};
    PyObject *values[PM_MAX_ARGS];
    if (pm_args(&signature, args, n, names, values, NULL) < 0)
        return NULL;
    return fill((struct pm_result *)self, &filler, values[0]);
}

const char pm_cumsum_doc[] =
    "cumsum($self, /, *, out=None)\n--\n\n"
    "How many rows all tokens up to and including each take.\n\n" OUT_DOC "Returns\n-------\n"
    "ndarray of int64, or `out`\n\n"
    "Examples\n--------\n" FIVE ">>> r.cumsum().tolist()\n"
    "[0, 0, 1, 2, 2]\n";

PyObject *pm_cumsum(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
    static const struct pm_signature signature = {"cumsum", 0, 0, 0, {"out"}};
    static const struct filler filler = {fill_cumsum, NULL,   PM_INT64, 8,
                                         DL_INT,      DL_INT, "int64"};
    PyObject *values[PM_MAX_ARGS];
    if (pm_args(&signature, args, n, names, values, NULL) < 0)
        return NULL;
    return fill((struct pm_result *)self, &filler, values[0]);
}

const char pm_item_index_doc[] =
    "item_index($self, /, *, out=None)\n--\n\n"
    "The index of the item that each token belongs to, delimiters too; -1 for text.\n\n" OUT_DOC
    "Returns\n-------\n"
    "ndarray of int32, or `out`\n\n"
    "Examples\n--------\n" FIVE ">>> r.item_index().tolist()\n"
    "[-1, 0, 0, 0, 0]\n";

PyObject *pm_item_index(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
    static const struct pm_signature signature = {"item_index", 0, 0, 0, {"out"}};
    static const struct filler filler = {fill_items, NULL,   PM_INT32, 4,
                                         DL_INT,     DL_INT, "int32"};
    PyObject *values[PM_MAX_ARGS];
    if (pm_args(&signature, args, n, names, values, NULL) < 0)
        return NULL;
    return fill((struct pm_result *)self, &filler, values[0]);
}

/* One number for each modality, in their order. */
static int read_listed(PyObject *list, struct numbers *numbers) {
    const Py_ssize_t n = pm_list_size(list);
    if (n != (Py_ssize_t)numbers->n) {
        PyErr_Format(PyExc_ValueError,
                     "numbers has %zd elements, and the config %zu modalities", n, numbers->n);
        return -1;
    }
    return pm_list_into("numbers", list, n, numbers->of);
}

/* The numbers of a mapping, which must name every modality, or of a list. */
static int read_numbers(const struct pm_result *r, PyObject *mapping, struct numbers *numbers) {
    const mmspan_matcher *matcher = pm_matcher_of(r);
    numbers->n = 0;
    if (!mapping || mapping == Py_None)
        return 0;
    if (pm_list_size(mapping) >= 0) {
        numbers->n = (size_t)mmspan_matcher_n_modalities(matcher);
        return read_listed(mapping, numbers);
    }
    if (!PyMapping_Check(mapping)) {
        PyErr_Format(PyExc_TypeError, "numbers is %s %.100s, not a mapping of modalities",
                     pm_article(Py_TYPE(mapping)), Py_TYPE(mapping)->tp_name);
        return -1;
    }
    numbers->n = (size_t)mmspan_matcher_n_modalities(matcher);
    for (size_t i = 0; i < numbers->n; i++) {
        const char *name = mmspan_matcher_modality_name(matcher, (int32_t)i);
        PyObject *value = PyMapping_GetItemString(mapping, name);
        if (!value && PyErr_ExceptionMatches(PyExc_LookupError)) {
            PyErr_Format(PyExc_ValueError, "numbers has none for modality '%s'", name);
            return -1;
        }
        int failed =
            value ? pm_read_item("numbers", value, (Py_ssize_t)i, &numbers->of[i]) : -1;
        Py_XDECREF(value);
        if (failed)
            return -1;
    }
    return 0;
}

const char pm_type_ids_doc[] =
    "type_ids($self, /, numbers=None, *, out=None)\n--\n\n"
    "0 for text, and a number of the modality where a token takes a row.\n\n"
    "Parameters\n----------\n"
    "numbers : mapping of str to int, or list of int, optional\n"
    "    The number of each modality, by name or in their order; by default its index and\n"
    "    one. transformers wants 1 for images, 2 for videos and 3 for audio.\n"
    "out : array or tensor on the CPU, optional\n"
    "    Where to write; a new array when it is not given.\n\n"
    "Returns\n-------\n"
    "ndarray of int32, or `out`\n\n"
    "Examples\n--------\n" FIVE ">>> r.type_ids({\"image\": 7, \"video\": 8, \"audio\": 9})"
    ".tolist()\n"
    "[0, 0, 7, 7, 0]\n";

PyObject *pm_type_ids(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
    static const struct pm_signature signature = {"type_ids", 0, 1, 0, {"numbers", "out"}};
    struct pm_result *r = (struct pm_result *)self;
    struct numbers numbers;
    PyObject *values[PM_MAX_ARGS];
    if (pm_args(&signature, args, n, names, values, NULL) < 0 ||
        read_numbers(r, values[0], &numbers) < 0)
        return NULL;
    const struct filler filler = {fill_types, &numbers, PM_INT32, 4, DL_INT, DL_INT, "int32"};
    return fill(r, &filler, values[1]);
}

typedef mmspan_status fill_function(const mmspan_result *, int32_t *, size_t, const int32_t *,
                                    size_t, mmspan_error *);

static PyObject *fill_ids(struct pm_result *r, PyObject *object, fill_function *function) {
    const int64_t n = mmspan_result_view(r->result)->n_tokens;
    struct pm_tokens keys;
    struct pm_block *block = NULL;
    mmspan_error error;
    pm_error_clear(&error);
    if (pm_result_need_ids(r) < 0 || pm_tokens_read(r->state, object, "values", &keys) < 0)
        return NULL;
    if (pm_tokens_own_int32(&keys) == 0)
        block = pm_block_new(r->state, (Py_ssize_t)n, sizeof(int32_t));
    mmspan_status status = MMSPAN_OK;
    if (block && n)
        memcpy(block->data, r->ids, (size_t)n * sizeof(int32_t));
    if (block)
        status = function(r->result, block->data, (size_t)n, keys.ids.data, keys.ids.n, &error);
    pm_tokens_release(&keys);
    if (status == MMSPAN_OK)
        return pm_array(r->state, block, PM_INT32);
    Py_DECREF(block);
    pm_raise(r->state, status, &error);
    return NULL;
}

#define FILL_DOC(what)                                                                         \
    "A copy of the IDs in which the rows of each " what " have a value of its own.\n\n"        \
    "For prefix caches that key on token IDs, with a hash of the media as value.\n\n"          \
    "Parameters\n----------\n"                                                                 \
    "values : list of int\n    One for each " what ".\n\n"                                     \
    "Returns\n-------\n"                                                                       \
    "ndarray of int32\n\n"

const char pm_fill_doc[] =
    "fill($self, /, values)\n--\n\n" FILL_DOC("item") "Examples\n--------\n" FIVE
                                                      ">>> r.fill([-5]).tolist()\n"
                                                      "[2, 255999, -5, -5, 258882]\n";

PyObject *pm_fill(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
    static const struct pm_signature signature = {"fill", 0, 1, 1, {"values"}};
    PyObject *values[PM_MAX_ARGS];
    if (pm_args(&signature, args, n, names, values, NULL) < 0)
        return NULL;
    return fill_ids((struct pm_result *)self, values[0], mmspan_fill);
}

const char pm_fill_runs_doc[] =
    "fill_runs($self, /, values)\n--\n\n" FILL_DOC("run") "Examples\n--------\n" FIVE
                                                          ">>> r.fill_runs([-5]).tolist()\n"
                                                          "[2, 255999, -5, -5, 258882]\n";

PyObject *pm_fill_runs(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
    static const struct pm_signature signature = {"fill_runs", 0, 1, 1, {"values"}};
    PyObject *values[PM_MAX_ARGS];
    if (pm_args(&signature, args, n, names, values, NULL) < 0)
        return NULL;
    return fill_ids((struct pm_result *)self, values[0], mmspan_fill_runs);
}
