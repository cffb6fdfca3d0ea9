/* The plan that a GPU reads: where the rows of a result or a batch go; see torch/kernel.py. */
#include "batch.h"
#include "error.h"
#include "tensor.h"

#include <string.h>

/* Below them is the modality in a row's number. */
enum { MODALITY_BITS = 6 };
_Static_assert(MMSPAN_MAX_MODALITIES <= 1 << MODALITY_BITS, "a modality fits its bits");

/* A kernel takes so many runs as arguments, and so many sources; see torch/kernel_few.py. */
enum { FEW = 8, SOURCES = 4 };

/* Runs of many sequences, and where those begin; a result is one sequence. */
struct source {
    const struct pm_matcher *matcher;
    const mmspan_run *runs;
    size_t n_runs;
    const int64_t *run_offsets;
    const int64_t *offsets;
    size_t n_sequences;
    int64_t n_tokens;
    int64_t one[4];
};

static int open_source(struct pm_state *state, PyObject *object, struct source *s) {
    memset(s, 0, sizeof *s);
    if (Py_IS_TYPE(object, state->result)) {
        const struct pm_result *r = (struct pm_result *)object;
        const mmspan_view *v = mmspan_result_view(r->result);
        *s = (struct source){.matcher = r->matcher,
                             .runs = v->runs,
                             .n_runs = v->n_runs,
                             .n_sequences = 1,
                             .n_tokens = v->n_tokens,
                             .one = {0, (int64_t)v->n_runs, 0, v->n_tokens}};
        s->run_offsets = s->one;
        s->offsets = s->one + 2;
        return 0;
    }
    if (!Py_IS_TYPE(object, state->batch)) {
        PyErr_Format(PyExc_TypeError, "result is %s %.100s, not a Result or a Batch",
                     pm_article(Py_TYPE(object)), Py_TYPE(object)->tp_name);
        return -1;
    }
    const struct pm_batch *b = (struct pm_batch *)object;
    const mmspan_ragged *v = mmspan_batch_view(b->batch);
    *s = (struct source){.matcher = b->matcher,
                         .runs = v->runs,
                         .n_runs = v->n_runs,
                         .run_offsets = v->run_offsets,
                         .offsets = b->ragged.offsets,
                         .n_sequences = v->n_sequences};
    if (s->n_sequences)
        s->n_tokens = s->offsets[s->n_sequences] - s->offsets[0];
    return 0;
}

static PyObject *plan_size(PyObject *module, PyObject *object) {
    struct source s;
    if (open_source(pm_state_of_module(module), object, &s) < 0)
        return NULL;
    return Py_BuildValue("Ln", (long long)s.n_tokens, (Py_ssize_t)s.n_runs);
}

/* Adds to `taken` the rows of each modality of all sequences. What is written is nothing that
 * is read, which the compiler must know to keep the sums in registers. */
static void write_runs(const struct source *s, int64_t *restrict columns, size_t pitch,
                       int64_t *restrict taken) {
    int64_t *restrict starts = columns, *restrict firsts = columns + pitch;
    int64_t *restrict numbers = columns + 2 * pitch;
    int64_t first = 0;
    for (size_t i = 0; i < s->n_sequences; i++) {
        const int64_t start = s->offsets[i] - s->offsets[0], end = s->run_offsets[i + 1];
        int64_t before[MMSPAN_MAX_MODALITIES];
        memcpy(before, taken, sizeof before);
        for (int64_t k = s->run_offsets[i]; k < end; k++) {
            const mmspan_run run = s->runs[k];
            starts[k] = start + run.start;
            firsts[k] = first;
            numbers[k] = (before[run.modality] + run.row) << MODALITY_BITS | run.modality;
            first += run.length;
            taken[run.modality] = before[run.modality] + run.row + run.length;
        }
    }
    for (size_t k = s->n_runs; k < pitch; k++) {
        starts[k] = INT64_MAX;
        firsts[k] = first;
        numbers[k] = 0;
    }
}

static PyObject *counts(const int64_t *taken, int32_t n) {
    PyObject *tuple = PyTuple_New(n);
    for (int32_t m = 0; tuple && m < n; m++) {
        PyObject *count = PyLong_FromLongLong(taken[m]);
        if (count)
            PyTuple_SET_ITEM(tuple, m, count);
        else
            Py_CLEAR(tuple);
    }
    return tuple;
}

/* plan_fill(result, columns): the matrix of 3 rows; returns the rows of each modality. */
static PyObject *plan_fill(PyObject *module, PyObject *const *args, Py_ssize_t n) {
    struct source s;
    struct pm_tensor t;
    if (n != 2) {
        PyErr_Format(PyExc_TypeError, "_plan_fill takes 2 arguments, not %zd", n);
        return NULL;
    }
    if (open_source(pm_state_of_module(module), args[0], &s) < 0 ||
        pm_tensor_open(args[1], "columns", 2, true, &t) < 0)
        return NULL;
    PyObject *made = NULL;
    const int64_t room = t.shape[1];
    if (t.code != DL_INT || t.size != 8 || t.shape[0] != 3 || t.stride != room * 8 ||
        room <= (int64_t)s.n_runs)
        PyErr_Format(PyExc_ValueError, "columns is not a matrix of int64, 3 x %zu",
                     s.n_runs + 1);
    else {
        int64_t taken[MMSPAN_MAX_MODALITIES] = {0};
        write_runs(&s, (int64_t *)(void *)t.data, (size_t)room, taken);
        made = counts(taken, mmspan_matcher_n_modalities(s.matcher->matcher));
    }
    pm_tensor_close(&t);
    return made;
}

/* plan_rows(result): the rows of each modality. */
static PyObject *plan_rows(PyObject *module, PyObject *object) {
    struct source s;
    if (open_source(pm_state_of_module(module), object, &s) < 0)
        return NULL;
    int64_t taken[MMSPAN_MAX_MODALITIES] = {0};
    for (size_t k = 0; k < s.n_runs; k++)
        taken[s.runs[k].modality] += s.runs[k].length;
    return counts(taken, mmspan_matcher_n_modalities(s.matcher->matcher));
}

/* The three numbers of each run in a window, then zeros; returns how many runs. `places` has
 * the source of each modality. */
static int few_numbers(const struct source *s, const int *places, int64_t start, int64_t end,
                       int64_t *numbers, int64_t *rows) {
    int64_t columns[3 * (FEW + 1)] = {0}, taken[MMSPAN_MAX_MODALITIES] = {0};
    const size_t n = s->n_runs, pitch = n + 1;
    int found = 0;
    write_runs(s, columns, pitch, taken);
    for (size_t k = 0; k < n; k++) {
        const int64_t *run = columns + k, *firsts = run + pitch;
        const int64_t number = run[2 * pitch], behind = run[0] + firsts[1] - firsts[0];
        const int64_t first = run[0] > start ? run[0] : start,
                      past = behind < end ? behind : end;
        if (first >= past)
            continue;
        int64_t *to = numbers + 3 * found++;
        to[0] = first - start;
        to[1] = past - start;
        to[2] = ((number >> MODALITY_BITS) - run[0] + start) * SOURCES +
                places[number & ((1 << MODALITY_BITS) - 1)];
        *rows += past - first;
    }
    return found;
}

/* plan_few(result, modalities, start, end): how many rows and runs the window takes, and the
 * numbers of FEW runs; None if the prompt has more. */
static PyObject *plan_few(PyObject *module, PyObject *const *args, Py_ssize_t n) {
    struct source s;
    int64_t numbers[3 * FEW] = {0}, rows = 0;
    int places[1 << MODALITY_BITS] = {0};
    if (n != 4 || !PyList_Check(args[1])) {
        PyErr_SetString(PyExc_TypeError, "_plan_few takes a result, a list, start and end");
        return NULL;
    }
    if (open_source(pm_state_of_module(module), args[0], &s) < 0)
        return NULL;
    const Py_ssize_t n_sources = PyList_GET_SIZE(args[1]);
    if (s.n_runs > FEW || n_sources > SOURCES)
        Py_RETURN_NONE;
    for (Py_ssize_t i = 0; i < n_sources; i++)
        places[PyLong_AsLong(PyList_GET_ITEM(args[1], i)) & ((1 << MODALITY_BITS) - 1)] =
            (int)i;
    const int64_t start = PyLong_AsLongLong(args[2]), end = PyLong_AsLongLong(args[3]);
    if (PyErr_Occurred())
        return NULL;
    const int found = few_numbers(&s, places, start, end, numbers, &rows);
    PyObject *tuple = PyTuple_New(3 * FEW);
    for (Py_ssize_t i = 0; tuple && i < 3 * FEW; i++) {
        PyObject *value = PyLong_FromLongLong(numbers[i]);
        if (value)
            PyTuple_SET_ITEM(tuple, i, value);
        else
            Py_CLEAR(tuple);
    }
    return Py_BuildValue("LiN", (long long)rows, found, tuple);
}

PyMethodDef pm_plan_functions[] = {
    {"_plan_size", plan_size, METH_O, NULL},
    {"_plan_rows", plan_rows, METH_O, NULL},
    {"_plan_few", (PyCFunction)(void (*)(void))plan_few, METH_FASTCALL, NULL},
    {"_plan_fill", (PyCFunction)(void (*)(void))plan_fill, METH_FASTCALL, NULL},
    {NULL, NULL, 0, NULL},
};
