/* Tensors that come in through DLPack. */
#ifndef MMSPAN_PYTHON_DLPACK_H
#define MMSPAN_PYTHON_DLPACK_H

#include "state.h"

#include "abi.h"

/* A tensor, and what has to be given back for it; by a table nothing has. */
struct pm_dlpack {
    struct dl_tensor tensor;
    struct dl_managed *old;
    struct dl_managed_versioned *managed;
    bool read_only;
};

/* 1 when the object gives a tensor in the CPU's memory so, 0 when it does not know that way,
 * -1 when it fails. `dlpack` is zeroed before; release it after 1. */
int pm_dlpack_by_table(const char *name, PyObject *object, struct pm_dlpack *dlpack);
int pm_dlpack_by_capsule(const char *name, PyObject *object, struct pm_dlpack *dlpack);
void pm_dlpack_release(struct pm_dlpack *dlpack);

/* Raises ValueError unless shape and strides describe `n_dimensions` of memory that can be. */
int pm_dlpack_check(const char *name, const struct dl_tensor *tensor, int n_dimensions);

#endif
