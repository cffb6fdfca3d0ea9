/* What a spec holds; read by the compiler. */
#ifndef MMSPAN_MATCH_SPEC_H
#define MMSPAN_MATCH_SPEC_H

#include "../../../include/mmspan/spec.h"
#include "../alloc.h"
#include "../alphabet.h"

/* A list of strings, as declared. */
struct mm_strings {
    const char **text;
    size_t n;
};

struct mm_embed {
    const char *modality; /* NULL: the own one */
    struct mm_strings tokens;
};

struct mm_modality {
    const char *name;
    /* The block form in the pattern language, NULL when there is none. */
    const char *pattern;
    /* Where it stands; exactly its first character when pattern_placed. */
    struct mm_place pattern_place;
    bool pattern_placed;
    struct mm_strings begin;
    struct mm_strings patch;
    struct mm_strings end;
    struct mm_strings bare;
    struct mm_embed *embed;
    size_t n_embed;
    const char *placeholder; /* NULL: chosen by the compiler */
    mmspan_rows_rule rows;
    bool each_run;
    bool multi;
    bool equal_rows;
    bool atomic;
    int32_t adjacent;
    int64_t max_gap;
    struct mm_place place;
};

struct mmspan_spec {
    struct mm_arena arena;
    const char *model;
    int32_t vocab_size;
    struct mm_place place;
    struct mm_place pattern_place;
    struct mm_token *tokens;
    size_t n_tokens, cap_tokens;
    uint16_t by_name[MMSPAN_MAX_TOKENS]; /* indices of tokens, sorted by their names */
    struct mm_modality *modalities;
    size_t n_modalities, cap_modalities;
};

/* The index of the token of that name (n bytes), or -1. *rank receives where it stands, or
 * belongs, in by_name. */
int32_t mm_find_token(const mmspan_spec *spec, const char *name, size_t n, size_t *rank);

/* Is it fit to name a `kind`, a token or a modality? */
mmspan_status mm_check_name(const mmspan_spec *spec, const char *kind, const char *name,
                            mmspan_error *error);

#endif
