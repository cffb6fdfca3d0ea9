/* Reads media: row counts and Media objects, listed by modality. */
#include "media.h"

#include "args.h"
#include "error.h"

#include <string.h>

/* A list that is being read: its modality and the name of its elements in errors. */
struct list {
    const struct pm_result *r;
    struct pm_media *media;
    PyObject *name;
    int32_t modality;
    Py_ssize_t i;
};

static mmspan_media *add(struct pm_media *media) {
    if (media->n == media->cap) {
        const size_t cap = media->cap ? 2 * media->cap : 8;
        mmspan_media *more = cap <= PY_SSIZE_T_MAX / sizeof *more
                                 ? PyMem_RawRealloc(media->media, cap * sizeof *more)
                                 : NULL;
        if (!more) {
            PyErr_NoMemory();
            return NULL;
        }
        media->media = more;
        media->cap = cap;
    }
    mmspan_media *made = &media->media[media->n++];
    memset(made, 0, sizeof *made);
    return made;
}

static int read_count(const struct list *list, PyObject *value, int64_t *count) {
    char what[120];
    const char *name = PyUnicode_AsUTF8(list->name);
    if (!name)
        return -1;
    PyOS_snprintf(what, sizeof what, "%.80s[%zd]", name, list->i);
    return pm_int64(value, what, count);
}

static int read_ids(const struct list *list, PyObject *ids, mmspan_media *m) {
    struct pm_tokens tokens;
    struct pm_media *media = list->media;
    if (pm_tokens_read(list->r->state, ids, "Media.ids", &tokens) < 0)
        return -1;
    int failed = pm_tokens_own_int32(&tokens);
    if (!failed && !media->keep)
        failed = (media->keep = PyList_New(0)) ? 0 : -1;
    if (!failed)
        failed = PyList_Append(media->keep, (PyObject *)tokens.block);
    if (!failed) {
        m->ids = tokens.ids.data;
        m->n_ids = tokens.ids.n;
    }
    pm_tokens_release(&tokens);
    return failed;
}

/* What a Media says, as an attribute that may be None. */
static int read_media(const struct list *list, PyObject *object, mmspan_media *m) {
    PyObject *rows = PyObject_GetAttrString(object, "rows");
    PyObject *ids = rows ? PyObject_GetAttrString(object, "ids") : NULL;
    PyObject *n_items = ids ? PyObject_GetAttrString(object, "n_items") : NULL;
    int64_t items = 0;
    int failed = n_items ? read_count(list, rows, &m->rows) : -1;
    if (!failed && n_items != Py_None)
        failed = read_count(list, n_items, &items);
    if (!failed && (items < 0 || items > INT32_MAX)) {
        PyErr_Format(PyExc_ValueError, "%U[%zd] has n_items %lld", list->name, list->i,
                     (long long)items);
        failed = -1;
    }
    m->n_items = (int32_t)items;
    if (!failed && ids != Py_None)
        failed = read_ids(list, ids, m);
    Py_XDECREF(rows);
    Py_XDECREF(ids);
    Py_XDECREF(n_items);
    return failed;
}

static int read_one(const struct list *list, PyObject *item) {
    mmspan_media *m = add(list->media);
    if (!m)
        return -1;
    m->modality = list->modality;
    if ((PyObject *)Py_TYPE(item) == list->r->state->classes[PM_MEDIA])
        return read_media(list, item, m);
    return read_count(list, item, &m->rows);
}

static int read_list(const struct pm_result *r, PyObject *name, PyObject *value,
                     struct pm_media *media) {
    struct list list = {r, media, name, pm_find_modality(r, name), 0};
    if (list.modality < 0)
        return -1;
    if (!Py_TYPE(value)->tp_iter || PyUnicode_Check(value) || PyDict_Check(value)) {
        PyErr_Format(
            PyExc_TypeError,
            "%U is %s %.100s: give a list, for each media its number of rows or a Media", name,
            pm_article(Py_TYPE(value)), Py_TYPE(value)->tp_name);
        return -1;
    }
    PyObject *iterator = PyObject_GetIter(value);
    if (!iterator)
        return -1;
    PyObject *item;
    int failed = 0;
    for (; !failed && (item = PyIter_Next(iterator)); list.i++) {
        failed = read_one(&list, item);
        Py_DECREF(item);
    }
    Py_DECREF(iterator);
    return failed || PyErr_Occurred() ? -1 : 0;
}

/* A copy as a list, for Python code may run while it is read. */
static int read_mapping(const struct pm_result *r, PyObject *mapping, struct pm_media *media) {
    if (!mapping || mapping == Py_None)
        return 0;
    if (!PyMapping_Check(mapping) || !PyObject_HasAttrString(mapping, "items")) {
        PyErr_Format(PyExc_TypeError,
                     "media is %s %.100s, not a mapping of modalities to lists",
                     pm_article(Py_TYPE(mapping)), Py_TYPE(mapping)->tp_name);
        return -1;
    }
    PyObject *pairs = PyMapping_Items(mapping);
    int failed = pairs ? 0 : -1;
    for (Py_ssize_t i = 0; !failed && i < PyList_GET_SIZE(pairs); i++) {
        PyObject *pair = PyList_GET_ITEM(pairs, i);
        if (!PyTuple_Check(pair) || PyTuple_GET_SIZE(pair) != 2) {
            PyErr_SetString(PyExc_TypeError, "media is a mapping without pairs");
            failed = -1;
        } else
            failed = read_list(r, PyTuple_GET_ITEM(pair, 0), PyTuple_GET_ITEM(pair, 1), media);
    }
    Py_XDECREF(pairs);
    return failed;
}

int pm_media_read(const struct pm_result *r, PyObject *mapping, PyObject *named,
                  struct pm_media *media) {
    memset(media, 0, sizeof *media);
    return read_mapping(r, mapping, media) < 0 ? -1 : read_mapping(r, named, media);
}

void pm_media_free(struct pm_media *media) {
    PyMem_RawFree(media->media);
    Py_XDECREF(media->keep);
    memset(media, 0, sizeof *media);
}
