/* Matcher: a compiled config. */
#include "args.h"
#include "error.h"
#include "objects.h"

#include "../../include/mmspan/tokenizer.h"

#include <string.h>

/* Where pieces are looked up, and what came of it, for the pickle. */
struct lookup {
    mmspan_tokenizer *tokenizer;
    PyObject *mapping;
    PyObject *pieces;
    bool raised; /* an exception of the mapping's own is set */
};

static mmspan_status fail_piece(mmspan_error *error, mmspan_status status, const char *format,
                                const char *piece) {
    memset(error, 0, sizeof *error);
    error->status = (int32_t)status;
    PyOS_snprintf(error->message, sizeof error->message, format, piece);
    return status;
}

static mmspan_status find_mapped(struct lookup *lookup, const char *piece, int32_t *id,
                                 mmspan_error *error) {
    PyObject *key = PyUnicode_FromString(piece);
    PyObject *value = key ? PyObject_GetItem(lookup->mapping, key) : NULL;
    mmspan_status status = MMSPAN_OK;
    if (!value && PyErr_ExceptionMatches(PyExc_LookupError)) {
        PyErr_Clear();
        status = fail_piece(error, MMSPAN_E_NOT_FOUND, "the tokenizer has no piece \"%.200s\"",
                            piece);
    } else if (!value || pm_read_item("tokenizer", value, 0, id) < 0) {
        lookup->raised = true;
        status =
            fail_piece(error, MMSPAN_E_ARGUMENT, "the tokenizer fails for \"%.200s\"", piece);
    }
    Py_XDECREF(key);
    Py_XDECREF(value);
    return status;
}

static bool remember(struct lookup *lookup, const char *piece, int32_t id) {
    PyObject *value = PyLong_FromLong(id);
    if (!lookup->pieces)
        lookup->pieces = PyDict_New();
    bool kept =
        value && lookup->pieces && PyDict_SetItemString(lookup->pieces, piece, value) == 0;
    Py_XDECREF(value);
    return kept;
}

static mmspan_status id_of(void *context, const char *piece, int32_t *id, mmspan_error *error) {
    struct lookup *lookup = context;
    mmspan_status status = lookup->mapping
                               ? find_mapped(lookup, piece, id, error)
                               : mmspan_tokenizer_resolve(lookup->tokenizer, piece, id, error);
    if (status == MMSPAN_OK && !remember(lookup, piece, *id)) {
        lookup->raised = true;
        return fail_piece(error, MMSPAN_E_MEMORY, "out of memory at \"%.200s\"", piece);
    }
    return status;
}

static int open_tokenizer(struct pm_state *state, PyObject *path, struct lookup *lookup) {
    PyObject *bytes = NULL;
    if (!PyUnicode_FSConverter(path, &bytes))
        return -1;
    const mmspan_tokenizer_options options = {.struct_size = sizeof options, .lookup_only = 1};
    mmspan_error error;
    memset(&error, 0, sizeof error);
    mmspan_status status =
        mmspan_tokenizer_open(PyBytes_AS_STRING(bytes), &options, &lookup->tokenizer, &error);
    Py_DECREF(bytes);
    return status == MMSPAN_OK ? 0 : pm_raise_config(state, status, &error);
}

/* A path, or what can be asked for a piece. */
static int open_lookup(struct pm_state *state, PyObject *tokenizer, struct lookup *lookup) {
    if (!tokenizer || tokenizer == Py_None)
        return 0;
    if (PyUnicode_Check(tokenizer) || PyBytes_Check(tokenizer) ||
        PyObject_HasAttrString(tokenizer, "__fspath__"))
        return open_tokenizer(state, tokenizer, lookup);
    if (PyMapping_Check(tokenizer) && !PyList_Check(tokenizer) && !PyTuple_Check(tokenizer)) {
        lookup->mapping = tokenizer;
        return 0;
    }
    PyErr_Format(PyExc_TypeError,
                 "tokenizer is %s %.100s: give a path, or a mapping of pieces to IDs such as "
                 "tokenizer.get_vocab()",
                 pm_article(Py_TYPE(tokenizer)), Py_TYPE(tokenizer)->tp_name);
    return -1;
}

/* The smallest and the largest reserved ID. */
struct bounds {
    int32_t least;
    int32_t most;
};

static struct bounds bounds_of(const mmspan_spec *spec) {
    struct bounds bounds = {0, 0};
    mmspan_token_decl token = {.struct_size = sizeof token};
    for (int32_t i = 0; mmspan_spec_token(spec, i, &token, NULL); i++)
        for (size_t k = 0; !token.ordinary && k < token.n_ids; k++) {
            const int32_t id = token.ids[k];
            bounds.least = id < bounds.least ? id : bounds.least;
            bounds.most = id > bounds.most ? id : bounds.most;
        }
    return bounds;
}

static mmspan_matcher *compile(struct pm_state *state, PyObject *yaml, const char *name,
                               struct lookup *lookup, struct bounds *bounds) {
    const mmspan_resolver resolver = {id_of, lookup};
    const bool has_lookup = lookup->tokenizer || lookup->mapping;
    const mmspan_load_options options = {.struct_size = sizeof options,
                                         .resolver = has_lookup ? &resolver : NULL};
    mmspan_config *config = NULL;
    mmspan_matcher *matcher = NULL;
    mmspan_error error;
    memset(&error, 0, sizeof error);
    mmspan_status status =
        mmspan_config_load_memory(PyBytes_AS_STRING(yaml), (size_t)PyBytes_GET_SIZE(yaml), name,
                                  &options, &config, &error);
    if (status == MMSPAN_OK) {
        *bounds = bounds_of(mmspan_config_spec(config));
        status = mmspan_config_compile(config, NULL, &matcher, &error);
    }
    mmspan_config_destroy(config);
    if (status != MMSPAN_OK && !(lookup->raised && PyErr_Occurred()))
        pm_raise_config(state, status, &error);
    return status == MMSPAN_OK ? matcher : NULL;
}

PyObject *pm_matcher_new(struct pm_state *state, PyObject *yaml, const char *name,
                         PyObject *tokenizer) {
    struct lookup lookup = {0};
    struct bounds bounds = {0, 0};
    mmspan_matcher *matcher = NULL;
    struct pm_matcher *made = NULL;
    if (open_lookup(state, tokenizer, &lookup) == 0)
        matcher = compile(state, yaml, name, &lookup, &bounds);
    mmspan_tokenizer_destroy(lookup.tokenizer);
    if (matcher)
        made = PM_NEW(state->matcher, pm_matcher);
    if (!made) {
        mmspan_matcher_destroy(matcher);
        Py_XDECREF(lookup.pieces);
        return NULL;
    }
    made->state = state;
    made->matcher = matcher;
    made->yaml = Py_NewRef(yaml);
    made->pieces = lookup.pieces;
    made->least = bounds.least;
    made->most = bounds.most;
    return (PyObject *)made;
}

static void matcher_dealloc(PyObject *self) {
    struct pm_matcher *m = (struct pm_matcher *)self;
    mmspan_matcher_destroy(m->matcher);
    Py_XDECREF(m->yaml);
    Py_XDECREF(m->pieces);
    pm_free(self);
}

PyObject *pm_modality(const mmspan_matcher *matcher, int32_t modality) {
    const char *name = mmspan_matcher_modality_name(matcher, modality);
    return name ? PyUnicode_FromString(name) : Py_NewRef(Py_None);
}

static PyObject *matcher_repr(PyObject *self) {
    const mmspan_matcher *m = ((struct pm_matcher *)self)->matcher;
    return PyUnicode_FromFormat("<mmspan.Matcher: %s>", mmspan_matcher_model(m)[0]
                                                            ? mmspan_matcher_model(m)
                                                            : "of no model");
}

static Py_hash_t matcher_hash(PyObject *self) {
    return PyObject_Hash(((struct pm_matcher *)self)->yaml);
}

static int same_pieces(PyObject *a, PyObject *b) {
    if (!a || !b)
        return a == b;
    return PyObject_RichCompareBool(a, b, Py_EQ);
}

static PyObject *matcher_compare(PyObject *self, PyObject *other, int how) {
    if (Py_TYPE(self) != Py_TYPE(other) || (how != Py_EQ && how != Py_NE))
        Py_RETURN_NOTIMPLEMENTED;
    const struct pm_matcher *a = (struct pm_matcher *)self;
    const struct pm_matcher *b = (struct pm_matcher *)other;
    int equal = PyObject_RichCompareBool(a->yaml, b->yaml, Py_EQ);
    if (equal > 0)
        equal = same_pieces(a->pieces, b->pieces);
    return equal < 0 ? NULL : PyBool_FromLong(how == Py_EQ ? equal : !equal);
}

static PyObject *matcher_reduce(PyObject *self, PyObject *ignored) {
    const struct pm_matcher *m = (struct pm_matcher *)self;
    PyObject *module = PyType_GetModule(Py_TYPE(self));
    PyObject *restore = module ? PyObject_GetAttrString(module, "_restore") : NULL;
    (void)ignored;
    if (!restore)
        return NULL;
    return Py_BuildValue("N(isOO)", restore, 1, mmspan_version(), m->yaml,
                         m->pieces ? m->pieces : Py_None);
}

static PyObject *get_model(PyObject *self, void *ignored) {
    (void)ignored;
    return PyUnicode_FromString(mmspan_matcher_model(((struct pm_matcher *)self)->matcher));
}

static PyObject *get_yaml(PyObject *self, void *ignored) {
    PyObject *yaml = ((struct pm_matcher *)self)->yaml;
    (void)ignored;
    return PyUnicode_DecodeUTF8(PyBytes_AS_STRING(yaml), PyBytes_GET_SIZE(yaml), "replace");
}

static PyObject *get_modalities(PyObject *self, void *ignored) {
    const mmspan_matcher *m = ((struct pm_matcher *)self)->matcher;
    const int32_t n = mmspan_matcher_n_modalities(m);
    PyObject *names = PyTuple_New(n);
    (void)ignored;
    for (int32_t i = 0; names && i < n; i++) {
        PyObject *name = pm_modality(m, i);
        if (name)
            PyTuple_SET_ITEM(names, i, name);
        else
            Py_CLEAR(names);
    }
    return names;
}

static PyObject *get_vocab_size(PyObject *self, void *ignored) {
    const int32_t n = mmspan_matcher_vocab_size(((struct pm_matcher *)self)->matcher);
    (void)ignored;
    return n ? PyLong_FromLong(n) : Py_NewRef(Py_None);
}

PyDoc_STRVAR(
    scan_doc,
    "scan($self, /, ids, *, literal=None)\n--\n\n"
    "Finds the items of a prompt, and what is wrong with it.\n\n"
    "Parameters\n----------\n"
    "ids : list of int, array, tensor\n"
    "    The token IDs: a list or tuple, a NumPy array or anything with a buffer, a\n"
    "    tensor on the CPU (DLPack), an Arrow array, any iterable of ints. Any width.\n"
    "literal : iterable of pairs, optional\n"
    "    Half-open spans of untrusted user text, sorted: reserved tokens in them are\n"
    "    text, and reported.\n\n"
    "Returns\n-------\n"
    "Result\n"
    "    It keeps a copy of the IDs and nothing of what they were given in.\n\n"
    "Examples\n--------\n"
    ">>> import mmspan\n"
    ">>> r = mmspan.load(\"gemma-4\").scan([2, 255999, 258880, 258880, 258882])\n"
    ">>> r[0].start, r[0].end, r[0].rows\n"
    "(1, 5, 2)\n");

static PyObject *matcher_scan(PyObject *self, PyObject *const *args, Py_ssize_t n,
                              PyObject *names) {
    static const struct pm_signature signature = {"scan", 0, 1, 1, {"ids", "literal"}};
    struct pm_matcher *m = (struct pm_matcher *)self;
    PyObject *values[PM_MAX_ARGS];
    struct pm_spans literal;
    struct pm_tokens tokens;
    if (pm_args(&signature, args, n, names, values, NULL) < 0 ||
        pm_spans_read(values[1], "literal", &literal) < 0)
        return NULL;
    if (pm_tokens_read(m->state, values[0], "ids", &tokens) < 0) {
        PyMem_RawFree(literal.spans);
        return NULL;
    }
    PyObject *result = pm_scan(m, &tokens, &literal);
    pm_tokens_release(&tokens);
    return result;
}

#define FAST(function) (PyCFunction)(void (*)(void))(function)

static PyMethodDef methods[] = {
    {"scan", FAST(matcher_scan), METH_FASTCALL | METH_KEYWORDS, scan_doc},
    {"scan_batch", FAST(pm_matcher_scan_batch), METH_FASTCALL | METH_KEYWORDS,
     pm_scan_batch_doc},
    {"stream", FAST(pm_matcher_stream), METH_FASTCALL | METH_KEYWORDS, pm_stream_doc},
    {"neutralise", FAST(pm_matcher_neutralise), METH_FASTCALL | METH_KEYWORDS,
     pm_neutralise_doc},
    {"__reduce__", matcher_reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef getset[] = {
    {"model", get_model, NULL, "The model's name as the config gives it.", NULL},
    {"modalities", get_modalities, NULL, "The names of the modalities, in their order.", NULL},
    {"yaml", get_yaml, NULL, "The config's text.", NULL},
    {"vocab_size", get_vocab_size, NULL, "The vocabulary's size, or None.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

PyDoc_STRVAR(matcher_doc,
             "A compiled config, from `load` or `loads`.\n\n"
             "It never changes: any number of threads may share one. It pickles as its YAML\n"
             "text, and two of the same text are equal.\n");

static PyType_Slot slots[] = {
    {Py_tp_dealloc, matcher_dealloc}, {Py_tp_repr, matcher_repr},
    {Py_tp_hash, matcher_hash},       {Py_tp_richcompare, matcher_compare},
    {Py_tp_methods, methods},         {Py_tp_getset, getset},
    {Py_tp_doc, (char *)matcher_doc}, {0, NULL},
};

PyType_Spec pm_matcher_spec = {
    .name = "mmspan.Matcher",
    .basicsize = sizeof(struct pm_matcher),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};
