/* Takes token IDs in: the order of the ways, what can be borrowed, and what is given back. */
#include "intake.h"

#include "arrow_in.h"
#include "error.h"

#include <string.h>

int pm_fail_dimensions(const char *name, int n_dimensions, int wanted) {
    if (wanted == 2)
        PyErr_Format(PyExc_ValueError, "%s has %d dimension%s, not two", name, n_dimensions,
                     n_dimensions == 1 ? "" : "s");
    else if (n_dimensions == 0)
        PyErr_Format(PyExc_ValueError, "%s is one number, not a sequence of token IDs", name);
    else
        PyErr_Format(PyExc_ValueError,
                     "%s has %d dimensions, not one: give a row of it, or scan_batch all", name,
                     n_dimensions);
    return -1;
}

/* What is a sequence of something else, or of nothing in particular. */
static int refuse(PyObject *object, const char *name) {
    const char *type = Py_TYPE(object)->tp_name;
    if (PyUnicode_Check(object) || PyBytes_Check(object) || PyByteArray_Check(object)) {
        PyErr_Format(PyExc_TypeError, "%s is %s %.100s, not token IDs: tokenise it first", name,
                     pm_article(Py_TYPE(object)), type);
        return -1;
    }
    if (PyDict_Check(object) || PyAnySet_Check(object)) {
        PyErr_Format(PyExc_TypeError, "%s is %s %.100s, which has no order of token IDs%s",
                     name, pm_article(Py_TYPE(object)), type,
                     PyDict_Check(object) ? ": give its \"input_ids\"" : "");
        return -1;
    }
    return 0;
}

int pm_tokens_read(struct pm_state *state, PyObject *object, const char *name,
                   struct pm_tokens *tokens) {
    static int (*const ways[])(struct pm_tokens *, PyObject *) = {
        pm_read_list,  pm_read_buffer, pm_read_dlpack_table,
        pm_read_arrow, pm_read_dlpack, pm_read_iterable};
    memset(tokens, 0, sizeof *tokens);
    tokens->state = state;
    tokens->name = name;
    int done = refuse(object, name);
    for (size_t i = 0; done == 0 && i < sizeof ways / sizeof *ways; i++)
        done = ways[i](tokens, object);
    if (done > 0)
        return 0;
    if (done == 0)
        PyErr_Format(PyExc_TypeError,
                     "%s is %s %.100s, not token IDs: give a list of ints, a NumPy array, a "
                     "tensor on the CPU or an Arrow array",
                     name, pm_article(Py_TYPE(object)), Py_TYPE(object)->tp_name);
    pm_tokens_release(tokens);
    return -1;
}

void pm_tokens_release(struct pm_tokens *tokens) {
    if (tokens->buffer.obj)
        PyBuffer_Release(&tokens->buffer);
    pm_dlpack_release(&tokens->dlpack);
    if (tokens->arrow.release)
        pm_arrow_release(NULL, &tokens->arrow);
    Py_CLEAR(tokens->block);
}

/* -1 when the core has no such type. */
static int core_type(const struct pm_layout *layout) {
    bool is_signed = layout->code == DL_INT;
    switch (layout->size) {
    case 8:
        return is_signed ? MMSPAN_IDS_INT64 : -1;
    case 4:
        return is_signed ? MMSPAN_IDS_INT32 : MMSPAN_IDS_UINT32;
    case 2:
        return is_signed ? -1 : MMSPAN_IDS_UINT16;
    default:
        return -1;
    }
}

/* Gathers elements that the core knows but that do not stand side by side. */
static int gather(struct pm_tokens *tokens, const struct pm_layout *layout, int type) {
    const size_t size = (size_t)layout->size;
    tokens->block = pm_block_new(tokens->state, layout->n, size);
    if (!tokens->block)
        return -1;
    char *to = tokens->block->data;
    const char *from = layout->data;
    if (layout->n && layout->step == layout->size)
        memcpy(to, from, (size_t)layout->n * size);
    else
        for (Py_ssize_t i = 0; i < layout->n; i++)
            memcpy(to + i * layout->size, from + i * layout->step, size);
    tokens->ids = (mmspan_ids){.data = to, .n = (size_t)layout->n, .type = type};
    return 0;
}

static int32_t small_value(const char *at, const struct pm_layout *layout) {
    if (layout->size == 1)
        return layout->code == DL_INT ? (int32_t) * (const int8_t *)at
                                      : (int32_t) * (const uint8_t *)at;
    int16_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

/* int8, uint8 and int16, which every int32 holds. */
static int widen(struct pm_tokens *tokens, const struct pm_layout *layout) {
    tokens->block = pm_block_new(tokens->state, layout->n, sizeof(int32_t));
    if (!tokens->block)
        return -1;
    int32_t *to = tokens->block->data;
    const char *from = layout->data;
    for (Py_ssize_t i = 0; i < layout->n; i++)
        to[i] = small_value(from + i * layout->step, layout);
    tokens->narrow = layout->size == 2 ? "int16" : layout->code == DL_INT ? "int8" : "uint8";
    tokens->least = layout->code == DL_UINT ? 0 : layout->size == 2 ? INT16_MIN : INT8_MIN;
    tokens->most = layout->code == DL_UINT ? UINT8_MAX
                   : layout->size == 2     ? INT16_MAX
                                           : INT8_MAX;
    tokens->ids = (mmspan_ids){.data = to, .n = (size_t)layout->n, .type = MMSPAN_IDS_INT32};
    return 0;
}

/* uint64: as int64 where it fits one, and that is checked on the copy. */
static int take_uint64(struct pm_tokens *tokens, const struct pm_layout *layout) {
    if (gather(tokens, layout, MMSPAN_IDS_INT64) < 0)
        return -1;
    const int64_t *values = tokens->ids.data;
    for (Py_ssize_t i = 0; i < layout->n; i++)
        if (values[i] < 0) {
            PyErr_Format(PyExc_OverflowError, "%s[%zd] is %llu, which does not fit an int32",
                         tokens->name, i, (unsigned long long)values[i]);
            return -1;
        }
    return 0;
}

int pm_tokens_take(struct pm_tokens *tokens, const struct pm_layout *layout) {
    const int type = core_type(layout);
    if (type == MMSPAN_IDS_UINT16 || type == MMSPAN_IDS_UINT32) {
        tokens->narrow = layout->size == 2 ? "uint16" : "uint32";
        tokens->most = layout->size == 2 ? UINT16_MAX : INT32_MAX;
    }
    if (type < 0)
        return layout->size == 8 ? take_uint64(tokens, layout) : widen(tokens, layout);
    bool aligned = (uintptr_t)layout->data % (size_t)layout->size == 0;
    if (layout->n && (layout->step != layout->size || !aligned))
        return gather(tokens, layout, type);
    tokens->ids = (mmspan_ids){.data = layout->data, .n = (size_t)layout->n, .type = type};
    return 0;
}

int pm_tokens_check(const struct pm_tokens *tokens, const struct pm_matcher *matcher) {
    if (!tokens->narrow || (tokens->least <= matcher->least && tokens->most >= matcher->most))
        return 0;
    const int32_t id = tokens->most < matcher->most ? matcher->most : matcher->least;
    const int32_t token = mmspan_matcher_token_of(matcher->matcher, id);
    return pm_raise_class(tokens->state, PM_MISMATCH_ERROR,
                          "%s cannot hold the token \"%s\" (%d): such data has wrapped around "
                          "when it was written; store it in a wider type",
                          tokens->narrow, mmspan_matcher_token_name(matcher->matcher, token),
                          (int)id);
}

static int narrow(struct pm_tokens *tokens) {
    const mmspan_ids *ids = &tokens->ids;
    struct pm_block *block = pm_block_new(tokens->state, (Py_ssize_t)ids->n, sizeof(int32_t));
    if (!block)
        return -1;
    int32_t *to = block->data;
    for (size_t i = 0; i < ids->n; i++) {
        long long value = ids->type == MMSPAN_IDS_INT64    ? ((const int64_t *)ids->data)[i]
                          : ids->type == MMSPAN_IDS_UINT32 ? ((const uint32_t *)ids->data)[i]
                                                           : ((const uint16_t *)ids->data)[i];
        if (value < INT32_MIN || value > INT32_MAX) {
            PyErr_Format(PyExc_OverflowError, "%s[%zd] is %lld, which does not fit an int32",
                         tokens->name, (Py_ssize_t)i, value);
            Py_DECREF(block);
            return -1;
        }
        to[i] = (int32_t)value;
    }
    Py_XSETREF(tokens->block, block);
    tokens->ids.data = to;
    tokens->ids.type = MMSPAN_IDS_INT32;
    return 0;
}

int pm_tokens_own_int32(struct pm_tokens *tokens) {
    if (tokens->ids.type != MMSPAN_IDS_INT32)
        return narrow(tokens);
    if (tokens->block)
        return 0;
    const struct pm_layout layout = {.data = tokens->ids.data,
                                     .n = (Py_ssize_t)tokens->ids.n,
                                     .step = sizeof(int32_t),
                                     .code = DL_INT,
                                     .size = sizeof(int32_t)};
    return gather(tokens, &layout, MMSPAN_IDS_INT32);
}
