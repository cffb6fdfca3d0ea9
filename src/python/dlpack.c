/*
 * Reads IDs through DLPack: torch, JAX, CuPy. A type may have a table of C functions; then a
 * tensor is looked at without an object for it. Else __dlpack__ gives a capsule, of version 1
 * or of the form before that.
 */
#include "dlpack.h"

#include "error.h"
#include "intake.h"

#include <string.h>

static int fail_device(const char *name, int32_t type, int32_t id) {
    const bool cuda = type == DL_CUDA || type == DL_ROCM;
    if (cuda)
        PyErr_Format(
            PyExc_TypeError,
            "%s is on a GPU (%s:%d), and mmspan reads the CPU's memory: move it first, "
            "as with ids.cpu()",
            name, type == DL_CUDA ? "cuda" : "rocm", (int)id);
    else
        PyErr_Format(
            PyExc_TypeError,
            "%s is on device %d of type %d, and mmspan reads the CPU's memory: move it "
            "first, as with ids.cpu()",
            name, (int)id, (int)type);
    return -1;
}

static bool is_here(int32_t device_type) {
    return device_type == DL_CPU || device_type == DL_CUDA_HOST || device_type == DL_ROCM_HOST;
}

/* 1, or -1 when the memory is elsewhere. */
static int check_place(const char *name, const struct dl_tensor *t) {
    if (is_here(t->device.device_type))
        return 1;
    return fail_device(name, t->device.device_type, t->device.device_id);
}

static bool in_range(int64_t value) {
    const int64_t most = PY_SSIZE_T_MAX / 16;
    return value <= most && value >= -most;
}

/* What the last element of a dimension is away from the first, times the bytes of one. */
static bool extent_fits(const struct dl_tensor *t, int dimension) {
    const int64_t n = t->shape[dimension];
    const int64_t step = t->strides ? t->strides[dimension] : 1;
    if (n < 0 || !in_range(n) || !in_range(step))
        return false;
    return n < 2 || step == 0 || (step < 0 ? -step : step) <= PY_SSIZE_T_MAX / 64 / (n - 1);
}

int pm_dlpack_check(const char *name, const struct dl_tensor *t, int n_dimensions) {
    if (t->ndim != n_dimensions)
        return pm_fail_dimensions(name, t->ndim, n_dimensions);
    bool fits = t->shape && in_range((int64_t)(t->byte_offset / 2));
    bool empty = false;
    for (int i = 0; fits && i < t->ndim; i++) {
        fits = extent_fits(t, i);
        empty = empty || t->shape[i] == 0;
    }
    if (fits && (t->data || empty))
        return 0;
    PyErr_Format(PyExc_ValueError, "%s is a DLPack tensor of impossible extent", name);
    return -1;
}

/* An attribute, or NULL without an exception when there is none; -1 for another exception. */
static int find_attribute(PyObject *object, const char *name, PyObject **value) {
    *value = PyObject_GetAttrString(object, name);
    if (*value)
        return 1;
    if (!PyErr_ExceptionMatches(PyExc_AttributeError))
        return -1;
    PyErr_Clear();
    return 0;
}

/* The table of version 1 that has the function, or NULL. It lives as long as the process. */
static const struct dl_exchange *find_table(PyObject *capsule) {
    static const char name[] = "dlpack_exchange_api";
    if (!PyCapsule_IsValid(capsule, name))
        return NULL;
    const struct dl_exchange_header *header = PyCapsule_GetPointer(capsule, name);
    while (header && header->version.major != 1)
        header = header->previous;
    const struct dl_exchange *table = (const struct dl_exchange *)(const void *)header;
    return table && table->tensor_from_object ? table : NULL;
}

int pm_dlpack_by_table(const char *name, PyObject *object, struct pm_dlpack *dlpack) {
    PyObject *capsule;
    int found =
        find_attribute((PyObject *)Py_TYPE(object), "__dlpack_c_exchange_api__", &capsule);
    if (found <= 0)
        return found;
    const struct dl_exchange *table = find_table(capsule);
    Py_DECREF(capsule);
    if (!table)
        return 0;
    if (table->tensor_from_object(object, &dlpack->tensor) == 0)
        return check_place(name, &dlpack->tensor);
    if (!PyErr_Occurred())
        PyErr_Format(PyExc_ValueError, "%s could not be looked at through DLPack", name);
    return -1;
}

/* Before the capsule: what is on a GPU might be copied, or fail without a word of that. */
static int check_device(const char *name, PyObject *object) {
    PyObject *method;
    int found = find_attribute(object, "__dlpack_device__", &method);
    if (found <= 0)
        return found;
    int type = DL_CPU;
    int id = 0;
    PyObject *device = PyObject_CallNoArgs(method);
    Py_DECREF(method);
    if (device && !PyTuple_Check(device))
        PyErr_Format(PyExc_TypeError, "%s.__dlpack_device__() gives no tuple", name);
    else if (device)
        PyArg_ParseTuple(device, "ii", &type, &id);
    Py_XDECREF(device);
    if (PyErr_Occurred())
        return -1;
    return is_here(type) ? 0 : fail_device(name, type, id);
}

/* Asks for version 1; what does not know the argument gives the old form. */
static PyObject *ask(PyObject *method) {
    PyObject *version = Py_BuildValue("{s(ii)}", "max_version", 1, 0);
    PyObject *none = PyTuple_New(0);
    PyObject *capsule = version && none ? PyObject_Call(method, none, version) : NULL;
    if (!capsule && version && none && PyErr_ExceptionMatches(PyExc_TypeError)) {
        PyErr_Clear();
        capsule = PyObject_CallNoArgs(method);
    }
    Py_XDECREF(version);
    Py_XDECREF(none);
    return capsule;
}

/* Takes a capsule over: it is renamed, and the tensor is ours to give back. */
static int take_capsule(const char *name, PyObject *capsule, struct pm_dlpack *dlpack) {
    if (PyCapsule_IsValid(capsule, "dltensor_versioned")) {
        struct dl_managed_versioned *m = PyCapsule_GetPointer(capsule, "dltensor_versioned");
        if (m->version.major != 1) {
            PyErr_Format(PyExc_BufferError, "%s is a DLPack tensor of version %u, not 1", name,
                         (unsigned)m->version.major);
            return -1;
        }
        if (PyCapsule_SetName(capsule, "used_dltensor_versioned") < 0)
            return -1;
        dlpack->managed = m;
        dlpack->tensor = m->tensor;
        dlpack->read_only = m->flags & DL_READ_ONLY;
        return check_place(name, &dlpack->tensor);
    }
    if (PyCapsule_IsValid(capsule, "dltensor")) {
        struct dl_managed *m = PyCapsule_GetPointer(capsule, "dltensor");
        if (PyCapsule_SetName(capsule, "used_dltensor") < 0)
            return -1;
        dlpack->old = m;
        dlpack->tensor = m->tensor;
        return check_place(name, &dlpack->tensor);
    }
    PyErr_Format(PyExc_TypeError, "%s.__dlpack__() gives no DLPack capsule", name);
    return -1;
}

int pm_dlpack_by_capsule(const char *name, PyObject *object, struct pm_dlpack *dlpack) {
    PyObject *method;
    int done = find_attribute(object, "__dlpack__", &method);
    if (done <= 0)
        return done;
    PyObject *capsule = NULL;
    if (check_device(name, object) == 0)
        capsule = ask(method);
    Py_DECREF(method);
    if (!capsule)
        return -1;
    done = take_capsule(name, capsule, dlpack);
    Py_DECREF(capsule);
    if (done < 0)
        pm_dlpack_release(dlpack);
    return done;
}

void pm_dlpack_release(struct pm_dlpack *dlpack) {
    struct dl_managed *old = dlpack->old;
    struct dl_managed_versioned *managed = dlpack->managed;
    if (!old && !managed)
        return;
    PyObject *exception = pm_exception_hold();
    dlpack->old = NULL;
    dlpack->managed = NULL;
    if (old && old->deleter)
        old->deleter(old);
    if (managed && managed->deleter)
        managed->deleter(managed);
    pm_exception_restore(exception);
}

static const char *elements_of(int code) {
    switch (code) {
    case DL_FLOAT:
    case DL_BFLOAT:
        return "floats";
    case DL_COMPLEX:
        return "complex numbers";
    case DL_BOOL:
        return "bools";
    default:
        return "something else";
    }
}

/* The tensor of some tokens. */
static int take_tensor(struct pm_tokens *tokens) {
    const struct dl_tensor *t = &tokens->dlpack.tensor;
    const int bits = t->dtype.bits;
    if (pm_dlpack_check(tokens->name, t, 1) < 0)
        return -1;
    if ((t->dtype.code != DL_INT && t->dtype.code != DL_UINT) || t->dtype.lanes != 1 ||
        (bits != 8 && bits != 16 && bits != 32 && bits != 64)) {
        PyErr_Format(PyExc_TypeError, "%s holds %s of %d bits, not ints", tokens->name,
                     elements_of(t->dtype.code), bits);
        return -1;
    }
    const struct pm_layout layout = {
        .data = t->data ? (const char *)t->data + t->byte_offset : NULL,
        .n = (Py_ssize_t)t->shape[0],
        .step = (Py_ssize_t)(t->strides ? t->strides[0] : 1) * (bits / 8),
        .code = t->dtype.code,
        .size = bits / 8};
    return pm_tokens_take(tokens, &layout) < 0 ? -1 : 1;
}

int pm_read_dlpack_table(struct pm_tokens *tokens, PyObject *object) {
    int done = pm_dlpack_by_table(tokens->name, object, &tokens->dlpack);
    return done > 0 ? take_tensor(tokens) : done;
}

int pm_read_dlpack(struct pm_tokens *tokens, PyObject *object) {
    int done = pm_dlpack_by_capsule(tokens->name, object, &tokens->dlpack);
    return done > 0 ? take_tensor(tokens) : done;
}
