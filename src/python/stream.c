/* Stream: a prompt that arrives in pieces. The only object that changes, so it has a lock. */
#include "args.h"
#include "error.h"
#include "objects.h"

#include <string.h>

/* `ids` are all that were pushed, and `literal` the spans of them that were, unless
 * `keep_ids` is false. */
struct pm_stream {
    PyObject ob_base;
    struct pm_state *state;
    struct pm_matcher *matcher;
    mmspan_stream *stream;
    bool keep_ids;
    int32_t *ids;
    size_t n;
    size_t cap;
    struct pm_spans literal;
    size_t cap_literal;
};

static void stream_dealloc(PyObject *self) {
    struct pm_stream *s = (struct pm_stream *)self;
    mmspan_stream_destroy(s->stream);
    PyMem_RawFree(s->ids);
    PyMem_RawFree(s->literal.spans);
    Py_XDECREF(s->matcher);
    pm_free(self);
}

static struct pm_stream *new_stream(struct pm_matcher *matcher, bool keep_ids) {
    struct pm_stream *s = PM_NEW(matcher->state->stream, pm_stream);
    if (!s)
        return NULL;
    s->state = matcher->state;
    s->matcher = (struct pm_matcher *)Py_NewRef((PyObject *)matcher);
    s->keep_ids = keep_ids;
    return s;
}

const char pm_stream_doc[] =
    "stream($self, /, *, keep_ids=True)\n--\n\n"
    "A scan of a prompt that arrives in pieces.\n\n"
    "Parameters\n----------\n"
    "keep_ids : bool, optional\n"
    "    Whether its results have their IDs. Without them a stream keeps only the tokens of\n"
    "    a block that is not decided, and its results cannot be expanded or collapsed.\n\n"
    "Returns\n-------\n"
    "Stream\n\n"
    "Examples\n--------\n"
    ">>> import mmspan\n"
    ">>> with mmspan.load(\"gemma-4\").stream() as s:\n"
    "...     s.push([2, 255999, 258880])\n"
    "...     s.push([258880, 258882])\n"
    ">>> s.result[0].rows\n"
    "2\n";

PyObject *pm_matcher_stream(PyObject *self, PyObject *const *args, Py_ssize_t n,
                            PyObject *names) {
    static const struct pm_signature signature = {"stream", 0, 0, 0, {"keep_ids"}};
    struct pm_matcher *m = (struct pm_matcher *)self;
    PyObject *values[PM_MAX_ARGS];
    bool keep_ids = true;
    if (pm_args(&signature, args, n, names, values, NULL) < 0 ||
        pm_flag(values[0], "keep_ids", &keep_ids) < 0)
        return NULL;
    struct pm_stream *s = new_stream(m, keep_ids);
    if (!s || mmspan_stream_create(m->matcher, NULL, &s->stream) == MMSPAN_OK)
        return (PyObject *)s;
    Py_DECREF(s);
    return PyErr_NoMemory();
}

/* Makes room for what is about to be pushed, before the stream sees it. */
static bool reserve(struct pm_stream *s, size_t n, bool literal) {
    if (!s->keep_ids)
        return true;
    if (s->cap - s->n < n) {
        const size_t cap = s->n + n > 2 * s->cap ? s->n + n : 2 * s->cap;
        int32_t *ids = cap <= PY_SSIZE_T_MAX / sizeof *ids
                           ? PyMem_RawRealloc(s->ids, cap * sizeof *ids)
                           : NULL;
        if (!ids)
            return false;
        s->ids = ids;
        s->cap = cap;
    }
    if (literal && s->literal.n == s->cap_literal) {
        const size_t cap = 2 * s->cap_literal + 4;
        mmspan_span *spans = PyMem_RawRealloc(s->literal.spans, cap * sizeof *spans);
        if (!spans)
            return false;
        s->literal.spans = spans;
        s->cap_literal = cap;
    }
    return true;
}

static void keep(struct pm_stream *s, const mmspan_ids *ids, int64_t start, bool literal) {
    if (!s->keep_ids || ids->n == 0)
        return;
    memcpy(s->ids + s->n, ids->data, ids->n * sizeof *s->ids);
    s->n += ids->n;
    if (literal)
        s->literal.spans[s->literal.n++] = (mmspan_span){start, start + (int64_t)ids->n};
}

static int64_t position_of(const struct pm_stream *s) {
    return mmspan_result_view(mmspan_stream_result(s->stream))->n_tokens;
}

static mmspan_status push_locked(struct pm_stream *s, const mmspan_ids *ids, bool literal,
                                 mmspan_error *error) {
    if (!reserve(s, ids->n, literal))
        return MMSPAN_E_MEMORY;
    const int64_t start = position_of(s);
    mmspan_status status = mmspan_stream_push(s->stream, ids->data, ids->n, literal, error);
    if (status == MMSPAN_OK)
        keep(s, ids, start, literal);
    return status;
}

static PyObject *stream_push(PyObject *self, PyObject *const *args, Py_ssize_t n,
                             PyObject *names) {
    static const struct pm_signature signature = {"push", 0, 1, 1, {"ids", "literal"}};
    struct pm_stream *s = (struct pm_stream *)self;
    PyObject *values[PM_MAX_ARGS];
    struct pm_tokens tokens;
    bool literal = false;
    mmspan_status status = MMSPAN_OK;
    mmspan_error error;
    pm_error_clear(&error);
    if (pm_args(&signature, args, n, names, values, NULL) < 0 ||
        pm_flag(values[1], "literal", &literal) < 0 ||
        pm_tokens_read(s->state, values[0], "ids", &tokens) < 0)
        return NULL;
    int failed = pm_tokens_check(&tokens, s->matcher) < 0 || pm_tokens_own_int32(&tokens) < 0;
    if (!failed) {
        Py_BEGIN_CRITICAL_SECTION(self);
        status = push_locked(s, &tokens.ids, literal, &error);
        Py_END_CRITICAL_SECTION();
    }
    pm_tokens_release(&tokens);
    if (status != MMSPAN_OK)
        pm_raise(s->state, status, &error);
    return failed || status != MMSPAN_OK ? NULL : Py_NewRef(Py_None);
}

static PyObject *stream_finish(PyObject *self, PyObject *ignored) {
    struct pm_stream *s = (struct pm_stream *)self;
    mmspan_status status;
    mmspan_error error;
    pm_error_clear(&error);
    (void)ignored;
    Py_BEGIN_CRITICAL_SECTION(self);
    status = mmspan_stream_finish(s->stream, &error);
    Py_END_CRITICAL_SECTION();
    if (status == MMSPAN_OK)
        Py_RETURN_NONE;
    pm_raise(s->state, status, &error);
    return NULL;
}

/* Copies what is decided, with the IDs and spans up to now. */
static mmspan_status copy_locked(const struct pm_stream *s, struct pm_result *r,
                                 struct pm_block **block, mmspan_error *error) {
    struct pm_spans literal;
    if (s->keep_ids) {
        *block = pm_block_new(s->state, (Py_ssize_t)s->n, sizeof(int32_t));
        if (!*block || pm_spans_copy(&literal, s->literal.spans, s->literal.n) < 0)
            return MMSPAN_E_MEMORY;
        if (s->n)
            memcpy((*block)->data, s->ids, s->n * sizeof(int32_t));
        r->literal = literal.spans;
        r->n_literal = literal.n;
    }
    return mmspan_result_copy(mmspan_stream_result(s->stream), r->result, error);
}

static PyObject *get_result(PyObject *self, void *ignored) {
    struct pm_stream *s = (struct pm_stream *)self;
    struct pm_result *r = pm_result_new(s->state, s->matcher);
    struct pm_block *block = NULL;
    mmspan_status status;
    mmspan_error error;
    pm_error_clear(&error);
    (void)ignored;
    if (!r)
        return NULL;
    Py_BEGIN_CRITICAL_SECTION(self);
    status = copy_locked(s, r, &block, &error);
    Py_END_CRITICAL_SECTION();
    r->block = block;
    if (status != MMSPAN_OK) {
        Py_DECREF(r);
        if (!PyErr_Occurred())
            pm_raise(s->state, status, &error);
        return NULL;
    }
    if (block) {
        block->writable = false;
        r->ids = block->data;
    }
    return (PyObject *)r;
}

static PyObject *get_decided(PyObject *self, void *ignored) {
    int64_t decided;
    (void)ignored;
    Py_BEGIN_CRITICAL_SECTION(self);
    decided = mmspan_stream_decided(((struct pm_stream *)self)->stream);
    Py_END_CRITICAL_SECTION();
    return PyLong_FromLongLong(decided);
}

static PyObject *get_n_tokens(PyObject *self, void *ignored) {
    int64_t n;
    (void)ignored;
    Py_BEGIN_CRITICAL_SECTION(self);
    n = position_of((struct pm_stream *)self);
    Py_END_CRITICAL_SECTION();
    return PyLong_FromLongLong(n);
}

static PyObject *stream_forget(PyObject *self, PyObject *ignored) {
    (void)ignored;
    Py_BEGIN_CRITICAL_SECTION(self);
    mmspan_stream_forget(((struct pm_stream *)self)->stream);
    Py_END_CRITICAL_SECTION();
    Py_RETURN_NONE;
}

static PyObject *stream_reset(PyObject *self, PyObject *ignored) {
    struct pm_stream *s = (struct pm_stream *)self;
    (void)ignored;
    Py_BEGIN_CRITICAL_SECTION(self);
    mmspan_stream_reset(s->stream);
    s->n = 0;
    s->literal.n = 0;
    Py_END_CRITICAL_SECTION();
    Py_RETURN_NONE;
}

static mmspan_status fork_locked(const struct pm_stream *s, struct pm_stream *copy) {
    if (!reserve(copy, s->n, false) ||
        pm_spans_copy(&copy->literal, s->literal.spans, s->literal.n) < 0)
        return MMSPAN_E_MEMORY;
    if (s->n)
        memcpy(copy->ids, s->ids, s->n * sizeof *s->ids);
    copy->n = s->n;
    copy->cap_literal = copy->literal.n;
    return mmspan_stream_copy(s->stream, &copy->stream);
}

static PyObject *stream_copy(PyObject *self, PyObject *ignored) {
    const struct pm_stream *s = (struct pm_stream *)self;
    struct pm_stream *copy = new_stream(s->matcher, s->keep_ids);
    mmspan_status status;
    (void)ignored;
    if (!copy)
        return NULL;
    Py_BEGIN_CRITICAL_SECTION(self);
    status = fork_locked(s, copy);
    Py_END_CRITICAL_SECTION();
    if (status == MMSPAN_OK)
        return (PyObject *)copy;
    Py_DECREF(copy);
    return PyErr_NoMemory();
}

static PyObject *stream_enter(PyObject *self, PyObject *ignored) {
    (void)ignored;
    return Py_NewRef(self);
}

/* The prompt has ended unless something went wrong. */
static PyObject *stream_exit(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    if (n > 0 && args[0] != Py_None)
        Py_RETURN_NONE;
    return stream_finish(self, NULL);
}

static PyObject *stream_repr(PyObject *self) {
    const struct pm_stream *s = (struct pm_stream *)self;
    return PyUnicode_FromFormat("<mmspan.Stream: %lld tokens, %lld decided>",
                                (long long)position_of(s),
                                (long long)mmspan_stream_decided(s->stream));
}

#define FAST(function) (PyCFunction)(void (*)(void))(function)

static PyMethodDef methods[] = {
    {"push", FAST(stream_push), METH_FASTCALL | METH_KEYWORDS,
     "push($self, /, ids, *, literal=False)\n--\n\n"
     "Adds the next tokens; `literal` says that they are untrusted user text."},
    {"finish", stream_finish, METH_NOARGS,
     "finish($self, /)\n--\n\n"
     "Ends the prompt: what is still open becomes an item or a truncated block."},
    {"forget", stream_forget, METH_NOARGS,
     "forget($self, /)\n--\n\nDrops the items and findings that were decided."},
    {"reset", stream_reset, METH_NOARGS,
     "reset($self, /)\n--\n\nBegins another prompt, at position 0."},
    {"copy", stream_copy, METH_NOARGS,
     "copy($self, /)\n--\n\nA stream that goes on by itself from the same state."},
    {"__copy__", stream_copy, METH_NOARGS, "__copy__($self, /)\n--\n\nAs `copy`."},
    {"__enter__", stream_enter, METH_NOARGS, "__enter__($self, /)\n--\n\nItself."},
    {"__exit__", FAST(stream_exit), METH_FASTCALL,
     "__exit__($self, type, value, traceback, /)\n--\n\n"
     "Calls `finish` unless there was an exception."},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef getset[] = {
    {"result", get_result, NULL,
     "What is decided so far: a new Result, which does not change any more.", NULL},
    {"decided", get_decided, NULL, "Everything before this position is decided.", NULL},
    {"n_tokens", get_n_tokens, NULL, "How many tokens were pushed.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_dealloc, stream_dealloc},
    {Py_tp_repr, stream_repr},
    {Py_tp_methods, methods},
    {Py_tp_getset, getset},
    {Py_tp_doc,
     "A prompt that arrives in pieces, from `Matcher.stream`.\n\n"
     "Cutting a prompt anywhere gives the same. Threads that share one wait for each\n"
     "other; in what order they push is their own business."},
    {0, NULL},
};

PyType_Spec pm_stream_spec = {
    .name = "mmspan.Stream",
    .basicsize = sizeof(struct pm_stream),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};
