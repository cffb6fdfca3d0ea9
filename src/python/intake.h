/* Token IDs in whatever a caller has them. */
#ifndef MMSPAN_PYTHON_INTAKE_H
#define MMSPAN_PYTHON_INTAKE_H

#include "block.h"
#include "dlpack.h"

/*
 * IDs that were taken in, for the length of a call.
 *
 *   ids     what mmspan_scan_ids takes: contiguous and aligned
 *   block   owns them when they were converted or gathered; NULL: they are borrowed
 *   buffer, dlpack, arrow   what they are borrowed from, to be given back; at most one
 *   name    what errors call them, as "ids"
 *   narrow  the type that they were widened from, or NULL; it holds `least` to `most`
 */
struct pm_tokens {
    struct pm_state *state;
    mmspan_ids ids;
    struct pm_block *block;
    Py_buffer buffer;
    struct pm_dlpack dlpack;
    struct ArrowArray arrow;
    const char *name;
    const char *narrow;
    int32_t least;
    int32_t most;
};

/*
 * Reads `object`: a list or tuple, a buffer, a DLPack table, an Arrow array, a DLPack capsule,
 * any iterable; the first that it is. -1 with an exception that says what is wrong, and where.
 * Release after success.
 */
int pm_tokens_read(struct pm_state *state, PyObject *object, const char *name,
                   struct pm_tokens *tokens);
void pm_tokens_release(struct pm_tokens *tokens);

/* Raises MismatchError when the type that the IDs came in cannot hold all reserved IDs: such
 * data has wrapped around. */
int pm_tokens_check(const struct pm_tokens *tokens, const struct pm_matcher *matcher);

/* Makes sure that the IDs are int32 in memory of their own, for those who keep them. IDs that
 * do not fit an int32 raise OverflowError. */
int pm_tokens_own_int32(struct pm_tokens *tokens);

/* How IDs are stored, before anything is known of that. `step` is the distance of two in
 * bytes, `code` one of DL_INT and DL_UINT. */
struct pm_layout {
    const void *data;
    Py_ssize_t n;
    Py_ssize_t step;
    int code;
    int size;
};

/* Borrows the IDs when the core can read them as they are, else makes a block of them. */
int pm_tokens_take(struct pm_tokens *tokens, const struct pm_layout *layout);

/* One way in each, in files of these names. 1: it was of that kind and is read; 0: it is
 * not; -1: it is, and cannot be read. */
int pm_read_list(struct pm_tokens *tokens, PyObject *object);
int pm_read_buffer(struct pm_tokens *tokens, PyObject *object);
int pm_read_dlpack_table(struct pm_tokens *tokens, PyObject *object);
int pm_read_dlpack(struct pm_tokens *tokens, PyObject *object);
int pm_read_arrow(struct pm_tokens *tokens, PyObject *object);
int pm_read_iterable(struct pm_tokens *tokens, PyObject *object);

/* How many items a list or tuple has, -1 for anything else; and its n items into `out`. */
Py_ssize_t pm_list_size(PyObject *object);
int pm_list_into(const char *name, PyObject *object, Py_ssize_t n, int32_t *out);

/* What is no compact int: a large one, a subclass, something with __index__, an error. May
 * run Python code. */
int pm_read_item(const char *name, PyObject *item, Py_ssize_t i, int32_t *value);

/* Raises ValueError for what has another number of dimensions than wanted, one or two; -1. */
int pm_fail_dimensions(const char *name, int n_dimensions, int wanted);

#endif
