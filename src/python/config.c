/* load, loads and models: which config a name means. */
#include "args.h"
#include "error.h"
#include "objects.h"

#include <stdio.h>
#include <string.h>

/* A config that is too large shall be told so by the loader. */
enum { MOST = MMSPAN_MAX_CONFIG_BYTES + 1 };

static PyObject *read_file(PyObject *path, const char *bytes) {
    FILE *file = fopen(bytes, "rbe");
    if (!file)
        return PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, path);
    PyObject *text = PyBytes_FromStringAndSize(NULL, MOST);
    if (text) {
        size_t n = fread(PyBytes_AS_STRING(text), 1, MOST, file);
        if (ferror(file)) {
            PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, path);
            Py_CLEAR(text);
        } else
            _PyBytes_Resize(&text, (Py_ssize_t)n);
    }
    fclose(file);
    return text;
}

static PyObject *load_file(struct pm_state *state, PyObject *path, PyObject *tokenizer) {
    PyObject *bytes = NULL;
    PyObject *matcher = NULL;
    if (!PyUnicode_FSConverter(path, &bytes))
        return NULL;
    const char *name = PyBytes_AS_STRING(bytes);
    PyObject *yaml = read_file(path, name);
    if (yaml)
        matcher = pm_matcher_new(state, yaml, name, tokenizer);
    Py_XDECREF(yaml);
    Py_DECREF(bytes);
    return matcher;
}

static PyObject *load_builtin(struct pm_state *state, const char *model, PyObject *tokenizer) {
    size_t size = 0;
    const char *text = mmspan_builtin_text(model, &size);
    PyObject *yaml = PyBytes_FromStringAndSize(text, (Py_ssize_t)size);
    PyObject *matcher = yaml ? pm_matcher_new(state, yaml, model, tokenizer) : NULL;
    Py_XDECREF(yaml);
    return matcher;
}

static bool ends_with(const char *name, const char *end) {
    const size_t n = strlen(name);
    return n > strlen(end) && strcmp(name + n - strlen(end), end) == 0;
}

static bool is_file(const char *name) {
    FILE *file = fopen(name, "rbe");
    if (file)
        fclose(file);
    return file != NULL;
}

/* A Hugging Face name, or a path that does not look like one. */
static PyObject *load_listed(struct pm_state *state, PyObject *model, const char *name,
                             PyObject *tokenizer) {
    mmspan_config *config = NULL;
    mmspan_error error;
    pm_error_clear(&error);
    mmspan_status status = mmspan_config_load_shape(name, NULL, &config, &error);
    if (status == MMSPAN_E_NOT_FOUND && is_file(name))
        return load_file(state, model, tokenizer);
    if (status == MMSPAN_E_AMBIGUOUS)
        status = MMSPAN_E_NOT_FOUND; /* no one config is meant */
    if (status != MMSPAN_OK) {
        pm_raise(state, status, &error);
        return NULL;
    }
    PyObject *matcher = load_builtin(state, mmspan_config_model(config), tokenizer);
    mmspan_config_destroy(config);
    return matcher;
}

static PyObject *load_name(struct pm_state *state, PyObject *model, PyObject *tokenizer) {
    Py_ssize_t size = 0;
    const char *name = PyUnicode_AsUTF8AndSize(model, &size);
    if (!name)
        return NULL;
    if (strlen(name) != (size_t)size) {
        PyErr_SetString(PyExc_ValueError, "model has a null character in it");
        return NULL;
    }
    if (mmspan_builtin_text(name, NULL))
        return load_builtin(state, name, tokenizer);
    if (ends_with(name, ".yaml") || ends_with(name, ".yml"))
        return load_file(state, model, tokenizer);
    return load_listed(state, model, name, tokenizer);
}

PyDoc_STRVAR(
    load_doc,
    "load(model, *, tokenizer=None)\n--\n\n"
    "The matcher of a model.\n\n"
    "Parameters\n----------\n"
    "model : str or path\n"
    "    A built-in config (see `models`), a Hugging Face name that one lists, or the\n"
    "    path of a YAML file; tried in this order, but what ends in .yaml is a path.\n"
    "tokenizer : path or mapping of str to int, optional\n"
    "    Where tokens that the config names by piece alone get their IDs: a\n"
    "    Hugging Face folder, one of its files, a SentencePiece model, or a\n"
    "    vocabulary such as ``tokenizer.get_vocab()``.\n\n"
    "Returns\n-------\n"
    "Matcher\n\n"
    "Raises\n------\n"
    "UnknownModelError\n    There is no such config.\n"
    "ConfigError\n    The config is wrong; the error says where.\n"
    "OSError\n    The file cannot be read.\n\n"
    "Examples\n--------\n"
    ">>> import mmspan\n"
    ">>> mmspan.load(\"gemma-4\").modalities\n"
    "('image', 'video', 'audio')\n");

static PyObject *load(PyObject *module, PyObject *const *args, Py_ssize_t n, PyObject *names) {
    static const struct pm_signature signature = {"load", 0, 1, 1, {"model", "tokenizer"}};
    PyObject *values[PM_MAX_ARGS];
    if (pm_args(&signature, args, n, names, values, NULL) < 0)
        return NULL;
    struct pm_state *state = pm_state_of_module(module);
    if (PyUnicode_Check(values[0]))
        return load_name(state, values[0], values[1]);
    if (PyObject_HasAttrString(values[0], "__fspath__"))
        return load_file(state, values[0], values[1]);
    PyErr_Format(PyExc_TypeError, "model is %s %.100s, not a name or a path",
                 pm_article(Py_TYPE(values[0])), Py_TYPE(values[0])->tp_name);
    return NULL;
}

PyDoc_STRVAR(loads_doc,
             "loads(yaml, *, name=None, tokenizer=None)\n--\n\n"
             "The matcher of a config that is at hand as text.\n\n"
             "Parameters\n----------\n"
             "yaml : str or bytes\n    The config.\n"
             "name : str, optional\n    What errors call it in place of a file's name.\n"
             "tokenizer : path or mapping of str to int, optional\n    As in `load`.\n\n"
             "Returns\n-------\n"
             "Matcher\n\n"
             "Examples\n--------\n"
             ">>> import mmspan\n"
             ">>> m = mmspan.loads('''\n"
             "... mmspan: 1\n"
             "... model: mine\n"
             "... tokens: {b: 1, p: 2, e: 3}\n"
             "... modalities:\n"
             "...   image: {begin: b, patch: p, end: e}\n"
             "... ''')\n"
             ">>> m.scan([7, 1, 2, 2, 3])[0].rows\n"
             "2\n");

static PyObject *loads(PyObject *module, PyObject *const *args, Py_ssize_t n, PyObject *names) {
    static const struct pm_signature signature = {
        "loads", 0, 1, 1, {"yaml", "name", "tokenizer"}};
    PyObject *values[PM_MAX_ARGS];
    const char *name = "<memory>";
    if (pm_args(&signature, args, n, names, values, NULL) < 0)
        return NULL;
    if (values[1] && values[1] != Py_None && !(name = PyUnicode_AsUTF8(values[1])))
        return NULL;
    if (!PyUnicode_Check(values[0]) && !PyBytes_Check(values[0])) {
        PyErr_Format(PyExc_TypeError, "yaml is %s %.100s, not a str or bytes",
                     pm_article(Py_TYPE(values[0])), Py_TYPE(values[0])->tp_name);
        return NULL;
    }
    PyObject *yaml =
        PyUnicode_Check(values[0]) ? PyUnicode_AsUTF8String(values[0]) : Py_NewRef(values[0]);
    PyObject *matcher =
        yaml ? pm_matcher_new(pm_state_of_module(module), yaml, name, values[2]) : NULL;
    Py_XDECREF(yaml);
    return matcher;
}

PyDoc_STRVAR(models_doc, "models()\n--\n\n"
                         "The names of the built-in configs, sorted.\n\n"
                         "Returns\n-------\n"
                         "tuple of str\n\n"
                         "Examples\n--------\n"
                         ">>> import mmspan\n"
                         ">>> \"qwen2.5-vl\" in mmspan.models()\n"
                         "True\n");

static PyObject *models(PyObject *module, PyObject *ignored) {
    (void)module;
    (void)ignored;
    int32_t n = 0;
    while (mmspan_builtin_name(n))
        n++;
    PyObject *names = PyTuple_New(n);
    for (int32_t i = 0; names && i < n; i++) {
        PyObject *name = PyUnicode_FromString(mmspan_builtin_name(i));
        if (name)
            PyTuple_SET_ITEM(names, i, name);
        else
            Py_CLEAR(names);
    }
    return names;
}

/* What a pickle calls: the layout's number, the version that wrote it, the text, the pieces. */
static PyObject *restore(PyObject *module, PyObject *args) {
    struct pm_state *state = pm_state_of_module(module);
    long layout = 0;
    const char *version = NULL;
    PyObject *yaml = NULL;
    PyObject *pieces = NULL;
    if (!PyArg_ParseTuple(args, "lsSO", &layout, &version, &yaml, &pieces)) {
        PyErr_Clear();
        layout = 0;
    }
    if (layout == 1)
        return pm_matcher_new(state, yaml, "<pickle>", pieces);
    pm_raise_class(state, PM_ERROR,
                   "this pickle of a Matcher was written by mmspan %s and cannot be read by "
                   "mmspan %s: load the config anew",
                   version ? version : "of another kind", mmspan_version());
    return NULL;
}

#define FAST(function) (PyCFunction)(void (*)(void))(function)

PyMethodDef pm_config_functions[] = {
    {"load", FAST(load), METH_FASTCALL | METH_KEYWORDS, load_doc},
    {"loads", FAST(loads), METH_FASTCALL | METH_KEYWORDS, loads_doc},
    {"models", models, METH_NOARGS, models_doc},
    {"_restore", restore, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
