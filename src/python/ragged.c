/* Reads many sequences: flat with offsets, as a matrix, as a list of sequences. */
#include "ragged.h"
#include "error.h"

#include "arrow_in.h"

#include <string.h>

int64_t *pm_ragged_offsets(struct pm_state *state, struct pm_ragged *ragged, int64_t n) {
    ragged->offset_block = pm_block_new(state, (Py_ssize_t)n + 1, sizeof(int64_t));
    if (!ragged->offset_block)
        return NULL;
    ragged->offset_block->writable = false;
    ragged->offsets = ragged->offset_block->data;
    ragged->n = (size_t)n;
    return ragged->offset_block->data;
}

static int64_t value_at(const mmspan_ids *ids, size_t i) {
    switch (ids->type) {
    case MMSPAN_IDS_INT64:
        return ((const int64_t *)ids->data)[i];
    case MMSPAN_IDS_UINT32:
        return ((const uint32_t *)ids->data)[i];
    case MMSPAN_IDS_UINT16:
        return ((const uint16_t *)ids->data)[i];
    default:
        return ((const int32_t *)ids->data)[i];
    }
}

/* Offsets of any width, copied: they must not change. */
static int read_offsets(struct pm_state *state, PyObject *object, struct pm_ragged *ragged) {
    struct pm_tokens tokens;
    if (pm_tokens_read(state, object, "offsets", &tokens) < 0)
        return -1;
    const size_t n = tokens.ids.n;
    int64_t *offsets = NULL;
    if (n == 0)
        PyErr_SetString(PyExc_ValueError,
                        "offsets is empty: it has one more element than there are sequences");
    else
        offsets = pm_ragged_offsets(state, ragged, (int64_t)n - 1);
    for (size_t i = 0; offsets && i < n; i++)
        offsets[i] = value_at(&tokens.ids, i);
    pm_tokens_release(&tokens);
    return offsets ? 0 : -1;
}

static int read_flat(struct pm_state *state, PyObject *values, PyObject *offsets,
                     struct pm_ragged *ragged) {
    if (pm_tokens_read(state, values, "values", &ragged->tokens) < 0)
        return -1;
    ragged->ids = ragged->tokens.ids;
    return read_offsets(state, offsets, ragged);
}

/* Rows of equal length. */
static int read_matrix(struct pm_state *state, PyObject *object, struct pm_ragged *ragged) {
    struct pm_tensor *m = &ragged->matrix;
    if (pm_tensor_open(object, "values", 2, false, m) < 0)
        return -1;
    const int64_t columns = m->shape[1];
    if (m->code != DL_INT && m->code != DL_UINT) {
        PyErr_SetString(PyExc_TypeError, "values holds no ints");
        return -1;
    }
    if (m->shape[0] > 1 && m->stride != columns * m->size) {
        PyErr_SetString(PyExc_ValueError,
                        "values is not contiguous: copy it first, or give a list of rows");
        return -1;
    }
    int64_t *offsets = pm_ragged_offsets(state, ragged, m->shape[0]);
    if (!offsets)
        return -1;
    for (int64_t i = 0; i <= m->shape[0]; i++)
        offsets[i] = i * columns;
    const struct pm_layout layout = {.data = m->data,
                                     .n = (Py_ssize_t)(m->shape[0] * columns),
                                     .step = m->size,
                                     .code = m->code,
                                     .size = m->size};
    ragged->tokens = (struct pm_tokens){.state = state, .name = "values"};
    if (pm_tokens_take(&ragged->tokens, &layout) < 0)
        return -1;
    ragged->ids = ragged->tokens.ids;
    return 0;
}

/* IDs of all sequences so far. */
struct flat {
    int32_t *ids;
    size_t n;
    size_t cap;
};

static int32_t *reserve(struct flat *flat, size_t n) {
    if (!flat->ids || flat->cap - flat->n < n) {
        size_t cap = 2 * flat->cap + 1024;
        if (cap - flat->n < n)
            cap = flat->n + n;
        int32_t *more = cap <= PY_SSIZE_T_MAX / sizeof *more
                            ? PyMem_RawRealloc(flat->ids, cap * sizeof *more)
                            : NULL;
        if (!more) {
            PyErr_NoMemory();
            return NULL;
        }
        flat->ids = more;
        flat->cap = cap;
    }
    return flat->ids + flat->n;
}

static int add_sequence(struct pm_state *state, PyObject *item, Py_ssize_t i,
                        struct flat *flat) {
    char name[48];
    PyOS_snprintf(name, sizeof name, "values[%zd]", i);
    const Py_ssize_t n = pm_list_size(item);
    if (n >= 0) {
        int32_t *out = reserve(flat, (size_t)n);
        if (!out || pm_list_into(name, item, n, out) < 0)
            return -1;
        flat->n += (size_t)n;
        return 0;
    }
    struct pm_tokens tokens;
    if (pm_tokens_read(state, item, name, &tokens) < 0)
        return -1;
    int32_t *out = pm_tokens_own_int32(&tokens) == 0 ? reserve(flat, tokens.ids.n) : NULL;
    if (out && tokens.ids.n) {
        memcpy(out, tokens.ids.data, tokens.ids.n * sizeof *out);
        flat->n += tokens.ids.n;
    }
    pm_tokens_release(&tokens);
    return out ? 0 : -1;
}

/* A list of sequences; a copy of it, for Python code may run. */
static int read_sequences(struct pm_state *state, PyObject *object, struct pm_ragged *ragged) {
    PyObject *list = PySequence_Tuple(object);
    if (!list) {
        if (PyErr_ExceptionMatches(PyExc_TypeError))
            PyErr_Format(PyExc_TypeError,
                         "values is %s %.100s, not a list of sequences, a matrix or an Arrow "
                         "list array",
                         pm_article(Py_TYPE(object)), Py_TYPE(object)->tp_name);
        return -1;
    }
    struct flat flat = {0};
    const Py_ssize_t n = PyTuple_GET_SIZE(list);
    int64_t *offsets = pm_ragged_offsets(state, ragged, n);
    int failed = offsets ? 0 : -1;
    for (Py_ssize_t i = 0; !failed && i < n; i++) {
        offsets[i] = (int64_t)flat.n;
        failed = add_sequence(state, PyTuple_GET_ITEM(list, i), i, &flat);
    }
    if (!failed)
        ragged->block = pm_block_new(state, (Py_ssize_t)flat.n, sizeof(int32_t));
    if (ragged->block) {
        offsets[n] = (int64_t)flat.n;
        if (flat.n)
            memcpy(ragged->block->data, flat.ids, flat.n * sizeof(int32_t));
        ragged->ids = (mmspan_ids){.data = ragged->block->data, .n = flat.n};
    }
    PyMem_RawFree(flat.ids);
    Py_DECREF(list);
    return ragged->block ? 0 : -1;
}

static bool has_tensor(PyObject *object) {
    return PyObject_HasAttrString(object, "__dlpack__");
}

int pm_ragged_read(struct pm_state *state, PyObject *values, PyObject *offsets,
                   struct pm_ragged *ragged) {
    memset(ragged, 0, sizeof *ragged);
    ragged->owner = Py_NewRef(values);
    if (offsets && offsets != Py_None)
        return read_flat(state, values, offsets, ragged);
    if (pm_list_size(values) >= 0)
        return read_sequences(state, values, ragged);
    if (PyUnicode_Check(values) || PyBytes_Check(values) || PyDict_Check(values)) {
        PyErr_Format(PyExc_TypeError, "values is %s %.100s, not a list of sequences",
                     pm_article(Py_TYPE(values)), Py_TYPE(values)->tp_name);
        return -1;
    }
    if (PyObject_CheckBuffer(values))
        return read_matrix(state, values, ragged);
    int done = pm_ragged_read_arrow(state, values, ragged);
    if (done != 0)
        return done < 0 ? -1 : 0;
    return has_tensor(values) ? read_matrix(state, values, ragged)
                              : read_sequences(state, values, ragged);
}

void pm_ragged_release(struct pm_ragged *ragged) {
    pm_tokens_release(&ragged->tokens);
    pm_tensor_close(&ragged->matrix);
    if (ragged->array.release)
        pm_arrow_release(NULL, &ragged->array);
    Py_CLEAR(ragged->block);
    Py_CLEAR(ragged->offset_block);
    Py_CLEAR(ragged->owner);
}
