/* The table of Result's methods, and those that are a few lines. */
#include "methods.h"

#include "args.h"
#include "error.h"

const char pm_check_doc[] =
    "check($self, /)\n--\n\n"
    "Raises the first finding as a `MismatchError`, if there is one.\n\n"
    "Returns\n-------\n"
    "Result\n    Itself.\n\n"
    "Examples\n--------\n"
    ">>> import mmspan\n"
    ">>> mmspan.load(\"gemma-4\").scan([2, 255999, 258880]).check()\n"
    "Traceback (most recent call last):\n"
    "    ...\n"
    "mmspan.MismatchError: truncated-block ...\n";

PyObject *pm_check(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
    static const struct pm_signature signature = {"check", 0, 0, 0, {NULL}};
    struct pm_result *r = (struct pm_result *)self;
    PyObject *values[PM_MAX_ARGS];
    const mmspan_view *view = mmspan_result_view(r->result);
    if (pm_args(&signature, args, n, names, values, NULL) < 0)
        return NULL;
    if (view->n_findings == 0)
        return Py_NewRef(self);
    PyObject *finding = pm_finding(r, &view->findings[0]);
    if (finding)
        pm_raise_finding(r->state, finding);
    Py_XDECREF(finding);
    return NULL;
}

const char pm_to_json_doc[] =
    "to_json($self, /, *, sequence=0)\n--\n\n"
    "The JSON object that ``mmspan scan --format json`` writes, without its file and line.\n\n"
    "Parameters\n----------\n"
    "sequence : int, optional\n    The number under \"sequence\".\n\n"
    "Returns\n-------\n"
    "str\n\n"
    "Examples\n--------\n"
    ">>> import mmspan\n"
    ">>> mmspan.load(\"gemma-4\").scan([2]).to_json()\n"
    "'{\"sequence\": 0, \"tokens\": 1, \"items\": [], \"findings\": []}'\n";

PyObject *pm_to_json(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
    static const struct pm_signature signature = {"to_json", 0, 0, 0, {"sequence"}};
    PyObject *values[PM_MAX_ARGS];
    int64_t sequence = 0;
    if (pm_args(&signature, args, n, names, values, NULL) < 0 ||
        pm_int64(values[0], "sequence", &sequence) < 0)
        return NULL;
    return pm_json((struct pm_result *)self, sequence, NULL, 0, false);
}

PyObject *pm_parse_json(PyObject *text) {
    PyObject *module = text ? PyImport_ImportModule("json") : NULL;
    PyObject *parsed = module ? PyObject_CallMethod(module, "loads", "O", text) : NULL;
    Py_XDECREF(module);
    Py_XDECREF(text);
    return parsed;
}

const char pm_to_dict_doc[] = "to_dict($self, /, *, sequence=0)\n--\n\n"
                              "`to_json` as an object.\n\n"
                              "Returns\n-------\n"
                              "dict\n\n"
                              "Examples\n--------\n"
                              ">>> import mmspan\n"
                              ">>> mmspan.load(\"gemma-4\").scan([2]).to_dict()[\"tokens\"]\n"
                              "1\n";

PyObject *pm_to_dict(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
    return pm_parse_json(pm_to_json(self, args, n, names));
}

/* The two methods of a sequence that Python does not provide by itself. */
static PyObject *of_list(PyObject *self, const char *method, PyObject *args) {
    PyObject *list = PySequence_List(self);
    PyObject *bound = list ? PyObject_GetAttrString(list, method) : NULL;
    PyObject *value = bound ? PyObject_CallObject(bound, args) : NULL;
    Py_XDECREF(list);
    Py_XDECREF(bound);
    return value;
}

static PyObject *result_index(PyObject *self, PyObject *args) {
    return of_list(self, "index", args);
}

static PyObject *result_count(PyObject *self, PyObject *args) {
    return of_list(self, "count", args);
}

static PyObject *repr_html(PyObject *self, PyObject *ignored) {
    PyObject *module = PyImport_ImportModule("mmspan._html");
    PyObject *html = module ? PyObject_CallMethod(module, "of_result", "O", self) : NULL;
    (void)ignored;
    Py_XDECREF(module);
    return html;
}

#define METHOD(name)                                                                           \
    {                                                                                          \
#name, (PyCFunction)(void (*)(void))pm_##name, METH_FASTCALL | METH_KEYWORDS,          \
            pm_##name##_doc                                                                    \
    }

PyMethodDef pm_result_methods[] = {
    METHOD(assign),
    METHOD(check),
    METHOD(collapse),
    METHOD(cumsum),
    METHOD(cut_after),
    METHOD(cut_before),
    METHOD(expand),
    METHOD(fill),
    METHOD(fill_runs),
    METHOD(item_index),
    METHOD(mask),
    METHOD(rows),
    METHOD(segments),
    {"splice_", (PyCFunction)(void (*)(void))pm_splice, METH_FASTCALL | METH_KEYWORDS,
     pm_splice_doc},
    METHOD(to_dict),
    METHOD(to_json),
    METHOD(truncate),
    METHOD(type_ids),
    METHOD(window),
    {"index", result_index, METH_VARARGS, "index($self, item, /, *args)\n--\n\nAs of a list."},
    {"count", result_count, METH_VARARGS, "count($self, item, /)\n--\n\nAs of a list."},
    {"_first_findings", pm_first_findings, METH_O,
     "_first_findings($self, most, /)\n--\n\nThe first `most` findings."},
    {"_repr_html_", repr_html, METH_NOARGS,
     "_repr_html_($self, /)\n--\n\nThe prompt as a notebook shows it: chips and findings."},
    {NULL, NULL, 0, NULL},
};
