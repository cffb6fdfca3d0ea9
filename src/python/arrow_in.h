/* Arrow arrays that come in through their capsules. */
#ifndef MMSPAN_PYTHON_ARROW_IN_H
#define MMSPAN_PYTHON_ARROW_IN_H

#include "intake.h"

/*
 * Asks `object` for its Arrow array: 1 and both structs are ours, 0 when it has none, -1. A
 * stream of exactly one chunk, as a column of a table gives, counts as well.
 */
int pm_arrow_import(const char *name, PyObject *object, struct ArrowSchema *schema,
                    struct ArrowArray *array);
/* Gives back what is there; either may be NULL. */
void pm_arrow_release(struct ArrowSchema *schema, struct ArrowArray *array);

/* The integers of an array as a layout. Nulls among them are an error. */
int pm_arrow_integers(const char *name, const struct ArrowSchema *schema,
                      const struct ArrowArray *array, struct pm_layout *layout);

/* Raises ValueError when there is a null among `n` elements from `offset` on. */
int pm_arrow_no_nulls(const char *name, const struct ArrowArray *array);

#endif
