/* detect and onboard: which config data were made for, and the draft of one from a folder. */
#include "args.h"
#include "error.h"
#include "objects.h"

#include "../../include/mmspan/detect.h"
#include "../../tools/onboard/draft.h"

#include <string.h>

/* Made by whoever asks first; when two do, one is kept. */
static const mmspan_detector *detector_of(struct pm_state *state) {
    mmspan_detector *detector = __atomic_load_n(&state->detector, __ATOMIC_ACQUIRE);
    mmspan_detector *made = NULL;
    mmspan_error error;
    pm_error_clear(&error);
    if (detector)
        return detector;
    mmspan_status status = mmspan_detector_create(NULL, &made, &error);
    if (status != MMSPAN_OK) {
        pm_raise(state, status, &error);
        return NULL;
    }
    if (__atomic_compare_exchange_n(&state->detector, &detector, made, 0, __ATOMIC_ACQ_REL,
                                    __ATOMIC_ACQUIRE))
        return made;
    mmspan_detector_destroy(made);
    return detector;
}

void pm_detector_free(struct pm_state *state) {
    mmspan_detector_destroy(state->detector);
    state->detector = NULL;
}

static PyObject *fit_as_tuple(struct pm_state *state, const mmspan_fit *fit) {
    PyObject *class = state->classes[PM_FIT];
    if (!class) {
        PyErr_SetString(PyExc_RuntimeError, "mmspan was used after its module has gone");
        return NULL;
    }
    return PyObject_CallFunction(class, "sLLLLLL", fit->model, (long long)fit->rank,
                                 (long long)fit->score, (long long)fit->n_items,
                                 (long long)fit->n_findings, (long long)fit->n_tokens,
                                 (long long)fit->n_sequences);
}

/* Those that have a rank, which are the first. */
static PyObject *list_fits(struct pm_state *state, const mmspan_fit *fits, size_t n) {
    size_t n_fit = 0;
    while (n_fit < n && fits[n_fit].rank > 0)
        n_fit++;
    PyObject *list = PyList_New((Py_ssize_t)n_fit);
    for (size_t i = 0; list && i < n_fit; i++) {
        PyObject *fit = fit_as_tuple(state, &fits[i]);
        if (fit)
            PyList_SET_ITEM(list, (Py_ssize_t)i, fit);
        else
            Py_CLEAR(list);
    }
    return list;
}

static PyObject *detect_in(struct pm_state *state, const struct pm_tokens *tokens) {
    const mmspan_detector *detector = detector_of(state);
    mmspan_fit *fits = NULL;
    PyObject *list = NULL;
    if (detector && !(fits = PyMem_RawMalloc(MMSPAN_MAX_FITS * sizeof *fits)))
        PyErr_NoMemory();
    if (fits) {
        size_t n = 0;
        mmspan_status status;
        mmspan_error error;
        pm_error_clear(&error);
        Py_BEGIN_ALLOW_THREADS;
        status =
            mmspan_detect(detector, &tokens->ids, NULL, 0, fits, MMSPAN_MAX_FITS, &n, &error);
        Py_END_ALLOW_THREADS;
        if (status == MMSPAN_OK)
            list = list_fits(state, fits, n);
        else
            pm_raise(state, status, &error);
    }
    PyMem_RawFree(fits);
    return list;
}

PyDoc_STRVAR(
    detect_doc,
    "detect(ids)\n--\n\n"
    "The built-in configs that fit a sample of token IDs, the best first.\n\n"
    "Models share tokens: those between which the sample does not decide have the same\n"
    "rank. The first rank is no proof; look at items and findings.\n\n"
    "Parameters\n----------\n"
    "ids : list of int, array, tensor\n"
    "    As in `Matcher.scan`. A million tokens are plenty.\n\n"
    "Returns\n-------\n"
    "list of Fit\n\n"
    "Examples\n--------\n"
    ">>> import mmspan\n"
    ">>> fits = mmspan.detect([2, 255999, 258880, 258880, 258882, 5, 258881])\n"
    ">>> fits[0].rank, \"gemma-4\" in [fit.model for fit in fits if fit.rank == 1]\n"
    "(1, True)\n");

static PyObject *detect(PyObject *module, PyObject *const *args, Py_ssize_t n,
                        PyObject *names) {
    static const struct pm_signature signature = {"detect", 0, 1, 1, {"ids"}};
    struct pm_state *state = pm_state_of_module(module);
    PyObject *values[PM_MAX_ARGS];
    struct pm_tokens tokens;
    if (pm_args(&signature, args, n, names, values, NULL) < 0 ||
        pm_tokens_read(state, values[0], "ids", &tokens) < 0)
        return NULL;
    PyObject *list = NULL;
    /* int32 would be read in place, once for each config. */
    if (tokens.ids.type != MMSPAN_IDS_INT32 || pm_tokens_own_int32(&tokens) == 0)
        list = detect_in(state, &tokens);
    pm_tokens_release(&tokens);
    return list;
}

PyDoc_STRVAR(
    onboard_doc,
    "onboard(folder, /)\n--\n\n"
    "The draft of a config from a model's Hugging Face folder.\n\n"
    "Parameters\n----------\n"
    "folder : str or path\n"
    "    With config.json, the tokenizer's files and what else there is; weights are\n"
    "    not needed.\n\n"
    "Returns\n-------\n"
    "str\n"
    "    YAML for `loads`. Read its comments: what is a guess is marked \"guess\", what\n"
    "    is not known \"open\".\n\n"
    "Raises\n------\n"
    "Error\n    Nothing in it says image, video or audio, or a file is wrong.\n");

static PyObject *onboard(PyObject *module, PyObject *folder) {
    struct pm_state *state = pm_state_of_module(module);
    PyObject *bytes = NULL;
    struct onboard_draft draft = {NULL, 0, NULL};
    mmspan_status status;
    mmspan_error error;
    pm_error_clear(&error);
    if (!PyUnicode_FSConverter(folder, &bytes))
        return NULL;
    Py_BEGIN_ALLOW_THREADS;
    status = onboard_folder(PyBytes_AS_STRING(bytes), &draft, &error);
    Py_END_ALLOW_THREADS;
    Py_DECREF(bytes);
    PyObject *text = NULL;
    if (status == MMSPAN_OK)
        text = PyUnicode_DecodeUTF8(draft.text, (Py_ssize_t)draft.n, "replace");
    else
        pm_raise(state, status, &error);
    onboard_draft_free(&draft);
    return text;
}

PyMethodDef pm_detect_functions[] = {
    {"detect", (PyCFunction)(void (*)(void))detect, METH_FASTCALL | METH_KEYWORDS, detect_doc},
    {"onboard", onboard, METH_O, onboard_doc},
    {NULL, NULL, 0, NULL},
};
