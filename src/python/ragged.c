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

/* Rows that stand apart, as those of a[:, :n], side by side. */
static const void *gather_rows(struct pm_state *state, struct pm_ragged *ragged) {
    const struct pm_tensor *m = &ragged->matrix;
    const size_t bytes = (size_t)(m->shape[1] * m->size);
    ragged->block =
        pm_block_new(state, (Py_ssize_t)(m->shape[0] * m->shape[1]), (size_t)m->size);
    if (!ragged->block)
        return NULL;
    for (int64_t i = 0; i < m->shape[0]; i++)
        memcpy((char *)ragged->block->data + (size_t)i * bytes,
               (const char *)m->data + i * m->stride, bytes);
    return ragged->block->data;
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
    const bool apart = m->shape[0] > 1 && columns && m->stride != columns * m->size;
    const void *data = apart ? gather_rows(state, ragged) : m->data;
    if (apart && !data)
        return -1;
    int64_t *offsets = pm_ragged_offsets(state, ragged, m->shape[0]);
    if (!offsets)
        return -1;
    for (int64_t i = 0; i <= m->shape[0]; i++)
        offsets[i] = i * columns;
    const struct pm_layout layout = {.data = data,
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

/* IDs of all sequences so far: int32, and int64 from the first one on that does not fit. */
struct flat {
    void *ids;
    size_t n;
    size_t cap;
    bool wide;
};

static size_t width_of(const struct flat *flat) {
    return flat->wide ? sizeof(int64_t) : sizeof(int32_t);
}

/* Makes room for n more; the place of the first of them. */
static void *reserve(struct flat *flat, size_t n) {
    const size_t width = width_of(flat);
    if (!flat->ids || flat->cap - flat->n < n) {
        size_t cap = 2 * flat->cap + 1024;
        if (cap - flat->n < n)
            cap = flat->n + n;
        void *more =
            cap <= PY_SSIZE_T_MAX / width ? PyMem_RawRealloc(flat->ids, cap * width) : NULL;
        if (!more) {
            PyErr_NoMemory();
            return NULL;
        }
        flat->ids = more;
        flat->cap = cap;
    }
    return (char *)flat->ids + flat->n * width;
}

/* n int32 where n int64 shall be, from the last one on. */
static void widen(void *at, size_t n) {
    const int32_t *from = at;
    int64_t *to = at;
    for (size_t i = n; i-- > 0;) {
        const int64_t value = from[i];
        memcpy(&to[i], &value, sizeof value);
    }
}

static int make_wide(struct flat *flat) {
    if (flat->wide)
        return 0;
    void *more = flat->cap <= PY_SSIZE_T_MAX / sizeof(int64_t)
                     ? PyMem_RawRealloc(flat->ids, flat->cap * sizeof(int64_t))
                     : NULL;
    if (!more && flat->cap) {
        PyErr_NoMemory();
        return -1;
    }
    flat->ids = more;
    flat->wide = true;
    widen(more, flat->n);
    return 0;
}

static bool all_fit(const mmspan_ids *ids) {
    bool fit = true;
    for (size_t i = 0; i < ids->n; i++) {
        const int64_t value = value_at(ids, i);
        fit = fit && value >= INT32_MIN && value <= INT32_MAX;
    }
    return fit;
}

static int add_tokens(struct flat *flat, const mmspan_ids *ids) {
    if (ids->type != MMSPAN_IDS_INT32 && !all_fit(ids) && make_wide(flat) < 0)
        return -1;
    void *out = reserve(flat, ids->n);
    if (!out)
        return -1;
    if (ids->n && ids->type == MMSPAN_IDS_INT32 && !flat->wide)
        memcpy(out, ids->data, ids->n * sizeof(int32_t));
    else if (flat->wide)
        for (size_t i = 0; i < ids->n; i++)
            ((int64_t *)out)[i] = value_at(ids, i);
    else
        for (size_t i = 0; i < ids->n; i++)
            ((int32_t *)out)[i] = (int32_t)value_at(ids, i);
    flat->n += ids->n;
    return 0;
}

static int add_sequence(const struct pm_matcher *matcher, PyObject *item, Py_ssize_t i,
                        struct flat *flat) {
    char name[48];
    PyOS_snprintf(name, sizeof name, "values[%zd]", i);
    const Py_ssize_t n = pm_list_size(item);
    if (n >= 0) {
        void *out = reserve(flat, (size_t)n);
        if (!out || pm_list_into(name, item, n, out) < 0)
            return -1;
        if (flat->wide)
            widen(out, (size_t)n);
        flat->n += (size_t)n;
        return 0;
    }
    struct pm_tokens tokens;
    if (pm_tokens_read(matcher->state, item, name, &tokens) < 0)
        return -1;
    int failed = pm_tokens_check(&tokens, matcher);
    if (!failed)
        failed = add_tokens(flat, &tokens.ids);
    pm_tokens_release(&tokens);
    return failed;
}

static void keep_flat(struct pm_state *state, const struct flat *flat,
                      struct pm_ragged *ragged) {
    const size_t width = width_of(flat);
    ragged->block = pm_block_new(state, (Py_ssize_t)flat->n, width);
    if (!ragged->block)
        return;
    if (flat->n)
        memcpy(ragged->block->data, flat->ids, flat->n * width);
    ragged->ids = (mmspan_ids){.data = ragged->block->data,
                               .n = flat->n,
                               .type = flat->wide ? MMSPAN_IDS_INT64 : MMSPAN_IDS_INT32};
}

/* A list of sequences; a copy of it, for Python code may run. */
static int read_sequences(const struct pm_matcher *matcher, PyObject *object,
                          struct pm_ragged *ragged) {
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
    int64_t *offsets = pm_ragged_offsets(matcher->state, ragged, n);
    int failed = offsets ? 0 : -1;
    for (Py_ssize_t i = 0; !failed && i < n; i++) {
        offsets[i] = (int64_t)flat.n;
        failed = add_sequence(matcher, PyTuple_GET_ITEM(list, i), i, &flat);
    }
    if (!failed) {
        offsets[n] = (int64_t)flat.n;
        keep_flat(matcher->state, &flat, ragged);
    }
    PyMem_RawFree(flat.ids);
    Py_DECREF(list);
    return ragged->block ? 0 : -1;
}

static bool has_tensor(PyObject *object) {
    return PyObject_HasAttrString(object, "__dlpack__");
}

int pm_ragged_read(const struct pm_matcher *matcher, PyObject *values, PyObject *offsets,
                   struct pm_ragged *ragged) {
    struct pm_state *state = matcher->state;
    memset(ragged, 0, sizeof *ragged);
    ragged->owner = Py_NewRef(values);
    if (offsets && offsets != Py_None)
        return read_flat(state, values, offsets, ragged);
    if (pm_list_size(values) >= 0)
        return read_sequences(matcher, values, ragged);
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
                              : read_sequences(matcher, values, ragged);
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
