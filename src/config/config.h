/* What a loaded config holds. */
#ifndef MMSPAN_CONFIG_CONFIG_H
#define MMSPAN_CONFIG_CONFIG_H

#include "../../include/mmspan/config.h"
#include "../match/alloc.h"

#include <stdbool.h>

struct mc_strings {
    const char **text;
    size_t n;
};

/* A number that an example leaves out. */
#define MC_ABSENT INT64_MIN

struct mc_wanted_run {
    const char *modality; /* strings that are left out are NULL */
    int64_t start;
    int64_t length;
    int64_t row;
};

struct mc_wanted_item {
    const char *modality;
    const char *form;
    int64_t start;
    int64_t end;
    int64_t rows;
    const struct mc_wanted_run *runs; /* NULL: not compared */
    size_t n_runs;
    uint32_t line;
    uint32_t column;
};

struct mc_wanted_finding {
    const char *kind;
    int64_t start;
    int64_t end;
    int64_t found;
    int64_t id;
    int64_t rows;
    const char *token;
    const char *modality;
    struct mc_strings modalities; /* text == NULL: not compared */
    struct mc_strings expected;
    uint32_t line;
    uint32_t column;
};

struct mc_example {
    const char *name;
    const int32_t *ids;
    size_t n_ids;
    const struct mc_wanted_item *items;
    size_t n_items;
    const struct mc_wanted_finding *findings;
    size_t n_findings;
    uint32_t line;
    uint32_t column;
};

struct mmspan_config {
    struct mm_arena arena;
    mmspan_spec *spec;
    const char *file;
    const char *model;
    const char *about;
    const char *leftovers; /* NULL: no reason given */
    struct mc_strings huggingface;
    struct mc_strings sources;
    struct mc_strings evidence; /* by token; "" when nothing is said */
    struct mc_example *examples;
    size_t n_examples;
};

#endif
