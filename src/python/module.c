/* The module: its types, classes and constants. */
#include "batch.h"
#include "block.h"
#include "objects.h"

static const char *const class_names[PM_N_CLASSES][2] = {
    [PM_ERROR] = {"mmspan._errors", "Error"},
    [PM_CONFIG_ERROR] = {"mmspan._errors", "ConfigError"},
    [PM_UNKNOWN_MODEL_ERROR] = {"mmspan._errors", "UnknownModelError"},
    [PM_MISMATCH_ERROR] = {"mmspan._errors", "MismatchError"},
    [PM_LIMIT_ERROR] = {"mmspan._errors", "LimitError"},
    [PM_ITEM] = {"mmspan._items", "Item"},
    [PM_RUN] = {"mmspan._items", "Run"},
    [PM_FINDING] = {"mmspan._items", "Finding"},
    [PM_MEDIA] = {"mmspan._items", "Media"},
    [PM_TRUNCATION] = {"mmspan._items", "Truncation"},
    [PM_NEUTRALISED] = {"mmspan._items", "Neutralised"},
    [PM_FIT] = {"mmspan._items", "Fit"},
};

static int fetch_classes(struct pm_state *state) {
    for (int i = 0; i < PM_N_CLASSES; i++) {
        PyObject *module = PyImport_ImportModule(class_names[i][0]);
        if (!module)
            return -1;
        state->classes[i] = PyObject_GetAttrString(module, class_names[i][1]);
        Py_DECREF(module);
        if (!state->classes[i])
            return -1;
    }
    return 0;
}

static int add_type(PyObject *module, PyType_Spec *spec, PyTypeObject **place) {
    *place = (PyTypeObject *)PyType_FromModuleAndSpec(module, spec, NULL);
    return *place ? PyModule_AddType(module, *place) : -1;
}

/* Names for the numbers in arrays, in the order of the numbers. */
static int add_names(PyObject *module, const char *name, const char *(*name_of)(int32_t)) {
    int32_t n = 0;
    while (name_of(n))
        n++;
    PyObject *names = PyTuple_New(n);
    for (int32_t i = 0; names && i < n; i++) {
        PyObject *text = PyUnicode_FromString(name_of(i));
        if (text)
            PyTuple_SET_ITEM(names, i, text);
        else
            Py_CLEAR(names);
    }
    int added = names ? PyModule_AddObjectRef(module, name, names) : -1;
    Py_XDECREF(names);
    return added;
}

static int execute(PyObject *module) {
    struct pm_state *state = pm_state_of_module(module);
    if (fetch_classes(state) < 0 || add_type(module, &pm_block_spec, &state->block) < 0 ||
        add_type(module, &pm_matcher_spec, &state->matcher) < 0 ||
        add_type(module, &pm_result_spec, &state->result) < 0 ||
        add_type(module, &pm_expansion_spec, &state->expansion) < 0 ||
        add_type(module, &pm_batch_spec, &state->batch) < 0 ||
        add_type(module, &pm_stream_spec, &state->stream) < 0 ||
        add_type(module, &pm_arrow_spec, &state->arrow) < 0 ||
        add_type(module, &pm_auditor_spec, &state->auditor) < 0)
        return -1;
    if (PyModule_AddFunctions(module, pm_config_functions) < 0 ||
        PyModule_AddFunctions(module, pm_detect_functions) < 0 ||
        PyModule_AddFunctions(module, pm_plan_functions) < 0 ||
        PyModule_AddFunctions(module, pm_program_functions) < 0 ||
        PyModule_AddFunctions(module, pm_report_functions) < 0 ||
        add_names(module, "FORMS", mmspan_form_name) < 0 ||
        add_names(module, "FINDING_KINDS", mmspan_finding_kind_name) < 0 ||
        PyModule_AddStringConstant(module, "__version__", mmspan_version()) < 0)
        return -1;
    return PyModule_AddIntConstant(module, "_GIL_MIN_TOKENS", PM_GIL_TOKENS);
}

static int traverse(PyObject *module, visitproc visit, void *arg) {
    struct pm_state *state = pm_state_of_module(module);
    Py_VISIT(state->block);
    Py_VISIT(state->matcher);
    Py_VISIT(state->result);
    Py_VISIT(state->expansion);
    Py_VISIT(state->batch);
    Py_VISIT(state->stream);
    Py_VISIT(state->arrow);
    Py_VISIT(state->auditor);
    for (int i = 0; i < PM_N_CLASSES; i++)
        Py_VISIT(state->classes[i]);
    Py_VISIT(state->arrays);
    return 0;
}

static int clear(PyObject *module) {
    struct pm_state *state = pm_state_of_module(module);
    Py_CLEAR(state->block);
    Py_CLEAR(state->matcher);
    Py_CLEAR(state->result);
    Py_CLEAR(state->expansion);
    Py_CLEAR(state->batch);
    Py_CLEAR(state->stream);
    Py_CLEAR(state->arrow);
    Py_CLEAR(state->auditor);
    for (int i = 0; i < PM_N_CLASSES; i++)
        Py_CLEAR(state->classes[i]);
    Py_CLEAR(state->arrays);
    return 0;
}

static void module_free(void *module) {
    clear(module);
    pm_detector_free(pm_state_of_module(module));
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, execute},
#ifdef Py_mod_multiple_interpreters
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "mmspan._core",
    .m_doc = "mmspan in C. Import mmspan instead.",
    .m_size = sizeof(struct pm_state),
    .m_slots = slots,
    .m_traverse = traverse,
    .m_clear = clear,
    .m_free = module_free,
};

PyMODINIT_FUNC PyInit__core(void);

PyMODINIT_FUNC PyInit__core(void) {
    return PyModuleDef_Init(&definition);
}
