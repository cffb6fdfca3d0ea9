/* Results as text and JSON, written by what the command writes them with; and the command. */
#include "objects.h"

#include "../../tools/commands/program.h"
#include "../../tools/output/render.h"

#include <string.h>

static PyObject *finish(struct buffer *out) {
    PyObject *text = NULL;
    if (out->failed)
        PyErr_NoMemory();
    else
        text = PyUnicode_DecodeUTF8(out->data ? out->data : "", (Py_ssize_t)out->n, "replace");
    buffer_free(out);
    return text;
}

PyObject *pm_text(const struct pm_result *r) {
    const mmspan_view *view = mmspan_result_view(r->result);
    const mmspan_ids ids = {r->ids, (size_t)view->n_tokens, MMSPAN_IDS_INT32, 0};
    const struct placement placement = {0};
    struct text_sequence sequence = {.matcher = mmspan_result_matcher(r->result)};
    struct buffer out = {0};
    text_add(&sequence, r->result, r->ids ? &ids : NULL, &placement);
    text_end(&sequence, &out);
    text_free(&sequence);
    /* Whoever prints it ends the line. */
    if (!out.failed)
        out.n--;
    return finish(&out);
}

PyObject *pm_json(const struct pm_result *r, int64_t sequence, const int32_t *ids, size_t n,
                  bool positions) {
    const struct json_head head = {.index = (uint64_t)sequence,
                                   .n_tokens = mmspan_result_view(r->result)->n_tokens,
                                   .ids = ids,
                                   .n_ids = n,
                                   .has_ids = ids != NULL};
    const struct placement placement = {0};
    struct json_sequence json = {{0}, {0}};
    struct buffer out = {0};
    json_add(&json, r->result, &placement, positions);
    json_end(&json, &head, &out);
    json_free(&json);
    return finish(&out);
}

/* The arguments as the system had them. */
static int copy_arguments(PyObject *list, char **argv) {
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(list); i++) {
        PyObject *bytes = NULL;
        if (!PyUnicode_FSConverter(PyTuple_GET_ITEM(list, i), &bytes))
            return -1;
        const size_t size = (size_t)PyBytes_GET_SIZE(bytes) + 1;
        argv[i] = PyMem_RawMalloc(size);
        if (argv[i])
            memcpy(argv[i], PyBytes_AS_STRING(bytes), size);
        Py_DECREF(bytes);
        if (!argv[i]) {
            PyErr_NoMemory();
            return -1;
        }
    }
    return 0;
}

static PyObject *run_program(PyObject *module, PyObject *arguments) {
    PyObject *list = PySequence_Tuple(arguments);
    (void)module;
    if (!list)
        return NULL;
    const Py_ssize_t n = PyTuple_GET_SIZE(list);
    int status = -1;
    char **argv = n < INT_MAX ? PyMem_RawCalloc((size_t)n + 1, sizeof *argv) : NULL;
    if (!argv)
        PyErr_NoMemory();
    else if (copy_arguments(list, argv) == 0) {
        Py_BEGIN_ALLOW_THREADS;
        status = program_run((int)n, argv);
        Py_END_ALLOW_THREADS;
    }
    for (Py_ssize_t i = 0; argv && i < n; i++)
        PyMem_RawFree(argv[i]);
    PyMem_RawFree(argv);
    Py_DECREF(list);
    return status < 0 ? NULL : PyLong_FromLong(status);
}

PyMethodDef pm_program_functions[] = {
    {"_run_program", run_program, METH_O,
     "_run_program(arguments, /)\n--\n\n"
     "What the command does. Closes standard output: the process must end then.\n"},
    {NULL, NULL, 0, NULL},
};
