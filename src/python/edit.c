/* What makes another prompt, or another result, of a result: the result itself stays. */
#include "args.h"
#include "error.h"
#include "expansion.h"
#include "methods.h"

#include <string.h>

#define MEDIA_DOC                                                                              \
    "media : mapping of str to list, optional\n"                                               \
    "    The media of each modality, in the order in which they stand in the prompt:\n"        \
    "    their numbers of rows, or `Media`.\n"                                                 \
    "**modalities : list\n"                                                                    \
    "    The same by keyword: ``image=[256, 280]``.\n"

const char pm_assign_doc[] =
    "assign($self, media=None, /, *, from_end=False, **modalities)\n--\n\n"
    "Gives every item its media, and verifies counts and rows.\n\n"
    "Parameters\n----------\n" MEDIA_DOC "from_end : bool, optional\n"
    "    Items take media from the end: for prompts that were cut at their beginning.\n\n"
    "Returns\n-------\n"
    "Result\n"
    "    A new one, whose items have their `media` and whose findings say what does not "
    "fit.\n\n"
    "Examples\n--------\n"
    ">>> import mmspan\n"
    ">>> r = mmspan.load(\"gemma-4\").scan([2, 255999, 258880, 258880, 258882])\n"
    ">>> print(r.assign(image=[3]).findings[0])\n"
    "media-rows [1, 5) image 0: expected 3 rows, found 2\n";

PyObject *pm_assign(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
    static const struct pm_signature signature = {"assign", 1, 1, 0, {"media", "from_end"}};
    const struct pm_result *r = (struct pm_result *)self;
    PyObject *values[PM_MAX_ARGS];
    PyObject *named;
    bool from_end = false;
    struct pm_media media = {0};
    struct pm_result *made = NULL;
    if (pm_args(&signature, args, n, names, values, &named) < 0)
        return NULL;
    if (pm_flag(values[1], "from_end", &from_end) == 0 &&
        pm_media_read(r, values[0], named, &media) == 0)
        made = pm_result_copy(r);
    if (made) {
        const mmspan_assign_options options = {
            .struct_size = sizeof options,
            .from_end = from_end,
            .ids = r->ids,
            .n = r->ids ? (size_t)mmspan_result_view(r->result)->n_tokens : 0};
        mmspan_error error;
        pm_error_clear(&error);
        mmspan_status status =
            mmspan_assign(made->result, media.media, media.n, &options, &error);
        if (status != MMSPAN_OK) {
            Py_CLEAR(made);
            pm_raise(r->state, status, &error);
        }
    }
    pm_media_free(&media);
    Py_XDECREF(named);
    return (PyObject *)made;
}

static struct pm_expansion *new_expansion(struct pm_result *before) {
    if (pm_result_need_ids(before) < 0)
        return NULL;
    struct pm_expansion *e = PM_NEW(before->state->expansion, pm_expansion);
    if (!e)
        return NULL;
    e->state = before->state;
    e->before = (struct pm_result *)Py_NewRef((PyObject *)before);
    e->options.struct_size = sizeof e->options;
    e->source = pm_result_copy(before);
    if (!e->source)
        Py_CLEAR(e);
    return e;
}

static mmspan_status write_prompt(struct pm_expansion *e, int32_t *out, size_t cap,
                                  mmspan_error *error) {
    const size_t n = (size_t)mmspan_result_view(e->before->result)->n_tokens;
    if (e->collapsed)
        return mmspan_collapse(e->source->result, e->before->ids, n, out, cap, &e->n, error);
    return mmspan_expand(e->source->result, e->before->ids, n, e->media.media, e->media.n,
                         &e->options, out, cap, &e->n, error);
}

/* How long the new prompt is going to be, or more; 0 when it is better asked. */
static size_t guess(const struct pm_expansion *e) {
    const int64_t large = 1 << 24;
    int64_t n = mmspan_result_view(e->before->result)->n_tokens;
    for (size_t i = 0; i < e->media.n && n < large; i++) {
        const mmspan_media *m = &e->media.media[i];
        n += 8 + (m->rows > 0 && m->rows < large ? m->rows : large) +
             (m->n_ids < (size_t)large ? (int64_t)m->n_ids : large);
    }
    return n < large ? (size_t)n : 0;
}

/* Fills a new expansion, whose reference is taken over. */
static PyObject *rewrite(struct pm_expansion *e) {
    size_t cap = guess(e);
    mmspan_error error;
    mmspan_status status = MMSPAN_E_SPACE;
    for (int i = 0; i < 2 && status == MMSPAN_E_SPACE; i++) {
        pm_error_clear(&error);
        Py_XSETREF(e->ids, pm_block_new(e->state, (Py_ssize_t)cap, sizeof(int32_t)));
        if (!e->ids) {
            Py_DECREF(e);
            return NULL;
        }
        status = write_prompt(e, cap ? e->ids->data : NULL, cap, &error);
        cap = e->n;
    }
    if (status == MMSPAN_OK) {
        e->ids->size = (Py_ssize_t)(e->n * sizeof(int32_t));
        e->ids->writable = false;
        return (PyObject *)e;
    }
    pm_raise(e->state, status, &error);
    Py_DECREF(e);
    return NULL;
}

const char pm_expand_doc[] =
    "expand($self, media=None, /, *, start=0, from_end=False, **modalities)\n--\n\n"
    "Replaces each placeholder by the tokens of its media.\n\n"
    "An item that already has its rows is kept, one with other rows is kept and found:\n"
    "expanding twice changes nothing.\n\n"
    "Parameters\n----------\n" MEDIA_DOC "start : int, optional\n"
    "    Items before this position are history: they are copied and take no media.\n"
    "from_end : bool, optional\n    As in `assign`.\n\n"
    "Returns\n-------\n"
    "Expansion\n\n"
    "Examples\n--------\n"
    ">>> import mmspan\n"
    ">>> e = mmspan.load(\"gemma-4\").scan([2, 258880, 107]).expand(image=[3])\n"
    ">>> e.ids.tolist()\n"
    "[2, 255999, 258880, 258880, 258880, 258882, 107]\n"
    ">>> e.new_position(2)\n"
    "6\n";

PyObject *pm_expand(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
    static const struct pm_signature signature = {
        "expand", 1, 1, 0, {"media", "start", "from_end"}};
    struct pm_result *r = (struct pm_result *)self;
    PyObject *values[PM_MAX_ARGS];
    PyObject *named;
    PyObject *made = NULL;
    bool from_end = false;
    if (pm_args(&signature, args, n, names, values, &named) < 0)
        return NULL;
    struct pm_expansion *e = new_expansion(r);
    if (e && pm_int64(values[1], "start", &e->options.start) == 0 &&
        pm_flag(values[2], "from_end", &from_end) == 0 &&
        pm_media_read(r, values[0], named, &e->media) == 0) {
        e->options.from_end = from_end;
        made = rewrite(e);
    } else
        Py_XDECREF(e);
    Py_XDECREF(named);
    return made;
}

const char pm_collapse_doc[] =
    "collapse($self, /)\n--\n\n"
    "Replaces every item by its modality's placeholder.\n\n"
    "Returns\n-------\n"
    "Expansion\n\n"
    "Examples\n--------\n"
    ">>> import mmspan\n"
    ">>> r = mmspan.load(\"gemma-4\").scan([2, 255999, 258880, 258880, 258882])\n"
    ">>> r.collapse().ids.tolist()\n"
    "[2, 258880]\n";

PyObject *pm_collapse(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
    static const struct pm_signature signature = {"collapse", 0, 0, 0, {NULL}};
    PyObject *values[PM_MAX_ARGS];
    if (pm_args(&signature, args, n, names, values, NULL) < 0)
        return NULL;
    struct pm_expansion *e = new_expansion((struct pm_result *)self);
    if (!e)
        return NULL;
    e->collapsed = true;
    return rewrite(e);
}

/* The literal spans inside [kept.start, kept.end), counted from its start. */
static int clip_literal(const struct pm_result *r, mmspan_span kept, struct pm_spans *literal) {
    if (pm_spans_copy(literal, r->literal, r->n_literal) < 0)
        return -1;
    size_t n = 0;
    for (size_t i = 0; i < literal->n; i++) {
        mmspan_span span = literal->spans[i];
        span.start = span.start > kept.start ? span.start : kept.start;
        span.end = span.end < kept.end ? span.end : kept.end;
        if (span.start < span.end)
            literal->spans[n++] = (mmspan_span){span.start - kept.start, span.end - kept.start};
    }
    literal->n = n;
    return 0;
}

static PyObject *scan_kept(const struct pm_result *r, mmspan_span kept) {
    const size_t n = (size_t)(kept.end - kept.start);
    struct pm_spans literal;
    if (pm_result_need_ids(r) < 0)
        return NULL;
    struct pm_block *block = pm_block_new(r->state, (Py_ssize_t)n, sizeof(int32_t));
    if (!block || clip_literal(r, kept, &literal) < 0) {
        Py_XDECREF(block);
        return NULL;
    }
    if (n)
        memcpy(block->data, r->ids + kept.start, n * sizeof(int32_t));
    return pm_scan_block(r->matcher, block, n, &literal);
}

/* Modality to slice of its media. */
static PyObject *surviving(const mmspan_matcher *matcher, const mmspan_span *media) {
    PyObject *dict = PyDict_New();
    const int32_t n = mmspan_matcher_n_modalities(matcher);
    for (int32_t i = 0; dict && i < n; i++) {
        PyObject *first = PyLong_FromLongLong(media[i].start);
        PyObject *last = PyLong_FromLongLong(media[i].end);
        PyObject *slice = first && last ? PySlice_New(first, last, NULL) : NULL;
        if (!slice ||
            PyDict_SetItemString(dict, mmspan_matcher_modality_name(matcher, i), slice) < 0)
            Py_CLEAR(dict);
        Py_XDECREF(first);
        Py_XDECREF(last);
        Py_XDECREF(slice);
    }
    return dict;
}

static int read_side(PyObject *value, int32_t *side) {
    *side = MMSPAN_SIDE_RIGHT;
    if (!value)
        return 0;
    if (PyUnicode_Check(value) && PyUnicode_CompareWithASCIIString(value, "right") == 0)
        return 0;
    *side = MMSPAN_SIDE_LEFT;
    if (PyUnicode_Check(value) && PyUnicode_CompareWithASCIIString(value, "left") == 0)
        return 0;
    PyErr_Format(PyExc_ValueError, "side is %R, not 'left' or 'right'", value);
    return -1;
}

const char pm_truncate_doc[] =
    "truncate($self, /, max_tokens, side='right')\n--\n\n"
    "The longest part of at most `max_tokens` tokens that cuts no item in two.\n\n"
    "Parameters\n----------\n"
    "max_tokens : int\n"
    "side : {'right', 'left'}, optional\n    The side that is dropped.\n\n"
    "Returns\n-------\n"
    "Truncation\n"
    "    ``ids``, ``result``, ``start``, ``end``, and in ``media`` for each modality the\n"
    "    slice of its media that survive.\n\n"
    "Examples\n--------\n"
    ">>> import mmspan\n"
    ">>> r = mmspan.load(\"gemma-4\").scan([2, 255999, 258880, 258882, 9, 258880, 9])\n"
    ">>> t = r.truncate(5)\n"
    ">>> t.ids.tolist(), [\"a\", \"b\"][t.media[\"image\"]]\n"
    "([2, 255999, 258880, 258882, 9], ['a'])\n";

PyObject *pm_truncate(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
    static const struct pm_signature signature = {"truncate", 0, 2, 1, {"max_tokens", "side"}};
    const struct pm_result *r = (struct pm_result *)self;
    PyObject *values[PM_MAX_ARGS];
    mmspan_span kept = {0, 0};
    mmspan_span media[MMSPAN_MAX_MODALITIES];
    int64_t most = 0;
    int32_t side;
    mmspan_error error;
    pm_error_clear(&error);
    if (pm_args(&signature, args, n, names, values, NULL) < 0 ||
        pm_int64(values[0], "max_tokens", &most) < 0 || read_side(values[1], &side) < 0)
        return NULL;
    mmspan_status status =
        mmspan_truncate(r->result, most, side, &kept, media,
                        (size_t)mmspan_matcher_n_modalities(pm_matcher_of(r)), &error);
    if (status != MMSPAN_OK) {
        pm_raise(r->state, status, &error);
        return NULL;
    }
    PyObject *result = scan_kept(r, kept);
    PyObject *ids = result ? PyObject_GetAttrString(result, "ids") : NULL;
    PyObject *survive = ids ? surviving(pm_matcher_of(r), media) : NULL;
    PyObject *made = NULL;
    if (survive)
        made = PyObject_CallFunction(r->state->classes[PM_TRUNCATION], "OOLLO", ids, result,
                                     (long long)kept.start, (long long)kept.end, survive);
    Py_XDECREF(result);
    Py_XDECREF(ids);
    Py_XDECREF(survive);
    return made;
}
