/* Reads IDs through the Arrow PyCapsule interface: pyarrow, polars, nanoarrow. */
#include "arrow_in.h"

#include "error.h"

#include <string.h>

void pm_arrow_release(struct ArrowSchema *schema, struct ArrowArray *array) {
    PyObject *exception = pm_exception_hold();
    if (schema && schema->release)
        schema->release(schema);
    if (array && array->release)
        array->release(array);
    if (schema)
        schema->release = NULL;
    if (array)
        array->release = NULL;
    pm_exception_restore(exception);
}

/* Moves a struct out of its capsule, which then owns nothing any more. */
static int move_array(PyObject *pair, struct ArrowSchema *schema, struct ArrowArray *array) {
    if (!PyTuple_Check(pair) || PyTuple_GET_SIZE(pair) != 2) {
        PyErr_SetString(PyExc_TypeError, "__arrow_c_array__() gives no pair of capsules");
        return -1;
    }
    struct ArrowSchema *s = PyCapsule_GetPointer(PyTuple_GET_ITEM(pair, 0), "arrow_schema");
    struct ArrowArray *a =
        s ? PyCapsule_GetPointer(PyTuple_GET_ITEM(pair, 1), "arrow_array") : NULL;
    if (!a)
        return -1;
    if (!s->release || !a->release) {
        PyErr_SetString(PyExc_ValueError, "an Arrow capsule that was taken over already");
        return -1;
    }
    *schema = *s;
    *array = *a;
    s->release = NULL;
    a->release = NULL;
    return 1;
}

static int fail_stream(const char *name, struct ArrowArrayStream *stream, int code) {
    const char *text = stream->get_last_error(stream);
    PyErr_Format(PyExc_ValueError, "%s: its Arrow stream fails (%d): %.200s", name, code,
                 text ? text : "no reason given");
    return -1;
}

/* The only chunk of a stream. */
static int take_chunk(const char *name, struct ArrowArrayStream *stream,
                      struct ArrowSchema *schema, struct ArrowArray *array) {
    struct ArrowArray second = {0};
    int code = stream->get_schema(stream, schema);
    if (!code)
        code = stream->get_next(stream, array);
    if (!code && array->release)
        code = stream->get_next(stream, &second);
    if (code)
        return fail_stream(name, stream, code);
    if (array->release && !second.release)
        return 1;
    pm_arrow_release(NULL, &second);
    PyErr_Format(PyExc_ValueError,
                 "%s has %s chunks: combine them first, as with combine_chunks()", name,
                 array->release ? "several" : "no");
    return -1;
}

static int import_stream(const char *name, PyObject *object, struct ArrowSchema *schema,
                         struct ArrowArray *array) {
    PyObject *capsule = PyObject_CallMethod(object, "__arrow_c_stream__", NULL);
    if (!capsule)
        return -1;
    int done = -1;
    struct ArrowArrayStream *stream = PyCapsule_GetPointer(capsule, "arrow_array_stream");
    if (stream && stream->release)
        done = take_chunk(name, stream, schema, array);
    else if (stream)
        PyErr_SetString(PyExc_ValueError, "an Arrow capsule that was taken over already");
    if (done < 0)
        pm_arrow_release(schema, array);
    Py_DECREF(capsule);
    return done;
}

int pm_arrow_import(const char *name, PyObject *object, struct ArrowSchema *schema,
                    struct ArrowArray *array) {
    memset(schema, 0, sizeof *schema);
    memset(array, 0, sizeof *array);
    if (PyObject_HasAttrString(object, "__arrow_c_array__")) {
        PyObject *pair = PyObject_CallMethod(object, "__arrow_c_array__", NULL);
        int done = pair ? move_array(pair, schema, array) : -1;
        Py_XDECREF(pair);
        return done;
    }
    if (PyObject_HasAttrString(object, "__arrow_c_stream__"))
        return import_stream(name, object, schema, array);
    return 0;
}

/* -1 for what is no integer. */
static int read_format(const char *format, struct pm_layout *layout) {
    static const char letters[] = "cCsSiIlL";
    const char *at = format[0] && !format[1] ? strchr(letters, format[0]) : NULL;
    if (!at)
        return -1;
    layout->code = (at - letters) % 2 ? DL_UINT : DL_INT;
    layout->size = 1 << (at - letters) / 2;
    return 0;
}

static bool has_null(const struct ArrowArray *array) {
    const unsigned char *valid = array->n_buffers > 0 ? array->buffers[0] : NULL;
    if (!valid || array->null_count == 0)
        return false;
    for (int64_t i = array->offset; i < array->offset + array->length; i++)
        if (!(valid[i / 8] >> (i % 8) & 1))
            return true;
    return false;
}

int pm_arrow_no_nulls(const char *name, const struct ArrowArray *array) {
    if (array->length < 0 || array->offset < 0 ||
        array->length > PY_SSIZE_T_MAX / 16 - array->offset) {
        PyErr_Format(PyExc_ValueError, "%s is an Arrow array of impossible extent", name);
        return -1;
    }
    if (!has_null(array))
        return 0;
    PyErr_Format(PyExc_ValueError, "%s has nulls, which are no token IDs", name);
    return -1;
}

int pm_arrow_integers(const char *name, const struct ArrowSchema *schema,
                      const struct ArrowArray *array, struct pm_layout *layout) {
    if (schema->dictionary || read_format(schema->format, layout) < 0) {
        PyErr_Format(PyExc_TypeError, "%s is an Arrow array of type '%.50s', not of ints", name,
                     schema->dictionary ? "dictionary" : schema->format);
        return -1;
    }
    if (pm_arrow_no_nulls(name, array) < 0)
        return -1;
    if (array->n_buffers != 2 || (array->length && !array->buffers[1])) {
        PyErr_Format(PyExc_ValueError, "%s is an Arrow array without its values", name);
        return -1;
    }
    layout->n = (Py_ssize_t)array->length;
    layout->step = layout->size;
    layout->data = array->buffers[1]
                       ? (const char *)array->buffers[1] + array->offset * layout->size
                       : NULL;
    return 0;
}

int pm_read_arrow(struct pm_tokens *tokens, PyObject *object) {
    struct ArrowSchema schema;
    struct pm_layout layout = {0};
    int done = pm_arrow_import(tokens->name, object, &schema, &tokens->arrow);
    if (done <= 0)
        return done;
    done = pm_arrow_integers(tokens->name, &schema, &tokens->arrow, &layout);
    pm_arrow_release(&schema, NULL);
    if (done < 0)
        return -1;
    return pm_tokens_take(tokens, &layout) < 0 ? -1 : 1;
}
