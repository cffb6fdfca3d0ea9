/* Reads IDs from anything that can be iterated over. */
#include "intake.h"

#include <string.h>

/* IDs that came so far; they move to a block when their number is known. */
struct growing {
    int32_t *values;
    Py_ssize_t n;
    Py_ssize_t cap;
};

static int add(struct growing *ids, const char *name, PyObject *item) {
    if (ids->n == ids->cap) {
        const Py_ssize_t cap = ids->cap ? 2 * ids->cap : 256;
        int32_t *values = cap < PY_SSIZE_T_MAX / 8
                              ? PyMem_RawRealloc(ids->values, (size_t)cap * sizeof *values)
                              : NULL;
        if (!values) {
            PyErr_NoMemory();
            return -1;
        }
        ids->values = values;
        ids->cap = cap;
    }
    if (pm_read_item(name, item, ids->n, &ids->values[ids->n]) < 0)
        return -1;
    ids->n++;
    return 0;
}

static int add_all(struct growing *ids, const char *name, PyObject *iterator) {
    int failed = 0;
    while (!failed) {
        PyObject *item = PyIter_Next(iterator);
        if (!item)
            return PyErr_Occurred() ? -1 : 0;
        failed = add(ids, name, item);
        Py_DECREF(item);
    }
    return -1;
}

int pm_read_iterable(struct pm_tokens *tokens, PyObject *object) {
    if (!Py_TYPE(object)->tp_iter && !PySequence_Check(object))
        return 0;
    PyObject *iterator = PyObject_GetIter(object);
    if (!iterator)
        return -1;
    struct growing ids = {0};
    int failed = add_all(&ids, tokens->name, iterator);
    Py_DECREF(iterator);
    if (!failed)
        tokens->block = pm_block_new(tokens->state, ids.n, sizeof(int32_t));
    if (tokens->block && ids.n)
        memcpy(tokens->block->data, ids.values, (size_t)ids.n * sizeof *ids.values);
    PyMem_RawFree(ids.values);
    if (!tokens->block)
        return -1;
    tokens->ids =
        (mmspan_ids){.data = tokens->block->data, .n = (size_t)ids.n, .type = MMSPAN_IDS_INT32};
    return 1;
}
