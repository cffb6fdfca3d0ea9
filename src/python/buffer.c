/* Reads IDs through the buffer protocol: NumPy, array, memoryview. */
#include "intake.h"

#include <string.h>

/* What the format says of an element: DL_INT, DL_UINT, or -1 for no integer; *order is the
 * byte order, '=' when it is the machine's. */
static int read_format(const char *format, char *order) {
    *order = '=';
    if (*format == '@' || *format == '=' || *format == '<' || *format == '>' || *format == '!')
        *order = *format++;
#if PY_BIG_ENDIAN
    const char native = '>';
    if (*order == '!')
        *order = '=';
#else
    const char native = '<';
#endif
    if (*order == '@' || *order == native)
        *order = '=';
    if (!*format || format[1])
        return -1;
    if (strchr("bhilqn", *format))
        return DL_INT;
    return strchr("BHILQN", *format) ? DL_UINT : -1;
}

static const char *element_of(const char *format) {
    if (*format && strchr("efdg", *format))
        return "floats";
    switch (*format) {
    case '?':
        return "bools";
    case 'O':
        return "objects";
    case 'T':
        return "structures";
    default:
        return NULL;
    }
}

static int check(const struct pm_tokens *tokens, const Py_buffer *view, int *code) {
    const char *format = view->format ? view->format : "B";
    char order;
    *code = read_format(format, &order);
    if (view->ndim != 1)
        return pm_fail_dimensions(tokens->name, view->ndim, 1);
    if (*code < 0) {
        const char *element =
            element_of(*format && strchr("@=<>!", *format) ? format + 1 : format);
        if (element)
            PyErr_Format(PyExc_TypeError, "%s holds %s, not ints", tokens->name, element);
        else
            PyErr_Format(PyExc_TypeError, "%s holds elements of format '%.50s', not ints",
                         tokens->name, format);
        return -1;
    }
    if (order != '=' && view->itemsize > 1) {
        PyErr_Format(PyExc_TypeError,
                     "%s has the byte order of another machine: swap it, as with "
                     "a.astype(a.dtype.newbyteorder('='))",
                     tokens->name);
        return -1;
    }
    return 0;
}

int pm_read_buffer(struct pm_tokens *tokens, PyObject *object) {
    if (!PyObject_CheckBuffer(object))
        return 0;
    /* What has no buffer after all, as one that cannot be looked at by the CPU, may have
     * another way. */
    if (PyObject_GetBuffer(object, &tokens->buffer, PyBUF_STRIDED_RO | PyBUF_FORMAT) < 0) {
        memset(&tokens->buffer, 0, sizeof tokens->buffer);
        return -1;
    }
    const Py_buffer *view = &tokens->buffer;
    int code;
    if (check(tokens, view, &code) < 0)
        return -1;
    const struct pm_layout layout = {.data = view->buf,
                                     .n = view->shape ? view->shape[0]
                                                      : view->len / view->itemsize,
                                     .step = view->strides ? view->strides[0] : view->itemsize,
                                     .code = code,
                                     .size = (int)view->itemsize};
    return pm_tokens_take(tokens, &layout) < 0 ? -1 : 1;
}
