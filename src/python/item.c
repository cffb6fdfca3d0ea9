/* Items, runs and findings one by one, as tuples of the classes of mmspan/_items.py. */
#include "objects.h"

/* A call of a class with values whose references are taken over; NULL among them passes an
 * error on. */
static PyObject *make(PyObject *class, PyObject **values, Py_ssize_t n) {
    PyObject *made = NULL;
    bool complete = class != NULL;
    if (!class)
        PyErr_SetString(PyExc_RuntimeError, "mmspan was used after its module has gone");
    for (Py_ssize_t i = 0; i < n; i++)
        complete = complete && values[i];
    if (complete)
        made = PyObject_Vectorcall(class, values, (size_t)n, NULL);
    for (Py_ssize_t i = 0; i < n; i++)
        Py_XDECREF(values[i]);
    return made;
}

static PyObject *number(int64_t value) {
    return PyLong_FromLongLong(value);
}

/* None for an index that stands for nothing. */
static PyObject *index_or_none(int64_t value) {
    return value < 0 ? Py_NewRef(Py_None) : number(value);
}

static PyObject *text_or_none(const char *text) {
    return text ? PyUnicode_FromString(text) : Py_NewRef(Py_None);
}

static PyObject *run_at(const struct pm_result *r, const mmspan_run *run) {
    PyObject *values[] = {pm_modality(pm_matcher_of(r), run->modality), number(run->start),
                          number(run->length), number(run->row), number(run->item)};
    return make(r->state->classes[PM_RUN], values, 5);
}

static PyObject *runs_of(const struct pm_result *r, const mmspan_item *item) {
    const mmspan_run *runs = mmspan_result_view(r->result)->runs + item->first_run;
    PyObject *tuple = PyTuple_New(item->n_runs);
    for (int32_t i = 0; tuple && i < item->n_runs; i++) {
        PyObject *run = run_at(r, &runs[i]);
        if (run)
            PyTuple_SET_ITEM(tuple, i, run);
        else
            Py_CLEAR(tuple);
    }
    return tuple;
}

PyObject *pm_item(const struct pm_result *r, Py_ssize_t i) {
    const mmspan_item *item = &mmspan_result_view(r->result)->items[i];
    /* First, for it calls classes, which must not see an exception on its way. */
    PyObject *runs = runs_of(r, item);
    if (!runs)
        return NULL;
    PyObject *values[] = {pm_modality(pm_matcher_of(r), item->modality),
                          text_or_none(mmspan_form_name(item->form)),
                          number(item->start),
                          number(item->end),
                          number(item->rows),
                          runs,
                          index_or_none(item->media),
                          number(item->position)};
    return make(r->state->classes[PM_ITEM], values, 8);
}

/* Names that go with indices. */
static PyObject *names_of(const mmspan_matcher *matcher, const int32_t *indices, size_t n,
                          const char *(*name_of)(const mmspan_matcher *, int32_t)) {
    PyObject *tuple = PyTuple_New((Py_ssize_t)n);
    for (size_t i = 0; tuple && i < n; i++) {
        PyObject *name = text_or_none(name_of(matcher, indices[i]));
        if (name)
            PyTuple_SET_ITEM(tuple, (Py_ssize_t)i, name);
        else
            Py_CLEAR(tuple);
    }
    return tuple;
}

static PyObject *possible_modalities(const mmspan_matcher *matcher, const mmspan_finding *f) {
    size_t n = 0;
    const int32_t *indices = mmspan_finding_modalities(matcher, f, &n);
    if (n == 0 && f->modality >= 0) {
        indices = &f->modality;
        n = 1;
    }
    return names_of(matcher, indices, n, mmspan_matcher_modality_name);
}

/* The one modality that it is about; None when several were possible. */
static PyObject *modality_of(const mmspan_matcher *matcher, const mmspan_finding *f) {
    size_t n = 0;
    const int32_t *indices = mmspan_finding_modalities(matcher, f, &n);
    return pm_modality(matcher, n == 1 ? indices[0] : f->modality);
}

static PyObject *expected_of(const mmspan_matcher *matcher, const mmspan_finding *f) {
    size_t n = 0;
    const int32_t *indices;
    switch (f->kind) {
    case MMSPAN_FINDING_BROKEN_BLOCK:
    case MMSPAN_FINDING_TRUNCATED_BLOCK:
        indices = mmspan_finding_expected(matcher, f, &n);
        return names_of(matcher, indices, n, mmspan_matcher_token_name);
    case MMSPAN_FINDING_ROWS:
        return text_or_none(mmspan_matcher_modality_rows(matcher, f->modality));
    case MMSPAN_FINDING_MEDIA_COUNT:
    case MMSPAN_FINDING_MEDIA_ROWS:
    case MMSPAN_FINDING_MEDIA_LAYOUT:
        return number(f->expected);
    default:
        return Py_NewRef(Py_None);
    }
}

static PyObject *found_of(const mmspan_finding *f) {
    switch (f->kind) {
    case MMSPAN_FINDING_STRAY_TOKEN:
    case MMSPAN_FINDING_LITERAL_TOKEN:
        return number(f->id);
    case MMSPAN_FINDING_TRUNCATED_BLOCK:
        return Py_NewRef(Py_None);
    default:
        return number(f->found);
    }
}

static PyObject *sentence(const mmspan_matcher *matcher, const mmspan_finding *finding) {
    char text[512];
    const size_t n = mmspan_finding_text(matcher, finding, text, sizeof text);
    if (n < sizeof text)
        return PyUnicode_DecodeUTF8(text, (Py_ssize_t)n, "replace");
    char *longer = PyMem_Malloc(n + 1);
    if (!longer)
        return PyErr_NoMemory();
    mmspan_finding_text(matcher, finding, longer, n + 1);
    PyObject *made = PyUnicode_DecodeUTF8(longer, (Py_ssize_t)n, "replace");
    PyMem_Free(longer);
    return made;
}

PyObject *pm_finding(const struct pm_result *r, const mmspan_finding *finding) {
    const mmspan_matcher *matcher = pm_matcher_of(r);
    PyObject *token = finding->token >= 0
                          ? text_or_none(mmspan_matcher_token_name(matcher, finding->token))
                          : Py_NewRef(Py_None);
    PyObject *values[] = {text_or_none(mmspan_finding_kind_name(finding->kind)),
                          number(finding->start),
                          number(finding->end),
                          modality_of(matcher, finding),
                          expected_of(matcher, finding),
                          found_of(finding),
                          possible_modalities(matcher, finding),
                          token,
                          index_or_none(finding->media),
                          sentence(matcher, finding)};
    return make(r->state->classes[PM_FINDING], values, 10);
}
