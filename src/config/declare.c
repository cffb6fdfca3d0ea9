/* Hands declarations to the builder: where they stand, and what it made of them. */
#include "declare.h"

bool mc_set_place(struct mc_load *load, const struct mc_value *value) {
    char path[MC_PATH_SIZE];
    struct mm_place place = mc_place(value, path);
    mc_take_status(load,
                   mmspan_spec_set_place(load->config->spec, load->errors.file, place.line,
                                         place.column, place.path),
                   NULL);
    return !load->errors.stopped;
}

void mc_take_status(struct mc_load *load, mmspan_status status, const mmspan_error *error) {
    if (status == MMSPAN_OK)
        return;
    if (status == MMSPAN_E_MEMORY || !error)
        mc_fail_memory(&load->errors);
    else
        mc_add_error(&load->errors, error);
}
