/* Expansion: a rewritten prompt, its plan, and where each token has gone. */
#include "expansion.h"

#include "args.h"
#include "error.h"

#include <string.h>

static void expansion_dealloc(PyObject *self) {
    struct pm_expansion *e = (struct pm_expansion *)self;
    Py_XDECREF(e->before);
    Py_XDECREF(e->source);
    Py_XDECREF(e->ids);
    Py_XDECREF(e->result);
    Py_XDECREF(e->plan);
    pm_media_free(&e->media);
    pm_free(self);
}

/* Keeps what was made unless another thread was faster; borrowed. */
static PyObject *publish(PyObject **place, PyObject *made) {
    PyObject *there = NULL;
    if (!made ||
        __atomic_compare_exchange_n(place, &there, made, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return made;
    Py_DECREF(made);
    return there;
}

/* What is expanded already takes its media when it is expanded again, and stays as it is. */
static int hand_media_out(const struct pm_expansion *e, struct pm_result *r) {
    const size_t cap = mmspan_result_view(r->result)->n_items + e->media.n;
    mmspan_replacement *plan = PyMem_RawMalloc((cap + 1) * sizeof *plan);
    mmspan_expand_options options = e->options;
    size_t n = 0, n_out = 0;
    mmspan_error error;
    pm_error_clear(&error);
    if (!plan)
        return pm_no_memory();
    if (options.start > 0)
        options.start = mmspan_new_position(e->source->result, options.start);
    mmspan_status status =
        mmspan_expand_plan(r->result, r->ids, e->n, e->media.media, e->media.n, &options, plan,
                           cap, &n, &n_out, &error);
    PyMem_RawFree(plan);
    return status == MMSPAN_OK ? 0 : pm_raise(e->state, status, &error);
}

/* The plan of an expansion is made by the core, on a result as it was before. */
static struct pm_block *plan_expansion(const struct pm_expansion *e) {
    size_t cap = mmspan_result_view(e->source->result)->n_items + e->media.n;
    size_t n_out = 0;
    mmspan_error error;
    pm_error_clear(&error);
    struct pm_result *again = pm_result_copy(e->before);
    struct pm_block *plan = NULL;
    if (again)
        plan = pm_block_new(e->state, (Py_ssize_t)cap, sizeof(mmspan_replacement));
    mmspan_status status = MMSPAN_OK;
    if (plan)
        status = mmspan_expand_plan(
            again->result, e->before->ids, (size_t)mmspan_result_view(again->result)->n_tokens,
            e->media.media, e->media.n, &e->options, plan->data, cap, &cap, &n_out, &error);
    Py_XDECREF(again);
    if (plan && status == MMSPAN_OK)
        plan->size = (Py_ssize_t)(cap * sizeof(mmspan_replacement));
    if (status != MMSPAN_OK) {
        Py_CLEAR(plan);
        pm_raise(e->state, status, &error);
    }
    return plan;
}

/* That of a collapsed prompt follows from where the items have gone: text keeps its length. */
static struct pm_block *plan_collapse(const struct pm_expansion *e) {
    const mmspan_view *view = mmspan_result_view(e->source->result);
    struct pm_block *plan =
        pm_block_new(e->state, (Py_ssize_t)view->n_items, sizeof(mmspan_replacement));
    mmspan_replacement *entries = plan ? plan->data : NULL;
    const int32_t *to = e->ids->data;
    for (size_t i = 0; plan && i < view->n_items; i++) {
        const mmspan_item *item = &view->items[i];
        const bool last = i + 1 == view->n_items;
        const int64_t old_next = last ? view->n_tokens : item[1].start;
        const int64_t new_next = last ? (int64_t)e->n : item[1].position;
        const int64_t end = new_next - (old_next - item->end);
        const size_t bytes = (size_t)(item->end - item->start) * sizeof *to;
        entries[i] = (mmspan_replacement){
            {item->start, item->end},
            {item->position, end},
            -1,
            end - item->position == item->end - item->start &&
                memcmp(e->before->ids + item->start, to + item->position, bytes) == 0};
    }
    return plan;
}

/* Borrowed. */
static struct pm_block *plan_of(struct pm_expansion *e) {
    PyObject **place = (PyObject **)(void *)&e->plan;
    PyObject *plan = __atomic_load_n(place, __ATOMIC_ACQUIRE);
    if (plan)
        return (struct pm_block *)plan;
    struct pm_block *made = e->collapsed ? plan_collapse(e) : plan_expansion(e);
    if (made)
        made->writable = false;
    return (struct pm_block *)publish(place, (PyObject *)made);
}

static void add_moved(const struct pm_expansion *e, struct pm_spans *to, int64_t start,
                      int64_t end) {
    to->spans[to->n++] = (mmspan_span){mmspan_new_position(e->source->result, start),
                                       mmspan_new_position(e->source->result, end)};
}

/*
 * Literal spans move with the text around them. An item that stands in one, which ordinary
 * tokens can make, is there no more when other tokens have taken its place: those are not the
 * user's.
 */
static int move_literal(struct pm_expansion *e, struct pm_spans *to) {
    memset(to, 0, sizeof *to);
    const struct pm_block *plan = e->before->n_literal ? plan_of(e) : NULL;
    if (!plan)
        return e->before->n_literal ? -1 : 0;
    const mmspan_replacement *item = plan->data;
    const mmspan_replacement *last = item + (size_t)plan->size / sizeof *item;
    const size_t most = e->before->n_literal + (size_t)(last - item);
    to->spans = PyMem_RawMalloc(most * sizeof *to->spans);
    if (!to->spans)
        return pm_no_memory();
    for (size_t i = 0; i < e->before->n_literal; i++) {
        const mmspan_span span = e->before->literal[i];
        int64_t at = span.start;
        while (item < last && item->old_span.end <= at)
            item++;
        for (; item < last && item->old_span.start < span.end; item++) {
            if (item->kept)
                continue;
            if (item->old_span.start > at)
                add_moved(e, to, at, item->old_span.start);
            at = item->old_span.end;
            if (at >= span.end)
                break;
        }
        if (at < span.end || at == span.start)
            add_moved(e, to, at, span.end);
    }
    return 0;
}

static PyObject *make_result(struct pm_expansion *e) {
    struct pm_spans literal;
    if (move_literal(e, &literal) < 0)
        return NULL;
    struct pm_block *block = (struct pm_block *)Py_NewRef((PyObject *)e->ids);
    PyObject *result = pm_scan_block(e->before->matcher, block, e->n, &literal);
    if (result && !e->collapsed && hand_media_out(e, (struct pm_result *)result) < 0)
        Py_CLEAR(result);
    return result;
}

static PyObject *get_result(PyObject *self, void *ignored) {
    struct pm_expansion *e = (struct pm_expansion *)self;
    PyObject *result = __atomic_load_n(&e->result, __ATOMIC_ACQUIRE);
    (void)ignored;
    if (!result)
        result = publish(&e->result, make_result(e));
    return Py_XNewRef(result);
}

static PyObject *get_plan(PyObject *self, void *ignored) {
    struct pm_expansion *e = (struct pm_expansion *)self;
    struct pm_block *plan = plan_of(e);
    (void)ignored;
    return plan ? pm_array(e->state, (struct pm_block *)Py_NewRef((PyObject *)plan),
                           PM_REPLACEMENTS)
                : NULL;
}

static PyObject *get_ids(PyObject *self, void *ignored) {
    struct pm_expansion *e = (struct pm_expansion *)self;
    (void)ignored;
    return pm_array(e->state, (struct pm_block *)Py_NewRef((PyObject *)e->ids), PM_INT32);
}

static PyObject *get_source(PyObject *self, void *ignored) {
    (void)ignored;
    return Py_NewRef((PyObject *)((struct pm_expansion *)self)->source);
}

static PyObject *get_findings(PyObject *self, void *ignored) {
    (void)ignored;
    return PyObject_GetAttrString((PyObject *)((struct pm_expansion *)self)->source,
                                  "findings");
}

/* A prompt's list as it grows: `last` is the int that was added last, to be added again for
 * the same ID, for patches are many and equal. */
struct builder {
    PyObject *list;
    Py_ssize_t n;
    PyObject *last;
    int32_t last_id;
};

static int add_ids(struct builder *b, const int32_t *ids, int64_t n) {
    for (int64_t i = 0; i < n; i++) {
        PyObject *value =
            b->last && b->last_id == ids[i] ? Py_NewRef(b->last) : PyLong_FromLong(ids[i]);
        if (!value)
            return -1;
        b->last = value;
        b->last_id = ids[i];
        PyList_SET_ITEM(b->list, b->n++, value);
    }
    return 0;
}

/* The same objects as in the caller's list; false when that has changed its length. */
static bool add_items(struct builder *b, PyObject *from, Py_ssize_t size, int64_t start,
                      int64_t end) {
    bool same;
    Py_BEGIN_CRITICAL_SECTION(from);
    same = PyList_GET_SIZE(from) == size;
    for (int64_t i = start; same && i < end; i++)
        PyList_SET_ITEM(b->list, b->n++, Py_NewRef(PyList_GET_ITEM(from, i)));
    Py_END_CRITICAL_SECTION();
    b->last = NULL;
    return same;
}

/* Text between the entries of the plan is what it was; `from` may be NULL. */
static int add_text(const struct pm_expansion *e, struct builder *b, PyObject *from,
                    int64_t start, int64_t end) {
    const Py_ssize_t size = (Py_ssize_t)mmspan_result_view(e->before->result)->n_tokens;
    if (!from)
        return add_ids(b, e->before->ids + start, end - start);
    if (add_items(b, from, size, start, end))
        return 0;
    PyErr_SetString(PyExc_RuntimeError, "ids changed while it was read");
    return -1;
}

static int build(struct pm_expansion *e, struct builder *b, PyObject *from) {
    const struct pm_block *plan = plan_of(e);
    const int64_t n = mmspan_result_view(e->before->result)->n_tokens;
    const int32_t *ids = e->ids->data;
    int64_t at = 0;
    if (!plan)
        return -1;
    const mmspan_replacement *entries = plan->data;
    const size_t n_entries = (size_t)plan->size / sizeof *entries;
    for (size_t i = 0; i < n_entries; i++) {
        const mmspan_replacement *entry = &entries[i];
        if (entry->kept)
            continue;
        if (add_text(e, b, from, at, entry->old_span.start) < 0 ||
            add_ids(b, ids + entry->new_span.start,
                    entry->new_span.end - entry->new_span.start) < 0)
            return -1;
        at = entry->old_span.end;
    }
    return add_text(e, b, from, at, n);
}

PyDoc_STRVAR(tolist_doc,
             "tolist($self, ids=None, /)\n--\n\n"
             "The new prompt as a list.\n\n"
             "Parameters\n----------\n"
             "ids : list, optional\n"
             "    The list that was scanned: its ints are used again where they stay, which\n"
             "    costs a tenth of making new ones.\n\n"
             "Returns\n-------\n"
             "list of int\n\n"
             "Examples\n--------\n"
             ">>> import mmspan\n"
             ">>> ids = [2, 258880, 107]\n"
             ">>> mmspan.load(\"gemma-4\").scan(ids).expand(image=[2]).tolist(ids)\n"
             "[2, 255999, 258880, 258880, 258882, 107]\n");

static PyObject *expansion_tolist(PyObject *self, PyObject *const *args, Py_ssize_t n,
                                  PyObject *names) {
    static const struct pm_signature signature = {"tolist", 1, 1, 0, {"ids"}};
    struct pm_expansion *e = (struct pm_expansion *)self;
    PyObject *values[PM_MAX_ARGS];
    const long long n_tokens = mmspan_result_view(e->before->result)->n_tokens;
    if (pm_args(&signature, args, n, names, values, NULL) < 0)
        return NULL;
    PyObject *from = values[0] == Py_None ? NULL : values[0];
    if (from && !PyList_Check(from)) {
        PyErr_Format(PyExc_TypeError, "ids is %s %.100s, not the list that was scanned",
                     pm_article(Py_TYPE(from)), Py_TYPE(from)->tp_name);
        return NULL;
    }
    if (from && PyList_Size(from) != n_tokens) {
        PyErr_Format(PyExc_ValueError, "ids has %zd tokens, and what was scanned %lld",
                     PyList_Size(from), n_tokens);
        return NULL;
    }
    struct builder b = {.list = PyList_New((Py_ssize_t)e->n)};
    if (b.list && build(e, &b, from) < 0)
        Py_CLEAR(b.list);
    return b.list;
}

static PyObject *map_position(PyObject *self, PyObject *value,
                              int64_t (*function)(const mmspan_result *, int64_t)) {
    const struct pm_expansion *e = (struct pm_expansion *)self;
    int64_t position = 0;
    if (pm_int64(value, "position", &position) < 0)
        return NULL;
    const int64_t mapped = function(e->source->result, position);
    if (mapped >= 0)
        return PyLong_FromLongLong(mapped);
    PyErr_Format(PyExc_IndexError, "position %lld is outside the prompt", (long long)position);
    return NULL;
}

static PyObject *new_position(PyObject *self, PyObject *value) {
    return map_position(self, value, mmspan_new_position);
}

static PyObject *old_position(PyObject *self, PyObject *value) {
    return map_position(self, value, mmspan_old_position);
}

static PyObject *to_json(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
    static const struct pm_signature signature = {"to_json", 0, 0, 0, {"sequence"}};
    const struct pm_expansion *e = (struct pm_expansion *)self;
    PyObject *values[PM_MAX_ARGS];
    int64_t sequence = 0;
    if (pm_args(&signature, args, n, names, values, NULL) < 0 ||
        pm_int64(values[0], "sequence", &sequence) < 0)
        return NULL;
    return pm_json(e->source, sequence, e->ids->data, e->n, e->collapsed);
}

static PyObject *to_dict(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
    return pm_parse_json(to_json(self, args, n, names));
}

static PyObject *expansion_repr(PyObject *self) {
    const struct pm_expansion *e = (struct pm_expansion *)self;
    const mmspan_view *view = mmspan_result_view(e->source->result);
    return PyUnicode_FromFormat("<mmspan.Expansion: %lld tokens become %zu, %zu findings>",
                                (long long)view->n_tokens, e->n, view->n_findings);
}

#define FAST(function) (PyCFunction)(void (*)(void))(function)

static PyMethodDef methods[] = {
    {"tolist", FAST(expansion_tolist), METH_FASTCALL | METH_KEYWORDS, tolist_doc},
    {"new_position", new_position, METH_O,
     "new_position($self, position, /)\n--\n\n"
     "Where a token of the old prompt stands in the new one."},
    {"old_position", old_position, METH_O,
     "old_position($self, position, /)\n--\n\n"
     "Where a token of the new prompt stood in the old one."},
    {"to_json", FAST(to_json), METH_FASTCALL | METH_KEYWORDS,
     "to_json($self, /, *, sequence=0)\n--\n\n"
     "The JSON object that ``mmspan expand`` or ``collapse`` writes, without its file and "
     "line."},
    {"to_dict", FAST(to_dict), METH_FASTCALL | METH_KEYWORDS,
     "to_dict($self, /, *, sequence=0)\n--\n\n`to_json` as an object."},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef getset[] = {
    {"ids", get_ids, NULL, "The new prompt: an int32 array, read-only.", NULL},
    {"result", get_result, NULL,
     "The Result of the new prompt, its items with their media; made at the first call.", NULL},
    {"source", get_source, NULL,
     "The Result of the old prompt, with media, new positions and what did not fit.", NULL},
    {"findings", get_findings, NULL, "What did not fit: those of `source`.", NULL},
    {"plan", get_plan, NULL,
     "What became of each item: a structured array with old_start, old_end, new_start, "
     "new_end, media and kept.",
     NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_dealloc, expansion_dealloc},
    {Py_tp_repr, expansion_repr},
    {Py_tp_methods, methods},
    {Py_tp_getset, getset},
    {Py_tp_doc,
     "A rewritten prompt, from `Result.expand` or `Result.collapse`. It never changes."},
    {0, NULL},
};

PyType_Spec pm_expansion_spec = {
    .name = "mmspan.Expansion",
    .basicsize = sizeof(struct pm_expansion),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};
