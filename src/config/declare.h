/* Handing declarations to the builder. */
#ifndef MMSPAN_CONFIG_DECLARE_H
#define MMSPAN_CONFIG_DECLARE_H

#include "schema.h"

/* Tells the spec where the declaration that follows stands. */
bool mc_set_place(struct mc_load *load, const struct mc_value *value);

/* Takes in the outcome of a call of the builder. */
void mc_take_status(struct mc_load *load, mmspan_status status, const mmspan_error *error);

#endif
