/* Memory that NumPy arrays look into, and how they are made. */
#include "block.h"

static const char empty[16];

struct pm_block *pm_block_new(struct pm_state *state, Py_ssize_t n, size_t size) {
    if ((size_t)n > PY_SSIZE_T_MAX / size) {
        PyErr_NoMemory();
        return NULL;
    }
    struct pm_block *block = PM_NEW(state->block, pm_block);
    if (!block)
        return NULL;
    block->size = n * (Py_ssize_t)size;
    block->writable = true;
    block->data = PyMem_RawMalloc(block->size ? (size_t)block->size : 1);
    if (block->data)
        return block;
    Py_DECREF(block);
    PyErr_NoMemory();
    return NULL;
}

struct pm_block *pm_block_over(struct pm_state *state, const void *data, size_t n, size_t size,
                               PyObject *owner) {
    struct pm_block *block = PM_NEW(state->block, pm_block);
    if (!block)
        return NULL;
    /* Of nothing NumPy wants an address all the same. */
    block->data = (void *)(n ? data : empty);
    block->size = (Py_ssize_t)(n * size);
    block->owner = Py_NewRef(owner);
    return block;
}

static void block_dealloc(PyObject *self) {
    struct pm_block *block = (struct pm_block *)self;
    if (block->owner)
        Py_DECREF(block->owner);
    else
        PyMem_RawFree(block->data);
    pm_free(self);
}

static int block_getbuffer(PyObject *self, Py_buffer *view, int flags) {
    struct pm_block *block = (struct pm_block *)self;
    return PyBuffer_FillInfo(view, self, block->data, block->size, !block->writable, flags);
}

static PyObject *load_tools(void) {
    PyObject *module = PyImport_ImportModule("mmspan._arrays");
    PyObject *tools = module ? PyObject_CallMethod(module, "tools", NULL) : NULL;
    Py_XDECREF(module);
    if (tools && (!PyTuple_CheckExact(tools) || PyTuple_GET_SIZE(tools) != PM_N_ARRAYS)) {
        Py_DECREF(tools);
        PyErr_SetString(PyExc_ImportError, "mmspan._arrays does not belong to mmspan._core");
        return NULL;
    }
    return tools;
}

/* Borrowed. NumPy is imported by whoever needs the first array; when two threads do, one
 * tuple is kept. */
static PyObject *tools_of(struct pm_state *state) {
    PyObject *tools = __atomic_load_n(&state->arrays, __ATOMIC_ACQUIRE);
    if (tools)
        return tools;
    PyObject *made = load_tools();
    if (!made)
        return NULL;
    if (__atomic_compare_exchange_n(&state->arrays, &tools, made, 0, __ATOMIC_ACQ_REL,
                                    __ATOMIC_ACQUIRE))
        return made;
    Py_DECREF(made);
    return tools;
}

PyObject *pm_array(struct pm_state *state, struct pm_block *block, enum pm_array kind) {
    PyObject *tools = block ? tools_of(state) : NULL;
    PyObject *array = NULL;
    if (tools) {
        PyObject *args[] = {(PyObject *)block, PyTuple_GET_ITEM(tools, kind)};
        array = PyObject_Vectorcall(PyTuple_GET_ITEM(tools, PM_FROMBUFFER), args, 2, NULL);
    }
    Py_XDECREF(block);
    return array;
}

PyObject *pm_array_over(struct pm_state *state, const void *data, size_t n, size_t size,
                        PyObject *owner, enum pm_array kind) {
    return pm_array(state, pm_block_over(state, data, n, size, owner), kind);
}

static PyType_Slot slots[] = {
    {Py_tp_dealloc, block_dealloc},
    {Py_bf_getbuffer, block_getbuffer},
    {Py_tp_doc, "Memory that arrays of this package look into."},
    {0, NULL},
};

PyType_Spec pm_block_spec = {
    .name = "mmspan._core.Block",
    .basicsize = sizeof(struct pm_block),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};
