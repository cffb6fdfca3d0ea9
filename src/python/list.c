/*
 * Reads lists and tuples of ints.
 *
 * Two rules make it safe. While items are read without a reference, no Python code may run:
 * the fast loop looks at exact ints of one digit only and stops at anything else. And what it
 * has stopped at is read outside, with a reference; then the list's size is compared again.
 */
#include "args.h"
#include "error.h"
#include "intake.h"

#include <stddef.h>
#include <string.h>

/* Where the number stands in an int: that is what memory has to bring. */
#if PY_VERSION_HEX >= 0x030c0000
#define NUMBER_AT offsetof(PyLongObject, long_value)
#else
#define NUMBER_AT offsetof(PyVarObject, ob_size)
#endif

/* Read in blocks, the objects of the one that comes two blocks later fetched ahead: a third
 * of the time of lists whose objects lie scattered. */
enum { BLOCK = 16, AHEAD = 32 };

/* Is it an exact int of one digit, 30 bits? A bool is a subclass and is none. */
static inline bool read_compact(PyObject *item, int32_t *value) {
    if (!PyLong_CheckExact(item))
        return false;
#if PY_VERSION_HEX >= 0x030c0000
    if (!PyUnstable_Long_IsCompact((PyLongObject *)item))
        return false;
    *value = (int32_t)PyUnstable_Long_CompactValue((PyLongObject *)item);
#else
    const Py_ssize_t size = Py_SIZE(item); /* its sign is the number's */
    if ((size_t)size + 1 > 2)
        return false;
    /* A 0 need not have a digit, so its size is read for one. Written as a choice of two
     * values the loop takes half as long again with gcc 12. */
    const void *first = size ? (const void *)((PyLongObject *)item)->ob_digit : &size;
    int32_t number;
    memcpy(&number, first, sizeof number);
    *value = (int32_t)size * number;
#endif
    return true;
}

int pm_read_item(const char *name, PyObject *item, Py_ssize_t i, int32_t *value) {
    if (pm_is_bool(item) || !PyIndex_Check(item)) {
        PyErr_Format(PyExc_TypeError, "%s[%zd] is %s %.100s, not an int", name, i,
                     pm_article(Py_TYPE(item)), Py_TYPE(item)->tp_name);
        return -1;
    }
    PyObject *number = PyNumber_Index(item); /* an exception of its own passes */
    if (!number)
        return -1;
    int overflow;
    const long long v = PyLong_AsLongLongAndOverflow(number, &overflow);
    Py_DECREF(number);
    if (!overflow && v >= INT32_MIN && v <= INT32_MAX) {
        *value = (int32_t)v;
        return 0;
    }
    /* To print an int of more than 4,300 digits would be an error of its own. */
    if (overflow)
        PyErr_Format(PyExc_OverflowError, "%s[%zd] does not fit an int32", name, i);
    else
        PyErr_Format(PyExc_OverflowError, "%s[%zd] is %lld, which does not fit an int32", name,
                     i, v);
    return -1;
}

/* Reads compact ints from number i on; returns where it has stopped. */
static Py_ssize_t read_run(PyObject *const *items, Py_ssize_t i, Py_ssize_t n, int32_t *out) {
    while (i + AHEAD + BLOCK <= n) {
        for (int k = 0; k < BLOCK; k++)
            __builtin_prefetch((const char *)items[i + AHEAD + k] + NUMBER_AT);
        for (int k = 0; k < BLOCK; k++, i++)
            if (!read_compact(items[i], &out[i]))
                return i;
    }
    while (i < n && read_compact(items[i], &out[i]))
        i++;
    return i;
}

/* A reference, or NULL when the list has become shorter. */
static PyObject *item_of_list(PyObject *list, Py_ssize_t i) {
#if PY_VERSION_HEX >= 0x030d0000
    PyObject *item = PyList_GetItemRef(list, i);
    if (!item)
        PyErr_Clear();
    return item;
#else
    return i < PyList_GET_SIZE(list) ? Py_NewRef(PyList_GET_ITEM(list, i)) : NULL;
#endif
}

/* Reads exactly the n items for which there is room. */
static int read_list(const char *name, PyObject *list, Py_ssize_t n, int32_t *out) {
    for (Py_ssize_t i = 0;; i++) {
        Py_ssize_t size;
        Py_BEGIN_CRITICAL_SECTION(list);
        size = PyList_GET_SIZE(list);
        if (size == n)
            i = read_run(((PyListObject *)list)->ob_item, i, n, out);
        Py_END_CRITICAL_SECTION();
        if (size == n && i == n)
            return 0;
        PyObject *item = size == n ? item_of_list(list, i) : NULL;
        if (!item) {
            PyErr_Format(PyExc_RuntimeError, "%s changed while it was read", name);
            return -1;
        }
        int failed = pm_read_item(name, item, i, &out[i]);
        Py_DECREF(item);
        if (failed)
            return -1;
    }
}

/* Nobody can change a tuple. */
static int read_tuple(const char *name, PyObject *tuple, Py_ssize_t n, int32_t *out) {
    PyObject *const *items = ((PyTupleObject *)tuple)->ob_item;
    for (Py_ssize_t i = read_run(items, 0, n, out); i < n; i = read_run(items, i + 1, n, out))
        if (pm_read_item(name, items[i], i, &out[i]) < 0)
            return -1;
    return 0;
}

Py_ssize_t pm_list_size(PyObject *object) {
    if (PyList_Check(object))
        return PyList_Size(object);
    return PyTuple_Check(object) ? PyTuple_GET_SIZE(object) : -1;
}

int pm_list_into(const char *name, PyObject *object, Py_ssize_t n, int32_t *out) {
    return PyList_Check(object) ? read_list(name, object, n, out)
                                : read_tuple(name, object, n, out);
}

int pm_read_list(struct pm_tokens *tokens, PyObject *object) {
    const Py_ssize_t n = pm_list_size(object);
    if (n < 0)
        return 0;
    tokens->block = pm_block_new(tokens->state, n, sizeof(int32_t));
    if (!tokens->block)
        return -1;
    int32_t *out = tokens->block->data;
    int failed = pm_list_into(tokens->name, object, n, out);
    tokens->ids = (mmspan_ids){.data = out, .n = (size_t)n, .type = MMSPAN_IDS_INT32};
    return failed ? -1 : 1;
}
