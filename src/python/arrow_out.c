/*
 * Batches as Arrow columns. Arrow stores a column for each member and a batch a struct for
 * each item, so they are copied when they are asked for; what goes out owns its memory and
 * needs neither Python nor the batch.
 */
#include "batch.h"

#include "abi.h"
#include "args.h"
#include "error.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* One column: a member of a struct. Names are those of a dictionary of int32. */
struct column {
    const char *name;
    size_t offset;
    int size;
    enum { NUMBER, MODALITY, FORM, KIND } of;
};

struct table {
    const char *name;
    size_t size;
    size_t n_columns;
    struct column columns[9];
};

#define MEMBER(type, member, of)                                                               \
    { #member, offsetof(type, member), (int)sizeof(((type *)0)->member), of }

static const struct table tables[] = {
    {"items",
     sizeof(mmspan_item),
     6,
     {MEMBER(mmspan_item, modality, MODALITY), MEMBER(mmspan_item, form, FORM),
      MEMBER(mmspan_item, start, NUMBER), MEMBER(mmspan_item, end, NUMBER),
      MEMBER(mmspan_item, rows, NUMBER), MEMBER(mmspan_item, media, NUMBER)}},
    {"runs",
     sizeof(mmspan_run),
     5,
     {MEMBER(mmspan_run, modality, MODALITY), MEMBER(mmspan_run, start, NUMBER),
      MEMBER(mmspan_run, length, NUMBER), MEMBER(mmspan_run, row, NUMBER),
      MEMBER(mmspan_run, item, NUMBER)}},
    {"findings",
     sizeof(mmspan_finding),
     7,
     {MEMBER(mmspan_finding, kind, KIND), MEMBER(mmspan_finding, start, NUMBER),
      MEMBER(mmspan_finding, end, NUMBER), MEMBER(mmspan_finding, expected, NUMBER),
      MEMBER(mmspan_finding, found, NUMBER), MEMBER(mmspan_finding, id, NUMBER),
      MEMBER(mmspan_finding, media, NUMBER)}},
};

struct arrow_object {
    PyObject ob_base;
    struct pm_batch *batch;
    const struct table *table;
};

/* What a schema or an array of ours owns beside its children. */
struct owned {
    void *memory[3];
};

static void free_owned(struct owned *owned) {
    for (size_t i = 0; owned && i < 3; i++)
        free(owned->memory[i]);
    free(owned);
}

static void release_schema(struct ArrowSchema *schema) {
    for (int64_t i = 0; i < schema->n_children; i++) {
        struct ArrowSchema *child = schema->children ? schema->children[i] : NULL;
        if (child && child->release)
            child->release(child);
        free(child);
    }
    if (schema->dictionary && schema->dictionary->release)
        schema->dictionary->release(schema->dictionary);
    free(schema->dictionary);
    free(schema->children);
    schema->release = NULL;
}

static void release_array(struct ArrowArray *array) {
    for (int64_t i = 0; i < array->n_children; i++) {
        struct ArrowArray *child = array->children ? array->children[i] : NULL;
        if (child && child->release)
            child->release(child);
        free(child);
    }
    if (array->dictionary && array->dictionary->release)
        array->dictionary->release(array->dictionary);
    free(array->dictionary);
    free(array->children);
    free(array->buffers);
    free_owned(array->private_data);
    array->release = NULL;
}

/* A schema of static strings; children are made one by one. */
static bool open_schema(struct ArrowSchema *schema, const char *format, const char *name,
                        int64_t n_children) {
    memset(schema, 0, sizeof *schema);
    schema->format = format;
    schema->name = name;
    schema->release = release_schema;
    if (n_children == 0)
        return true;
    schema->children = calloc((size_t)n_children, sizeof *schema->children);
    schema->n_children = schema->children ? n_children : 0;
    return schema->children != NULL;
}

static struct ArrowSchema *child_schema(struct ArrowSchema *schema, int64_t i,
                                        const char *format, const char *name) {
    struct ArrowSchema *child = calloc(1, sizeof *child);
    if (child)
        open_schema(child, format, name, 0);
    schema->children[i] = child;
    return child;
}

static bool fill_schema(struct ArrowSchema *schema, const struct table *table) {
    if (!open_schema(schema, "+L", table->name, 1))
        return false;
    struct ArrowSchema *item = calloc(1, sizeof *item);
    schema->children[0] = item;
    if (!item || !open_schema(item, "+s", "item", (int64_t)table->n_columns))
        return false;
    for (size_t i = 0; i < table->n_columns; i++) {
        const struct column *column = &table->columns[i];
        struct ArrowSchema *child =
            child_schema(item, (int64_t)i, column->size == 8 ? "l" : "i", column->name);
        if (!child)
            return false;
        if (column->of == NUMBER)
            continue;
        child->dictionary = calloc(1, sizeof *child->dictionary);
        if (!child->dictionary)
            return false;
        open_schema(child->dictionary, "u", "", 0);
    }
    return true;
}

/* An array with `n_buffers` buffers, the first of which, of validity, is none. */
static bool open_array(struct ArrowArray *array, int64_t length, int64_t n_buffers,
                       int64_t n_children) {
    memset(array, 0, sizeof *array);
    array->length = length;
    array->release = release_array;
    array->private_data = calloc(1, sizeof(struct owned));
    array->buffers = calloc((size_t)n_buffers, sizeof *array->buffers);
    if (n_children)
        array->children = calloc((size_t)n_children, sizeof *array->children);
    array->n_buffers = array->buffers ? n_buffers : 0;
    array->n_children = array->children ? n_children : 0;
    return array->private_data && array->buffers && (!n_children || array->children);
}

static void *add_buffer(struct ArrowArray *array, int i, size_t n, size_t size) {
    void *memory = malloc(n * size + 8);
    ((struct owned *)array->private_data)->memory[i] = memory;
    array->buffers[i] = memory;
    return memory;
}

static const char *name_number(const mmspan_matcher *matcher, const struct column *column,
                               int32_t i) {
    switch (column->of) {
    case MODALITY:
        return mmspan_matcher_modality_name(matcher, i);
    case FORM:
        return mmspan_form_name(i);
    default:
        return mmspan_finding_kind_name(i);
    }
}

/* All names that a column may have, as one array of strings. */
static bool fill_dictionary(struct ArrowArray *array, const mmspan_matcher *matcher,
                            const struct column *column) {
    int32_t n = 0;
    size_t bytes = 0;
    const char *name;
    for (; (name = name_number(matcher, column, n)); n++)
        bytes += strlen(name);
    if (!open_array(array, n, 3, 0))
        return false;
    int32_t *offsets = add_buffer(array, 1, (size_t)n + 1, sizeof *offsets);
    char *text = add_buffer(array, 2, bytes, 1);
    if (!offsets || !text)
        return false;
    offsets[0] = 0;
    for (int32_t i = 0; i < n; i++) {
        name = name_number(matcher, column, i);
        const size_t size = strlen(name);
        memcpy(text + offsets[i], name, size);
        offsets[i + 1] = offsets[i] + (int32_t)size;
    }
    return true;
}

static bool fill_column(struct ArrowArray *array, const mmspan_matcher *matcher,
                        const struct column *column, const char *rows, size_t n, size_t step) {
    if (!open_array(array, (int64_t)n, 2, 0))
        return false;
    char *to = add_buffer(array, 1, n, (size_t)column->size);
    if (!to)
        return false;
    const char *from = rows + (n ? column->offset : 0);
    if (column->size == 8)
        for (size_t i = 0; i < n; i++)
            memcpy(to + 8 * i, from + i * step, 8);
    else
        for (size_t i = 0; i < n; i++)
            memcpy(to + 4 * i, from + i * step, 4);
    if (column->of == NUMBER)
        return true;
    array->dictionary = calloc(1, sizeof *array->dictionary);
    return array->dictionary && fill_dictionary(array->dictionary, matcher, column);
}

/* The arrays of a batch that a table is about. */
struct source {
    const void *rows;
    const int64_t *offsets;
    size_t n;
};

static struct source source_of(const struct arrow_object *o) {
    const mmspan_ragged *v = mmspan_batch_view(o->batch->batch);
    if (o->table == &tables[0])
        return (struct source){v->items, v->item_offsets, v->n_items};
    if (o->table == &tables[1])
        return (struct source){v->runs, v->run_offsets, v->n_runs};
    return (struct source){v->findings, v->finding_offsets, v->n_findings};
}

static bool fill_array(struct ArrowArray *array, const struct arrow_object *o) {
    const struct source source = source_of(o);
    const struct table *table = o->table;
    const size_t n = mmspan_batch_view(o->batch->batch)->n_sequences;
    if (!open_array(array, (int64_t)n, 2, 1))
        return false;
    int64_t *offsets = add_buffer(array, 1, n + 1, sizeof *offsets);
    struct ArrowArray *item = array->children[0] = calloc(1, sizeof *item);
    if (!offsets || !item || !open_array(item, (int64_t)source.n, 1, (int64_t)table->n_columns))
        return false;
    memcpy(offsets, source.offsets, (n + 1) * sizeof *offsets);
    for (size_t i = 0; i < table->n_columns; i++) {
        item->children[i] = calloc(1, sizeof *item);
        if (!item->children[i] ||
            !fill_column(item->children[i], o->batch->matcher->matcher, &table->columns[i],
                         source.rows, source.n, table->size))
            return false;
    }
    return true;
}

static void drop_schema(PyObject *capsule) {
    struct ArrowSchema *schema = PyCapsule_GetPointer(capsule, "arrow_schema");
    if (schema && schema->release)
        schema->release(schema);
    free(schema);
}

static void drop_array(PyObject *capsule) {
    struct ArrowArray *array = PyCapsule_GetPointer(capsule, "arrow_array");
    if (array && array->release)
        array->release(array);
    free(array);
}

static PyObject *schema_capsule(const struct arrow_object *o) {
    struct ArrowSchema *schema = calloc(1, sizeof *schema);
    PyObject *capsule = NULL;
    if (schema && fill_schema(schema, o->table))
        capsule = PyCapsule_New(schema, "arrow_schema", drop_schema);
    else
        PyErr_NoMemory();
    if (!capsule && schema && schema->release)
        schema->release(schema);
    if (!capsule)
        free(schema);
    return capsule;
}

static PyObject *array_capsule(const struct arrow_object *o) {
    struct ArrowArray *array = calloc(1, sizeof *array);
    PyObject *capsule = NULL;
    if (array && fill_array(array, o))
        capsule = PyCapsule_New(array, "arrow_array", drop_array);
    else
        PyErr_NoMemory();
    if (!capsule && array && array->release)
        array->release(array);
    if (!capsule)
        free(array);
    return capsule;
}

static PyObject *arrow_c_schema(PyObject *self, PyObject *ignored) {
    (void)ignored;
    return schema_capsule((struct arrow_object *)self);
}

/* A requested schema is a wish, and this is the only one there is. */
static PyObject *arrow_c_array(PyObject *self, PyObject *const *args, Py_ssize_t n,
                               PyObject *names) {
    static const struct pm_signature signature = {
        "__arrow_c_array__", 0, 1, 0, {"requested_schema"}};
    PyObject *values[PM_MAX_ARGS];
    if (pm_args(&signature, args, n, names, values, NULL) < 0)
        return NULL;
    PyObject *schema = schema_capsule((struct arrow_object *)self);
    PyObject *array = schema ? array_capsule((struct arrow_object *)self) : NULL;
    PyObject *pair = array ? PyTuple_Pack(2, schema, array) : NULL;
    Py_XDECREF(schema);
    Py_XDECREF(array);
    return pair;
}

static void arrow_dealloc(PyObject *self) {
    PyObject_GC_UnTrack(self);
    Py_XDECREF(((struct arrow_object *)self)->batch);
    pm_free(self);
}

static int arrow_traverse(PyObject *self, visitproc visit, void *arg) {
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(((struct arrow_object *)self)->batch);
    return 0;
}

const char pm_batch_to_arrow_doc[] =
    "to_arrow($self, what='items', /)\n--\n\n"
    "An Arrow array with a list of structs for each sequence.\n\n"
    "Parameters\n----------\n"
    "what : {'items', 'runs', 'findings'}, optional\n\n"
    "Returns\n-------\n"
    "ArrowColumn\n"
    "    An object with ``__arrow_c_array__``, as ``pyarrow.array`` and Polars take it.\n\n"
    "Examples\n--------\n"
    ">>> import mmspan\n"
    ">>> b = mmspan.load(\"gemma-4\").scan_batch([[2, 258880], [7]])\n"
    ">>> schema, array = b.to_arrow().__arrow_c_array__()\n";

PyObject *pm_batch_to_arrow(PyObject *self, PyObject *const *args, Py_ssize_t n,
                            PyObject *names) {
    static const struct pm_signature signature = {"to_arrow", 1, 1, 0, {"what"}};
    struct pm_batch *b = (struct pm_batch *)self;
    PyObject *values[PM_MAX_ARGS];
    const struct table *table = &tables[0];
    if (pm_args(&signature, args, n, names, values, NULL) < 0)
        return NULL;
    if (values[0]) {
        table = NULL;
        for (size_t i = 0; PyUnicode_Check(values[0]) && i < sizeof tables / sizeof *tables;
             i++)
            if (PyUnicode_CompareWithASCIIString(values[0], tables[i].name) == 0)
                table = &tables[i];
    }
    if (!table) {
        PyErr_Format(PyExc_ValueError, "what is %R, not 'items', 'runs' or 'findings'",
                     values[0]);
        return NULL;
    }
    struct arrow_object *o = PM_NEW(b->state->arrow, arrow_object);
    if (!o)
        return NULL;
    o->batch = (struct pm_batch *)Py_NewRef(self);
    o->table = table;
    return (PyObject *)o;
}

static PyMethodDef methods[] = {
    {"__arrow_c_schema__", arrow_c_schema, METH_NOARGS,
     "__arrow_c_schema__($self, /)\n--\n\nA capsule of its schema."},
    {"__arrow_c_array__", (PyCFunction)(void (*)(void))arrow_c_array,
     METH_FASTCALL | METH_KEYWORDS,
     "__arrow_c_array__($self, /, requested_schema=None)\n--\n\n"
     "Capsules of its schema and of a copy of its data."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_dealloc, arrow_dealloc},
    {Py_tp_traverse, arrow_traverse},
    {Py_tp_methods, methods},
    {Py_tp_doc, "Items, runs or findings of a Batch for those who speak Arrow."},
    {0, NULL},
};

PyType_Spec pm_arrow_spec = {
    .name = "mmspan.ArrowColumn",
    .basicsize = sizeof(struct arrow_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE |
             Py_TPFLAGS_HAVE_GC,
    .slots = slots,
};
