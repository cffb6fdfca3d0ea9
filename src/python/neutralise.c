/* Matcher.neutralise: untrusted text made harmless. */
#include "args.h"
#include "error.h"
#include "objects.h"

/* The new prompt; takes nothing over. The spans become those of the output. */
static struct pm_block *write_harmless(struct pm_matcher *m, const struct pm_tokens *ids,
                                       const struct pm_tokens *replacement,
                                       struct pm_spans *literal) {
    size_t cap = ids->ids.n;
    size_t n = 0;
    mmspan_error error;
    mmspan_status status = MMSPAN_E_SPACE;
    struct pm_block *out = NULL;
    for (int i = 0; i < 2 && status == MMSPAN_E_SPACE; i++) {
        pm_error_clear(&error);
        Py_XSETREF(out, pm_block_new(m->state, (Py_ssize_t)cap, sizeof(int32_t)));
        if (!out)
            return NULL;
        status = mmspan_neutralise(m->matcher, ids->ids.data, ids->ids.n, literal->spans,
                                   literal->n, replacement->ids.data, replacement->ids.n,
                                   out->data, cap, &n, &error);
        cap = n;
    }
    out->size = (Py_ssize_t)(n * sizeof(int32_t));
    if (status != MMSPAN_OK) {
        Py_CLEAR(out);
        pm_raise(m->state, status, &error);
    }
    return out;
}

static PyObject *spans_as_list(const struct pm_spans *spans) {
    PyObject *list = PyList_New((Py_ssize_t)spans->n);
    for (size_t i = 0; list && i < spans->n; i++) {
        PyObject *pair = Py_BuildValue("(LL)", (long long)spans->spans[i].start,
                                       (long long)spans->spans[i].end);
        if (pair)
            PyList_SET_ITEM(list, (Py_ssize_t)i, pair);
        else
            Py_CLEAR(list);
    }
    return list;
}

static PyObject *neutralise(struct pm_matcher *m, struct pm_tokens *ids,
                            struct pm_tokens *replacement, struct pm_spans *literal) {
    if (pm_tokens_check(ids, m) < 0 || pm_tokens_own_int32(ids) < 0 ||
        pm_tokens_own_int32(replacement) < 0)
        return NULL;
    struct pm_block *out = write_harmless(m, ids, replacement, literal);
    PyObject *array = pm_array(m->state, out, PM_INT32);
    PyObject *spans = array ? spans_as_list(literal) : NULL;
    PyObject *made = NULL;
    if (spans)
        made =
            PyObject_CallFunctionObjArgs(m->state->classes[PM_NEUTRALISED], array, spans, NULL);
    Py_XDECREF(array);
    Py_XDECREF(spans);
    return made;
}

const char pm_neutralise_doc[] =
    "neutralise($self, /, ids, literal, replacement)\n--\n\n"
    "Replaces each reserved token in spans of untrusted text by harmless tokens.\n\n"
    "Parameters\n----------\n"
    "ids : list of int, array, tensor\n    As in `scan`.\n"
    "literal : iterable of pairs\n    Half-open spans of user text, sorted.\n"
    "replacement : list of int\n"
    "    What stands in the place of each reserved token: one token or more, none of which\n"
    "    the config declares.\n\n"
    "Returns\n-------\n"
    "Neutralised\n    ``ids``, and in ``literal`` what the spans have become.\n\n"
    "Examples\n--------\n"
    ">>> import mmspan\n"
    ">>> m = mmspan.load(\"gemma-4\")\n"
    ">>> m.neutralise([2, 258880, 9], [(1, 3)], [7, 7]).ids.tolist()\n"
    "[2, 7, 7, 9]\n";

PyObject *pm_matcher_neutralise(PyObject *self, PyObject *const *args, Py_ssize_t n,
                                PyObject *names) {
    static const struct pm_signature signature = {
        "neutralise", 0, 3, 3, {"ids", "literal", "replacement"}};
    struct pm_matcher *m = (struct pm_matcher *)self;
    PyObject *values[PM_MAX_ARGS];
    PyObject *made = NULL;
    struct pm_spans literal;
    struct pm_tokens ids, replacement;
    if (pm_args(&signature, args, n, names, values, NULL) < 0 ||
        pm_spans_read(values[1], "literal", &literal) < 0)
        return NULL;
    if (pm_tokens_read(m->state, values[0], "ids", &ids) == 0) {
        if (pm_tokens_read(m->state, values[2], "replacement", &replacement) == 0) {
            made = neutralise(m, &ids, &replacement, &literal);
            pm_tokens_release(&replacement);
        }
        pm_tokens_release(&ids);
    }
    PyMem_RawFree(literal.spans);
    return made;
}
